"""Three replicas look for new owners at the same time; each of them hears once, of all that is theirs."""

from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from bot.use_cases import steps
from storage.database import Database
from storage.models import Handover, Notice, Plan
from storage.outgoing import WorkState
from tests.replicas.deals import EVERYBODY, Deal, start_deals
from tests.replicas.running import eventually, replicas_of
from tests.replicas.watching import OutboxWatch, Postbox
from tests.sandboxed import Sandbox

DEALS = 2
GIVEN_IN_EACH_DEAL = range(14, 34)


def hand_out(deals: list[Deal]) -> set[tuple[str, str]]:
    """Rae gives everybody steps in both deals. Who should hear of what, as (person, title)."""
    expected = set()
    for deal in deals:
        with deal.database.write() as session:
            session.execute(sa.update(Plan).where(col(Plan.id) == deal.plan_id).values(gives_notice=True))
        with deal.work() as work:
            for number in GIVEN_IN_EACH_DEAL:
                person = EVERYBODY[number % len(EVERYBODY)]
                title = f"Settle point {deal.plan_id}.{number}"
                steps.add_step(work, steps.NewStep(title, owner_id=person))
                if person != "U0RAE":  # whose own hand it was
                    expected.add((person, title))
    return expected


def nobody_waits(database: Database) -> bool:
    with database.read() as session:
        waiting = select(Handover.id).where(col(Handover.notice_id).is_(None))
        return session.exec(waiting).first() is None


def test_three_replicas_tell_each_new_owner_once_of_all_their_steps(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> None:
    expected = hand_out(start_deals(database, DEALS))
    with replicas_of(slack, database_url, tmp_path, 3) as replicas:
        eventually(lambda: nobody_waits(database), why="every handover was looked at")
        outbox.wait_until_quiet()
        complaints = [line for replica in replicas for line in replica.complaints()]

    for person in EVERYBODY:
        assert len(postbox.to(person)) == (0 if person == "U0RAE" else 1)
    heard = {
        (person, title) for person, title in expected if any(title in one.words for one in postbox.to(person))
    }
    assert heard == expected
    with database.read() as session:
        assert len(session.exec(select(Notice)).all()) == len(EVERYBODY) - 1
    assert {row.state for row in outbox.rows("notice")} == {WorkState.SENT}
    assert complaints == []
