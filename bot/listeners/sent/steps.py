"""Sent modals that are about one step."""

import re
from collections.abc import Callable, Mapping

from blocks.ids import Field, View
from bot.listeners.asking import in_a_window
from bot.listeners.sent import privacy
from bot.listeners.sent.agreement import new_date
from bot.listeners.submission import ChangedMeanwhile, Handler, Response, Sent
from bot.use_cases import dates, editing
from bot.use_cases import notes as note_cases
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_history
from storage.agreement import Proposal
from storage.models import Side, Step


def change_step(act: Callable[[Work, Sent], object]) -> Handler:
    """A modal about one step, carried out unless the step changed while the modal was open.

    What needs the other side is a question to it now, and says so in the place of the form.
    """

    def handle(sent: Sent) -> Response:
        with sent.work() as work:
            _must_be_as_it_was(work, sent)
            done = act(work, sent)
            asks = in_a_window(work, done) if isinstance(done, Proposal) else None
        return {"response_action": "update", "view": asks} if asks else sent.back()

    return handle


def _must_be_as_it_was(work: Work, sent: Sent) -> None:
    step = work.step(sent.metadata.step_id)
    key = str(step.version)
    if step.version == sent.metadata.version or sent.was_told(work, key):
        return
    newest = load_history(work.session, work.plan, work.actor.side, work.now, 1, step.id)
    if newest:
        raise ChangedMeanwhile("step_changed", key, change=newest[0])


def _move(work: Work, sent: Sent) -> Step | Proposal:
    return dates.change_date(work, sent.metadata.step_id, new_date(sent))


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


def _skip(work: Work, sent: Sent) -> Step | Proposal:
    return step_cases.skip_step(work, sent.metadata.step_id, sent.form.text(Field.REASON))


def _edit(work: Work, sent: Sent) -> None:
    """Only what this person changed: what somebody else changed meanwhile stays theirs."""
    form = sent.form

    def text(field: Field) -> str | None:
        return form.text(field) if form.was_changed(field) else None

    days, place = text(Field.DAYS), text(Field.PLACE)
    edit = editing.StepEdit(
        title=text(Field.TITLE),
        description=text(Field.DESCRIPTION),
        link=text(Field.LINK),
        proof=text(Field.PROOF),
        side=form.one_of(Field.SIDE, Side) if form.was_changed(Field.SIDE) else None,
        role=text(Field.ROLE),
        days=None if days is None else _number(days, Field.DAYS),
        gate=form.is_ticked(Field.GATE) if form.was_changed(Field.GATE) else None,
        phase=text(Field.NEW_PHASE) or (form.choice(Field.PHASE) if form.was_changed(Field.PHASE) else None),
        place=None if place is None else _number(place or "0", Field.PLACE),
        after=text(Field.AFTER),
        only_on=text(Field.ONLY_ON),
        is_private=privacy.chosen(form),
    )
    if edit.is_private is False:
        privacy.must_mean_to_show(work, sent)
    editing.edit_step(work, sent.metadata.step_id, edit)


def _number(text: str, field: Field) -> int:
    """ "4" or "#4". Raises `Refused` for anything else."""
    found = re.fullmatch(r"#?(\d{1,4})", text.strip())
    if found is None:
        code = "days_bad" if field is Field.DAYS else "place_bad"
        raise Refused(code, field=field, most=editing.MOST_DAYS)
    return int(found[1])


def _delete(work: Work, sent: Sent) -> Step | Proposal:
    form = sent.form
    join = form.is_ticked(Field.JOIN) or not form.was_changed(Field.JOIN)  # not in the form: nothing to join
    return editing.remove_step(work, sent.metadata.step_id, form.text(Field.REASON), join=join)


def add_note(sent: Sent) -> Response:
    """What changed in the step meanwhile makes no difference to what is said about it."""
    with sent.work() as work:
        is_private = sent.form.is_ticked(Field.VISIBILITY)
        note_cases.add_note(work, sent.metadata.step_id, sent.form.text(Field.NOTE), is_private=is_private)
    return sent.back()


HANDLERS: Mapping[View, Handler] = {
    View.STEP_DATE: change_step(_move),
    View.STEP_OWNER: change_step(_assign),
    View.STEP_BLOCK: change_step(_block),
    View.STEP_SKIP: change_step(_skip),
    View.STEP_EDIT: change_step(_edit),
    View.STEP_DELETE: change_step(_delete),
    View.STEP_NOTE: add_note,
}
