"""What a sent form says of who may see a step."""

from blocks.ids import Field
from blocks.privacy import ONLY_US
from bot.listeners.forms import Form
from bot.listeners.submission import ChangedMeanwhile, Sent
from bot.use_cases.common import Work
from storage.models import Visibility


def chosen(form: Form) -> bool | None:
    """Whether a step is to be one side's alone; `None` where nobody changed that."""
    return form.choice(Field.VISIBILITY) == ONLY_US if form.was_changed(Field.VISIBILITY) else None


def must_mean_to_show(work: Work, sent: Sent) -> None:
    """What was shown cannot be taken back: it is said once, and to send the form again means "I know"."""
    step = work.step(sent.metadata.step_id)
    key = f"show:{step.id}"
    if step.visibility is Visibility.BOTH or sent.was_told(work, key) or work.actor.side is None:
        return
    company = work.plan.company_of(work.actor.side.other)
    raise ChangedMeanwhile("show_confirm", key, Field.VISIBILITY, company=company)
