"""Three replicas look for late steps at the same time; each person hears once."""

from datetime import date, timedelta
from pathlib import Path

from sqlmodel import col, select

from storage.database import Database
from storage.models import Nudge, NudgeStep, Step
from tests.replicas.conftest import TUESDAY
from tests.replicas.deals import AT_ACME, AT_NORTHWIND, EVERYBODY, Deal, start_deals
from tests.replicas.running import eventually, replicas_of
from tests.replicas.watching import OutboxWatch, Postbox
from tests.sandboxed import Sandbox

LATE_SINCE = date(2026, 5, 20)
DEALS = 2
LATE_IN_EACH_DEAL = 30  # sixty late steps for ten people


def make_late(deals: list[Deal]) -> set[tuple[str, str]]:
    """Steps of both firms, gates among them. Who should hear of what, as (person, "plan:step")."""
    expected = set()
    for deal in deals:
        deal.add_steps([f"Settle point {n}" for n in range(14, LATE_IN_EACH_DEAL + 1)])
        for number in range(1, LATE_IN_EACH_DEAL + 1):
            seller = AT_NORTHWIND[(number + deal.plan_id) % len(AT_NORTHWIND)]
            buyer = AT_ACME[(number + deal.plan_id) % len(AT_ACME)]
            is_gate = deal.step(number).gate
            owner = seller if is_gate or number % 3 == 0 else buyer
            due = LATE_SINCE + timedelta(days=number % 7)
            step = deal.give(number, owner, due, buyer if is_gate else None)
            expected.add((owner, f"{deal.plan_id}:{step.id}"))
            if is_gate:
                expected.add((buyer, f"{deal.plan_id}:{step.id}"))
    return expected


def nothing_is_left_to_nudge(database: Database) -> bool:
    with database.read() as session:
        due = select(Step.id).where(col(Step.next_nudge_at) <= TUESDAY + timedelta(hours=2))
        return session.exec(due).first() is None


def test_three_replicas_nudge_sixty_late_steps_each_person_once_and_no_step_twice(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> None:
    expected = make_late(start_deals(database, DEALS))
    with replicas_of(slack, database_url, tmp_path, 3) as replicas:
        eventually(lambda: nothing_is_left_to_nudge(database), why="every late step was looked at")
        outbox.wait_until_quiet()
        complaints = [line for replica in replicas for line in replica.complaints()]

    for person in EVERYBODY:
        assert len(postbox.to(person)) == 1, f"{person} hears once, not {len(postbox.to(person))} times"
    heard = [("U" + post.channel[1:], step) for post in postbox.nudges for step in post.steps]
    assert sorted(heard) == sorted(expected)
    with database.read() as session:
        assert len(session.exec(select(Nudge)).all()) == len(EVERYBODY)
        assert len(session.exec(select(NudgeStep)).all()) == len(expected)
    assert len(postbox.boards) == DEALS, "one board for each deal, whoever posted it"
    assert complaints == []
