"""The conversation about a step."""

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.privacy import IN_THE_LOG, own_visibility
from bot.use_cases.typed import clean_text
from plan.rights import Action
from storage.models import Note, Step


@needs(Action.NOTE)
def add_note(work: Work, step_id: int, text: str, *, is_private: bool = False) -> Step:
    """Write about a step, for everybody who may know of it; also about one that is finished.

    Nothing is settled by it: reminders go on, and a form that somebody has open stays true. What is private
    is the own side's alone, as is everything about a step that is.
    """
    step = work.step(step_id)
    words = clean_text(text, Field.NOTE)
    if not words:
        raise Refused("note_missing", field=Field.NOTE)
    visibility = own_visibility(work) if is_private else step.visibility
    work.session.add(
        Note(
            plan_id=work.plan_id,
            step_id=step_id,
            at=work.now,
            author_id=work.actor.user_id,
            author_side=work.actor.side,
            text=words,
            visibility=visibility,
        )
    )
    work.log("step_noted", step, reason=words[:IN_THE_LOG], visibility=visibility)
    return step
