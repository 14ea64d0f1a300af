"""Calls keep below Slack's limits, and a limit that was reached all the same holds up whom it concerns."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.paces import BY_METHOD, LOOK_UP_GAP, PACES
from sandbox.limits import LIMITS
from storage.database import Database
from tests.unit.office import METHODS, NINE, Office, limited, raises, said


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_a_limit_holds_up_everything_that_calls_the_same_method_and_nothing_else(office: Office) -> None:
    office.put("nudge", *range(5))
    office.put("edit", *range(5))
    only_posts = limited("30")
    office.answer = lambda row: only_posts() if row.kind == "nudge" else None
    office.go_on(29)
    assert len(office.at("nudge")) == 1
    assert len(office.at("edit")) == 5
    office.answer = lambda _row: None
    office.go_on(6)
    assert len(office.at("nudge")) == 6
    assert office.at("nudge")[1] >= NINE + timedelta(seconds=30)


def test_what_is_written_after_a_limit_waits_for_its_end_too(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = limited("30")
    office.delivery.send_all()
    office.answer = lambda _row: None
    office.clock.moment += timedelta(seconds=20)
    office.put("reply", 2)
    office.delivery.send_all()
    assert office.at("reply") == []
    office.clock.moment += timedelta(seconds=11)
    office.delivery.send_all()
    office.go_on(1)
    assert len(office.at("reply")) == 1


def test_a_token_that_is_no_good_any_more_holds_up_nobody_who_comes_with_a_new_one(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = raises(said("token_revoked"))
    office.delivery.send_all()
    office.answer = lambda _row: None
    office.clock.moment += timedelta(seconds=1)
    office.put("nudge", 2)
    office.delivery.send_all()
    assert [key for _, key in office.calls] == ["nudge:1", "nudge:2"]


@pytest.mark.parametrize("method", sorted(BY_METHOD))
def test_a_workspaces_calls_of_a_method_fit_into_any_minute_and_fill_it(method: str) -> None:
    [gap] = {lane.gap for lane in BY_METHOD[method] if lane.place == "team_id"}
    if method == "users.info":
        gap = LOOK_UP_GAP
    limit = LIMITS[method]
    assert limit.calls * 0.75 < limit.seconds / gap.total_seconds() <= limit.calls - 1


@pytest.mark.parametrize("kind", METHODS)
def test_what_a_workspace_is_told_keeps_the_gaps_of_its_kind(office: Office, kind: str) -> None:
    office.put(kind, *range(4))
    [gap] = {lane.gap for lane in PACES[kind] if lane.place == "team_id"}
    office.go_on(4 * gap.total_seconds(), gap.total_seconds() / 5)
    moments = office.at(kind)
    assert len(moments) == 4
    assert all(later - one >= gap for one, later in pairwise(moments))


def test_every_kind_keeps_a_pace_of_its_workspace() -> None:
    assert {kind for kind, lanes in PACES.items() if any(lane.place == "team_id" for lane in lanes)} == {
        *PACES
    }


def test_posts_that_wait_for_their_pace_do_not_keep_back_what_has_another(office: Office) -> None:
    office.put("nudge", *range(60))
    office.put("edit", 1)
    office.delivery.send_all()
    assert [len(office.at(kind)) for kind in ("nudge", "edit")] == [1, 1]
