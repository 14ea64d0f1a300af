"""Every text that anybody types, in every builder: shown as typed, pinging nobody, breaking nothing.

Exhaustive by construction. Every call of a builder that `everything.py` makes is made again, with a hostile
text in the place of each text among what it is given, whatever the field. A new field is hostile until it
stands in `hostile.NOT_TYPED`; a new builder that is never drawn is named by the first test.
"""

import inspect
import itertools
import pkgutil
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import pytest

import blocks
from blocks import picture, replies, timeline
from blocks.kit import Message, ViewDict
from tests.blocks import everything, homes
from tests.blocks.hostile import (
    EVIL,
    FEW,
    LONG,
    UNSEEN,
    Planter,
    as_read,
    as_seen_by_line,
    check_text,
    frame,
    looks_empty,
    nodes,
    reads_as_typed,
)
from tests.blocks.rules import check, objects

PARTS = {"kit", "rich", "text", "words", "budget", "limits", "ids", "lettering", "timeline_layout"}
# What is a part of a view that is drawn, and what puts finished words of `blocks.words` in a frame.
DRAWN_WITHIN = {"step_filters.build_filters", "replies.build_short", "notices.build_said"}
SORTS = {
    "kind",
    "code",
    "what",
    "ending",
    "saying",
    "answer",
    "reason_code",
    "theme",
}  # each says something else
TURNS = 2
MOST_OF_A_BUILDER = 30  # calls that differ in more than their texts
DRAWN_IN_FULL = ("replies.reply_refused", "replies.refusal_text")  # each code has words of its own
AROUND_A_PICTURE: dict[str, Callable[..., Any]] = {
    "timeline.comment": lambda view: {"text": timeline.comment(view)},
    "timeline.file_title": lambda view: {"alt_text": timeline.file_title(view)},
    "timeline.alt_text": lambda view: {"alt_text": timeline.alt_text(view)},
}
STRUCTURED = ("rich", "typed")  # where lines of somebody's stay lines
OVER_LINES = re.compile(r"(?:two|lines|three|four)[^\w]*\n")  # of `hostile.EVIL`
SHAPES = {"svg", "defs", "pattern", "linearGradient", "stop", "g", "rect", "path", "text"}
RICH = {
    *("rich_text", "rich_text_section", "rich_text_quote", "rich_text_preformatted"),
    *("text", "link"),
}
DRAWN = (Message, ViewDict, Mapping[str, Any])


class Call(NamedTuple):
    name: str
    builder: Callable[..., Any]
    given: dict[str, Any]  # by the names of its parameters


