"""Somebody buys from two firms that both have Tandem: each copy tells only of its own plans."""

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import col, select

from bot.use_cases import dates, steps
from bot.use_cases.common import Actor
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import start_plan
from storage import plans
from storage.database import Database
from storage.models import ChannelMember, Nudge, NudgeStep, Person, Plan, Side, Step
from storage.outgoing import Outgoing
from tests.given import BEA, MONDAY, Table, new_plan

OTHERS, CHANNEL, OLA = "T0OTHERS", "C0OTHERS", "U0OLA"


def another_seller(table: Table) -> int:
    """Bea's step of theirs, by its id; it waits since the same day."""
    with table.database.write() as session:
        session.add(Person(user_id=OLA, team_id=OTHERS, name="Ola Berg", refreshed_at=MONDAY))
        for user_id in (OLA, BEA.user_id):
            session.add(ChannelMember(channel_id=CHANNEL, user_id=user_id))
        actor = Actor(OLA, OTHERS, Side.SELLER, "Ola Berg")
        new = replace(new_plan(), seller_lead_id=OLA)
        plan = start_plan(session, OTHERS, CHANNEL, actor, new, MONDAY, MONDAY).plan
        step = plans.every_step(session, plan.id or 0)[2]
        step.owner_id, step.due_date = BEA.user_id, date(2026, 6, 1)
        step.next_nudge_at = MONDAY + timedelta(hours=12)
        session.add(step)
        return step.id or 0


def told(database: Database) -> list[tuple[str, set[str]]]:
    """For each reminder the copy that says it, and whose plans it is about."""
    with database.read() as session:
        rows = session.exec(select(Outgoing).where(Outgoing.kind == "nudge").order_by(col(Outgoing.id))).all()
        found = []
        for row in rows:
            hosts = (
                select(Plan.team_id)
                .join(Step, col(Step.plan_id) == col(Plan.id))
                .join(NudgeStep, col(NudgeStep.step_id) == col(Step.id))
            )
            found.append(
                (row.team_id, set(session.exec(hosts.where(NudgeStep.nudge_id == row.payload["nudge"]))))
            )
        return found


def test_no_copy_tells_of_what_another_one_keeps_and_still_there_is_one_message_a_day(
    database: Database,
) -> None:
    table = Table(database)
    with table.work(BEA) as work:
        step = steps.assign_step(work, table.step(3).id or 0, BEA.user_id)
        dates.move_step(work, step.id or 0, date(2026, 6, 1))
    another_seller(table)
    for day in range(1, 4):
        moment = MONDAY + timedelta(days=day, hours=6)
        with table.database.write() as session:
            sweep(session, moment, moment)
    assert sorted(told(database)) == [("T0NORTHWIND", {"T0NORTHWIND"}), (OTHERS, {OTHERS})]
    with table.database.read() as session:
        days = session.exec(select(col(Nudge.local_date)).where(Nudge.user_id == BEA.user_id)).all()
    assert len(days) == len(set(days)) == 2
