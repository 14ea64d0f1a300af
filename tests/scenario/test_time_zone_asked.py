"""Where somebody of another firm is: nobody tells, so the first private message asks, once."""

from datetime import UTC, date, datetime

import pytest

from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_sides import modal

RAVI, BEA, RAE = "U0RAVI", "U0BEA", "U0RAE"
ASKS = "New York time. Another time zone?"


@pytest.fixture
def plan(plan: Stage) -> Stage:
    """Two steps of Ravi's, due on Wednesday and a week later."""
    plan.own(2, RAVI, date(2026, 6, 3))
    plan.own(3, RAVI, date(2026, 6, 10))
    return plan


def to_thursday(plan: Stage) -> None:
    plan.slack.turn_to(datetime(2026, 6, 4, 14, 0, tzinfo=UTC))  # 10:00 in New York
    plan.morning_round()


def said_to(plan: Stage, person: str) -> list[str]:
    return [words_of(one) for one in plan.slack.dms(person)]


def test_the_first_message_asks_and_no_other(plan: Stage) -> None:
    to_thursday(plan)
    assert sum(ASKS in one for one in said_to(plan, RAVI)) == 1
    plan.slack.turn_to(datetime(2026, 6, 11, 14, 0, tzinfo=UTC))
    plan.morning_round()
    assert len(said_to(plan, RAVI)) >= 2
    assert sum(ASKS in one for one in said_to(plan, RAVI)) == 1


def test_who_has_a_time_zone_in_slack_is_not_asked(plan: Stage) -> None:
    plan.own(4, "U0SAM", date(2026, 6, 3))
    to_thursday(plan)
    assert said_to(plan, "U0SAM")
    assert not any("time zone" in one for one in said_to(plan, "U0SAM"))


def test_in_a_thread_nobody_is_asked(plan: Stage) -> None:
    plan.slack.refuse_dms(RAVI)
    to_thursday(plan)
    assert "Another time zone?" not in str(plan.slack.messages(BEA))


def test_the_button_takes_a_zone_and_the_next_one_comes_by_it(plan: Stage) -> None:
    to_thursday(plan)
    plan.slack.click(RAVI, "zone.open", channel="D0RAVI")
    assert plan.slack.need_view(RAVI)["callback_id"] == "zone"
    found = plan.slack.options(RAVI, "zone", "Berlin")
    assert plan.slack.submit(RAVI, {"zone": found[0]["value"]}) == {}
    assert "comes by Berlin time" in modal(plan, RAVI)
    plan.slack.close(RAVI)
    said = len(said_to(plan, RAVI))
    plan.slack.turn_to(datetime(2026, 6, 11, 7, 15, tzinfo=UTC))  # 09:15 in Berlin
    plan.morning_round()
    assert len(said_to(plan, RAVI)) == said
    plan.slack.turn_to(datetime(2026, 6, 11, 7, 45, tzinfo=UTC))  # 09:45 there, 03:45 in New York
    plan.morning_round()
    assert len(said_to(plan, RAVI)) == said + 1


def is_asked(plan: Stage) -> bool:
    return any(ASKS in one for one in said_to(plan, RAVI))


def says_berlin(plan: Stage) -> None:
    plan.slack.say(RAVI, "@Tandem timezone Berlin")
    plan.settle()


def test_the_line_goes_once_it_is_answered(plan: Stage) -> None:
    to_thursday(plan)
    assert is_asked(plan)
    says_berlin(plan)
    assert "comes by Berlin time" in words_of(plan.slack.messages(RAVI)[-1]["replies"][0])
    assert not is_asked(plan)
    plan.slack.say(RAVI, "@Tandem done 2")
    plan.settle()
    assert not is_asked(plan)


def hears_of_new_steps(plan: Stage) -> None:
    """On Wednesday, of the two: the first that he hears."""
    plan.slack.turn_to(datetime(2026, 6, 3, 14, 0, tzinfo=UTC))
    plan.morning_round()
    assert any("put your name on" in one for one in said_to(plan, RAVI))


def test_it_goes_from_a_word_about_new_steps_too(plan: Stage) -> None:
    hears_of_new_steps(plan)
    assert is_asked(plan)
    said = len(said_to(plan, RAVI))
    says_berlin(plan)
    assert len(said_to(plan, RAVI)) == said
    assert not is_asked(plan)
    assert any("put your name on" in one for one in said_to(plan, RAVI))


def test_who_answers_before_they_are_asked_is_not_asked(plan: Stage) -> None:
    says_berlin(plan)
    hears_of_new_steps(plan)
    assert not is_asked(plan)


def test_what_is_on_its_way_asks_nothing_that_was_answered(plan: Stage) -> None:
    """The message waits in the outbox while he answers."""
    plan.slack.turn_to(datetime(2026, 6, 3, 14, 0, tzinfo=UTC))
    plan.tandem.beat.sweep()
    says_berlin(plan)
    assert any("put your name on" in one for one in said_to(plan, RAVI))
    assert not is_asked(plan)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("timezone Europe/Berlin", "Berlin time"),
        ("timezone new york", "New York time"),
        ("timezone UTC", "UTC time"),
        ("timezone Nowhere", "do not know the time zone"),
        ("timezone Berlin; drop", "do not know the time zone"),
    ],
)
def test_by_words(plan: Stage, words: str, answer: str) -> None:
    plan.slack.say(RAE, f"/map {words}")
    assert answer in words_of(plan.slack.messages(RAE)[-1])


def test_alone_it_opens_the_form(plan: Stage) -> None:
    plan.slack.say(RAE, "/map timezone")
    assert "Europe/London" in str(plan.slack.need_view(RAE))
