"""Days on which a side does not work: said, seen, taken back, and nobody is reminded on them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from storage.agreement import ClosedDays
from storage.models import Change
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import open_stage
from tests.scenario.test_managing_a_plan import history, open_from_help
from tests.scenario.test_words import command, mention

FREEZE = "Quarter freeze*, Mon 22 Jun to Tue 30 Jun"


def closed(plan: Stage) -> list[tuple[str, date, date, str]]:
    rows = plan.rows(select(ClosedDays).order_by(col(ClosedDays.id)))
    return [(one.side.value, one.first, one.last, one.why) for one in rows]


def seen(plan: Stage, person: str) -> str:
    return words_of(plan.slack.need_view(person))


def add(plan: Stage, person: str, **values: Any) -> dict[str, str]:
    """From the calendars, through the form on top of them."""
    plan.slack.click(person, "closed.add")
    usual = {"first": "2026-06-22", "last": "2026-06-30", "why": "Quarter freeze"}
    return plan.slack.submit(person, {**usual, **values})


def regions(plan: Stage, person: str, side: str, query: str) -> list[dict[str, Any]]:
    view = plan.slack.need_view(person)
    where = {"view_id": view["id"], "block_id": f"calendar.{side}", "action_id": "region.pick"}
    answer = plan.slack.door("options", person=person, query=query, **where)
    return list(answer["options"])


def test_bea_finds_the_calendars_behind_help_and_closes_days_of_her_side(plan: Stage) -> None:
    open_from_help(plan, "U0BEA", "plan.calendar")
    said = seen(plan, "U0BEA")
    assert "Northwind*  ·  United Kingdom  ·  weekend Sat and Sun" in said
    assert "Fri 19 Jun Juneteenth National Independence Day" in said
    assert add(plan, "U0BEA") == {}
    said = seen(plan, "U0BEA")  # back in the calendars, and true
    assert plan.slack.need_view("U0BEA")["callback_id"] == "plan.calendar"
    assert FREEZE in said
    assert "Go-live stays Fri 7 Aug" in said
    assert closed(plan) == [("buyer", date(2026, 6, 22), date(2026, 6, 30), "Quarter freeze")]
    plan.slack.close("U0BEA")
    plan.slack.close("U0BEA")
    told = history(plan)
    assert "Bea Alvarez (Acme) said that Acme is closed from Mon 22 Jun to Tue 30 Jun: Quarter freeze" in told


def test_rae_sees_them_and_what_taking_them_back_does(plan: Stage) -> None:
    assert "is closed from Mon 22 Jun to Tue 30 Jun: quarter freeze" in mention(
        plan, "closed 22 Jun to 30 Jun quarter freeze"
    )
    plan.slack.say("U0RAE", "/map calendar")
    assert "quarter freeze*, Mon 22 Jun to Tue 30 Jun" in seen(plan, "U0RAE")
    plan.slack.click("U0RAE", "closed.remove", near="quarter freeze")
    assert "quarter freeze" not in seen(plan, "U0RAE")
    assert "Go-live stays Fri 7 Aug" in seen(plan, "U0RAE")
    assert closed(plan) == []
    assert "Rae Lindqvist (Northwind) took back that Acme is closed" in history(plan)


def test_by_command_it_is_the_own_side_that_is_closed(plan: Stage) -> None:
    said = command(plan, "closed 24 Jul company day & <!channel>")
    assert "Northwind* is closed on Fri 24 Jul" in said
    assert "Go-live stays" in said
    assert "<!channel>" not in said
    assert closed(plan)[0][:3] == ("seller", date(2026, 7, 24), date(2026, 7, 24))


def test_so_many_days_that_the_plan_lands_later_and_nothing_moves_by_itself(plan: Stage) -> None:
    before = [plan.step(number).due_date for number in range(1, 14)]
    said = command(plan, "closed 3 Jul to 30 Oct shutdown")
    assert "Go-live lands" in said
    assert "before it was Fri 7 Aug" in said
    assert [plan.step(number).due_date for number in range(1, 14)] == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("closed soonish", "as days"),
        ("closed 30 Jun to whenever", "the first and the last day, then why"),
        ("closed 30 Jun to 22 Jun", "The last day comes before the first, Tue 30 Jun"),
        ("closed 22 Jun to 22 Dec", "120 is the most at once"),
        ("closed 1 May to 1 Jul", "is over"),
        ("closed 3/4 to 5/6", "could be"),
        ("closed 31 Jun", "on no calendar"),
        ("closed 22 Jun to 30 Jun " + "x" * 200, "150 fit"),
    ],
)
def test_words_that_cannot_be_come_back_with_what_to_write(plan: Stage, words: str, said: str) -> None:
    for answer in (command(plan, words), mention(plan, words)):
        assert said in answer
        assert words in answer
    assert closed(plan) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first": "2026-07-01"}, "last"),
        ({"last": "2026-12-31"}, "last"),
        ({"first": "2026-05-01", "last": "2026-05-05"}, "last"),
        ({"why": "y" * 151}, "why"),
    ],
)
def test_what_cannot_be_is_said_under_its_field_and_nothing_typed_is_lost(
    plan: Stage, values: dict[str, str], field: str
) -> None:
    open_from_help(plan, "U0BEA", "plan.calendar")
    assert list(add(plan, "U0BEA", **{"why": "Words that stay", **values})) == [field]
    kept = str(plan.slack.need_view("U0BEA")["values"])
    assert values.get("why", "Words that stay") in kept
    assert closed(plan) == []
    assert plan.slack.submit("U0BEA", {"first": "2026-06-22", "last": "2026-06-22", "why": ""}) == {}
    assert "Closed*, Mon 22 Jun" in seen(plan, "U0BEA")


def test_two_people_take_the_same_days_back_at_once(plan: Stage) -> None:
    mention(plan, "closed 22 Jun to 30 Jun freeze")
    plan.slack.say("U0RAE", "/map calendar")
    open_from_help(plan, "U0BEA", "plan.calendar")
    for person in ("U0BEA", "U0RAE"):
        plan.slack.click(person, "closed.remove")
        assert "freeze" not in seen(plan, person)
    assert len(plan.rows(select(Change).where(Change.kind == "closed_days_removed"))) == 1


def test_a_region_is_searched_and_saved_when_it_is_picked(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    assert plan.slack.submit("U0RAE", {"buyer_country": "DE"}) == {}
    plan.slack.say("U0RAE", "/map calendar")
    offered = regions(plan, "U0RAE", "buyer", "")
    assert offered[0]["text"]["text"] == "The whole country"
    [bavaria] = regions(plan, "U0RAE", "buyer", "bay")
    plan.slack.click("U0RAE", "region.pick", near="Germany", selected_option=bavaria)
    assert plan.plan().buyer_region == "BY"
    said = seen(plan, "U0RAE")
    assert "Germany, Bayern" in said
    assert "Thu 4 Jun Corpus Christi" in said
    assert "Go-live stays" in said
    plan.slack.close("U0RAE")
    assert "changed Acme's holidays to those of Bayern" in history(plan)


def test_days_of_a_closed_plan_are_left_as_they_are(plan: Stage) -> None:
    mention(plan, "closed 22 Jun to 30 Jun freeze")
    open_from_help(plan, "U0BEA", "plan.calendar")
    plan.slack.click("U0BEA", "closed.add")
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    plan.settle()
    days = {"first": "2026-07-22", "last": "2026-07-30", "why": "Words that stay"}
    add_errors = plan.slack.submit("U0BEA", days)
    assert "The plan of this channel is closed" in command(plan, "closed 1 Jul")
    assert "is closed" in str(add_errors)
    assert "Words that stay" in str(plan.slack.need_view("U0BEA")["values"])
    assert len(closed(plan)) == 1


def test_nobody_is_reminded_in_a_freeze_and_everybody_after_it(plan: Stage) -> None:
    plan.own(4, "U0BEA", date(2026, 6, 19))
    plan.own(5, "U0SAM", date(2026, 6, 19))
    mention(plan, "closed 20 Jun to 30 Jun quarter freeze")
    heard = {}
    for day in (22, 23, 29, 30):
        plan.slack.turn_to(datetime(2026, 6, day, 15, 0, tzinfo=UTC))
        plan.morning_round()
        heard[day] = len(plan.slack.dms("U0BEA"))
    assert heard == dict.fromkeys(heard, 0)
    assert len(plan.slack.dms("U0SAM")) == 1  # his side works
    plan.slack.turn_to(datetime(2026, 7, 1, 13, 29, tzinfo=UTC))
    plan.morning_round()
    assert plan.slack.dms("U0BEA") == []
    plan.slack.turn_to(datetime(2026, 7, 1, 13, 30, tzinfo=UTC))
    plan.morning_round()
    assert "Send the security questionnaire" in words_of(plan.slack.dms("U0BEA")[-1])


def test_the_calendars_by_words_alone_and_by_the_button_of_a_mention(plan: Stage) -> None:
    for words in ("calendar", "closed"):
        plan.slack.say("U0RAE", f"/map {words}")
        assert plan.slack.need_view("U0RAE")["callback_id"] == "plan.calendar"
        plan.slack.close("U0RAE")
        mention(plan, words)
        plan.slack.click("U0BEA", "plan.calendar")
        assert plan.slack.need_view("U0BEA")["callback_id"] == "plan.calendar"
        plan.slack.close("U0BEA")


def test_whatever_arrives_twice_is_carried_out_once(tmp_path: Path) -> None:
    with open_stage(tmp_path, twice=True) as plan:
        command(plan, "closed 22 Jun to 30 Jun quarter freeze")
        plan.slack.say("U0RAE", "/map calendar")
        assert add(plan, "U0RAE", why="Offsite") == {}
        assert "Offsite" in seen(plan, "U0RAE")
        [texas] = regions(plan, "U0RAE", "buyer", "texas")
        plan.slack.click("U0RAE", "region.pick", near="United States", selected_option=texas)
        plan.slack.click("U0RAE", "closed.remove", near="Offsite")
        kinds = [one.kind for one in plan.rows(select(Change).order_by(col(Change.id)))]
        assert kinds[1:] == ["closed_days_added"] * 2 + ["region_changed", "closed_days_removed"]
        assert [one[3] for one in closed(plan)] == ["quarter freeze"]
