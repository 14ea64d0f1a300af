"""Rae and Bea agree to the plan, and from then on need each other for what touches both."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from storage.database import Database
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.test_sides import ANA, with_a_third_firm


@pytest.fixture
def agreed(plan: Stage) -> Stage:
    agree(plan)
    return plan


def agree(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map agree")
    plan.slack.submit("U0RAE")
    plan.slack.close("U0RAE")
    plan.settle()
    plan.slack.click("U0BEA", "plan.agree", channel="D0BEA")
    plan.slack.submit("U0BEA")
    plan.slack.close("U0BEA")
    plan.settle()


def due(plan: Stage, number: int) -> str:
    return str(plan.step(number).due_date)


def replies(plan: Stage, person: str = "U0BEA") -> list[str]:
    return [words_of(one) for one in plan.board(person)["replies"]]


def last_dm(plan: Stage, person: str) -> str:
    return words_of(plan.slack.dms(person)[-1])


def open_date_form(plan: Stage, person: str, number: int) -> None:
    plan.slack.say("U0RAE", f"/map date {number}") if person == "U0RAE" else plan.slack.click(
        person, "step.date", near=f"{number}  "
    )


def pick(plan: Stage, person: str, day: str, **typed: object) -> str:
    """Pick a day in the form that is open. What it does shows at once."""
    plan.slack.click(person, "step.due_pick", selected_date=day, values=typed)
    return words_of(plan.slack.need_view(person))


# --- agreeing ---


def test_both_agree_by_their_own_doors_and_everybody_reads_it(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map agree")
    form = plan.slack.need_view("U0RAE")
    assert form["submit"] == "Agree for Northwind"
    for fact in (
        "Go-live on *Fri 7 Aug*",
        "three steps, Thu 18 Jun to Tue 14 Jul",
        "13  Go live  🔑",
        "a gate 🔑",
    ):
        assert fact in words_of(form)
    plan.slack.submit("U0RAE")
    assert "Acme's is missing" in words_of(plan.slack.need_view("U0RAE"))
    plan.settle()
    assert "Rae Lindqvist (Northwind) has agreed to the plan. Acme's yes is missing." in plan.board_text()
    assert "Acme's yes is missing" in last_dm(plan, "U0BEA")
    plan.slack.say("U0BEA", "@Tandem agree")
    plan.settle()
    plan.slack.click("U0BEA", "plan.agree")
    assert "Rae Lindqvist (Northwind) agreed to it as it stands" in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.submit("U0BEA")
    plan.settle()
    assert "Agreed Tue 2 Jun by Bea Alvarez (Acme) and Rae Lindqvist (Northwind)" in plan.board_text("U0RAE")
    assert any("said yes to the same plan" in one for one in replies(plan))
    assert len([one for one in plan.slack.dms("U0BEA") if "has agreed" in words_of(one)]) == 1


def test_what_changed_while_the_form_was_open_is_shown_before_anybody_says_yes(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map agree")
    plan.slack.say("U0BEA", "@Tandem date 4 12 Jun")
    plan.settle()
    plan.slack.submit("U0RAE")
    form = words_of(plan.slack.need_view("U0RAE"))
    assert "While this was open, the plan changed" in form
    assert "Bea Alvarez" in form
    assert "Fri 12 Jun" in form
    plan.settle()
    assert "has agreed" not in plan.board_text()
    plan.slack.submit("U0RAE")
    plan.settle()
    assert "Rae Lindqvist (Northwind) has agreed" in plan.board_text()


def test_a_yes_is_said_to_count_no_more_when_the_plan_has_changed(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map agree")
    plan.slack.submit("U0RAE")
    plan.slack.say("U0BEA", "@Tandem date 4 12 Jun")
    plan.settle()
    assert "has agreed" not in plan.board_text()
    plan.slack.click("U0BEA", "plan.agree", channel="D0BEA")
    assert "that yes does not count any more: Northwind agrees anew" in words_of(
        plan.slack.need_view("U0BEA")
    )


@pytest.fixture
def with_a_third(database: Database, tmp_path: Path) -> Iterator[Stage]:
    yield from make_stage(database, world=with_a_third_firm(tmp_path / "world.yml"))


def test_a_third_company_reads_and_answers_nothing(with_a_third: Stage) -> None:
    plan = with_a_third
    plan.start_plan()
    agree(plan)
    ask(plan)
    for words in ("@Tandem agree", "@Tandem accept 4", "@Tandem withdraw 4"):
        plan.slack.say(ANA, words)
        plan.settle()
    answers = [words_of(reply) for one in plan.slack.messages(ANA) for reply in one["replies"]]
    assert len([one for one in answers if "Which of them are you with?" in one]) == 3
    plan.slack.click(ANA, "proposal.open", near="4  Send the security")
    window = plan.slack.need_view(ANA)
    assert "their portal is closed" in words_of(window)
    assert not any(block["type"] == "actions" for block in window["blocks"])
    assert due(plan, 4) == "2026-06-18"


# --- another date, and what it does ---


def test_before_they_agree_a_date_moves_as_ever_and_its_form_says_what_it_does(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="4  Send the security")
    shown = pick(plan, "U0BEA", "2026-06-12")
    assert "Go-live stays *Fri 7 Aug*" in shown
    assert "needs a yes" not in shown
    shown = pick(plan, "U0BEA", "2026-07-30", reason="Omar is away")
    assert "Go-live Fri 7 Aug → *" in shown
    assert "5  Answer the security questionnaire and attach the evidence: Tue 23 Jun → *Mon 3 Aug*" in shown
    values = plan.slack.need_view("U0BEA")["values"]
    assert "Omar is away" in str(values)
    assert values["along"]["input"]["selected_options"] == []  # nothing moves unless somebody says so
    assert plan.slack.submit("U0BEA", {}) == {}
    plan.settle()
    assert (due(plan, 4), due(plan, 5)) == ("2026-07-30", "2026-06-23")
    plan.slack.click("U0BEA", "plan.history")
    assert "Omar is away" in words_of(plan.slack.need_view("U0BEA"))


def test_the_steps_after_it_move_along_when_somebody_ticks_them(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="4  Send the security")
    pick(plan, "U0BEA", "2026-07-30")
    pick(plan, "U0BEA", "2026-07-31", along=["yes"], reason="Omar is away", reason_code="people")
    values = str(plan.slack.need_view("U0BEA")["values"])
    for typed in ("'yes'", "Omar is away", "people", "2026-07-31"):
        assert typed in values
    assert plan.slack.submit("U0BEA", {}) == {}
    plan.settle()
    assert (due(plan, 4), due(plan, 5), due(plan, 3)) == ("2026-07-31", "2026-08-04", "2026-06-26")


def test_what_was_not_shown_does_not_move(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="4  Send the security")
    with pytest.raises(RefusedError):
        plan.slack.submit("U0BEA", {"due": "2026-07-30", "along": ["yes"]})
    assert plan.slack.submit("U0BEA", {"due": "2026-07-30"}) == {}
    assert due(plan, 5) == "2026-06-23"


def test_the_form_of_the_plan_says_where_the_steps_land_and_keeps_what_was_typed(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    typed = {"name": "Another name", "reason": "Their board"}
    plan.slack.click("U0RAE", "plan.anchor_pick", selected_date="2026-07-18", values=typed)
    view = plan.slack.need_view("U0RAE")
    assert "Sat 18 Jul is a day off somewhere, so it becomes Fri 17 Jul" in words_of(view)
    assert "The steps land on" in words_of(view)
    assert "Another name" in str(view["values"])
    plan.slack.click("U0RAE", "plan.anchor_pick", selected_date="2026-08-14")
    assert "The steps fit" in words_of(plan.slack.need_view("U0RAE"))
    assert plan.slack.submit("U0RAE", {}) == {}
    assert (plan.plan().name, plan.plan().anchor_date) == ("Another name", date(2026, 8, 14))


# --- asking and answering ---


def ask(plan: Stage) -> None:
    """Rae asks Acme for another date of Acme's step 4."""
    plan.slack.say("U0RAE", "/map date 4 26 Jun because their portal is closed")
    plan.settle()


