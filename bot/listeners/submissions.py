"""Every modal that was sent. An error stands under the field it is about, and nothing typed is lost.

https://docs.slack.dev/surfaces/modals#displaying_errors
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack

from blocks import step_modal
from blocks.ids import Field, View
from blocks.replies import refusal_text
from blocks.view_models import ChangeView
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.use_cases import plans as plan_cases
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Actor, Refused, Work
from bot.views import load_history
from storage import requests
from storage.models import AnchorKind, Outcome, Person, Side

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A modal as somebody sent it."""

    desk: Desk
    visitor: Visitor
    form: Form
    metadata: Metadata
    view_id: str
    blocks: list[dict[str, Any]]

    @property
    def request_key(self) -> str:
        return f"view:{self.view_id}"

    def work(self) -> AbstractContextManager[Work]:
        """One transaction on the plan this modal is about."""
        metadata = self.metadata
        return self.desk.work(
            self.visitor, metadata.plan_id, channel_id=metadata.door, request_key=self.request_key
        )


Handler = Callable[[Sent], Response]

CLOSE_ALL: Response = {"response_action": "clear"}


class Submissions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        user = body["user"]
        sent = Sent(
            self._desk,
            Visitor(user["id"], user.get("team_id", ""), user.get("name") or user.get("username", "")),
            Form(view),
            Metadata.load(view["private_metadata"]),
            view["id"],
            view["blocks"],
        )
        try:
            response = HANDLERS[View(view["callback_id"])](sent)
        except Refused as refused:
            response = _error_in(sent, refused)
        except AlreadyCarriedOut:
            response = CLOSE_ALL
        ack(**response)


def _error_in(sent: Sent, refused: Refused) -> Response:
    """The error under its field, or under the first one when it is about none."""
    fields = [block["block_id"] for block in sent.blocks if block["type"] == "input"]
    if not fields:
        return {"response_action": "update", "view": step_modal.build_notice(refused.code, refused.facts)}
    field = refused.field.value if refused.field and refused.field.value in fields else fields[0]
    return {"response_action": "errors", "errors": {field: refusal_text(refused.code, refused.facts)}}


def new_plan(sent: Sent) -> Response:
    form = sent.form
    anchor = form.day(Field.ANCHOR_DATE)
    if anchor is None:
        raise Refused("date_missing", field=Field.ANCHOR_DATE)
    new = plan_cases.NewPlan(
        template=form.choice(Field.TEMPLATE),
        name=form.text(Field.NAME),
        seller_company=sent.desk.team_name,
        buyer_company=form.text(Field.BUYER_COMPANY),
        anchor_kind=AnchorKind(form.choice(Field.ANCHOR_KIND)),
        anchor=anchor,
        anchor_reason=form.text(Field.ANCHOR_REASON),
        seller_country=form.choice(Field.SELLER_COUNTRY),
        buyer_country=form.choice(Field.BUYER_COUNTRY),
        seller_lead_id=form.choice(Field.SELLER_LEAD) or None,
        buyer_lead_id=form.choice(Field.BUYER_LEAD) or None,
    )
    desk = sent.desk
    with desk.write(sent.request_key) as (session, now, wall):
        person = session.get(Person, sent.visitor.user_id)
        name = person.name if person else sent.visitor.name
        actor = Actor(sent.visitor.user_id, sent.visitor.team_id, Side.SELLER, name)
        started = plan_cases.start_plan(
            session, desk.team_id, sent.metadata.channel_id, actor, new, now, wall
        )
    facts = {
        "steps": started.steps,
        "anchor": started.plan.anchor_date,
        "moved_from": started.anchor_moved_from,
        "days_short": started.days_short,
    }
    return {"response_action": "update", "view": step_modal.build_notice("plan_started", facts)}


def add_step(sent: Sent) -> Response:
    form = sent.form
    with sent.work() as work:
        step_cases.add_step(
            work,
            step_cases.NewStep(
                title=form.text(Field.TITLE),
                side=Side(form.choice(Field.SIDE)) if form.choice(Field.SIDE) else None,
                phase=form.choice(Field.PHASE) or None,
                role=form.text(Field.ROLE),
                owner_id=form.choice(Field.OWNER) or None,
                due=form.day(Field.DUE),
                gate=form.is_ticked(Field.GATE),
            ),
        )
    return CLOSE_ALL


def close_plan(sent: Sent) -> Response:
    outcome = Outcome(sent.form.choice(Field.OUTCOME))
    with sent.work() as work:
        plan_cases.close_plan(work, outcome, sent.form.text(Field.REASON))
    return CLOSE_ALL


def change_step(act: Callable[[Work, Sent], object]) -> Handler:
    """A modal about one step, carried out unless the step changed while the modal was open."""

    def handle(sent: Sent) -> Response:
        try:
            with sent.work() as work:
                _must_be_as_it_was(work, sent)
                act(work, sent)
        except Changed as changed:
            with sent.desk.database.write() as session:
                requests.is_first(session, changed.key, sent.desk.clock.wall())
            raise
        return CLOSE_ALL

    return handle


class Changed(Refused):
    """The step is not what it was when the form opened. Said once: to send it again means "I know"."""

    def __init__(self, key: str, change: ChangeView) -> None:
        super().__init__("step_changed", change=change)
        self.key = key


def _must_be_as_it_was(work: Work, sent: Sent) -> None:
    step = work.step(sent.metadata.step_id)
    key = f"conflict:{sent.view_id}:{step.version}"
    if step.version == sent.metadata.version or requests.was_seen(work.session, key):
        return
    newest = load_history(work.session, work.plan, work.actor.side, work.now, 1, step.id)
    if newest:
        raise Changed(key, newest[0])


def _move(work: Work, sent: Sent) -> None:
    due = sent.form.day(Field.DUE)
    if due is None:
        raise Refused("date_missing", field=Field.DUE)
    step_cases.move_step(work, sent.metadata.step_id, due, sent.form.text(Field.REASON))


def _assign(work: Work, sent: Sent) -> None:
    owner = sent.form.choice(Field.OWNER) or None
    if sent.metadata.not_mine:
        step_cases.disown_step(work, sent.metadata.step_id, owner)
    elif sent.metadata.for_side:
        step_cases.name_for_side(work, sent.metadata.step_id, owner)
    else:
        counterpart = sent.form.choice(Field.COUNTERPART) or None
        step_cases.assign_step(work, sent.metadata.step_id, owner, counterpart)


def _block(work: Work, sent: Sent) -> None:
    step_cases.block_step(
        work, sent.metadata.step_id, sent.form.text(Field.REASON), sent.form.day(Field.UNTIL)
    )


def _skip(work: Work, sent: Sent) -> None:
    step_cases.skip_step(work, sent.metadata.step_id, sent.form.text(Field.REASON))


HANDLERS: Mapping[View, Handler] = {
    View.PLAN_NEW: new_plan,
    View.PLAN_ADD: add_step,
    View.PLAN_CLOSE: close_plan,
    View.STEP_DATE: change_step(_move),
    View.STEP_OWNER: change_step(_assign),
    View.STEP_BLOCK: change_step(_block),
    View.STEP_SKIP: change_step(_skip),
}
