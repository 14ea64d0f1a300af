"""The conversation about a step."""

from blocks.ids import Field
from bot.use_cases.common import Refused, Work
from bot.use_cases.typed import clean_text
from plan.rights import Action
from storage.models import Note, Step

IN_THE_LOG = 200  # characters of a note; the whole of it stands with its step


def add_note(work: Work, step_id: int, text: str) -> Step:
    """Write about a step, for everybody who may know of it; also about one that is finished.

    Nothing is settled by it: reminders go on, and a form that somebody has open stays true.
    """
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    words = clean_text(text, Field.NOTE)
    if not words:
        raise Refused("note_missing", field=Field.NOTE)
    work.session.add(
        Note(
            plan_id=work.plan_id,
            step_id=step_id,
            at=work.now,
            author_id=work.actor.user_id,
            author_side=work.actor.side,
            text=words,
            visibility=step.visibility,
        )
    )
    work.log("step_noted", step, reason=words[:IN_THE_LOG])
    return step
