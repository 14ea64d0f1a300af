"""From rows to what is drawn of an agreement: who signed, what is agreed, what waits for a yes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from blocks.agreement_views import SignatureView
from blocks.text import Day
from blocks.view_models import AgreedView, ProposalView, SignedView, StepView, WayView
from bot.checkups import way_view
from bot.in_words import name_of, removed_view, seen_on
from bot.schedules import load_rows
from bot.what_if import WhatIf, if_anchored, if_dropped, if_moved
from plan.agreement import terms_of
from plan.nudging import local_day
from storage import agreements, plans
from storage.agreement import Proposal, ProposalKind, ProposalState, Signature
from storage.models import Person, Plan, Side, Step

if TYPE_CHECKING:
    from bot.views import PlanViews


def load_agreed(session: Session, plan: Plan, today: date) -> AgreedView | None:
    """Who agreed for each side and when, the last time both did; `None` for a plan nobody has agreed on."""
    if not plan.agreed_round or plan.agreed_at is None:
        return None
    signed = agreements.signatures(session, plan.id or 0, plan.agreed_round)
    known = plans.people(session, [one.user_id for one in signed.values()])
    return AgreedView(
        seller=_signer(known, signed.get(Side.SELLER)),
        buyer=_signer(known, signed.get(Side.BUYER)),
        on=Day.seen(local_day(plan.agreed_at, plan.time_zone), today),
    )


def load_signed(session: Session, plan: Plan, steps: Iterable[Step]) -> SignedView | None:
    """The side that has agreed to the plan as it stands, while the other side's yes is missing.

    `steps` are the plan's; those that only one side may know of are no part of it.
    """
    waiting = agreements.signatures(session, plan.id or 0, plan.agreed_round + 1)
    if not waiting:
        return None
    digest = terms_of(plan, steps).digest
    holds = [one for one in waiting.values() if one.terms == digest]
    if not holds:
        return None
    known = plans.people(session, [holds[0].user_id])
    return SignedView(name_of(known, holds[0].user_id), holds[0].side)


def load_signatures(session: Session, plan: Plan, digest: str, today: date) -> tuple[SignatureView, ...]:
    """Who has said yes since the last agreement, also to a plan that has changed since."""
    waiting = agreements.signatures(session, plan.id or 0, plan.agreed_round + 1)
    known = plans.people(session, [one.user_id for one in waiting.values()])
    ordered: list[Signature] = sorted(waiting.values(), key=lambda one: one.at)
    return tuple(
        SignatureView(
            by=name_of(known, one.user_id),
            side=one.side,
            on=Day.seen(local_day(one.at, plan.time_zone), today),
            holds=one.terms == digest,
        )
        for one in ordered
    )


def load_pending(session: Session, seen: "PlanViews") -> tuple[ProposalView, ...]:
    """The proposals that wait for a yes, the oldest first. All of them are about what both sides know."""
    plan = seen.plan
    if not plan.agreed_round:
        return ()
    waiting = agreements.open_proposals(session, plan.id or 0)
    return tuple(_view(session, plan, one, seen.views, seen.board.today) for one in waiting)


def load_proposal(session: Session, seen: "PlanViews", proposal: Proposal) -> ProposalView:
    """One proposal, whatever became of it. `seen` is its plan as both sides know it."""
    views, today = dict(seen.views), seen.board.today
    if proposal.step_id is not None and proposal.step_id not in views:
        views[proposal.step_id] = removed_view(session.get_one(Step, proposal.step_id), today)
    view = _view(session, seen.plan, proposal, views, today)
    if view.days <= 0:
        return view
    return replace(view, way=_way_all_the_same(session, seen.plan, proposal, views, today))


def _view(
    session: Session, plan: Plan, proposal: Proposal, views: Mapping[int, StepView], today: date
) -> ProposalView:
    known = plans.people(session, [proposal.by_id, proposal.answered_by, proposal.talk_by])
    found = _what_it_does(session, plan, proposal, today)
    along = [
        replace(views[int(step_id)], due=Day.seen(date.fromisoformat(day), today))
        for step_id, day in proposal.along.items()
        if int(step_id) in views
    ]
    return ProposalView(
        id=proposal.id or 0,
        plan_id=proposal.plan_id,
        kind=proposal.kind,
        by=name_of(known, proposal.by_id),
        by_side=proposal.by_side,
        step=views.get(proposal.step_id) if proposal.step_id is not None else None,
        anchor_kind=plan.anchor_kind,
        old=seen_on(proposal.old_day, today),
        new=seen_on(proposal.new_day, today),
        lands_old=seen_on(found.lands_before, today),
        lands_new=seen_on(found.lands_after, today),
        days=found.days,
        along=tuple(along),
        reason_code=proposal.reason_code,
        reason=proposal.reason,
        state=proposal.state,
        answered_by=name_of(known, proposal.answered_by),
        move_all=proposal.move_all,
        is_counter=proposal.counters_id is not None,
        talk_by=name_of(known, proposal.talk_by),
        anchor=Day.seen(plan.anchor_date, today),
    )


def _what_it_does(session: Session, plan: Plan, proposal: Proposal, today: date) -> WhatIf:
    """For both sides' eyes; of one that is over there is nothing more to say."""
    if proposal.state is not ProposalState.OPEN:
        return WhatIf(None, None)
    if proposal.kind is ProposalKind.ANCHOR:
        day = proposal.new_day or plan.anchor_date
        return if_anchored(session, plan, day, today, move_all=proposal.move_all)
    step = plans.step_of(session, plan.id or 0, proposal.step_id or 0, None)
    if step is None:
        return WhatIf(None, None)
    if proposal.kind is ProposalKind.STEP_DATE and proposal.new_day is not None:
        return if_moved(session, plan, step, proposal.new_day, None, today)
    return if_dropped(session, plan, step.id or 0, today)


def _way_all_the_same(
    session: Session, plan: Plan, proposal: Proposal, views: Mapping[int, StepView], today: date
) -> WayView | None:
    """What would keep the anchor although the step moves."""
    if proposal.kind is not ProposalKind.STEP_DATE or proposal.new_day is None:
        return None
    rows, dates = load_rows(session, plan, None, today), {proposal.step_id or 0: proposal.new_day}
    return way_view(rows, rows.compute(dates=dates), views, dates)


def _signer(known: Mapping[str, Person], signature: Signature | None) -> str:
    return name_of(known, signature.user_id if signature else None)
