"""What the board's thread tells of several changes that come together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.news import AFTER, BEFORE, NEWS, news_of
from storage.models import Change

NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)


def change(kind: str, step: int = 1, *, place: int = 0, **details: Any) -> Change:
    return Change(
        id=place, plan_id=1, step_id=step, at=NOON, actor_id="U0RAE", kind=f"step_{kind}", details=details
    )


def told(*changes: Change) -> list[tuple[int | None, str]]:
    for place, one in enumerate(changes, start=1):
        one.id = place
    return [(line.change.step_id, line.change.kind.removeprefix("step_")) for line in news_of(changes)]


@pytest.mark.parametrize(
    ("kinds", "lines"),
    [
        (["done"], ["done"]),
        (["done", "reopened"], []),
        (["skipped", "reopened"], []),
        (["blocked", "unblocked"], []),
        (["reopened", "done"], []),
        (["done", "reopened", "done"], ["done"]),
        (["blocked", "done"], ["done"]),
        (["unblocked", "blocked"], []),
        (["unblocked", "done"], ["done"]),
        (["moved", "done"], ["done"]),
        (["moved", "blocked"], ["moved", "blocked"]),
        (["added", "moved"], ["added"]),
        (["added", "done"], ["added", "done"]),
        (["added", "removed"], []),
        (["done", "moved", "removed"], ["removed"]),
    ],
)
def test_one_step_ends_where_it_ends(kinds: Sequence[str], lines: Sequence[str]) -> None:
    changes = [
        change(kind, old="2026-06-01", new=f"2026-06-{day}") for day, kind in enumerate(kinds, start=10)
    ]
    assert told(*changes) == [(1, line) for line in lines]


def test_several_moves_are_one_from_the_first_day_to_the_last() -> None:
    first = change("moved", old="2026-06-12", new="2026-06-15", place=1)
    second = change("moved", old="2026-06-15", new="2026-06-16", place=2)
    [line] = news_of([first, second])
    assert (line.old, line.new) == ("2026-06-12", "2026-06-16")
    assert news_of([first, change("moved", old="2026-06-15", new="2026-06-12", place=3)]) == []


def test_a_new_step_is_told_with_the_day_it_was_given_next() -> None:
    [line] = news_of([change("added", new=""), change("moved", old="", new="2026-06-16")])
    assert (line.change.kind, line.new) == ("step_added", "2026-06-16")


def test_steps_do_not_mix_and_come_in_the_order_of_their_last_change() -> None:
    assert told(change("done", 1), change("blocked", 2), change("reopened", 3), change("moved", 1)) == [
        (1, "done"),
        (2, "blocked"),
        (3, "reopened"),
    ]


def test_what_is_no_news_is_not_told() -> None:
    assert told(change("assigned"), change("snoozed"), change("half_confirmed")) == []


STATES = {"finished": ("reopened",), "open": ("done", "skipped", "blocked"), "blocked": ("unblocked", "done")}


@given(st.sampled_from(sorted(STATES)), st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_step_that_is_what_it_was_is_never_told_of(start: str, choices: list[int]) -> None:
    """Walks from state to state as the use cases allow; compares only the two ends."""
    state = start
    changes: list[Change] = []
    for choice in choices:
        kind = STATES[state][choice % len(STATES[state])]
        changes.append(change(kind, place=len(changes)))
        state = AFTER[f"step_{kind}"]
    lines = news_of(changes)
    if (start, state) in {("open", "open"), ("finished", "finished")}:
        assert lines == []
    elif start != state and start != "blocked":
        assert [AFTER[line.change.kind] for line in lines] == [state]
    assert set(BEFORE) | set(AFTER) <= NEWS
