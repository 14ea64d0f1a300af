"""What a person has on their screen, and what they put into its fields."""

from dataclasses import dataclass
from typing import Any

from sandbox.blockkit import elements_of
from sandbox.desk import Call, message_of, screen_of
from sandbox.forms import VALUE_KEYS, FieldError, Values, complete, options_of, state_of
from sandbox.refusals import MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message, OpenView

Key = tuple[str, str, str, str]  # person, screen, block_id, action_id


@dataclass(frozen=True, slots=True)
class Screen:
    """A modal, a home tab or a message, as one person has it before them.

    `name` is the view's id or the message's ts. Of a view the `values` stay; of a message they are only what
    was chosen at first and what comes along with a press.
    """

    person: str
    name: str
    blocks: list[dict[str, Any]]
    values: Values
    place: OpenView | tuple[Channel, Message]

    def key(self, block_id: str, action_id: str) -> Key:
        return self.person, self.name, block_id, action_id


def screen_before(slack: SmallSlack, call: Call, person: str) -> Screen:
    """What a call points to: `view_id`, or `channel` and `ts`."""
    if call.get("view_id"):
        view = screen_of(slack, call, person)
        return Screen(person, view.id, view.body["blocks"], view.values, view)
    channel, message = message_of(slack, call, person)
    blocks = message.blocks or []
    return Screen(person, message.ts, blocks, state_of(blocks), (channel, message))


def keep(slack: SmallSlack, view: OpenView) -> None:
    """What is in the fields of a view is remembered."""
    if view.body["type"] == "home":
        slack.world.keep_home(view)
    else:
        slack.world.keep_stack(view.person)


def values_of(call: Call) -> dict[str, Any]:
    given = call.get("values", {})
    if not isinstance(given, dict):
        raise MalformedCallError("“values” must be an object of block ids")
    return given


def fill_in(slack: SmallSlack, screen: Screen, given: dict[str, Any]) -> dict[str, str]:
    """Put what was typed and chosen into the state. Returns, by block id, what the fields do not take."""
    problems: dict[str, str] = {}
    blocks = {block["block_id"]: block for block in screen.blocks}
    for block_id, typed in given.items():
        for action_id, element in _fields(blocks.get(block_id), block_id).items():
            value = typed.get(action_id, _ABSENT) if isinstance(typed, dict) else typed
            if value is _ABSENT:
                continue
            try:
                known = known_options(slack, element, screen.key(block_id, action_id), value)
                state = complete(element, value, known, set(slack.world.people))
            except FieldError as error:
                problems[block_id] = str(error)
            else:
                screen.values[block_id][action_id] = state
    return problems


_ABSENT = object()


def _fields(block: dict[str, Any] | None, block_id: str) -> dict[str, dict[str, Any]]:
    if block is None:
        raise MalformedCallError(f"this window has no block {block_id}")
    return {one["action_id"]: one for one in elements_of(block) if one["type"] in VALUE_KEYS}


def known_options(slack: SmallSlack, element: Call, key: Key, given: Any) -> dict[str, Call]:
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
