"""A gate, of which each side gives its own half and takes it back."""

from datetime import timedelta

from bot.use_cases import steps as cases
from storage.database import Database
from storage.models import StepState
from tests.given import BEA, MONDAY, Table


def test_a_blocked_gate_stays_blocked_when_a_half_of_it_is_taken_back(database: Database) -> None:
    table = Table(database)
    gate = table.step_where(gate=True)
    until = MONDAY.date() + timedelta(days=7)
    with table.work(BEA) as work:
        cases.complete_step(work, gate.id or 0)
        cases.block_step(work, gate.id or 0, "Their counsel is away", until)
    with table.work(BEA) as work:
        cases.reopen_step(work, gate.id or 0)
    after = table.step(gate.number)
    assert after.buyer_confirmed_by is None
    assert (after.state, after.state_reason) == (StepState.BLOCKED, "Their counsel is away")
    assert after.blocked_until == until
