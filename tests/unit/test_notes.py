"""The conversation about a step."""

import pytest
from sqlmodel import select

from bot.use_cases import notes as note_cases
from bot.use_cases.common import Refused
from storage import plans
from storage.database import Database
from storage.models import Change, Note, Side, Step, Visibility
from storage.notes import count_notes, notes_of
from tests.given import BEA, RAE, Table


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def test_notes_of_both_sides_are_a_conversation_that_unsettles_nothing(table: Table) -> None:
    before = table.step(2)
    step_id = before.id or 0
    for who, text in ((RAE, "Is this  realistic?\n\nWe think so."), (BEA, "Yes")):
        with table.work(who) as work:
            note_cases.add_note(work, step_id, text)
    with table.database.read() as session:
        told = [(note.author_id, note.text) for note in notes_of(session, before.id or 0, Side.BUYER, 10)]
        assert told == [(BEA.user_id, "Yes"), (RAE.user_id, "Is this  realistic?\n\nWe think so.")]
        assert count_notes(session, before.id or 0, None) == 2
    assert table.step(2).version == before.version  # a form that is open stays true
    with table.database.read() as session:
        assert len(session.exec(select(Change).where(Change.kind == "step_noted")).all()) == 2


@pytest.mark.parametrize(("text", "code"), [(" \n\u200b", "note_missing"), ("x" * 2001, "text_long")])
def test_a_note_is_refused_when_it_is_empty_or_too_long(table: Table, text: str, code: str) -> None:
    with pytest.raises(Refused, match=code), table.work(BEA) as work:
        note_cases.add_note(work, table.step(2).id or 0, text)


def test_notes_on_a_private_step_are_private(table: Table) -> None:
    step_id = table.step(2).id or 0
    with table.database.write() as session:
        session.get_one(Step, step_id).visibility = Visibility.SELLER
    with table.work(RAE) as work:
        note_cases.add_note(work, step_id, "Between us")
    with pytest.raises(Refused, match="no_such_step"), table.work(BEA) as work:
        note_cases.add_note(work, step_id, "Hello?")
    with table.database.read() as session:
        assert notes_of(session, step_id, Side.BUYER, 10) == []
        assert count_notes(session, step_id, Side.BUYER) == 0
        assert plans.history(session, table.plan_id, Side.BUYER, 1, step_id) == []
        assert len(session.exec(select(Note)).all()) == 1
