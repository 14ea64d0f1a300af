"""The notes of a step, as the builders draw them."""

from datetime import datetime

from sqlmodel import Session

from blocks.text import Day
from blocks.view_models import NotesView, NoteView
from bot.in_words import name_of
from bot.views import whose_alone
from plan.nudging import local_day
from storage import notes, plans
from storage.models import Plan, Side


def load_notes(
    session: Session,
    plan: Plan,
    step_id: int,
    viewer: Side | None,
    now: datetime,
    limit: int,
    first: int = 0,
) -> NotesView:
    """At most `limit` notes after the newest `first`, as far as this side may read them."""
    rows = notes.notes_of(session, step_id, viewer, limit, first)
    known = plans.people(session, [note.author_id for note in rows])
    today = local_day(now, plan.time_zone)
    shown = tuple(
        NoteView(
            id=note.id or 0,
            on=Day.seen(local_day(note.at, plan.time_zone), today),
            who=name_of(known, note.author_id),
            company=plan.company_of(note.author_side) if note.author_side else "",
            text=note.text,
            only_for=whose_alone(note.visibility),
        )
        for note in rows
    )
    return NotesView(shown, notes.count_notes(session, step_id, viewer), first)
