"""The form for another date, as it is with what somebody has put in so far."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from blocks.agreement_views import DateForm, MovePreview
from blocks.date_form import ANCHOR_PREVIEW, anchor_preview, build_date_modal
from blocks.ids import Field
from blocks.view_models import Companies, ProposalView
from bot.agreements import load_proposal
from bot.desk import Desk, Look, Visitor
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from bot.previews import preview_anchor, preview_move
from bot.use_cases.common import Refused
from bot.views import PlanViews, load_plan_views
from plan.agreement import is_shared
from plan.rights import Action
from plan.when import HORIZON
from storage import agreements, plans
from storage.agreement import Proposal, ProposalState
from storage.models import Step

View = dict[str, Any]
MOST_METADATA = 2_000  # characters of the ids of steps that may go along; 300 steps have shorter ones


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. `offered` is what the picker shows while nobody has picked a day."""

    day: date | None = None
    code: str = ""
    words: str = ""
    moves_along: bool = False
    offered: date | None = None

    @classmethod
    def of(cls, form: Form) -> "Typed":
        return cls(
            form.day(Field.DUE),
            form.choice(Field.REASON_CODE),
            form.text(Field.REASON),
            form.is_ticked(Field.ALONG),
        )


def date_form(desk: Desk, visitor: Visitor, metadata: Metadata, typed: Typed) -> View:
    """The form again, with what the day in it does. `metadata` is that of the form that is open."""
    with desk.look(visitor, metadata.plan_id, channel_id=metadata.door) as look:
        return build_date_form(look, metadata, typed)


def counter_form(
    desk: Desk, visitor: Visitor, plan_id: int, proposal_id: int, channel_id: str | None
) -> View:
    """Another date than the one that the other side asks for."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        proposal = agreements.proposal_of(look.session, plan_id, proposal_id)
        if proposal is None:
            raise Refused("old_button")
        metadata = Metadata(
            look.plan.channel_id,
            plan_id,
            proposal.step_id or 0,
            private=channel_id is None,
            proposal_id=proposal_id,
        )
        return build_date_form(look, metadata, Typed(offered=proposal.new_day))


def build_date_form(look: Look, metadata: Metadata, typed: Typed) -> View:
    """Raises `Refused` for who may not move it, and for a step that is finished."""
    allow(look, Action.ANSWER if metadata.proposal_id else Action.MOVE_DATE)
    proposal = _answered(look, metadata)
    step = _step(look, metadata)
    seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
    preview = _preview(look, seen, proposal, step, typed)
    offered = ",".join(str(one.step.id) for one in preview.along) if preview else ""
    shared = step is None or is_shared(step)
    form = DateForm(
        metadata=replace(metadata, along=offered[:MOST_METADATA]).dump(),
        step=seen.step(step.id) if step else None,
        anchor_kind=look.plan.anchor_kind,
        due=typed.day or typed.offered,
        preview=preview,
        code=typed.code,
        words=typed.words,
        moves_along=typed.moves_along,
        needs_reason=bool(look.plan.agreed_round) and shared and proposal is None,
        counters=_told(look, proposal),
        firms=Companies(look.plan.seller_company, look.plan.buyer_company),
    )
    return build_date_modal(form)


def _answered(look: Look, metadata: Metadata) -> Proposal | None:
    """The open proposal that this form answers. Raises `Refused` where it is not this person's to answer."""
    if not metadata.proposal_id:
        return None
    proposal = agreements.proposal_of(look.session, metadata.plan_id, metadata.proposal_id)
    if proposal is None:
        raise Refused("old_button")
    if look.actor.side is not proposal.for_side:
        raise Refused("not_yours_to_answer", company=look.plan.company_of(proposal.for_side))
    if proposal.state is not ProposalState.OPEN:
        raise Refused("proposal_over")
    return proposal


def _step(look: Look, metadata: Metadata) -> Step | None:
    if not metadata.step_id:
        return None
    step = plans.step_of(look.session, metadata.plan_id, metadata.step_id, look.actor.side)
    if step is None:
        raise Refused("no_such_step")
    if step.state.is_finished:
        raise Refused("step_finished", number=step.number, title=step.title)
    return step


def _told(look: Look, proposal: Proposal | None) -> ProposalView | None:
    if proposal is None:
        return None
    return load_proposal(look.session, load_plan_views(look.session, look.plan, None, look.now), proposal)


def _preview(
    look: Look, seen: PlanViews, proposal: Proposal | None, step: Step | None, typed: Typed
) -> MovePreview | None:
    """Of a day that can be. One that cannot is refused when the form is sent, under its field."""
    today = seen.board.today
    if typed.day is None or not today <= typed.day <= today + HORIZON:
        return None
    side = look.actor.side
    if step is not None:
        found = preview_move(look.session, seen, look.sides, side, step, typed.day)
        if proposal is None:
            return found
        return replace(found, asks=found.asks or look.plan.company_of(proposal.by_side), asked="")
    move_all = proposal is not None and proposal.move_all
    return preview_anchor(look.session, seen, look.sides, side, typed.day, move_all=move_all)


def with_anchor_preview(desk: Desk, visitor: Visitor, view: dict[str, Any]) -> View:
    """The form that edits the plan, as it is open, with what the day picked in it does.

    Its fields stay as they were drawn: what they opened with is what tells who changed what.
    """
    metadata = Metadata.load(view["private_metadata"])
    form = Form(view)
    blocks = [block for block in view["blocks"] if block["block_id"] != ANCHOR_PREVIEW]
    with desk.look(visitor, metadata.plan_id, channel_id=metadata.door) as look:
        allow(look, Action.CHANGE_PLAN)
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        day, today = form.day(Field.ANCHOR_DATE), seen.board.today
        if day is not None and day != look.plan.anchor_date and today < day <= today + HORIZON:
            move_all = form.is_ticked(Field.MOVE_ALONG)
            side = look.actor.side
            preview = preview_anchor(look.session, seen, look.sides, side, day, move_all=move_all)
            place = 1 + next(
                place for place, block in enumerate(blocks) if block["block_id"] == Field.ANCHOR_DATE
            )
            blocks.insert(place, anchor_preview(preview))
    drawn = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{name: view[name] for name in drawn}, "blocks": blocks}
