"""Questions about what both sides agreed to, and about what waits for the other side's yes."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.agreement import Proposal, ProposalState, Signature
from storage.models import Side


def signatures(session: Session, plan_id: int, agreement: int) -> dict[Side, Signature]:
    """Who signed in one round, by side. Rounds count from 1; the next one is `plan.agreed_round + 1`."""
    rows = session.exec(
        select(Signature).where(Signature.plan_id == plan_id, Signature.round == agreement)
    ).all()
    return {row.side: row for row in rows}


def open_proposals(session: Session, plan_id: int) -> Sequence[Proposal]:
    """What waits for an answer, the oldest first."""
    return session.exec(
        select(Proposal)
        .where(Proposal.plan_id == plan_id, Proposal.state == ProposalState.OPEN)
        .order_by(col(Proposal.id))
    ).all()


def open_proposal_about(session: Session, plan_id: int, step_id: int | None) -> Proposal | None:
    """The one that is open about a step, or with `None` about the anchor."""
    about = [one for one in open_proposals(session, plan_id) if one.step_id == step_id]
    return about[-1] if about else None


def proposal_of(session: Session, plan_id: int, proposal_id: int) -> Proposal | None:
    return session.exec(
        select(Proposal).where(Proposal.id == proposal_id, Proposal.plan_id == plan_id)
    ).one_or_none()
