"""What a person presses and picks: on messages, in modals, in their home tab, and in a message's menu."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from sandbox.blockkit import reason, with_defaults
from sandbox.desk import Call, element_of, message_of, need_apps, person_of, refusal_of, text_of
from sandbox.filling import Key, Screen, fill_in, keep, known_options, screen_before, values_of
from sandbox.forms import VALUE_KEYS, FieldError, complete, options_of
from sandbox.manifest import Shortcut
from sandbox.outgoing import Ack
from sandbox.parts import OptionGroup, PlainOption
from sandbox.payloads import pressed, shortcut_action, suggestion
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.world import OpenView

MOST_OPTIONS = 100
LEAST_TYPED = 3  # where a select says nothing else
_options: TypeAdapter[list[PlainOption]] = TypeAdapter(list[PlainOption])
_groups: TypeAdapter[list[OptionGroup]] = TypeAdapter(list[OptionGroup])


def click(slack: SmallSlack, call: Call) -> Call:
    """A person presses or picks something: `block_actions` to the app.

    `values` is what stands in the other fields at that moment. Nothing is required yet, and what a field does
    not take stays out: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload (`state`).
    """
    person, given = person_of(slack, call), values_of(call)
    world = slack.world
    with world.changed:
        screen = screen_before(slack, call, person)
        if screen.place in world.stacks.get(person, [])[:-1]:
            raise ClientError("view_not_found", "Another window is open over this one.")
        _need_apps(slack, screen)
        block, element = element_of(screen.blocks, call)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise ClientError("not_dispatched", "This field is sent with the form.")
        there = {one["block_id"] for one in screen.blocks}
        with world.changing():
            fill_in(slack, screen, {key: typed for key, typed in given.items() if key in there})
            picked = _picked(slack, element, call, screen.key(block["block_id"], element["action_id"]))
            if element["type"] in VALUE_KEYS:
                state, _ = VALUE_KEYS[element["type"]]
                chosen = {"type": element["type"], state: picked[state]}
                screen.values[block["block_id"]][element["action_id"]] = chosen
            if isinstance(screen.place, OpenView):
                keep(slack, screen.place)
        action = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            **picked,
            "action_ts": world.next_ts(),
        }
        payload = pressed(slack, screen, action)
    return _tell(slack, f"block_actions {element['action_id']}", payload, "This")


def _need_apps(slack: SmallSlack, screen: Screen) -> None:
    """What is left of an app that was uninstalled can be looked at only. The code is the sandbox's own."""
    if isinstance(screen.place, OpenView):
        return
    channel, message = screen.place
    need_apps(slack, screen.person, channel)
    author = slack.world.copies.get(message.user)
    if author is not None and author.is_gone:
        raise ClientError("app_not_installed", "This app is not installed any more.")


def _tell(slack: SmallSlack, name: str, payload: Call, what: str) -> Call:
    if not slack.manifest.settings.interactivity.is_enabled:
        raise ClientError("not_interactive", "This app is not set up to react to buttons.")
    ack = slack.outgoing.interaction(name, payload)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, what)
    return {}


def _picked(slack: SmallSlack, element: Call, call: Call, key: Key) -> Call:
    """What an action carries: from the block itself, never from the page."""
    kind = element["type"]
    if kind == "button":
        return {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    given = next(
        (
            call[name]
            for name in (*dict.fromkeys(state for state, _ in VALUE_KEYS.values()), "value")
            if call.get(name) is not None
        ),
        None,
    )
    if kind == "overflow":
        chosen = given.get("value") if isinstance(given, dict) else given
        known = options_of(element)
        if not isinstance(chosen, str) or chosen not in known:
            raise ClientError("option_not_found", "This choice is not there any more.")
        return {"selected_option": {name: known[chosen][name] for name in ("text", "value")}}
    try:
        state = complete(element, given, known_options(slack, element, key, given), set(slack.world.people))
    except FieldError as error:
        raise ClientError("invalid_value", str(error)) from None
    name, first = VALUE_KEYS[kind]
    return {name: state[name]} | ({first: element[first]} if first in element else {})


def options(slack: SmallSlack, call: Call) -> Call:
    """A person opens an external select, or types into it: `block_suggestion` to the app.

    Not before they have typed `min_query_length` letters, 3 where it is not set:
    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    """
    person, query = person_of(slack, call), text_of(call, "query", "")
    with slack.world.changed:
        screen = screen_before(slack, call, person)
        _need_apps(slack, screen)
        block, element = element_of(screen.blocks, call)
        if element["type"] not in ("external_select", "multi_external_select"):
            raise MalformedCallError("only an external select asks for options")
        if len(query) < (least := element.get("min_query_length", LEAST_TYPED)):
            raise ClientError("query_too_short", f"Type {least} letters or more to search.")
        about = (block["block_id"], element["action_id"])
        payload = suggestion(slack, screen, about, query)
    if not slack.manifest.loads_options:
        raise ClientError("no_options_url", "This app has no address for options in its manifest.")
    ack = slack.outgoing.interaction(f"block_suggestion {element['action_id']}", payload)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, "The list")
    answer = _checked_options(ack)
    groups = answer.get("option_groups", [])
    offered = [*answer.get("options", []), *(one for group in groups for one in group["options"])]
    slack.offered.keep(screen.key(*about), offered)
    return answer


def _checked_options(ack: Ack) -> Call:
    """At most 100: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    data = ack.data()
    names = [name for name in ("options", "option_groups") if isinstance(data, dict) and name in data]
    if len(names) != 1:
        raise ClientError("invalid_options", "The app must answer with either options or option_groups.")
    name = names[0]
    given = data[name]
    adapter: TypeAdapter[Any] = _options if name == "options" else _groups
    try:
        adapter.validate_python(given)
    except ValidationError as error:
        words, pointer = reason(error.errors()[0], given, f"/{name}")
        raise ClientError("invalid_options", f"{words} [json-pointer:{pointer}]") from None
    if len(given) > MOST_OPTIONS:
        raise ClientError(
            "invalid_options", f"no more than {MOST_OPTIONS} items allowed [json-pointer:/{name}]"
        )
    return {name: with_defaults(given)}


def shortcuts_for(slack: SmallSlack, person: str) -> list[Shortcut]:
    """https://docs.slack.dev/apis/slack-connect: "Slash commands and message actions are not shared"."""
    own = slack.world.copy_of(person)
    return slack.granted(own).message_shortcuts if own is not None else []


def shortcut(slack: SmallSlack, call: Call) -> Call:
    """A person picks a shortcut of the app in a message's menu: `message_action` to the app."""
    person, callback_id = person_of(slack, call), text_of(call, "callback_id")
    with slack.world.changed:
        channel, message = message_of(slack, call, person)
        need_apps(slack, person, channel)
        copy = slack.world.copy_of(person)
        if copy is None or not any(one.callback_id == callback_id for one in shortcuts_for(slack, person)):
            raise ClientError(
                "unknown_shortcut",
                "This shortcut is not available here: it belongs to the workspace that installed the app.",
            )
        if message.only_for is not None:  # the menu of an ephemeral message has none
            raise ClientError("message_not_found", "Only you can see this message; it takes no shortcuts.")
        payload = shortcut_action(slack, person, copy, channel, message, callback_id)
    return _tell(slack, f"message_action {callback_id}", payload, "This shortcut")
