"""What one side keeps to itself, with the worst anybody could write there; and the preview of the plan."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blocks import notes, plan_lists, plan_modals, privacy, step_details, step_edit
from blocks.nudge import build_nudge
from blocks.view_models import BoardView, Companies, NotesView, NudgeView, StepChoices, StepView
from storage.models import Side, StepState
from tests.blocks.plans import NASTY, nasty_plans, nasty_step, nudge_item, step, usual_plan
from tests.blocks.whole_steps import LONGEST_NOTE, conversation

Payload = tuple[str, dict[str, Any]]  # what it is, and the message or view

REFUSALS: dict[str, dict[str, Any]] = {
    "private_not_here": {"has_command": True},
    "private_own_only": {"company": "Acme"},
    "private_people": {"company": "Acme"},
    "private_agreed": {"number": 4},
    "private_waited_for": {"number": 4, "waiting": [5, 6, 7], "company": "Acme"},
    "private_full": {"most": 50},
    "private_step_first": {"number": 1001},
    "no_such_note": {},
    "show_confirm": {"company": "Acme"},
}
LONG_PLAN = 250  # steps: all that both see, and all of one side's own


def messages() -> Iterator[Payload]:
    for text in ("Walk-away price", *NASTY):
        firms = Companies(text, text)
        for one in _steps(text):
            for saying in ("added", "hidden", "noted"):
                said = privacy.reply_private(saying, one, firms, Side.BUYER, changed=saying != "hidden")
                yield f"private, {saying}", dict(said)
            yield "may show", dict(privacy.reply_may_show(one, firms))
            yield "shown already", dict(privacy.reply_may_show(replace(one, only_for=None), firms))
            item = nudge_item(step=one)
            yield "nudge of a private step", dict(build_nudge(NudgeView(7, text, (item,))))


def views() -> Iterator[Payload]:
    for text in ("Walk-away price", LONGEST_NOTE, *NASTY):
        yield from _forms(text)
    for plan in (usual_plan(), *nasty_plans(), _long_plan()):
        yield "preview", privacy.build_preview(plan, Side.SELLER, "{}")
        yield (
            "all steps, on a side",
            plan_lists.build_all_steps(plan, plan.steps, 0, "{}", StepChoices(), Side.BUYER),
        )


def _forms(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for viewer in (Side.SELLER, Side.BUYER):
        for is_private in (False, True):
            form = plan_modals.build_add_step("{}", [], firms=firms, viewer=viewer, is_private=is_private)
            yield "add, for us", form
        for one in _steps(text):
            mine = replace(one, side=viewer, only_for=viewer, gate=False)
            facts: dict[str, Any] = {"viewer": viewer, "seller_company": text, "buyer_company": text}
            for shown in (mine, replace(mine, only_for=None)):
                talk = _private_notes(text, viewer, 12)
                yield (
                    "details",
                    step_details.build_step_details(shown, text, "{}", conversation=talk, **facts),
                )
                form = step_edit.build_edit_modal(
                    shown, "{}", phases=[], place=None, firms=firms, viewer=viewer
                )
                yield "edit", form
                yield "note", notes.build_note_form(shown, "{}", firms, viewer)
                talk = _private_notes(text, viewer, 60)
                yield "notes", notes.build_notes(shown, talk, "{}", firms, may_act=True)


def _private_notes(text: str, viewer: Side, total: int) -> NotesView:
    talk = conversation(text[:2000], total)
    return replace(talk, shown=tuple(replace(note, only_for=viewer) for note in talk.shown))


def _steps(text: str) -> Iterator[StepView]:
    for state in StepState:
        yield replace(step(1001, title=text[:150], state=state), side=Side.BUYER, only_for=Side.BUYER)
    yield replace(nasty_step(1002, title=text[:150]), side=Side.BUYER, only_for=Side.BUYER)


def _long_plan() -> BoardView:
    plan = nasty_plans()
    found = next(iter(plan))
    steps = tuple(step(number, title="🙂" * 150) for number in range(1, LONG_PLAN + 1))
    return replace(found, outcome=None, phases=(replace(found.phases[0], steps=steps),))
