"""What is answered to words where others press a button: with the worst anybody typed."""

from collections.abc import Iterator
from typing import Any

from blocks import in_words, replies
from blocks.ids import Act
from blocks.kit import section
from blocks.replies import LineResult
from blocks.ties import TiesView
from blocks.view_models import Companies, NotesView, NoteView
from blocks.words import mrkdwn
from plan.after_lines import Before
from storage.models import Side, StepState
from tests.blocks.plans import TODAY, nasty_step, on, step, usual_plan

Payload = tuple[str, dict[str, Any]]

REFUSALS: dict[str, dict[str, Any]] = {
    "two_readings": {"text": "4, 5 Jun", "readings": ("date 4 5 Jun", "date … 5 Jun")},
    "day_without_step": {"when": "4 May"},
    "what_about_step": {"number": 4},
    "too_many_lines": {"count": 25, "most": 20},
    "say_alone": {},
    "yes_or_no": {"word": "gate"},
    "which_company": {"seller": "Northwind", "buyer": "Acme", "both": True},
    "zone_unclear": {"text": "York", "zones": ("America/New_York", "Europe/London")},
    "region_unclear": {"text": "Bavarria", "country": "Germany", "regions": ("Baden-Württemberg", "Bayern")},
    "which_setting": {},
    "which_role": {},
    "no_such_role": {"role": "CFO", "known": ("AE", "Counsel")},
    "which_steps": {"text": "purple", "states": ("open", "done")},
    "not_closed_then": {"day": TODAY, "today": TODAY},
}
SAID: dict[str, dict[str, Any]] = {
    "named": {"name": "", "changed": True},
    "led": {"who": "", "company": "", "changed": False},
    "zoned": {"zone": "Europe/London", "company": "", "changed": True},
    "settled": {"what": "reminders", "is_on": True, "changed": False},
    "role_named": {"role": "", "who": ""},
    "anchored": {"day": TODAY, "today": TODAY},
    "closed_plan": {"name": "", "won": True},
    "opened_days": {"company": "", "first": TODAY, "today": TODAY},
}


class AgreeingFirm:
    """As much of a form to agree as its button needs."""

    side = Side.BUYER

    def __init__(self, text: str) -> None:
        self.firms = Companies(text, text)


def messages(text: str) -> Iterator[Payload]:
    yield from _lines(text)
    yield from _instead(text)
    one = step(4, title=text, owner=text, role=text, phase=text, gate=True)
    for saying in ("edited", "removed", "snoozed"):
        for changed in (True, False):
            yield f"about, {saying}", dict(replies.reply_about(saying, one, changed=changed, by=text))
    for saying, facts in SAID.items():
        nasty = {key: text if value == "" else value for key, value in facts.items()}
        yield f"said, {saying}", dict(in_words.reply_said(saying, nasty))
    yield from _windows(text)


def _lines(text: str) -> Iterator[Payload]:
    done = LineResult(mrkdwn("replies", "added", step=step(4, title=text * 3)))
    wrong = LineResult(replies.refused_words("when_unknown", {"when": text}), text)
    yield "many lines", dict(replies.reply_lines([done, wrong] * 10, [text] * 9, [text] * 3))
    yield "one line left", dict(replies.reply_lines([done], [text]))
    yield "no line done", dict(replies.reply_lines([wrong]))


def _instead(text: str) -> Iterator[Payload]:
    for act in replies.LABELS:
        yield f"instead of {act}", dict(replies.reply_with_button(act, 7, 1004, text, number=4))
    yield "instead of a new date", dict(replies.reply_with_button(Act.STEP_DATE_TO, 7, 1004, number=9999))


def _windows(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    ties = TiesView((Before(3), Before(5, 2)), (on(TODAY),))
    notes = NotesView(tuple(NoteView(n, on(TODAY), text, text, text * 20) for n in range(5)), 30)
    for state in StepState:
        one = nasty_step(
            4, title=text, state=state, reason=text, description=text * 9, link="https://a.example"
        )
        yield f"step in words, {state}", dict(in_words.reply_step(one, firms, ties, notes))
    yield "bare step in words", dict(in_words.reply_step(step(4), firms, TiesView(), NotesView()))
    view = usual_plan(name=text)
    many = [nasty_step(n, title=text) for n in range(1, 60)]
    for page in (1, 4, 9):
        yield f"steps in words, {page}", dict(in_words.reply_steps(view, many, page, text))
    yield "no steps in words", dict(in_words.reply_steps(view, [], 1, text))
    closed = [
        {"side": side, "first": on(TODAY), "last": on(TODAY), "why": text}
        for side in (Side.SELLER, Side.BUYER) * 20
    ]
    yield "closed days", dict(in_words.reply_closed_days(closed, firms, 7))
    yield "no closed days", dict(in_words.reply_closed_days([], firms, 7))
    terms = [section(mrkdwn("agreement", "submit", form=AgreeingFirm(text)), f"agree.{n}") for n in range(5)]
    for code in ("3f2a01", ""):
        yield "terms in words", dict(in_words.reply_terms(terms, 7, code))
    facts = {"ending": "sealed", "company": text}
    yield "agreed in words", dict(in_words.reply_notice("plan_agreed", facts))
