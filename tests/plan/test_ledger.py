"""What a line of the ledger is worth, what lines come to, and how a chain breaks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import calendar_for, calendar_of
from plan.ledger import (
    FIELDS,
    FIRST_PREVIOUS,
    Break,
    Fault,
    Total,
    canonical,
    days_between,
    hash_of,
    totals,
    verify,
)
from storage.agreement import Slip, SlipKind
from storage.models import Side, Visibility

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
FIRST = date(2026, 6, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SIDES = st.sampled_from(list(Side))


def line(position: int = 1, **facts: Any) -> Slip:
    usual: dict[str, Any] = {
        "plan_id": 7,
        "position": position,
        "round": 1,
        "at": NOON,
        "kind": SlipKind.MOVED,
        "step_id": 4,
        "step_number": 4,
        "step_title": "Security review",
        "side": Side.BUYER,
        "old_day": FIRST,
        "new_day": FIRST + timedelta(position),
        "days": position,
        "lands_old": FIRST,
        "lands_new": None,
        "actor_id": "U0BEA",
        "actor_side": Side.BUYER,
        "reason": "Zürich waits 🙂",
        "visibility": Visibility.BOTH,
        "previous": "",
        "hash": "",
    }
    return Slip(**{**usual, **facts})


def chain(length: int) -> list[Slip]:
    previous, lines = FIRST_PREVIOUS, []
    for position in range(1, length + 1):
        one = line(position, previous=previous)
        one.hash = previous = hash_of(previous, one)
        lines.append(one)
    return lines


def test_every_column_is_in_the_hash() -> None:
    columns = set(Slip.model_fields) - {"id", "hash", "previous"}
    assert set(FIELDS) == columns
    before = hash_of(FIRST_PREVIOUS, line())
    other: dict[str, Any] = {
        "at": NOON + timedelta(microseconds=1),
        "kind": SlipKind.DONE,
        "side": Side.SELLER,
        "actor_side": Side.SELLER,
        "visibility": Visibility.SELLER,
        **dict.fromkeys(("old_day", "new_day", "lands_old", "lands_new"), date(2030, 1, 1)),
        **dict.fromkeys(("plan_id", "position", "round", "step_id", "step_number", "days"), 99),
        **dict.fromkeys(("step_title", "actor_id", "agreed_by", "reason_code", "reason"), "another"),
    }
    assert set(other) == columns
    for name, value in other.items():
        assert hash_of(FIRST_PREVIOUS, line(**{name: value})) != before, name
    assert hash_of("1" * 64, line()) != before


def test_a_line_has_one_spelling_wherever_it_comes_from() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5)))
    assert canonical(line(at=there)) == canonical(line())
    text = canonical(line()).decode("ascii")
    assert '"at":"2026-06-03T12:00:00.000000+00:00"' in text
    assert '"kind":"moved"' in text
    assert '"lands_new":null' in text
    assert '"old_day":"2026-06-01"' in text


def test_a_whole_chain_is_whole() -> None:
    for length in range(5):
        lines = chain(length)
        assert verify(lines, lines[-1].hash if lines else "") is None


def swap(lines: list[Slip]) -> None:
    lines[2], lines[3] = lines[3], lines[2]
    lines[2].position, lines[3].position = 3, 4


def cut_and_close_the_gap(lines: list[Slip]) -> None:
    del lines[2]
    for place, one in enumerate(lines, start=1):
        one.position = place


def change(**facts: Any) -> Callable[[list[Slip]], None]:
    def spoil(lines: list[Slip]) -> None:
        for name, value in facts.items():
            setattr(lines[2], name, value)

    return spoil


def change_and_hash_again(lines: list[Slip]) -> None:
    lines[2].days = 0
    lines[2].hash = hash_of(lines[2].previous, lines[2])


def append(hashed: bool) -> Callable[[list[Slip]], None]:
    def spoil(lines: list[Slip]) -> None:
        one = line(len(lines) + 1, previous=lines[-1].hash, hash="0" * 64)
        if hashed:
            one.hash = hash_of(one.previous, one)
        lines.append(one)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (change(days=0), Break(3, Fault.CHANGED)),
        (change(reason="No reason"), Break(3, Fault.CHANGED)),
        (change(hash="f" * 64), Break(3, Fault.CHANGED)),
        (change(previous="f" * 64), Break(3, Fault.CHANGED)),
        (change(days=b"\x00"), Break(3, Fault.CHANGED)),
        (change_and_hash_again, Break(4, Fault.UNLINKED)),
        (swap, Break(3, Fault.MOVED, was_at=4)),
        (cut_and_close_the_gap, Break(3, Fault.MOVED, was_at=4)),
        (lambda lines: lines.pop(2), Break(3, Fault.MISSING)),
        (lambda lines: lines.pop(0), Break(1, Fault.MISSING)),
        (lambda lines: lines.pop(), Break(6, Fault.MISSING)),
        (lambda lines: lines.clear(), Break(1, Fault.MISSING)),
        (append(hashed=False), Break(7, Fault.CHANGED)),
        (append(hashed=True), Break(7, Fault.STRANGE)),
    ],
)
def test_a_chain_says_where_it_is_broken(spoil: Callable[[list[Slip]], object], found: Break) -> None:
    lines = chain(6)
    head = lines[-1].hash
    spoil(lines)
    assert verify(lines, head) == found


def test_lines_where_none_was_written_are_strange() -> None:
    assert verify(chain(2), "") == Break(1, Fault.STRANGE)


@settings(deadline=None)  # a calendar is loaded once
@given(SIDES, st.lists(DAYS, min_size=2, max_size=6))
def test_days_add_up_whichever_way_a_step_went(side: Side, days: list[date]) -> None:
    """Counted day by day from one end to the other."""
    seller, buyer = calendar_for("GB"), calendar_for("US", closed=[(date(2026, 6, 22), date(2026, 7, 3))])
    calendar = calendar_of(side, seller, buyer)
    steps = pairwise(days)
    first, last = min(days[0], days[-1]), max(days[0], days[-1])
    walked = sum(calendar.is_working(first + timedelta(n)) for n in range(1, (last - first).days + 1))
    assert sum(days_between(old, new, calendar) for old, new in steps) == (
        walked if last == days[-1] else -walked
    )


def test_from_or_to_no_day_there_is_nothing_to_count() -> None:
    assert days_between(None, FIRST, calendar_for("GB")) == days_between(FIRST, None, calendar_for("GB")) == 0


@given(st.lists(st.tuples(SIDES, st.integers(-90, 90)), max_size=40))
def test_totals_are_what_a_recount_finds(moved: list[tuple[Side, int]]) -> None:
    found = totals(line(side=side, days=days) for side, days in moved)
    for side in Side:
        of_side = [days for one, days in moved if one is side]
        lost = sum(days for days in of_side if days > 0)
        assert found[side] == Total(lost, lost - sum(of_side))
        assert found[side].net == sum(of_side)
