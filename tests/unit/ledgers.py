"""A plan that both sides agreed to, and what is in its slip ledger."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.audit import audit
from bot.use_cases.common import Work
from bot.use_cases.slips import landing, note_slip
from storage.agreement import Slip, SlipKind
from storage.models import Step
from tests.given import BEA, RAE, Table

MOVES = 6


def agree(table: Table) -> int:
    """Both sides agree to the plan as it stands, behind the curtain. Says how often they have."""
    with table.work(RAE) as work:
        plan = work.plan
        plan.agreed_round, plan.agreed_at, plan.agreed_anchor = (
            plan.agreed_round + 1,
            work.now,
            plan.anchor_date,
        )
        work.session.add(plan)
        return plan.agreed_round


def lines(table: Table) -> list[Slip]:
    with table.database.read() as session:
        return list(session.exec(select(Slip).order_by(col(Slip.position))))


def move(work: Work, step_id: int, day: date, **facts: Any) -> None:
    """What moving a step leaves in the ledger."""
    step = work.session.get_one(Step, step_id)
    before, old = landing(work), step.due_date
    step.due_date = day
    note_slip(work, SlipKind.MOVED, step, old=old, new=day, lands_before=before, **facts)


def moved_six_times(table: Table) -> None:
    for place in range(MOVES):
        with table.work(BEA) as work:
            move(work, table.step(4).id or 0, date(2026, 7, 1) + timedelta(place), reason=f"Reason {place}")


def audited(table: Table) -> list[bool]:
    return [verdict.is_whole for verdict in audit(table.database)]
