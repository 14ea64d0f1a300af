"""The form for another date, which shows what the date does as soon as one is picked."""

from blocks.agreement_views import DateForm, MovePreview
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Option,
    ViewDict,
    ask,
    checkbox,
    date_input,
    labelled_option,
    modal,
    option,
    section,
    static_select,
    telling,
    text_input,
)
from blocks.step_forms import REASON_LENGTH
from blocks.text import fit
from blocks.view_models import Companies
from blocks.words import mrkdwn, plain
from plan.agreement import ReasonCode

MOST_ALONG = 20  # by name
TICKED = "yes"
ANCHOR_PREVIEW = "anchor.preview"  # its `block_id`
NO_FIRMS = Companies("", "")


def build_date_modal(form: DateForm) -> ViewDict:
    """Asks for a day and why it moves. Once there is a day to look at, it says what that does.

    Blocks and elements keep their ids when it is drawn again, so that Slack keeps what is in them:
    https://docs.slack.dev/surfaces/modals#preserving-input
    """
    about = mrkdwn("dates", "about", form=form, firms=form.firms or NO_FIRMS).strip()
    blocks = [
        section(about, "step.about"),
        telling(ask(Field.DUE, "due", date_input(form.due, Act.STEP_DUE_PICK))),
    ]
    if form.preview is not None:
        blocks += _what_it_does(form.preview, ticked=form.moves_along)
    blocks.append(reason_select(form.code, needed=form.needs_reason))
    words = text_input(form.words, lines=True, length=REASON_LENGTH)
    blocks.append(ask(Field.REASON, "why_moves", words, optional=True))
    view, submit = (View.PROPOSAL_COUNTER, "suggest") if form.counters else (View.STEP_DATE, "save")
    title = plain("dates", "title", form=form)
    return modal(view, title, blocks, metadata=form.metadata, submit=submit, close="cancel")


def _what_it_does(preview: MovePreview, *, ticked: bool) -> list[Block]:
    saying = "anchor" if preview.anchor else "preview"
    blocks = [section(mrkdwn("dates", saying, preview=preview).strip(), "date.preview")]
    if preview.along:
        n = len(preview.along)
        shown = preview.along[:MOST_ALONG]
        text = mrkdwn("dates", "along", shown=shown, n=n, preview=preview).strip()
        choice = option(plain("dates", "along_choice", n=n), TICKED)
        blocks.append(section(fit(text), "date.after"))
        blocks.append(ask(Field.ALONG, "along", checkbox(choice, ticked=ticked), optional=True))
    return blocks


def reason_select(code: str = "", *, needed: bool) -> Block:
    """The short list of reasons."""
    options = [_reason(one) for one in ReasonCode]
    initial = next((one for one in options if one["value"] == code), None)
    select = static_select(Act.INPUT, "pick_reason", options, initial=initial)
    return ask(Field.REASON_CODE, "reason_code", select, optional=not needed)


def _reason(code: ReasonCode) -> Option:
    if code is ReasonCode.OTHER:
        return labelled_option("reason_other", code.value)
    return option(plain("reasons", "label", code=code.value).strip(), code.value)


def anchor_preview(preview: MovePreview) -> Block:
    """What another anchor does, for the form that edits the plan."""
    return section(mrkdwn("dates", "anchor", preview=preview).strip(), ANCHOR_PREVIEW)
