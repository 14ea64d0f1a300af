"""The form that changes everything a step says."""

from collections.abc import Sequence

from blocks import limits
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Element,
    ViewDict,
    ask,
    checkbox,
    labelled_option,
    modal,
    option,
    radio_buttons,
    static_select,
    text_input,
)
from blocks.privacy import who_sees_it
from blocks.ties import NO_TIES, TiesView
from blocks.view_models import Companies, StepView
from blocks.words import plain
from storage.models import Side

TICKED = "gate"  # the value of the one box there is


def build_edit_modal(
    step: StepView,
    metadata: str,
    *,
    phases: Sequence[str],
    place: int | None,
    firms: Companies,
    ties: TiesView = NO_TIES,
    viewer: Side | None = None,
) -> ViewDict:
    """Every field starts with what the step says. Whose it is cannot be changed once it is finished.

    `place` is the number of the step it comes after within its phase, `None` when it is the first. No field
    cuts what is typed: what is too long comes back whole, with the number of characters that fit. `viewer`
    may keep a step of their own side to it, or show it.
    """
    blocks = [ask(Field.TITLE, "title", text_input(step.title))]
    if phases := [phase for phase in dict.fromkeys((step.phase, *phases)) if phase.strip()]:
        blocks.append(ask(Field.PHASE, "phase", _phase(phases, step.phase)))
    blocks.append(
        ask(Field.NEW_PHASE, "new_phase", text_input(), optional=True, hint=_hint("new_phase_hint"))
    )
    number = text_input(str(place or ""))
    blocks.append(ask(Field.PLACE, "place", number, optional=True, hint=_hint("place_hint")))
    if not step.state.is_finished:
        blocks.extend(_terms(step, firms))
        blocks.extend(_ties(ties))
    if viewer is step.side and not step.gate:
        blocks.extend(who_sees_it(viewer, firms, is_private=step.only_for is not None))
    blocks.append(ask(Field.ROLE, "role", text_input(step.role), optional=True))
    about = text_input(step.description, lines=True)
    blocks.append(ask(Field.DESCRIPTION, "description", about, optional=True))
    blocks.append(ask(Field.LINK, "link", text_input(step.link), optional=True, hint=_hint("link_hint")))
    blocks.append(ask(Field.PROOF, "proof", text_input(step.proof), optional=True))
    title = plain("step_forms", "edit_title", step=step)
    return modal(View.STEP_EDIT, title, blocks, metadata=metadata, submit="save", close="cancel")


def _phase(phases: Sequence[str], chosen: str) -> Element:
    options = [option(phase, phase[: limits.OPTION_VALUE]) for phase in phases[: limits.OPTIONS]]
    initial = options[0] if chosen.strip() else None  # the step's own phase comes first
    return static_select(Act.INPUT, "pick_phase", options, initial=initial)


def _terms(step: StepView, firms: Companies) -> list[Block]:
    """What both companies rely on: whose step it is, how long it takes, who has to say yes."""
    sides = [option(plain("modals", "side_option", side=side, firms=firms), side.value) for side in Side]
    own = next(one for one in sides if one["value"] == step.side.value)
    gate = checkbox(labelled_option("gate_choice", TICKED), ticked=step.gate)
    hint = _hint("terms_hint", step=step) if step.half_missing else plain("modals", "gate_hint")
    return [
        ask(Field.SIDE, "side", radio_buttons(sides, own)),
        ask(Field.DAYS, "days", text_input(str(step.days)), hint=_hint("days_hint")),
        ask(Field.GATE, "gate", gate, optional=True, hint=hint),
    ]


def _ties(ties: TiesView) -> list[Block]:
    """What it waits for."""
    after, days = text_input(ties.after_typed), text_input(ties.days_typed, lines=True)
    return [
        ask(Field.AFTER, "after", after, optional=True, hint=plain("ties", "after_hint")),
        ask(Field.ONLY_ON, "only_on", days, optional=True, hint=plain("ties", "only_on_hint")),
    ]


def _hint(saying: str, **facts: object) -> str:
    return plain("step_forms", saying, **facts)
