"""The mission's third example: the procurement bottleneck shows six weeks before the quarter ends."""

from datetime import date

from bot.desk import Visitor
from bot.schedules import load_rows
from bot.use_cases import steps
from plan.calendars import calendar_for
from plan.nudging import local_day
from plan.schedule import Schedule
from storage.models import StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage

QUARTER_END = date(2026, 12, 18)
PORTAL, APPROVAL, SIGN = 7, 18, 20  # submit in the portal; approve there; sign
RAE = Visitor("U0RAE", "T0NORTHWIND")


def computed(stage: Stage) -> Schedule[int]:
    with stage.database.read() as session:
        plan = stage.plan()
        today = local_day(stage.clock.now(), plan.time_zone)
        return load_rows(session, plan, None, today).compute()


def work_to_plan(stage: Stage, planned: Schedule[int], *, but: int) -> None:
    """Everybody starts and ends on the last day that keeps the date, whoever has step `but` does nothing."""
    plan_id = stage.plan().id or 0
    with stage.tandem.desk.work(
        RAE, plan_id, channel_id="C0DEAL", request_key=f"test:{planned.today}"
    ) as work:
        for step_id, slot in planned.slots.items():
            step = work.step(step_id)
            if step.number == but or step.state.is_finished:
                continue
            if slot.latest_finish == planned.today:
                step.state, step.finished_at = StepState.DONE, work.now
                work.record("step_done", step)
            elif slot.latest_start == planned.today:
                steps.start_step(work, step_id)


def test_the_board_says_so_thirty_working_days_before_the_signature(stage: Stage) -> None:
    stage.start_plan("regulated-buyer", anchor_kind="signature", anchor_date=QUARTER_END.isoformat())
    assert "On track" in stage.board_text()
    both = calendar_for("GB"), calendar_for("US")
    planned = computed(stage)
    while not planned.is_late:
        work_to_plan(stage, planned, but=PORTAL)
        assert planned.today < QUARTER_END
        stage.slack.advance("day")
        planned = computed(stage)
    stage.morning_round()

    left = min(calendar.working_days_between(planned.today, QUARTER_END) for calendar in both)
    assert left >= 30
    portal = stage.step(PORTAL)
    assert portal.due_date is not None
    assert portal.due_date >= planned.today  # nothing is past its day yet
    board = stage.board_text()
    assert "At risk." in board
    assert "The ball is with Acme" in board.replace("*", "")
    assert f"{PORTAL}  Submit the vendor file in the procurement portal* has not started" in board
    assert "What would keep Fri 18 Dec" in board


def test_on_the_last_day_that_keeps_the_date_it_says_so(stage: Stage) -> None:
    stage.start_plan("regulated-buyer", anchor_kind="signature", anchor_date=QUARTER_END.isoformat())
    start_by = computed(stage).slots[stage.step(PORTAL).id or 0].latest_start
    assert start_by is not None
    planned = computed(stage)
    while planned.today < start_by:
        work_to_plan(stage, planned, but=PORTAL)
        stage.slack.advance("day")
        planned = computed(stage)
    stage.morning_round()
    assert not planned.is_late
    text = words_of(stage.board())
    assert "At risk." in text
    assert f"{PORTAL}  Submit the vendor file in the procurement portal* starts by" in text