def test_what_needs_the_other_side_is_a_question_to_it_and_a_yes_moves_it(agreed: Stage) -> None:
    agreed.slack.click("U0BEA", "step.date", near="1  Agree on the goals")
    assert "This needs a yes from Northwind: it goes to Rae Lindqvist as a question." in pick(
        agreed, "U0BEA", "2026-06-18"
    )
    with pytest.raises(RefusedError) as refused:  # Slack itself asks for the reason
        agreed.slack.submit("U0BEA", {})
    assert list(refused.value.fields) == ["reason_code"]
    assert agreed.slack.submit("U0BEA", {"reason_code": "people", "reason": "Omar is away"}) == {}
    assert "Rae Lindqvist is asked" in words_of(agreed.slack.need_view("U0BEA"))
    agreed.slack.close("U0BEA")
    agreed.settle()
    assert due(agreed, 1) == "2026-06-16"
    assert "Bea Alvarez (Acme) proposes *1  Agree on the goals" in agreed.board_text()
    question = last_dm(agreed, "U0RAE")
    for fact in (
        "asks to move *1  Agree on",
        "> Somebody is away: Omar is away",
        "It needs a yes from Northwind",
    ):
        assert fact in question
    agreed.slack.click("U0RAE", "proposal.accept", channel="D0RAE")
    agreed.settle()
    assert due(agreed, 1) == "2026-06-18"
    assert "proposes" not in agreed.board_text()
    answered = last_dm(agreed, "U0RAE")
    assert "Rae Lindqvist said yes to Bea Alvarez" in answered
    assert "Suggest another date" not in answered
    assert "said yes to your question" in last_dm(agreed, "U0BEA")
    agreed.slack.click("U0BEA", "plan.history")
    assert "agreed with Rae Lindqvist" in words_of(agreed.slack.need_view("U0BEA"))


