"""What goes out is listened to when it comes back, and Slack is asked for no more than that takes."""

import ast
import re
from pathlib import Path
from typing import Any

import yaml

from blocks.ids import COMMAND, Act, More, Shortcut, View
from bot.listeners import actions, submissions
from bot.listeners.pressed.track import SHORTCUTS
from sandbox.manifest import EVENT_SCOPES
from sandbox.webapi import METHODS

HOUSE = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((HOUSE / "manifest.yml").read_text())
# A menu of acts, two searches, plain inputs.
NEVER_PRESSED = {Act.STEP_MORE, Act.PERSON_PICK, Act.ZONE_PICK, Act.INPUT}
ONLY_READ = {
    View.STEP_NOTES,
    View.PLAN_STEPS,
    View.PLAN_MINE,
    View.PLAN_HISTORY,
    View.PLAN_CALENDAR,
    View.PLAN_SLIPS,
    View.PLAN_KEEP,
    View.PLAN_PREVIEW,
    View.STEP_DETAILS,
    View.PROPOSAL,
    View.NOTICE,
}


def source(*rooms: str) -> str:
    return "\n".join(path.read_text() for room in rooms for path in sorted((HOUSE / room).rglob("*.py")))


def used(kind: str, rooms: tuple[str, ...]) -> set[str]:
    """The members of an enum that the code of some rooms names."""
    return set(re.findall(rf"\b{kind}\.([A-Z_]+)\b", source(*rooms)))


def test_every_id_that_is_drawn_has_a_listener_and_the_other_way_round() -> None:
    drawn = {Act[name] for name in used("Act", ("blocks",))}
    chosen = set(actions.CHOICES.values())
    assert drawn - NEVER_PRESSED | chosen == set(actions.HANDLERS)
    assert {choice.value for choice in More} == set(actions.CHOICES)


def test_every_modal_that_can_be_sent_is_listened_to_and_the_other_way_round() -> None:
    drawn = {View[name] for name in used("View", ("blocks",))}
    assert drawn == set(View)
    assert drawn - ONLY_READ == set(submissions.HANDLERS)


def test_the_manifest_asks_for_what_the_called_methods_need_and_no_more() -> None:
    called = {
        node.func.attr
        for room in ("bot",)
        for path in (HOUSE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    by_python_name = {name.replace(".", "_"): method for name, method in METHODS.items()}
    methods = {name for name in called if name in by_python_name} | {"views_open", "views_push"}
    needed = {scope for name in methods for scope in scopes_of(by_python_name[name])}
    # Without a method of their own: the command, and what comes as an event.
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == needed | {"commands", *scopes_of_events()}
    assert scopes["bot_optional"] == ["channels:history", "files:write", "groups:history"]
    # https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes: "Optional scopes must also
    # be listed in the corresponding bot or user fields."
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert len(set(scopes["bot"])) == len(scopes["bot"])


def scopes_of_events() -> set[str]:
    """What Slack asks for each event that is subscribed to, in a channel or a private one."""
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    kinds = [EVENT_SCOPES.get(event, {}) for event in events]
    return {scope for of_event in kinds for kind, scope in of_event.items() if kind in "CG"}


def scopes_of(method: Any) -> set[str]:
    """What the sandbox asks for a method, after Slack's pages. Tandem lives in channels only."""
    return set(method.scopes) - {"im:read", "mpim:read"}


def test_commands_and_events_of_manifest_and_code_agree() -> None:
    [command] = MANIFEST["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert command["should_escape"] is True
    listened = set(re.findall(r'app\.event\("([a-z_]+)"\)', source("bot")))
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == listened  # `message.channels` comes as `message`


def test_shortcuts_of_manifest_and_code_agree() -> None:
    offered = MANIFEST["features"]["shortcuts"]
    assert {one["callback_id"] for one in offered if one["type"] == "message"} == set(Shortcut)
    assert len(offered) == len(Shortcut)
    assert set(SHORTCUTS) == set(Shortcut)
