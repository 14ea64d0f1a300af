"""Everything about one step, with the worst anybody could write about it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blocks import notes, step_details, step_edit, step_forms
from blocks.view_models import Companies, NotesView, NoteView, StepView
from storage.models import Side, StepState
from tests.blocks.plans import NASTY, TODAY, nasty_step, on, step

Payload = tuple[str, dict[str, Any]]  # what it is, and the view

LINKS = (
    "https://example.com/plan?a=1&b=<2>",
    "https://northwind.slack.com/archives/C0DEAL/p1583636382000300?thread_ts=1.2&cid=C0DEAL",
    "http://" + "x" * 900 + ".example",
)
LONGEST_NOTE = "🙂" * 2000


def conversation(text: str, total: int, first: int = 0) -> NotesView:
    shown = min(total - first, notes.MOST_ON_A_PAGE)
    return NotesView(
        tuple(NoteView(total - first - n, on(TODAY), text, text, text) for n in range(shown)), total, first
    )


def views() -> Iterator[Payload]:
    for text in ("Security review", LONGEST_NOTE, *NASTY):
        yield from _of(text)


def _of(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for one in _steps(text):
        for total in (0, 1, 5, 300):
            for may_act in (True, False):
                yield (
                    "details with notes",
                    step_details.build_step_details(
                        one,
                        text,
                        "{}",
                        viewer=Side.BUYER,
                        seller_company=text,
                        buyer_company=text,
                        may_act=may_act,
                        conversation=conversation(text[:2000], total),
                    ),
                )
        phases = [text[:60], "", *(f"Phase {n}" for n in range(130))]
        yield "edit", step_edit.build_edit_modal(one, "{}", phases=phases, place=3, firms=firms)
        yield "edit alone", step_edit.build_edit_modal(one, "{}", phases=[], place=None, firms=firms)
        yield "delete", step_forms.build_delete_modal(one, "{}")
        yield "note", notes.build_note_form(one, "{}", firms)
        for first in (0, 40, 299):
            page = conversation(text[:2000], 300, first)
            yield "notes", notes.build_notes(one, page, "{}", firms, may_act=first == 0)
        yield "no notes", notes.build_notes(one, NotesView(), "{}", firms, may_act=False)


def _steps(text: str) -> Iterator[StepView]:
    for state, link in zip(StepState, (*LINKS, "", LINKS[0]), strict=True):
        said = step(4, title=text[:150], state=state, description=text[:2000], link=link, proof=link)
        yield replace(said, gate=state is StepState.OPEN, seller_confirmed_by=text)
    yield nasty_step(7, title=text[:150], holds_up=(8,), after=(2, 3))
    yield step(9, title=text[:150], phase="", after=())
