"""What a person presses, picks and fills in: on messages and in modals."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from sandbox.blockkit import BlocksRefusedError, Surface, elements_of, reason, with_defaults
from sandbox.desk import Call, element_of, message_of, person_of, refusal_of, text_of, view_of
from sandbox.forms import VALUE_KEYS, FieldError, complete, is_empty, options_of
from sandbox.methods_views import MOST_VIEWS, put_on_top, replace
from sandbox.outgoing import Ack
from sandbox.parts import OptionGroup, PlainOption
from sandbox.payloads import message_action, suggestion, view_action, view_closed, view_submission
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.views import ViewTooLargeError, check_view
from sandbox.world import Channel, Message, OpenView

MOST_OPTIONS = 100
_options: TypeAdapter[list[PlainOption]] = TypeAdapter(list[PlainOption])
_groups: TypeAdapter[list[OptionGroup]] = TypeAdapter(list[OptionGroup])
Place = OpenView | tuple[Channel, Message]


def _place(slack: SmallSlack, call: Call, person: str) -> tuple[Place, list[dict[str, Any]] | None, str]:
    """Where a call points to, the blocks there, and a name for the place."""
    if call.get("view_id"):
        view = view_of(slack, call, person)
        return view, view.body["blocks"], view.id
    channel, message = message_of(slack, call, person)
    return (channel, message), message.blocks, message.ts


def click(slack: SmallSlack, call: Call) -> Call:
    """A person presses or picks something: `block_actions` to the app."""
    person = person_of(slack, call)
    world = slack.world
    with world.changed:
        place, blocks, where = _place(slack, call, person)
        block, element = element_of(blocks, call)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise ClientError("not_dispatched", "This field is sent with the form.")
        key = (person, where, block["block_id"], element["action_id"])
        action = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            **_picked(slack, element, call, key),
            "action_ts": world.next_ts(),
        }
        if isinstance(place, OpenView):
            if element["type"] in VALUE_KEYS:
                with world.changing():
                    state, _ = VALUE_KEYS[element["type"]]
                    place.values[block["block_id"]][element["action_id"]] = {
                        "type": element["type"],
                        state: action[state],
                    }
                    world.keep_stack(person)
            payload = view_action(slack, place, action)
        else:
            payload = message_action(slack, person, *place, action)
    if not slack.manifest.settings.interactivity.is_enabled:
        raise ClientError("not_interactive", "This app is not set up to react to buttons.")
    ack = slack.outgoing.interaction(f"block_actions {element['action_id']}", payload)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, "This")
    return {}


def _picked(slack: SmallSlack, element: Call, call: Call, key: tuple[str, str, str, str]) -> Call:
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
        state = complete(element, given, _known(slack, element, key, given), set(slack.world.people))
    except FieldError as error:
        raise ClientError("invalid_value", str(error)) from None
    name, first = VALUE_KEYS[kind]
    return {name: state[name]} | ({first: element[first]} if first in element else {})


def _known(slack: SmallSlack, element: Call, key: tuple[str, str, str, str], given: Any) -> dict[str, Call]:
    """The options a person could see in this element, by value."""
    known = options_of(element)
    if element["type"] in ("external_select", "multi_external_select"):
        first = element.get("initial_options") or [element.get("initial_option")]
        known |= {one["value"]: one for one in first if one is not None}
        for one in given if isinstance(given, list) else [given]:
            state = one.get("selected_option", one) if isinstance(one, dict) else one
            value = state.get("value") if isinstance(state, dict) else state
            if isinstance(value, str) and (found := slack.offered.find(key, value)) is not None:
                known[value] = found
    return known


def options(slack: SmallSlack, call: Call) -> Call:
    """A person opens an external select, or types into it: `block_suggestion` to the app."""
    person, query = person_of(slack, call), text_of(call, "query", "")
    with slack.world.changed:
        place, blocks, where = _place(slack, call, person)
        block, element = element_of(blocks, call)
        if element["type"] not in ("external_select", "multi_external_select"):
            raise MalformedCallError("only an external select asks for options")
        payload = suggestion(slack, person, place, (block["block_id"], element["action_id"]), query)
    if not slack.manifest.loads_options:
        raise ClientError("no_options_url", "This app has no address for options in its manifest.")
    ack = slack.outgoing.interaction(f"block_suggestion {element['action_id']}", payload)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, "The list")
    answer = _checked_options(ack)
    groups = answer.get("option_groups", [])
    offered = [*answer.get("options", []), *(one for group in groups for one in group["options"])]
    slack.offered.keep((person, where, block["block_id"], element["action_id"]), offered)
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


def submit(slack: SmallSlack, call: Call) -> Call:
    """A person presses a modal's submit. What the client itself refuses never reaches the app."""
    person = person_of(slack, call)
    world = slack.world
    given = call.get("values", {})
    if not isinstance(given, dict):
        raise MalformedCallError("“values” must be an object of block ids")
    with world.changed:
        view = view_of(slack, call, person)
        if view is not world.top_view(person):
            raise ClientError("view_not_found", "Another window is open over this one.")
        if view.body["submit"] is None:
            raise ClientError("no_submit", "This window has nothing to send.")
        with world.changing():
            problems = _fill_in(slack, view, given)
            view.errors = {}
            view.is_busy = not problems
            world.keep_stack(person)
        if problems:
            raise ClientError("required", "Some fields need another look.", fields=problems)
        payload = view_submission(slack, view)
    name = f"view_submission {view.body['callback_id']}".strip()
    ack = slack.outgoing.interaction(name, payload)
    with world.changing():
        view.is_busy = False
        return _after_submission(slack, view, ack)


