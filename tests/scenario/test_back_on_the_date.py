"""The first example: the security questionnaire stalls, the plan shows it, and the deal closes on its day."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import count

from bot.desk import Visitor
from bot.use_cases import agreeing, steps
from bot.use_cases.common import Work
from bot.use_cases.plan_edits import edit_plan
from plan.calendars import calendar_for, calendar_of
from storage.models import Step, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_procurement_in_time import RAE, computed

BEA = Visitor("U0BEA", "T0ACME")
QUESTIONNAIRE, ANSWERS, REVIEW = 4, 5, 6
STALLS = 3  # working days
KEYS = count()


def agreed_with_no_day_to_spare(stage: Stage) -> date:
    """Both agree to a plan that just fits between today and its go-live. Says which day that is."""
    stage.start_plan()
    lands = computed(stage).projected_anchor
    assert lands is not None
    act(stage, RAE, lambda work: edit_plan(work, {"anchor_date": lands}, "The day Acme needs"))
    latest = {step_id: slot.latest_finish for step_id, slot in computed(stage).slots.items()}

    def lay_out(work: Work) -> None:
        for step_id, day in latest.items():
            work.step(step_id).due_date = day

    act(stage, RAE, lay_out)
    for visitor in (BEA, RAE):
        act(stage, visitor, lambda work: agreeing.agree(work, agreeing.terms_now(work).digest))
    stage.settle()
    return lands


def pass_a_day(stage: Stage, days: Mapping[int, int], *, but: int | None = None) -> None:
    """Everybody works as planned, on some steps fewer `days` than planned, and nobody on step `but`."""
    planned = computed(stage)
    for step_id, slot in planned.slots.items():
        step = by_id(stage, step_id)
        may_start = not step.state.is_finished and step.state is not StepState.STARTED
        if may_start and step.number != but and slot.projected_start == planned.today:
            act(stage, RAE, starting(step_id))
    for step_id, slot in computed(stage).slots.items():
        step = by_id(stage, step_id)
        if step.state is not StepState.STARTED or slot.projected_start is None:
            continue
        calendar = calendar_of(step.side, calendar_for("GB"), calendar_for("US"))
        worked = calendar.working_days_between(slot.projected_start, planned.today) + 1
        if worked >= days.get(step.number, step.days):
            for visitor in (BEA, RAE):
                act(stage, visitor, finishing(step_id))
    stage.slack.advance("day")


def starting(step_id: int) -> Callable[[Work], object]:
    return lambda work: steps.start_step(work, step_id)


def finishing(step_id: int) -> Callable[[Work], object]:
    return lambda work: steps.complete_step(work, step_id)


def act(stage: Stage, visitor: Visitor, what: Callable[[Work], object]) -> None:
    plan_id, key = stage.plan().id or 0, f"test:{next(KEYS)}"
    with stage.tandem.desk.work(visitor, plan_id, channel_id="C0DEAL", request_key=key) as work:
        what(work)


def by_id(stage: Stage, step_id: int) -> Step:
    with stage.database.read() as session:
        return session.get_one(Step, step_id)


def test_the_questionnaire_stalls_and_the_deal_closes_on_its_day(stage: Stage) -> None:
    go_live = agreed_with_no_day_to_spare(stage)
    said = f"{go_live:%a} {go_live.day} {go_live:%b}"
    due = stage.step(QUESTIONNAIRE).due_date
    assert due is not None

    # It stalls: nobody at Acme sends it, and the day it was due passes.
    while computed(stage).days_late < STALLS:
        pass_a_day(stage, {}, but=QUESTIONNAIRE)
    stage.morning_round()
    late = computed(stage)
    assert late.projected_anchor is not None
    assert late.projected_anchor > go_live
    lands = f"{late.projected_anchor:%a} {late.projected_anchor.day} {late.projected_anchor:%b}"
    board = stage.board_text()
    assert f"At risk.* On today's pace go-live is *{lands}*, {STALLS} working days later." in board
    assert "The ball is with *Acme*: *4  Send the security questionnaire*" in board

    # What must be true names it, on the board and in words for who asks.
    assert f"What would keep {said}: *{QUESTIONNAIRE}* today, then" in board
    stage.slack.say("U0RAE", "/map keep")
    stage.settle()
    window = words_of(stage.slack.need_view("U0RAE"))
    assert "4  Send the security questionnaire* is worked on from today" in window
    assert "Together they keep" in window
    stage.slack.close("U0RAE")

    # It is done, late; the review then takes Acme fewer days than planned.
    for _ in range(2):
        pass_a_day(stage, {})
    stage.slack.say("U0BEA", f"@Tandem done {QUESTIONNAIRE}")
    stage.settle()
    assert stage.step(QUESTIONNAIRE).state is StepState.DONE
    late_by = computed(stage).days_late
    shorter = stage.step(REVIEW).days - late_by
    while not stage.step(REVIEW).state.is_finished:
        pass_a_day(stage, {REVIEW: shorter})
    stage.morning_round()
    back = computed(stage)
    assert back.projected_anchor == go_live
    assert "At risk.* On today's pace" not in stage.board_text()

    # And it lands on the day that both agreed to.
    while computed(stage).today <= go_live:
        pass_a_day(stage, {})
    stage.morning_round()
    ended = computed(stage)
    assert ended.projected_anchor == go_live
    assert all(by_id(stage, step_id).state is StepState.DONE for step_id in ended.slots)
    stage.slack.say("U0RAE", "/map slips")
    stage.settle()
    ledger = words_of(stage.slack.need_view("U0RAE"))
    assert f"Agreed for {said}, lands {said}." in ledger
    # Northwind's answers came later than planned because the questionnaire did: no loss of Northwind's.
    totals = ledger.split("\n")[0]
    assert f"Acme: {STALLS} days lost, {STALLS} won back." in totals
    assert totals.count("lost") == 1