def test_by_words_it_is_a_question_too_and_answered_by_words(agreed: Stage) -> None:
    ask(agreed)
    assert due(agreed, 4) == "2026-06-18"
    assert any("Bea Alvarez is asked" in words_of(one) for one in agreed.slack.messages("U0RAE"))
    assert "their portal is closed" in last_dm(agreed, "U0BEA")
    agreed.slack.say("U0RAE", "/map accept 4")
    assert due(agreed, 4) == "2026-06-18"
    agreed.slack.say("U0BEA", "@Tandem accept 4")
    agreed.settle()
    assert due(agreed, 4) == "2026-06-26"
    assert "Agreed with Rae Lindqvist" in str(agreed.slack.messages("U0BEA"))
    ask_again = "/map date 4 30 Jun because their portal is closed again"
    agreed.slack.say("U0RAE", ask_again)
    agreed.settle()
    agreed.slack.say("U0RAE", "/map withdraw")
    agreed.slack.say("U0BEA", "@Tandem accept")
    agreed.settle()
    assert due(agreed, 4) == "2026-06-26"
    assert "took the question back" in last_dm(agreed, "U0BEA")


def test_words_without_a_reason_lead_to_the_form_with_the_day_in_it(agreed: Stage) -> None:
    agreed.slack.say("U0RAE", "/map date 5 19 Jun")
    view = agreed.slack.need_view("U0RAE")
    assert view["values"]["due"]["step.due_pick"]["selected_date"] == "2026-06-19"
    assert "Go-live stays" in words_of(view)
    assert agreed.slack.submit("U0RAE", {"reason_code": "scope"}) == {}
    assert due(agreed, 5) == "2026-06-19"
    agreed.slack.say("U0BEA", "@Tandem date 6 26 Jun")
    agreed.settle()
    agreed.slack.click("U0BEA", "step.date_to")
    assert agreed.slack.need_view("U0BEA")["values"]["due"]["step.due_pick"]["selected_date"] == "2026-06-26"
    agreed.slack.submit("U0BEA", {"reason_code": "security"})
    assert due(agreed, 6) == "2026-06-26"


def test_another_date_goes_back_and_is_accepted(agreed: Stage) -> None:
    ask(agreed)
    agreed.slack.click("U0BEA", "proposal.counter", channel="D0BEA")
    assert "Rae Lindqvist (Northwind) suggests Fri 26 Jun" in pick(agreed, "U0BEA", "2026-06-24")
    errors = agreed.slack.submit("U0BEA", {"due": "2026-06-01", "reason": "The portal opens before"})
    assert list(errors) == ["due"]
    assert list(agreed.slack.submit("U0BEA", {"due": "2026-06-26"})) == ["due"]  # Accept says that
    assert agreed.slack.submit("U0BEA", {"due": "2026-06-24"}) == {}
    agreed.slack.close("U0BEA")
    agreed.settle()
    assert "suggested another date" in last_dm(agreed, "U0BEA")
    assert "The portal opens before" in last_dm(agreed, "U0RAE")
    assert "Bea Alvarez (Acme) suggests instead to move *4" in last_dm(agreed, "U0RAE")
    agreed.slack.click("U0RAE", "proposal.accept", channel="D0RAE")
    agreed.settle()
    assert due(agreed, 4) == "2026-06-24"


def test_talk_leaves_it_open_and_says_so_once(agreed: Stage) -> None:
    ask(agreed)
    for _ in range(2):
        agreed.slack.click("U0BEA", "proposal.talk", channel="D0BEA")
        agreed.settle()
    assert "Bea Alvarez would like to talk about it first" in last_dm(agreed, "U0BEA")
    assert [("talk first" in words_of(one)) for one in agreed.slack.dms("U0RAE")] == [True]
    assert "It waits for Acme's yes" in agreed.board_text()


