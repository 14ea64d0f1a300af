"""Sent forms that change a plan."""

import zlib
from collections.abc import Mapping
from typing import Any

from blocks import notices
from blocks.ids import Field, View
from blocks.plan_forms import SETTINGS, role_field
from bot.listeners.forms import Form
from bot.listeners.submission import CLOSE_ALL, Handler, Response, Sent
from bot.use_cases import people as people_cases
from bot.use_cases import plan_edits
from bot.use_cases.common import Refused, Work
from bot.views import load_history
from storage import requests

TEXTS = (Field.NAME, Field.ANCHOR_REASON, Field.BUYER_COMPANY)
ROLE = role_field("")


def edit_plan(sent: Sent) -> Response:
    """Only what somebody changed is written, so that two people may have the form open at once."""
    form = sent.form
    wanted = {
        name: _value(form, field) for name, field in plan_edits.FIELDS.items() if form.was_changed(field)
    }
    try:
        with sent.work() as work:
            _nobody_changed_the_same(work, sent, wanted)
            reason, along = form.text(Field.REASON), form.is_ticked(Field.MOVE_ALONG)
            edited = plan_edits.edit_plan(work, wanted, reason, move_along=along)
    except ChangedMeanwhile as changed:
        with sent.desk.database.write() as session:
            requests.is_first(session, changed.key, sent.desk.clock.wall())
        raise
    if not (edited.steps_moved or edited.anchor_moved_from):
        return CLOSE_ALL
    facts = {
        "anchor": edited.anchor,
        "moved_from": edited.anchor_moved_from,
        "steps": edited.steps_moved,
        "squeezed": edited.squeezed,
    }
    return {"response_action": "update", "view": notices.build_notice("plan_edited", facts)}


def _value(form: Form, field: Field) -> Any:
    if field is Field.ANCHOR_DATE:
        return form.day(field)
    return form.text(field) if field in TEXTS else form.choice(field) or None


class ChangedMeanwhile(Refused):
    """Somebody else changed the same field. Said once: to send it again means "I know"."""

    def __init__(self, key: str, field: Field, who: str, now: str) -> None:
        super().__init__("field_changed", field=field, who=who, now=now)
        self.key = key


def _nobody_changed_the_same(work: Work, sent: Sent, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        field, now = plan_edits.FIELDS[name], getattr(work.plan, name)
        key = f"conflict:{sent.view_id}:{name}:{zlib.crc32(str(now).encode())}"
        is_as_it_was = str(now or "") == sent.form.opened_with(field)
        if is_as_it_was or now == value or requests.was_seen(work.session, key):
            continue
        history = load_history(work.session, work.plan, work.actor.side, work.now, 200)
        parts = {f"{name}_old", f"{name}_new"}
        edit = next(
            (one for one in history if one.kind == "plan_edited" and parts & one.details.keys()), None
        )
        if edit is not None:
            raise ChangedMeanwhile(key, field, edit.who, edit.details.get(f"{name}_new", ""))


def name_people(sent: Sent) -> Response:
    form = sent.form
    leads = {
        name: form.choice(plan_edits.FIELDS[name]) or None
        for name in plan_edits.LEADS
        if form.was_changed(plan_edits.FIELDS[name])
    }
    choices = {
        field.removeprefix(ROLE): people_cases.Choice(
            field, form.opened_with(field) or None, form.choice(field) or None
        )
        for field in (block["block_id"] for block in sent.blocks)
        if field.startswith(ROLE)
    }
    with sent.work() as work:
        plan_edits.edit_plan(work, leads)
        people_cases.name_people(work, choices)
    return CLOSE_ALL


def change_settings(sent: Sent) -> Response:
    ticked = sent.form.ticked(Field.SETTINGS)
    with sent.work() as work:
        on = plan_edits.Settings(**{name: name in ticked for name in SETTINGS})
        plan_edits.change_settings(work, on)
    return CLOSE_ALL


HANDLERS: Mapping[View, Handler] = {
    View.PLAN_EDIT: edit_plan,
    View.PLAN_PEOPLE: name_people,
    View.PLAN_SETTINGS: change_settings,
}
