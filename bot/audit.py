"""`python app.py audit`: whether every line of every slip ledger is as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass

from blocks.text import one_line
from plan.ledger import Break, Fault, verify
from storage import ledger
from storage.database import Database
from storage.ledger import Chain
from storage.migrate import HEAD, current_revision
from storage.models import Plan, Visibility


class CannotAudit(RuntimeError):
    """There is nothing to look at: no such plan, or a database that is not up to date."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """About one plan, in a sentence for the operator."""

    is_whole: bool
    sentence: str


def audit(database: Database, plan_id: int | None = None) -> Iterator[Verdict]:
    """One verdict a plan, of all of them or of one. Raises `CannotAudit`."""
    if current_revision(database) != HEAD:
        raise CannotAudit("The database is not up to date: run `python app.py migrate` first.")
    with database.read() as session:
        known = [plan for plan in ledger.every_plan(session) if plan_id in (None, plan.id)]
    if plan_id is not None and not known:
        raise CannotAudit(f"There is no plan {plan_id}.")
    for plan in known:
        with database.read() as session:
            yield _verdict(plan, ledger.chain_of(session, plan.id or 0))


def _verdict(plan: Plan, chain: Chain) -> Verdict:
    name = f"Plan {plan.id}, {one_line(plan.name)}"
    broken = break_of(chain)
    if broken is not None:
        return Verdict(False, f"{name}: breaks at line {broken.position}: {_what_is_wrong(broken)}.")
    # Every line is looked at; how many one side keeps to itself is told to nobody.
    count = sum(line.visibility is Visibility.BOTH for line in chain.lines)
    if not count:
        return Verdict(True, f"{name}: no lines yet.")
    return Verdict(True, f"{name}: {count} {'line' if count == 1 else 'lines'}, unbroken.")


def break_of(chain: Chain) -> Break | None:
    """Where a chain breaks first. A line that cannot be read is not what was written."""
    if chain.unreadable is None:
        return verify(chain.lines, chain.head)
    return verify(chain.lines) or Break(chain.unreadable, Fault.CHANGED)


def _what_is_wrong(broken: Break) -> str:
    if broken.fault is Fault.MISSING:
        return "it is missing"
    if broken.fault is Fault.MOVED:
        return f"what stands there was written as line {broken.was_at}"
    if broken.fault is Fault.UNLINKED:
        return "the line before it is not the one that it was written after"
    if broken.fault is Fault.STRANGE:
        return "Tandem did not write it"
    return "it was changed after it was written"
