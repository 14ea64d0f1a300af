"""Sent forms that change a plan."""

import zlib
from collections.abc import Mapping
from typing import Any

from blocks import notices
from blocks.ids import Field, View
from blocks.plan_forms import SETTINGS, role_field
from blocks.view_models import ChangeView
from bot.listeners.asking import in_a_window
from bot.listeners.forms import Form
from bot.listeners.submission import CLOSE_ALL, ChangedMeanwhile, Handler, Response, Sent
from bot.use_cases import people as people_cases
from bot.use_cases import plan_edits
from bot.use_cases.common import Work
from bot.views import load_history
from storage import plans

TEXTS = (Field.NAME, Field.ANCHOR_REASON, Field.BUYER_COMPANY)
ROLE = role_field("")
NAMINGS = ("step_assigned", "step_not_mine")
FAR_BACK = 200  # changes; who has a form open longer than that overwrites what they did not see


def edit_plan(sent: Sent) -> Response:
    """Only what somebody changed is written, so that two people may have the form open at once."""
    form = sent.form
    wanted = {
        name: _value(form, field) for name, field in plan_edits.FIELDS.items() if form.was_changed(field)
    }
    with sent.work() as work:
        _nobody_changed_the_same(work, sent, wanted)
        reason, along = form.text(Field.REASON), form.is_ticked(Field.MOVE_ALONG)
        code = form.choice(Field.REASON_CODE)
        edited = plan_edits.edit_plan(work, wanted, reason, move_along=along, code=code)
        today = work.today
        asks = in_a_window(work, edited.proposal) if edited.proposal else None
    if asks is not None:
        return {"response_action": "update", "view": asks}
    if not (edited.steps_moved or edited.anchor_moved_from):
        return CLOSE_ALL
    facts = {
        "anchor": edited.anchor,
        "moved_from": edited.anchor_moved_from,
        "steps": edited.steps_moved,
        "squeezed": edited.squeezed,
        "today": today,
    }
    return {"response_action": "update", "view": notices.build_notice("plan_edited", facts)}


def _value(form: Form, field: Field) -> Any:
    if field is Field.ANCHOR_DATE:
        return form.day(field)
    return form.text(field) if field in TEXTS else form.choice(field) or None


def _nobody_changed_the_same(work: Work, sent: Sent, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        field, now = plan_edits.FIELDS[name], getattr(work.plan, name)
        key = _changed_to(name, now)
        is_as_it_was = str(now or "") == sent.form.opened_with(field)
        if is_as_it_was or now == value or sent.was_told(work, key):
            continue
        parts = {f"{name}_old", f"{name}_new"}
        edit = next((one for one in _changes(work, "plan_edited") if parts & one.details.keys()), None)
        if edit is not None:
            now_called = edit.details.get(f"{name}_new", "")
            raise ChangedMeanwhile("field_changed", key, field, who=edit.who, now=now_called)


def _changes(work: Work, *kinds: str) -> list[ChangeView]:
    """The newest first."""
    history = load_history(work.session, work.plan, work.actor.side, work.now, FAR_BACK)
    return [one for one in history if one.kind in kinds]


def _changed_to(what: str, now: object) -> str:
    return f"{what}:{zlib.crc32(str(now).encode())}"


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
        _nobody_changed_the_same(work, sent, leads)
        _nobody_named_another(work, sent, choices)
        plan_edits.edit_plan(work, leads)
        people_cases.name_people(work, choices)
    return CLOSE_ALL


def _nobody_named_another(work: Work, sent: Sent, choices: Mapping[str, people_cases.Choice]) -> None:
    roles = people_cases.roles_known_to(work)
    for key, choice in choices.items():
        role = roles.get(key)
        if role is None or choice.chosen == choice.shown or role.holder in (choice.shown, choice.chosen):
            continue
        steps = {seat.step.id for seat in role.seats}
        named = next((one for one in _changes(work, *NAMINGS) if one.step_id in steps), None)
        changed = _changed_to(key, role.holder)
        if named is not None and not sent.was_told(work, changed):
            now = plans.people(work.session, [role.holder]).get(role.holder or "")
            who, now_called = named.who, now.name if now else ""
            raise ChangedMeanwhile("field_changed", changed, choice.field, who=who, now=now_called)


def change_settings(sent: Sent) -> Response:
    """Only the boxes that somebody ticked or cleared: what the other one switched meanwhile stays so."""
    ticked, were = sent.form.ticked(Field.SETTINGS), sent.form.were_ticked(Field.SETTINGS)
    with sent.work() as work:
        plan_edits.change_settings(work, {name: name in ticked for name in SETTINGS if name in ticked ^ were})
    return CLOSE_ALL


HANDLERS: Mapping[View, Handler] = {
    View.PLAN_EDIT: edit_plan,
    View.PLAN_PEOPLE: name_people,
    View.PLAN_SETTINGS: change_settings,
}
