"""The sandbox refuses in Slack's words: each code a method may answer is one that its page lists.

Slack's own lists, in `../shared/slack/api-examples/errors-by-method.json`, are of 2021. What came since is in
`SINCE`, as https://docs.slack.dev/reference/methods/<method> had it in May 2026. That nothing else is ever
answered, the server sees to itself: it breaks on a code that `REFUSALS` does not have.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.refusals import GENERAL, NO_SUCH_METHOD, REFUSALS, RESPONSE_URL, SlackError
from sandbox.webapi import METHODS, Method
from tests.sandbox.conftest import MANIFEST
from tests.sandboxed import BOT_TOKEN, Sandbox

HOUSE = Path(__file__).parents[2]
OFFICIAL = HOUSE.parent / "shared" / "slack" / "api-examples" / "errors-by-method.json"
LISTED: dict[str, list[str]] = json.loads(OFFICIAL.read_text())

_BLOCKS = {"invalid_blocks", "invalid_blocks_format"}
_METADATA = {"invalid_metadata_format", "invalid_metadata_schema"}
_VIEW = {"view_too_large", "duplicate_external_id"}
_TRIGGER = {"invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id"}
SINCE: dict[str, set[str]] = {
    "apps.connections.open": {"missing_args"},
    "chat.postEphemeral": {*_BLOCKS, "cannot_reply_to_message", "messages_tab_disabled", "not_in_channel"},
    # thread_not_found is on no page; a maintainer of Slack's says when it comes:
    # https://github.com/slackapi/bolt-js/issues/2307
    "chat.postMessage": {
        *(_BLOCKS | _METADATA),
        *("cannot_reply_to_message", "messages_tab_disabled", "thread_not_found"),
    },
    "chat.update": _BLOCKS | _METADATA,
    "conversations.history": {"invalid_cursor", "not_in_channel"},
    "conversations.list": {"invalid_cursor", "invalid_limit", "invalid_types"},
    "conversations.replies": {"invalid_cursor"},
    "pins.add": {"not_in_channel", "restricted_action", "too_many_pins"},
    "pins.remove": {"channel_not_found", "no_pin", "restricted_action"},
    "team.info": {"team_not_found"},
    "views.open": _VIEW | _TRIGGER,
    "views.publish": _VIEW | {"hash_conflict", "not_enabled"},
    "views.push": _VIEW | _TRIGGER | {"not_found", "push_limit_reached"},
    "views.update": _VIEW | {"hash_conflict", "not_found"},
}
# On every page today, on few or none in 2021.
GENERAL_SINCE = {"ratelimited", "not_allowed_token_type", "missing_scope", "invalid_arguments", "fatal_error"}


@pytest.mark.parametrize("method", sorted(REFUSALS))
def test_what_a_method_refuses_is_on_its_page(method: str) -> None:
    newer = REFUSALS[method] - set(LISTED.get(method, []))
    assert newer == SINCE.get(method, set())


def test_what_any_method_refuses_is_on_nearly_every_page() -> None:
    for code in GENERAL - GENERAL_SINCE:
        # One list is short (chat.postMessage), and one misspelt (pins.remove: "invalid_post_typ").
        assert sum(code not in codes for codes in LISTED.values()) <= 1, code


def test_every_method_on_offer_has_its_list_and_no_other() -> None:
    assert set(REFUSALS) == set(METHODS)
    assert set(SINCE) <= set(METHODS)


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((HOUSE / "sandbox").glob("*.py")):
        yield path.name, ast.parse(path.read_text())


def test_no_refusal_is_raised_that_no_page_lists() -> None:
    known = GENERAL | RESPONSE_URL | {NO_SUCH_METHOD} | frozenset().union(*REFUSALS.values())
    raised = {
        (name, str(node.args[0].value))
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SlackError"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert len(raised) > 30
    assert sorted(one for one in raised if one[1] not in known) == []


def test_no_refusal_is_listed_that_is_never_raised() -> None:
    said = {
        node.value
        for name, tree in sources()
        if name != "refusals.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    listed = frozenset().union(*REFUSALS.values()) | RESPONSE_URL
    assert sorted(listed - said) == []


def test_the_server_breaks_on_a_word_that_is_not_slacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def shrug(*_: object) -> dict[str, object]:
        raise SlackError("not_today")

    monkeypatch.setitem(METHODS, "team.info", Method(shrug))
    with Sandbox(manifest=MANIFEST) as sandbox:
        answer = sandbox.http.post("/api/team.info", headers={"authorization": f"Bearer {BOT_TOKEN}"})
        assert answer.status_code == 500
