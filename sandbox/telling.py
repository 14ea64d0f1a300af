"""The hands of a story: finds what a step means on somebody's screen, and does it through their doors."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

from sandbox.blockkit import elements_of
from sandbox.doors import enter
from sandbox.filling import fill_in, screen_before
from sandbox.forms import VALUE_KEYS
from sandbox.moments import day_of, with_days
from sandbox.small_slack import SmallSlack
from sandbox.world import Message, OpenView

PATIENCE_SECONDS = 10.0
Found = TypeVar("Found")


class TellingError(RuntimeError):
    """A step of a story cannot be done; the message says why."""


class Teller:
    """`today` is the day that days of the story are counted from."""

    def __init__(self, slack: SmallSlack, today: date, patience: float = PATIENCE_SECONDS) -> None:
        self.slack = slack
        self.today = today
        self._patience = patience

    def clock(self, moment: float) -> None:
        self._enter("clock", {"to": moment})

    def say(self, who: str, place: str, text: str, thread: str) -> None:
        call = {"person": who, "channel": self.channel(who, place), "text": text}
        if thread:
            root = self._wait_for(f"a message with “{thread}”", lambda: self._message(who, place, thread))
            call["thread_ts"] = root.thread_ts or root.ts
        self._enter("say", call)

    def wait(self, who: str, place: str, text: str) -> None:
        self._wait_for(f"a message with “{text}”", lambda: self._message(who, place, text))

    def click(
        self, who: str, place: str, action: str, near: str, label: str, value: str, option: str
    ) -> None:
        def find() -> dict[str, Any] | None:
            for where, blocks in self._screens(who, place):
                for block, element, words in pressable(blocks):
                    if (
                        element["action_id"] == action
                        and near in words
                        and label in texts_of(element)
                        and value in ("", element.get("value"))
                    ):
                        found = {"block_id": block["block_id"], "action_id": action, **where}
                        return found | (self._option(element, option) if option else {})
            return None

        wanted = f"a “{action}” near “{near}{label}{value}”"
        self._enter("click", {"person": who, **self._wait_for(wanted, find)})

    def fill(self, who: str, callback_id: str, values: dict[str, Any]) -> str:
        """Put these into the fields without sending them, for somebody who watches. Returns the view's id."""
        view, filled = self._filled(who, callback_id, values)
        call = {"person": who, "view_id": view.id}
        with self.slack.world.changing():
            fill_in(self.slack, screen_before(self.slack, call, who), filled)
            self.slack.world.keep_stack(who)
        return view.id

    def _filled(self, who: str, callback_id: str, values: dict[str, Any]) -> tuple[OpenView, dict[str, Any]]:
        view = self._wait_for(f"the window {callback_id}", lambda: self._view(who, callback_id))
        named = {field_named(view, name): value for name, value in values.items()}
        return view, {block_id: self._value(view, block_id, value) for block_id, value in named.items()}

    def submit(self, who: str, callback_id: str, values: dict[str, Any]) -> None:
        view, filled = self._filled(who, callback_id, values)
        answer = self._enter("submit", {"person": who, "view_id": view.id, "values": filled})
        if answer.get("errors"):
            raise TellingError(f"{callback_id} was sent back: {answer['errors']}")

    def close(self, who: str, callback_id: str) -> None:
        view = self._wait_for(f"the window {callback_id}", lambda: self._view(who, callback_id))
        self._enter("close", {"person": who, "view_id": view.id})

    def _enter(self, door: str, call: dict[str, Any]) -> dict[str, Any]:
        _, answer = enter(self.slack, door, call)
        if not answer["ok"]:
            fields = f" {answer['fields']}" if "fields" in answer else ""
            raise TellingError(f"{door}: {answer['message']}{fields}")
        return answer

    def channel(self, who: str, place: str) -> str:
        """The id of the conversation that a step is in."""
        if place == "dm":
            return "D" + who[1:]
        return place or self.slack.world.cast.channels[0].id

    def _wait_for(self, what: str, find: Callable[[], Found | None]) -> Found:
        found: list[Found] = []

        def is_there() -> bool:
            one = find()
            found.extend([] if one is None else [one])
            return one is not None

        if not self.slack.world.wait_for(is_there, self._patience):
            raise TellingError(f"{what} did not appear within {self._patience:.0f} seconds")
        return found[-1]

    def _seen(self, who: str, place: str) -> list[Message]:
        """What the person sees there, newest first."""
        messages = self.slack.world.messages.get(self.channel(who, place), {}).values()
        return [one for one in reversed(messages) if one.only_for in (None, who)]

    def _message(self, who: str, place: str, words: str) -> Message | None:
        return next((one for one in self._seen(who, place) if words in everything(one)), None)

    def _view(self, who: str, callback_id: str) -> OpenView | None:
        view = self.slack.world.top_view(who)
        return view if view is not None and view.body["callback_id"] == callback_id else None

    def _screens(self, who: str, place: str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Where a person could press something: the modal in front of them, then messages, newest first."""
        view = self.slack.world.top_view(who)
        if view is not None:
            yield {"view_id": view.id}, view.body["blocks"]
        for message in self._seen(who, place):
            if message.blocks:
                yield {"channel": message.channel, "ts": message.ts}, message.blocks

    def _option(self, element: dict[str, Any], words: str) -> dict[str, Any]:
        groups = [one for group in element.get("option_groups") or [] for one in group["options"]]
        for option in [*(element.get("options") or []), *groups]:
            if words in option["text"]["text"]:
                return {"value": option["value"]}
        raise TellingError(f"no choice of {element['action_id']} says “{words}”")

    def _value(self, view: OpenView, block_id: str, said: Any) -> Any:
        if isinstance(said, dict) and set(said) == {"day"}:
            return day_of(str(said["day"]), self.today).isoformat()
        if isinstance(said, dict) and set(said) == {"pick"}:
            return self._pick(view, block_id, str(said["pick"]))
        return with_days(said, self.today) if isinstance(said, str) else said

    def _pick(self, view: OpenView, block_id: str, words: str) -> Any:
        for block in view.body["blocks"]:
            for element in elements_of(block) if block["block_id"] == block_id else []:
                if element["type"] not in VALUE_KEYS:
                    continue
                if element["type"] != "external_select":
                    return self._option(element, words)["value"]
                call = {"view_id": view.id, "block_id": block_id, "action_id": element["action_id"]}
                return self._searched(element, {"person": view.person, "query": words, **call})
        raise TellingError(f"{view.body['callback_id']} has no field {block_id}")

    def _searched(self, element: dict[str, Any], call: dict[str, Any]) -> Any:
        """What a search finds. The app may still be reading who is there, as it would for a quick typist."""
        deadline = time.monotonic() + self._patience
        while True:
            offered = self._enter("options", call)
            try:
                return self._option({**element, **offered}, call["query"])["value"]
            except TellingError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def field_named(view: OpenView, name: str) -> str:
    """The block_id that this is, or that of the field whose label begins with it."""
    blocks = view.body["blocks"]
    for block in blocks:
        if block["block_id"] == name:
            return name
    for block in blocks:
        if block["type"] == "input" and block["label"]["text"].startswith(name):
            return str(block["block_id"])
    raise TellingError(f"{view.body['callback_id']} has no field {name}")


def pressable(
    blocks: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Each block with each element to press, and the words near it: its own and the text before it."""
    before: list[str] = []
    was_actions = False
    for block in blocks:
        is_actions = block["type"] == "actions"
        if was_actions and not is_actions:
            before = []
        words = texts_of(block)
        if not is_actions and elements_of(block):
            before = []  # a text with its own button is not about what came before
        for element in elements_of(block):
            yield block, element, "\n".join([*before, words])
        if not is_actions:
            before.append(words)
        was_actions = is_actions


def texts_of(thing: Any) -> str:
    """Every text in a piece of Block Kit, a line each."""
    if isinstance(thing, list):
        return "\n".join(filter(None, map(texts_of, thing)))
    if isinstance(thing, dict):
        own = [thing["text"]] if isinstance(thing.get("text"), str) else []
        return "\n".join([*own, *filter(None, (texts_of(one) for one in thing.values()))])
    return ""


def everything(message: Message) -> str:
    return f"{message.text}\n{texts_of(message.blocks)}"
