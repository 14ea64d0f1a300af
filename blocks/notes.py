"""The conversation about a step, the newest note first."""

import json
from collections.abc import Sequence

from blocks import limits
from blocks.ids import Act, Field, View, step_value
from blocks.kit import Block, ViewDict, actions, ask, button, context, modal, section, text_input
from blocks.privacy import companies, note_for_us, show_note
from blocks.rich import line, quote, rich_text, run
from blocks.view_models import Companies, NotesView, NoteView, StepView
from blocks.words import mrkdwn, plain
from storage.models import Side

NOTE_LENGTH = 2000  # characters
LEAST = (
    5  # are always shown, whatever stands in them: 24 kB each at worst, as an emoji counts 12 bytes in JSON
)
MOST_WITH_STEP = 10
MOST_ON_A_PAGE = 50
BLOCKS_ON_A_PAGE = limits.MODAL_BLOCKS - 4  # beside the heading, the ways back and on, and the place
BYTES_WITH_STEP = limits.VIEW_BYTES // 4
BYTES_ON_A_PAGE = limits.VIEW_BYTES * 4 // 5


def with_step(step: StepView, notes: NotesView, firms: Companies, *, may_act: bool) -> list[Block]:
    """The newest notes as a part of the step's own window, and the way to the earlier ones."""
    if not notes.total and not may_act:
        return []
    blocks = [_heading(step, notes, may_act=may_act)]
    drawn = [_draw(step, note, firms, may_act=may_act) for note in notes.shown[:MOST_WITH_STEP]]
    shown = _that_fit(drawn, BYTES_WITH_STEP)
    blocks.extend(block for note in shown for block in note)
    if earlier := notes.total - len(shown):
        way = button("earlier_notes", Act.STEP_NOTES, step_value(step.plan_id, step.id))
        blocks.append(section(mrkdwn("notes", "earlier", n=earlier), "notes.earlier", way))
    return blocks


def build_notes(
    step: StepView, notes: NotesView, metadata: str, firms: Companies, *, may_act: bool
) -> ViewDict:
    """All notes of a step, as many to a page as fit. The page starts after the newest `notes.first`."""
    blocks = [_heading(step, notes, may_act=may_act)]
    if notes.first:
        blocks.append(_turn(step, 0, "newest_notes"))
    drawn = [_draw(step, note, firms, may_act=may_act) for note in notes.shown[:MOST_ON_A_PAGE]]
    shown = _that_fit(drawn, BYTES_ON_A_PAGE)
    blocks.extend(block for note in shown for block in note)
    seen = notes.first + len(shown)
    if seen < notes.total:
        blocks.append(_turn(step, seen, "earlier_notes"))
    if shown:
        place = mrkdwn("notes", "page", first=notes.first + 1, last=seen, total=notes.total)
        blocks.append(context("notes.page", place))
    return modal(View.STEP_NOTES, plain("notes", "title", step=step), blocks, metadata=metadata)


def build_note_form(step: StepView, metadata: str, firms: Companies, viewer: Side | None = None) -> ViewDict:
    """Asks for a note. The field takes more than a note may hold: what is too long comes back whole.

    `viewer` may keep it to their side, where the step itself is not kept so.
    """
    blocks = [
        section(mrkdwn("modals", "about", step=step), "step.about"),
        ask(Field.NOTE, "note", text_input(lines=True), hint=plain("notes", "hint")),
    ]
    if viewer is not None and step.only_for is None:
        blocks.extend(note_for_us(viewer, firms))
    title = plain("notes", "form_title")
    return modal(View.STEP_NOTE, title, blocks, metadata=metadata, submit="save", close="cancel")


def _heading(step: StepView, notes: NotesView, *, may_act: bool) -> Block:
    add = button("add_note", Act.STEP_NOTE, step_value(step.plan_id, step.id)) if may_act else None
    return section(mrkdwn("notes", "heading", step=step, total=notes.total), "notes.heading", add)


def _turn(step: StepView, first: int, text: str) -> Block:
    # Back and on are blocks of their own: an `action_id` may be in a block only once.
    value = step_value(step.plan_id, step.id, str(first))
    return actions(f"notes.turn.{text}", [button(text, Act.STEP_NOTES_TURN, value)])


def _that_fit(notes: Sequence[list[Block]], room: int) -> Sequence[list[Block]]:
    """As many notes as have room, in characters and in blocks."""
    left = BLOCKS_ON_A_PAGE
    for place, note in enumerate(notes):
        room -= len(json.dumps(note))
        left -= len(note)
        if left < 0 or (room < 0 and place >= LEAST):
            return notes[:place]
    return notes


def _draw(step: StepView, note: NoteView, firms: Companies, *, may_act: bool) -> list[Block]:
    """A note; below one that its side keeps to itself, on a step that both see, the way to show it."""
    who, when = plain("notes", "who", note=note), plain("notes", "when", note=note)
    about = [run(who, bold=True), run(f"  {when}")]
    if note.only_for is not None:
        company, _ = companies(note.only_for, firms)
        about.append(run("  ·  " + plain("privacy", "note_is_private", company=company)))
    blocks = [rich_text(f"note.{note.id}", line(*about), quote(note.text, NOTE_LENGTH))]
    if note.only_for is not None and step.only_for is None and may_act:
        blocks.append(show_note(step, note.id, note.only_for, firms))
    return blocks
