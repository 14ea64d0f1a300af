"""What both sides agreed to, and what needs both of them afterwards.

Before there is an agreement nobody needs anybody. Private steps never need the other side: nothing here looks
at them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from storage.agreement import Proposal, ProposalKind
from storage.models import Plan, PlanState, Side, Step, Visibility


class ReasonCode(StrEnum):
    """Why a date moves: the short list that people choose from."""

    QUEUE = "queue"
    PEOPLE = "people"
    SCOPE = "scope"
    LEGAL = "legal"
    SECURITY = "security"
    PROCUREMENT = "procurement"
    BUDGET = "budget"
    PRIORITY = "priority"
    OTHER = "other"


class Need(StrEnum):
    """Why a change needs the other side."""

    ANCHOR = "anchor"
    GATE = "gate"
    JOINT = "joint"
    THEIRS = "theirs"
    LANDING = "landing"  # an own step, but the day that was agreed would not hold


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody says yes to, and its SHA-256 as 64 hexadecimal digits."""

    text: str
    digest: str


def is_shared(step: Step) -> bool:
    """Whether both sides may know of a step that is on the plan."""
    return step.visibility is Visibility.BOTH and step.removed_at is None


def terms_of(plan: Plan, steps: Iterable[Step]) -> Terms:
    """The day the plan is planned back from, and each step that both sides may see: one line of JSON each.

    The order of the steps, their phases, owners and states are no part of it.
    """
    lines: list[list[object]] = [[plan.anchor_kind.value, plan.anchor_date.isoformat()]]
    for step in sorted(steps, key=lambda one: one.id or 0):
        if is_shared(step):
            due = step.due_date.isoformat() if step.due_date else ""
            lines.append([step.id, step.number, step.title, step.side.value, step.gate, step.days, due])
    text = "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return Terms(text, sha256(text.encode()).hexdigest())


def needs_both(
    actor_side: Side | None, moved: Iterable[Step], lands_before: date | None, lands_after: date | None
) -> Need | None:
    """Why moving these steps needs the other side, `None` where it does not.

    `moved` are the steps that get another date. The landings are those for both sides' eyes, never before
    the anchor: an own step moves alone as long as the plan lands no later than it would have.
    """
    shared = [step for step in moved if is_shared(step)]
    for step in shared:
        need = _whose(actor_side, step)
        if need is not None:
            return need
    is_later = lands_after is not None and lands_before is not None and lands_after > lands_before
    return Need.LANDING if shared and is_later else None


def needs_both_to_drop(actor_side: Side | None, step: Step) -> Need | None:
    """Why taking a step off the plan, or skipping it, needs the other side."""
    return _whose(actor_side, step) if is_shared(step) else None


def _whose(actor_side: Side | None, step: Step) -> Need | None:
    if step.gate:
        return Need.GATE
    if step.side is Side.JOINT:
        return Need.JOINT
    return None if step.side is actor_side else Need.THEIRS


def is_overtaken(proposal: Proposal, plan: Plan, step: Step | None) -> bool:
    """Whether something else happened to what a proposal is about. `step` is the one it names."""
    if plan.state is PlanState.CLOSED:
        return True
    if proposal.kind is ProposalKind.ANCHOR:
        return plan.anchor_date != proposal.old_day
    if step is None or step.removed_at is not None or step.state.is_finished:
        return True
    return proposal.kind is ProposalKind.STEP_DATE and step.due_date != proposal.old_day