def test_the_board_leads_to_the_question_and_its_side_may_take_it_back(agreed: Stage) -> None:
    ask(agreed)
    agreed.slack.click("U0RAE", "proposal.open", near="4  Send the security")
    with pytest.raises(AssertionError, match="sees no"):
        agreed.slack.click("U0RAE", "proposal.accept")
    agreed.slack.click("U0RAE", "proposal.withdraw")
    agreed.settle()
    assert "taken back" in words_of(agreed.slack.need_view("U0RAE"))
    assert "proposes" not in agreed.board_text()
    assert due(agreed, 4) == "2026-06-18"


def test_what_was_done_meanwhile_overtakes_the_question(agreed: Stage) -> None:
    ask(agreed)
    agreed.slack.say("U0BEA", "@Tandem done 4")
    agreed.settle()
    assert "something else came first" in last_dm(agreed, "U0BEA")
    assert "proposes" not in agreed.board_text()


def test_removing_a_step_of_the_other_side_is_asked(agreed: Stage) -> None:
    agreed.slack.say("U0RAE", "/map delete 4")
    agreed.slack.submit("U0RAE", {"reason": "They have it already"})
    assert "Bea Alvarez is asked: take *4  Send" in words_of(agreed.slack.need_view("U0RAE"))
    agreed.settle()
    agreed.slack.say("U0BEA", "@Tandem accept")
    agreed.settle()
    assert agreed.step(4).removed_at is not None
    assert agreed.step(4).removed_by == "U0RAE"
    agreed.slack.say("U0RAE", "/map skip 6 they do not need it")
    assert due(agreed, 6) == "2026-06-29"
    agreed.settle()
    assert "asks to do without *6" in last_dm(agreed, "U0BEA")


def test_where_slack_refuses_the_message_the_thread_asks_and_answers(agreed: Stage) -> None:
    agreed.slack.refuse_dms("U0BEA")
    ask(agreed)
    assert any("<@U0BEA> Rae Lindqvist (Northwind) asks to move *4" in one for one in replies(agreed))
    agreed.slack.click("U0RAVI", "proposal.accept")
    agreed.settle()
    assert due(agreed, 4) == "2026-06-26"
    assert any("Ravi Shah said yes" in one for one in replies(agreed))


def test_the_day_of_the_plan_is_asked_from_its_own_form(agreed: Stage) -> None:
    agreed.slack.say("U0RAE", "/map edit")
    agreed.slack.click("U0RAE", "plan.anchor_pick", selected_date="2026-08-14")
    assert "needs a yes from Acme" in words_of(agreed.slack.need_view("U0RAE"))
    assert agreed.slack.submit("U0RAE", {"reason": "Their board", "reason_code": "budget"}) == {}
    agreed.settle()
    assert agreed.plan().anchor_date == date(2026, 8, 7)
    assert "asks to move go-live from Fri 7 Aug to *Fri 14 Aug*" in last_dm(agreed, "U0BEA")
    agreed.slack.click("U0BEA", "proposal.accept", channel="D0BEA")
    agreed.settle()
    assert agreed.plan().anchor_date == date(2026, 8, 14)
    assert due(agreed, 13) == "2026-08-14"
    agreed.slack.click("U0BEA", "plan.history")
    edited = "to Fri 14 Aug, agreed with Bea Alvarez: The budget is open, Their board"
    assert edited in words_of(agreed.slack.need_view("U0BEA"))


def test_a_question_about_the_day_of_the_plan_stands_first_on_the_board(agreed: Stage) -> None:
    for number in (4, 6, 9):
        agreed.slack.say("U0RAE", f"/map date {number} 3 Jul because their portal is closed")
    agreed.slack.say("U0RAE", "/map edit")
    agreed.slack.submit("U0RAE", {"anchor_date": "2026-08-14", "reason": "Their board"})
    agreed.settle()
    pending = [line for line in agreed.board_text().splitlines() if line.startswith("⏳")]
    assert len(pending) == 3
    assert "proposes go-live on *Fri 14 Aug*" in pending[0]


@pytest.fixture
def twice(database: Database) -> Iterator[Stage]:
    yield from make_stage(database, twice=True)


def test_each_request_twice_agrees_asks_and_moves_once(twice: Stage) -> None:
    stage = twice
    stage.start_plan()
    agree(stage)
    ask(stage)
    stage.slack.click("U0BEA", "proposal.accept", channel="D0BEA")
    stage.settle()
    assert stage.plan().agreed_round == 1
    assert due(stage, 4) == "2026-06-26"
    assert len([one for one in stage.slack.dms("U0BEA") if "said yes" in words_of(one)]) == 1
    assert len([one for one in stage.slack.dms("U0RAE") if "said yes" in words_of(one)]) == 1
