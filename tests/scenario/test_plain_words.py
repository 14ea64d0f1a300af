"""Somebody whose company lets them post, and nothing else: every act and every form, said in plain words."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from storage.agreement import ClosedDays
from storage.models import Change, Note, PlanState, Side, Step, StepState
from storage.plans import dependencies_of
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import by_mention, state_of


def say(plan: Stage, words: str, person: str = "U0BEA") -> str:
    """By mention, as everybody in the channel sees the answer."""
    if person == "U0BEA":
        return by_mention(plan, words)
    ts = plan.slack.say(person, f"@Tandem {words}")
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    [answer] = [one for one in said["replies"] if one["bot"]]
    return words_of(answer)


def test_a_step_is_added_with_all_that_the_form_asks(plan: Stage) -> None:
    answer = say(
        plan, "add Security review @Ravi 12 Jun, 3 days, after 2 and 3, phase Legal, role CISO, side both"
    )
    step = plan.step(14)
    assert "Security review" in answer
    assert (step.owner_id, str(step.due_date), step.days) == ("U0RAVI", "2026-06-12", 3)
    assert (step.phase, step.role, step.side) == ("Legal", "CISO", Side.JOINT)
    with plan.database.read() as session:
        assert len(dependencies_of(session, step.plan_id)[step.id or 0]) == 2


def test_what_an_unclear_word_behind_the_title_says_adds_nothing(plan: Stage) -> None:
    before = state_of(plan)
    assert "no step" in say(plan, "add Security review, after 99").lower()
    assert "whole number" in say(plan, "add Security review, 0 days")
    assert state_of(plan) == before


@pytest.mark.parametrize(
    ("words", "what", "value"),
    [
        ("title 4 The CISO's list, answered", "title", "The CISO's list, answered"),
        ("rename 4 Questionnaire", "title", "Questionnaire"),
        ("describe 4 Both tabs of it", "description", "Both tabs of it"),
        ("phase 4 Legal and terms", "phase", "Legal and terms"),
        ("role 4 CISO", "role", "CISO"),
        ("days 4 7", "days", 7),
        ("days 4 7 working days", "days", 7),
        ("link 4 https://acme.example/form?a=1&b=2", "link", "https://acme.example/form?a=1&b=2"),
        ("side 4 both", "side", Side.JOINT),
        ("side 4 Northwind", "side", Side.SELLER),
        ("4 days 7", "days", 7),
        ("gate 4 yes", "gate", True),
    ],
)
def test_what_a_step_says_is_changed_one_thing_at_a_time(
    plan: Stage, words: str, what: str, value: Any
) -> None:
    answer = say(plan, words)
    assert getattr(plan.step(4), what) == value
    assert "is changed" in answer
    assert "is so already" in say(plan, words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("days 4 many", "whole number"),
        ("days 4 500", "whole number"),
        ("link 4 javascript:x", "no link"),
        ("side 4 Initech", "Which of the companies"),
        ("gate 4 maybe", "gate 4 yes"),
        ("place 4 somewhere", "number of another step"),
        ("title 4 " + "x" * 200, "characters"),
        ("only 4 someday", "as a day"),
        ("snooze 4 2", "have not reminded you"),
        ("pass 4 @Ravi", "not with you"),
        ("counter 4 12 Jun", "Nobody has a question"),
        ("zone Atlantis", "time zone"),
        ("settings loud", "reminders off"),
        ("people CFO", "role and who"),
        ("people Astronaut @Bea", "No open step has the role"),
        ("steps purple", "I do not know steps"),
        ("works 24 Dec", "no closed days that begin"),
        ("holidays Atlantis", "a part of United States, as in Alabama, Alaska or American Samoa."),
        ("holidays Germany, Atlantis", "a part of Germany"),
        ("holidays Ireland, Kerry", "has the same holidays everywhere"),
        ("delete 4 maybe", "nothing else fits"),
        ("agree 123456", "changed"),
    ],
)
def test_what_is_unclear_changes_nothing_and_is_handed_back(plan: Stage, words: str, said: str) -> None:
    before = state_of(plan)
    answer = say(plan, words)
    assert said in answer
    assert words in answer
    assert state_of(plan) == before


def test_where_a_step_stands_is_said_in_words(plan: Stage) -> None:
    before = plan.step(4).position
    say(plan, "down 4")
    assert plan.step(4).position == before + 1
    say(plan, "up 4")
    assert plan.step(4).position == before
    say(plan, f"place 3 after {neighbour(plan, 3)}")
    say(plan, "only 4 Tue 9 Jun, Thu 18 Jun")
    assert "9 Jun" in say(plan, "open 4")
    say(plan, "after 4 2, 3")
    with plan.database.read() as session:
        assert len(dependencies_of(session, plan.step(4).plan_id)[plan.step(4).id or 0]) == 2


def neighbour(plan: Stage, number: int) -> int:
    step = plan.step(number)
    same = plan.rows(
        select(Step).where(Step.phase == step.phase, Step.number != number).order_by(col(Step.position))
    )
    return int(same[-1].number) if same else number - 1


def test_a_step_is_blocked_until_a_day_and_for_a_reason(plan: Stage) -> None:
    say(plan, "4 blocked waiting for legal until Tue")
    step = plan.step(4)
    assert (step.state, step.state_reason, str(step.blocked_until)) == (
        StepState.BLOCKED,
        "waiting for legal",
        "2026-06-09",
    )
    say(plan, "4 unblocked")
    say(plan, "block 4 not until legal is back")
    assert plan.step(4).state_reason == "not until legal is back"
    assert plan.step(4).blocked_until is None
    assert "why" in say(plan, "block 5 until Tue")
    assert plan.step(5).state is StepState.OPEN


def test_half_a_gate_is_confirmed_and_taken_back(plan: Stage) -> None:
    say(plan, "gate 4 yes")
    assert "confirmed" in say(plan, "4 done")
    assert plan.step(4).buyer_confirmed_by == "U0BEA"
    say(plan, "4 reopened")
    assert plan.step(4).buyer_confirmed_by is None


def test_a_step_goes_with_the_word_yes(plan: Stage) -> None:
    assert "delete 4 yes" in say(plan, "delete 4")
    assert plan.step(4).removed_at is None
    assert "off the plan" in say(plan, "delete 4 yes, we have it")
    assert plan.step(4).removed_at is not None


def test_a_step_with_its_notes_is_shown_in_words(plan: Stage) -> None:
    for number in range(7):
        say(plan, f"note 4 remark number {number}")
    answer = say(plan, "open 4")
    assert plan.step(4).title in answer
    assert "remark number 6" in answer
    assert "remark number 1" not in answer
    assert "`notes 4 5`" in answer
    assert "remark number 1" in say(plan, "notes 4 5")


def test_steps_are_listed_as_somebody_asks_for_them(plan: Stage) -> None:
    say(plan, "done 2\nblock 3 legal\nowner 4 @Ravi")
    assert "13 steps" in say(plan, "steps")
    assert "one step" in say(plan, "steps blocked")
    ravis = say(plan, "steps @Ravi")
    assert plan.step(4).title in ravis
    assert plan.step(5).title not in ravis
    assert plan.step(2).title in say(plan, "steps done")
    assert "“Acme”" in say(plan, "steps Acme")
    assert "no step is like that" in say(plan, "steps mine")


def test_what_one_side_keeps_to_itself_is_not_listed_shown_or_counted(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 4)).one()
        step.visibility = "buyer"  # type: ignore[assignment]  # as the column takes it
        step.owner_id, title = "U0BEA", step.title
        private = Note(
            plan_id=step.plan_id,
            step_id=plan.step(3).id or 0,
            at=plan.clock.now(),
            author_id="U0BEA",
            author_side=Side.BUYER,
            text="Between us",
        )
        private.visibility = "buyer"  # type: ignore[assignment]  # as the column takes it
        session.add(private)
    for words in ("open 4", "notes 4", "steps", "steps mine", "open 3", "notes 3"):
        answer = say(plan, words)
        assert title not in answer
        assert "Between us" not in answer
    assert "12 steps" in say(plan, "steps")


def test_the_plan_is_agreed_in_the_words_that_name_what_was_seen(plan: Stage) -> None:
    code = code_in(say(plan, "agree"))
    say(plan, "date 4 19 Jun")
    assert "changed" in say(plan, f"agree {code}")
    assert "Northwind's is missing" in say(plan, f"agree {code_in(say(plan, 'agree'))}")
    code = code_in(say(plan, "agree", "U0RAE"))
    assert "Agreed." in say(plan, f"agree {code}", "U0RAE")
    assert plan.plan().agreed_round == 1


def code_in(answer: str) -> str:
    [code] = re.findall(r"`agree ([0-9a-f]{6})`", answer)
    return str(code)


def test_what_the_other_side_asks_is_answered_in_words(plan: Stage) -> None:
    for person in ("U0BEA", "U0RAE"):
        say(plan, f"agree {code_in(say(plan, 'agree', person))}", person)
    shared = next(
        one
        for one in plan.rows(select(Step).order_by(col(Step.number)))
        if one.side is Side.JOINT and not one.gate
    ).number
    say(plan, f"date {shared} 3 Aug because legal is away", "U0RAE")
    assert "talk" in say(plan, f"talk {shared}").lower()
    assert "Rae Lindqvist is asked" in say(plan, f"counter {shared} 31 Jul because of the board")
    assert "Fri 31 Jul" in say(plan, f"accept {shared}", "U0RAE")
    assert str(plan.step(shared).due_date) == "2026-07-31"


def test_closed_days_are_listed_and_taken_back(plan: Stage) -> None:
    say(plan, "closed 22 Jun to 30 Jun quarter freeze")
    assert "quarter freeze" in say(plan, "closed")
    assert "works on these days after all" in say(plan, "works 22 Jun")
    assert plan.rows(select(ClosedDays)) == []
    assert "No closed days" in say(plan, "closed")


def test_whose_holidays_a_side_has_is_said_in_words(plan: Stage) -> None:
    answer = say(plan, "holidays Germany, Bayern")
    assert "Acme* has the public holidays of Bayern, Germany." in answer
    assert "Go-live" in answer
    assert (plan.plan().buyer_country, plan.plan().buyer_region) == ("DE", "BY")
    assert "Bayern, Germany already" in say(plan, "holidays bayern")
    say(plan, "holidays none")
    assert (plan.plan().buyer_country, plan.plan().buyer_region) == ("DE", "")
    say(plan, "holidays the UK", "U0RAE")
    assert (plan.plan().seller_country, plan.plan().buyer_country) == ("GB", "DE")
    assert "No closed days" in say(plan, "holidays")


def test_what_the_form_of_the_plan_asks_is_said_in_words(plan: Stage) -> None:
    assert "*Acme 2026*" in say(plan, "name Acme 2026").replace("called ", "")
    assert plan.plan().name == "Acme 2026"
    assert "Ravi Shah leads for Acme" in say(plan, "lead @Ravi")
    assert plan.plan().buyer_lead_id == "U0RAVI"
    assert "Los Angeles" in say(plan, "zone Los Angeles").replace("_", " ")
    assert plan.plan().buyer_time_zone == "America/Los_Angeles"
    assert "off" in say(plan, "settings reminders off")
    assert plan.plan().reminds is False
    assert "The day is Fri 14 Aug" in say(plan, "anchor 14 Aug because the board meets later")
    assert str(plan.plan().anchor_date) == "2026-08-14"


def test_a_role_and_all_its_steps_are_given_to_somebody(plan: Stage) -> None:
    role = next(one.role for one in plan.rows(select(Step)) if one.side is Side.BUYER and one.role)
    assert "Ravi Shah" in say(plan, f"people {role} @Ravi")
    theirs = [one for one in plan.rows(select(Step)) if one.role == role and one.side is Side.BUYER]
    assert {one.owner_id for one in theirs} == {"U0RAVI"}


def test_the_plan_is_closed_and_opened_again_in_words(plan: Stage) -> None:
    assert "is closed" in say(plan, "close won: signed today")
    assert plan.plan().state is PlanState.CLOSED
    assert "open again" in say(plan, "reopen")


def test_the_answer_that_carries_a_button_says_the_words_that_do_the_same(plan: Stage) -> None:
    for words in (
        "date 4",
        "owner 4",
        "block 4",
        "skip 4",
        "note 4",
        "edit 4",
        "delete 4",
        "add",
        "history",
        "people",
    ):
        assert "Or in words, after" in say(plan, words), words


def test_who_may_only_post_is_refused_by_every_button_and_heard_in_words(plan: Stage) -> None:
    plan.slack.invite("U0BEA", "U0THEO")
    plan.settle()
    with pytest.raises(RefusedError):
        plan.slack.click("U0THEO", "step.done")
    assert "is done, by Theo" in say(plan, "2 done", "U0THEO")
    assert plan.step(2).finished_by == "U0THEO"
    assert "13 steps" in say(plan, "steps", "U0THEO")


def test_in_a_thread_no_step_that_is_kept_to_one_side_is_told_by_way_of_another(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 4)).one()
        step.visibility, step.phase, step.role = "buyer", "Hidden phase", "Hidden role"  # type: ignore[assignment]  # as the column takes it
    for words in (
        "place 3 after 4",
        "people Hidden role @Ravi",
        "people Nobody @Ravi",
        "after 3 4",
        "add X, after 4",
    ):
        before, answer = state_of(plan), say(plan, words)
        assert "Hidden" not in answer.replace(words, "").replace("“Hidden role”", "")
        assert state_of(plan) == before


def test_nothing_was_done_but_by_words(plan: Stage) -> None:
    """The day of somebody who may only post: no window was opened for her, no button pressed."""
    opened = len(plan.slack.calls("views.open"))
    say(plan, "done 2\n3 Friday\nblocked 4 waiting for legal\nadd Kickoff @Bea 12 Jun\n5 @Ravi\nnote 5 hello")
    assert len(plan.slack.calls("views.open")) == opened
    kinds = [one.kind for one in plan.rows(select(Change).order_by(col(Change.id)))][1:]
    assert kinds == ["step_done", "step_moved", "step_blocked", "step_added", "step_assigned", "step_noted"]