def builders() -> dict[str, Callable[..., Any]]:
    """Every public function that draws a message, a view or the answer to a search."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(blocks.__path__):
        if module.name in PARTS:
            continue
        for name, one in inspect.getmembers(import_module(f"blocks.{module.name}"), inspect.isfunction):
            is_own = one.__module__ == f"blocks.{module.name}" and name.startswith(
                ("build_", "reply_", "with_")
            )
            if (
                is_own
                and f"{module.name}.{name}" not in DRAWN_WITHIN
                and inspect.signature(one).return_annotation in DRAWN
            ):
                found[f"{module.name}.{name}"] = one
    return found


@contextmanager
def listening(heard: list[Call]) -> Iterator[None]:
    """For a while no builder draws; what it was given is kept instead."""
    put_back = []
    for name, builder in builders().items():
        double = _double(name, builder, heard)
        for module in [one for key, one in sys.modules.items() if key.startswith(("blocks", "tests.blocks"))]:
            for attribute, value in list(vars(module).items()):
                if value is builder:
                    put_back.append((module, attribute, value))
                    setattr(module, attribute, double)
    try:
        yield
    finally:
        for module, attribute, value in put_back:
            setattr(module, attribute, value)


def _double(name: str, builder: Callable[..., Any], heard: list[Call]) -> Callable[..., Any]:
    signature = inspect.signature(builder)

    def double(*args: Any, **kwargs: Any) -> dict[str, Any]:
        given = dict(signature.bind(*args, **kwargs).arguments)
        for rest in [one for one in given if signature.parameters[one].kind is inspect.Parameter.VAR_KEYWORD]:
            given |= given.pop(rest)
        heard.append(Call(name, builder, given))
        return {"text": "Acme", "blocks": [{"type": "divider", "block_id": "x"}]}

    return double


@cache
def calls() -> list[Call]:
    """One call of each kind that `everything.py` makes: kinds differ in all that is no text."""
    heard: list[Call] = []
    with listening(heard):
        for drawn in (everything.messages(), everything.views(), everything.options(), homes.homes()):
            for _ in drawn:
                pass
    kinds: dict[tuple[Any, ...], Call] = {}
    for call in [*heard, *_apart(heard)]:
        kinds.setdefault((call.name, _shape(call.given, "")), call)
    by_builder: dict[str, list[Call]] = {}
    for call in kinds.values():
        by_builder.setdefault(call.name, []).append(call)
    return [call for name, some in by_builder.items() for call in _a_part(name, some)]


def _a_part(name: str, some: list[Call]) -> list[Call]:
    """As many as are enough, evenly from all of them."""
    return some if name in DRAWN_IN_FULL else some[:: -(-len(some) // MOST_OF_A_BUILDER)]


def _apart(heard: Sequence[Call]) -> Iterator[Call]:
    """What is no message and no view: the words around a picture, the error under a field."""
    for call in heard:
        if call.name == "timeline.build_timeline_words":
            for name, builder in AROUND_A_PICTURE.items():
                yield Call(name, builder, {"view": call.given["view"]})
        if call.name == "replies.reply_refused":
            yield Call("replies.refusal_text", _under_a_field, call.given)


def _under_a_field(code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    return {"alt_text": replies.refusal_text(code, facts)}


def _shape(value: Any, name: str) -> Any:
    if isinstance(value, Enum) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if name in SORTS else bool(value)
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(_shape(getattr(value, field.name), field.name) for field in fields(value))
    if isinstance(value, tuple | list):
        return tuple(_shape(one, name) for one in value[:FEW])
    if isinstance(value, dict):
        return tuple((key, _shape(one, key)) for key, one in value.items())
    return type(value).__name__


class Drawn(NamedTuple):
    call: Call
    payload: Any
    planted: dict[str, tuple[str, str]]


def draw(call: Call, make: Callable[[str], str]) -> Drawn:
    planter = Planter(make)
    given = {name: planter.in_place_of(value, name) for name, value in call.given.items()}
    try:
        return Drawn(call, call.builder(**given), planter.planted)
    except Exception as error:  # whatever it is goes on, with what was drawn beside it
        error.add_note(f"{call.name} draws no typed text there: {planter.planted}. Is it in NOT_TYPED?")
        raise


def in_turn(texts: Sequence[str], first: int, *, harmless: bool = False) -> Callable[[str], str]:
    """Puts one text after the other in place, the mark behind it."""
    places = itertools.count(first)

    def make(mark: str) -> str:
        text = texts[next(places) % len(texts)]
        if harmless:
            text = "".join("\n" if c == "\n" else "w" for c in as_seen_by_line(text))
        return f"{text} {mark}"

    return make


@cache
def drawn(turn: int) -> list[tuple[Drawn, Drawn]]:
    """Every call with harmless texts, and with hostile ones that are as long."""
    return [
        (
            draw(call, in_turn(EVIL, place + turn * 7, harmless=True)),
            draw(call, in_turn(EVIL, place + turn * 7)),
        )
        for place, call in enumerate(calls())
    ]


def test_every_builder_is_drawn() -> None:
    assert builders().keys() - {call.name for call in calls()} == set()


@pytest.mark.parametrize("turn", range(TURNS))
def test_nothing_typed_calls_hides_or_turns_around(turn: int) -> None:
    for _, one in drawn(turn):
        for kind, shown in nodes(one.payload):
            check_text(kind, shown)


@pytest.mark.parametrize("turn", range(TURNS))
def test_it_reads_as_it_was_typed(turn: int) -> None:
    for _, one in drawn(turn):
        for kind, shown in nodes(one.payload):
            read = as_read(shown, parsed=kind == "mrkdwn")
            for mark in re.findall(r"Q\d+Z", read):
                name, typed = one.planted[mark]
                assert kind in STRUCTURED or not OVER_LINES.search(shown), (
                    f"{one.call.name}: {name} {shown!r}"
                )
                if kind == "typed":
                    assert typed.strip() in shown.strip(), f"{one.call.name}: {name} comes back as {shown!r}"
                else:
                    assert reads_as_typed(read, mark, typed), (
                        f"{one.call.name}: {name} {typed!r} reads {shown!r}"
                    )


@pytest.mark.parametrize("turn", range(TURNS))
def test_it_makes_no_mark_line_or_entity_of_its_own(turn: int) -> None:
    for calm, one in drawn(turn):
        frames = [[(kind, frame(shown, kind)) for kind, shown in nodes(each.payload)] for each in (calm, one)]
        for (_, shown), before, after in zip(nodes(one.payload), *frames, strict=True):
            assert before == after, f"{one.call.name}: {shown!r}"


@pytest.mark.parametrize("texts", [LONG, UNSEEN], ids=["long", "unseen"])
def test_no_text_is_too_long_or_too_empty_for_slack(texts: Sequence[str]) -> None:
    for place, call in enumerate(calls()):
        places = itertools.count(place)
        payload = draw(call, lambda _: texts[next(places) % len(texts)]).payload  # noqa: B023  drawn at once
        if payload.get("blocks") and ("text" in payload or payload.get("type") in ("modal", "home")):
            try:
                check(dict(payload))
            except AssertionError as error:
                raise AssertionError(f"{call.name}: {error}") from error
        for kind, shown in nodes(payload):
            check_text(kind, shown)


def test_no_choice_and_no_button_looks_empty() -> None:
    for place, call in enumerate(calls()):
        places = itertools.count(place)
        payload = draw(call, lambda _: UNSEEN[next(places) % len(UNSEEN)]).payload  # noqa: B023  drawn at once
        for one in objects(payload):
            if one.get("type") == "plain_text":
                assert not looks_empty(one["text"]), f"{call.name}: {one}"


def test_every_field_that_is_typed_is_shown_somewhere() -> None:
    planted, seen = set(), set()
    for turn in range(TURNS):
        for calm, _ in drawn(turn):
            planted |= {name for name, _ in calm.planted.values()}
            for _, shown in nodes(calm.payload):
                seen |= {calm.planted[mark][0] for mark in re.findall(r"Q\d+Z", shown)}
    assert planted - seen <= set()


def test_structured_text_holds_words_and_links_only() -> None:
    for turn in range(TURNS):
        for _, one in drawn(turn):
            for block in objects(one.payload):
                if block.get("type") == "rich_text":
                    kinds = {each["type"] for each in objects(block) if "type" in each}
                    assert kinds <= RICH, one.call.name
                if block.get("type") == "link":
                    assert block["url"].startswith(("https://", "http://"))
                assert block.get("type") != "rich_text_input", "it would bring mentions and broadcasts in"


def test_a_picture_holds_words_and_shapes_only() -> None:
    svg = "{http://www.w3.org/2000/svg}"
    for call in calls():
        if call.name == "timeline.alt_text":
            for turn in range(TURNS):
                one = draw(call._replace(builder=picture.draw_svg), in_turn(EVIL, turn * 7))
                root = ET.fromstring(one.payload)
                assert {part.tag.removeprefix(svg) for part in root.iter()} <= SHAPES
                for shown in root.itertext():
                    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b\x1b]", shown)
                    read = as_read(shown, parsed=False)
                    for mark in re.findall(r"Q\d+Z", read):
                        assert reads_as_typed(read, mark, one.planted[mark][1]), shown
