"""Sent modals that are about one step."""

from collections.abc import Callable, Mapping

from blocks.ids import Field, View
from blocks.view_models import ChangeView
from bot.listeners.submission import CLOSE_ALL, Handler, Response, Sent
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_history
from storage import requests


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
    View.STEP_DATE: change_step(_move),
    View.STEP_OWNER: change_step(_assign),
    View.STEP_BLOCK: change_step(_block),
    View.STEP_SKIP: change_step(_skip),
}