def _fill_in(slack: SmallSlack, view: OpenView, given: Call) -> dict[str, str]:
    """Put what was typed into the state. Returns the client's objections by block id."""
    problems: dict[str, str] = {}
    blocks = {block["block_id"]: block for block in view.body["blocks"]}
    for block_id, typed in given.items():
        for action_id, element in _fields(blocks.get(block_id), block_id).items():
            value = typed.get(action_id, _ABSENT) if isinstance(typed, dict) else typed
            if value is _ABSENT:
                continue
            key = (view.person, view.id, block_id, action_id)
            try:
                known = _known(slack, element, key, value)
                state = complete(element, value, known, set(slack.world.people))
            except FieldError as error:
                problems[block_id] = str(error)
            else:
                view.values[block_id][action_id] = state
    for block in blocks.values():
        if block["type"] == "input" and not block.get("optional"):
            state = view.values[block["block_id"]][block["element"]["action_id"]]
            if is_empty(state):
                problems.setdefault(block["block_id"], "Please fill in this field.")
    return problems


_ABSENT = object()


def _fields(block: dict[str, Any] | None, block_id: str) -> dict[str, dict[str, Any]]:
    if block is None:
        raise MalformedCallError(f"this window has no block {block_id}")
    return {one["action_id"]: one for one in elements_of(block) if one["type"] in VALUE_KEYS}


def _after_submission(slack: SmallSlack, view: OpenView, ack: Ack) -> Call:
    """https://docs.slack.dev/surfaces/modals#response_actions"""
    world = slack.world
    world.keep_stack(view.person)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, "This")
    data = ack.data()
    answer = data if isinstance(data, dict) else {}
    action = answer.get("response_action")
    stack = world.stacks.get(view.person, [])
    if action is None and (isinstance(data, dict) or not ack.body.strip()):
        if view in stack:
            stack.remove(view)
    elif action == "errors":
        view.errors = _checked_errors(view, answer.get("errors"))
    elif action == "clear":
        stack.clear()
    elif action == "update":
        replace(world, view, _answered_view(answer))
    elif action == "push":
        if len(stack) >= MOST_VIEWS:
            raise _trouble(f"more than {MOST_VIEWS} windows")
        put_on_top(world, view.person, _answered_view(answer))
    else:
        raise _trouble(f"response_action {action!r}")
    world.keep_stack(view.person)
    return {"errors": view.errors} if view.errors else {}


def _checked_errors(view: OpenView, given: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    is_right = (
        isinstance(given, dict) and given and all(isinstance(one, str) and one for one in given.values())
    )
    if not is_right or not set(given) <= inputs:
        raise _trouble("errors that name no input block of this window")
    return dict(given)


def _answered_view(answer: Call) -> dict[str, Any]:
    try:
        return check_view(answer.get("view"), Surface.MODAL)
    except ViewTooLargeError:
        raise _trouble("a view of more than 250 kB") from None
    except BlocksRefusedError as error:
        raise _trouble("; ".join(error.messages)) from None


def _trouble(what: str) -> ClientError:
    return ClientError("invalid_response", f"We had trouble with the app's answer: {what}.")


def close(slack: SmallSlack, call: Call) -> Call:
    """A person closes a modal with its button or Esc, or all of them (`all`)."""
    person = person_of(slack, call)
    world = slack.world
    with world.changed:
        view = view_of(slack, call, person)
        stack = world.stacks[person]
        is_cleared = bool(call.get("all")) or view.body["clear_on_close"]
        closed = list(stack) if is_cleared else [view]
        with world.changing():
            world.stacks[person] = [one for one in stack if one not in closed]
            world.keep_stack(person)
        payloads = [
            view_closed(slack, one, is_cleared=is_cleared)
            for one in reversed(closed)
            if one.body["notify_on_close"]
        ]
    for payload in payloads:
        slack.outgoing.interaction(f"view_closed {payload['view']['callback_id']}".strip(), payload)
    return {}
