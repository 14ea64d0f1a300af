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

from sandbox.refusals import ELSEWHERE, GENERAL, NO_SUCH_METHOD, REFUSALS, RESPONSE_URL, SlackError
from sandbox.webapi import METHODS, Method
from tests.sandbox.conftest import MANIFEST
from tests.sandboxed import BOT_TOKEN, Sandbox

HOUSE = Path(__file__).parents[2]
OFFICIAL = HOUSE.parent / "shared" / "slack" / "api-examples" / "errors-by-method.json"
LISTED: dict[str, list[str]] = json.loads(OFFICIAL.read_text())

_BLOCKS = {"invalid_blocks", "invalid_blocks_format"}
_METADATA = {"invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large"}
_VIEW = {"view_too_large", "duplicate_external_id"}
_TRIGGER = {"invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id"}
SINCE: dict[str, set[str]] = {
    "apps.uninstall": {"bad_client_secret", "invalid_client_id"},
    "auth.teams.list": {"invalid_cursor", "invalid_limit"},
    "apps.connections.open": {"missing_args"},
    "chat.postEphemeral": {*_BLOCKS, "cannot_reply_to_message", "messages_tab_disabled", "not_in_channel"},
    "chat.postMessage": {
        *(_BLOCKS | _METADATA),
        *("cannot_reply_to_message", "messages_tab_disabled", "msg_blocks_too_long"),
    },
    "chat.update": _BLOCKS | _METADATA | {"block_mismatch"},
    "conversations.history": {"invalid_cursor", "not_in_channel"},
    "conversations.list": {"invalid_cursor", "invalid_limit", "invalid_types"},
    "conversations.replies": {"invalid_cursor"},
    "files.completeUploadExternal": {
        *("channel_not_found", "channels_limit_exceeded", "file_not_found", "invalid_blocks"),
        *("invalid_channel", "not_in_channel", "posting_to_channel_denied"),
    },
    "files.getUploadURLExternal": {"alt_txt_too_large", "missing_argument", "unknown_snippet_type"},
    "oauth.v2.access": {
        *("bad_client_secret", "bad_redirect_uri", "invalid_client_id", "invalid_code", "invalid_grant_type"),
    },
    "pins.add": {"not_in_channel", "restricted_action", "too_many_pins"},
    "pins.remove": {"channel_not_found", "no_pin", "restricted_action"},
    "team.info": {"team_not_found"},
    "users.list": {"missing_argument"},
    "views.open": _VIEW | _TRIGGER,
    "views.publish": _VIEW | {"hash_conflict", "not_enabled"},
    "views.push": _VIEW | _TRIGGER | {"not_found", "push_limit_reached"},
    "views.update": _VIEW | {"hash_conflict", "not_found"},
}
# On every page today, on few or none in 2021.
GENERAL_SINCE = {
    *("ratelimited", "not_allowed_token_type", "missing_scope", "invalid_arguments", "fatal_error"),
    "team_access_not_granted",
}


@pytest.mark.parametrize("method", sorted(REFUSALS))
def test_what_a_method_refuses_is_on_its_page(method: str) -> None:
    newer = REFUSALS[method] - set(LISTED.get(method, []))
    assert newer - set(ELSEWHERE) == SINCE.get(method, set())


def test_what_is_on_no_methods_page_says_where_it_comes_from() -> None:
    on_pages = frozenset().union(*REFUSALS.values())
    for code, source in {**RESPONSE_URL, **ELSEWHERE}.items():
        assert source.startswith(("https://docs.slack.dev/", "https://github.com/")), code
        method = source.rpartition("/methods/")[2]
        assert code in REFUSALS[method] if method in REFUSALS else True, f"{code} is not on {source}"
    assert set(ELSEWHERE) <= on_pages


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
    known = GENERAL | set(RESPONSE_URL) | {NO_SUCH_METHOD} | frozenset().union(*REFUSALS.values())
    raised = {
        (name, str(node.args[0].value))
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SlackError"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert len(raised) > 30
    assert sorted(one for one in raised if one[1] not in known) == []


Where = tuple[str, str]  # a file of the sandbox, and a name at its top


class House:
    """What is said on the way through the sandbox, beginning at one function.

    A name leads to what it stands for, here or where it comes from; an attribute to every method so called.
    """

    def __init__(self) -> None:
        self._tops: dict[Where, ast.AST] = {}
        self._imported: dict[Where, Where] = {}
        self._methods: dict[str, list[tuple[str, ast.AST]]] = {}
        for file, tree in sources():
            for node in tree.body:
                self._keep(file.removesuffix(".py"), node)

    def _keep(self, module: str, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._tops[module, node.name] = node
        if isinstance(node, ast.ClassDef):
            for method in (one for one in node.body if isinstance(one, ast.FunctionDef)):
                self._methods.setdefault(method.name, []).append((module, method))
        if isinstance(node, ast.Assign):
            self._tops.update({(module, one.id): node for one in node.targets if isinstance(one, ast.Name)})
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sandbox."):
            source = str(node.module).removeprefix("sandbox.")
            self._imported.update({(module, one.name): (source, one.name) for one in node.names})

    def said_from(self, start: Where) -> set[str]:
        said: set[str] = set()
        seen: set[int] = set()
        waiting = [(start[0], self._tops[start])]
        while waiting:
            module, found = waiting.pop()
            if id(found) in seen:
                continue
            seen.add(id(found))
            for node in self._inside(found):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    said.add(node.value)
                if isinstance(node, ast.Attribute):
                    waiting += self._methods.get(node.attr, [])
                if isinstance(node, ast.Name):
                    place = self._imported.get((module, node.id), (module, node.id))
                    if place in self._tops:
                        waiting.append((place[0], self._tops[place]))
        return said

    @staticmethod
    def _inside(found: ast.AST) -> Iterator[ast.AST]:
        """What is run: not what annotations name. Of a class what it sets; its methods are called by name."""
        if isinstance(found, ast.ClassDef):
            parts = [one.value for one in found.body if isinstance(one, ast.Assign | ast.AnnAssign)]
            yield from (node for part in parts if part is not None for node in ast.walk(part))
        elif isinstance(found, ast.FunctionDef):
            yield from (node for part in (*found.body, found.args) for node in _without_annotations(part))
        else:
            yield from ast.walk(found)


def _without_annotations(tree: ast.AST) -> Iterator[ast.AST]:
    yield tree
    for name, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in ("annotation", "returns"):
                yield from _without_annotations(child)


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.mark.parametrize("method", sorted(REFUSALS))
def test_a_method_can_come_to_each_refusal_it_lists(house: House, method: str) -> None:
    run = METHODS[method].run
    said = house.said_from((run.__module__.removeprefix("sandbox."), run.__name__)) | house.said_from(
        ("webapi", "_admit")
    )
    assert sorted(REFUSALS[method] - said) == []


def test_an_answer_to_an_interaction_can_come_to_each_refusal_it_lists(house: House) -> None:
    assert sorted(set(RESPONSE_URL) - house.said_from(("talking", "use_response_url"))) == []


def test_the_server_breaks_on_a_word_that_is_not_slacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def shrug(*_: object) -> dict[str, object]:
        raise SlackError("not_today")

    monkeypatch.setitem(METHODS, "team.info", Method(shrug))
    with Sandbox(manifest=MANIFEST) as sandbox:
        answer = sandbox.http.post("/api/team.info", headers={"authorization": f"Bearer {BOT_TOKEN}"})
        assert answer.status_code == 500
