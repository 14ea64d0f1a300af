"""Somebody is gone: who hears of it, what stands in it, and how it ends. The other side hears nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.departure_views import waiting_for
from bot.desk import Visitor
from bot.use_cases import notes
from bot.use_cases import steps as cases
from bot.use_cases.departures import (
    PAUSE,
    hand_off,
    look_for_departures,
    still_here,
    take_over,
)
from bot.use_cases.plans import close_plan
from storage import departures
from storage.database import Database
from storage.departures import Gone
from storage.models import (
    ChannelMember,
    Handover,
    Outcome,
    Person,
    Plan,
    Side,
    Step,
    StepState,
)
from tests.given import ACME, BEA, CHANNEL, RAE, RAVI, SAM, Table
from tests.unit.gone import (
    DAY,
    INES,
    NOON,
    brief,
    come_back,
    departure,
    leave,
    own,
    ravis_table,
    refused,
    rounds,
    told,
)


@pytest.fixture
def table(database: Database) -> Table:
    return ravis_table(database)


def test_the_lead_of_that_side_hears_once(table: Table) -> None:
    leave(table, RAVI)
    assert rounds(table, timedelta(0)) == 0, "a channel may be losing everybody just now"
    assert rounds(table) == 1
    assert told(table) == [("departure", BEA.user_id)]
    for _ in range(3):
        assert rounds(table, timedelta(hours=2)) == 0
    leave(table, RAVI)  # delivered twice
    rounds(table)
    assert told(table) == [("departure", BEA.user_id)]
    assert departure(table).reason is Gone.LEFT


def test_what_stands_in_it(table: Table) -> None:
    with table.work(RAVI) as work:
        notes.add_note(work, table.step(2).id or 0, "Legal has the second draft")
    leave(table, RAVI)
    rounds(table)
    seen = brief(table)
    assert (seen.who, seen.company, seen.is_lead) == ("Ravi Shah", "Acme", False)
    assert {step.number for step in seen.steps} == {1, 2, 3}
    assert seen.last_words is not None
    assert seen.last_words.text == "Legal has the second draft"
    assert seen.last_words.step.startswith("2 ")


def test_nothing_of_it_is_for_the_other_side(table: Table) -> None:
    leave(table, RAVI)
    rounds(table)
    for viewer in (None, Side.SELLER):
        seen = brief(table, viewer)
        assert seen.is_for_other_side
        assert seen.steps == ()
        assert seen.last_words is None
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        assert waiting_for(session, plan, Side.SELLER, RAE.user_id, NOON) == []
        assert waiting_for(session, plan, None, "U0X", NOON) == []
        [mine] = waiting_for(session, plan, Side.BUYER, BEA.user_id, NOON)
        assert mine.who == "Ravi Shah"


def test_who_has_the_same_role_is_proposed(table: Table) -> None:
    own(table, 1, RAVI, role="Counsel")
    own(table, 5, INES, role="counsel", state=StepState.DONE)
    leave(table, RAVI)
    rounds(table)
    assert departure(table).proposed_id == INES.user_id
    assert brief(table).proposed == "Ines Costa"


def test_at_night_nobody_is_written_to(table: Table) -> None:
    table.clock.moment = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)  # 02:00 in New York
    leave(table, RAVI)
    assert rounds(table) == 0
    table.clock.moment = NOON
    assert rounds(table) == 1


def test_a_round_notices_who_is_not_there_without_a_word_of_slacks(table: Table) -> None:
    with table.database.write() as session:
        session.delete(session.get_one(ChannelMember, (CHANNEL, RAVI.user_id)))
    rounds(table)
    assert rounds(table) == 1


def test_who_has_no_account_any_more(table: Table) -> None:
    with table.database.write() as session:
        session.get_one(Person, RAVI.user_id).is_deleted = True
    rounds(table)
    rounds(table)
    assert departure(table).reason is Gone.DEACTIVATED


def test_who_is_back_before_it_was_told_is_not_told_of(table: Table) -> None:
    leave(table, RAVI)
    come_back(table, RAVI)
    assert rounds(table) == 0
    assert told(table) == []
    assert departure(table).ended_at is not None


def test_who_comes_back_later_ends_it_quietly(table: Table) -> None:
    leave(table, RAVI)
    rounds(table)
    come_back(table, RAVI)
    rounds(table, timedelta(hours=1))
    assert departure(table).ended_by is None
    assert told(table) == [("departure", BEA.user_id), ("departure_refresh", BEA.user_id)]
    assert brief(table).ended == "back"


def test_who_left_again_is_told_of_again(table: Table) -> None:
    leave(table, RAVI)
    rounds(table)
    come_back(table, RAVI)
    rounds(table, timedelta(hours=1))
    leave(table, RAVI)
    assert rounds(table) == 1


def test_still_here_ends_it_for_good(table: Table) -> None:
    leave(table, RAVI)
    rounds(table)
    with table.work(BEA) as work:
        assert still_here(work, departure(table).id or 0) == "Ravi Shah"
    for _ in range(5):
        assert rounds(table, DAY) == 0
    assert brief(table).ended == "stays"
    with refused("departure_over"), table.work(BEA) as work:
        still_here(work, departure(table).id or 0)


def test_the_other_side_cannot_answer_it(table: Table) -> None:
    leave(table, RAVI)
    rounds(table)
    for act in (still_here, take_over):
        with refused("old_button"), table.work(RAE) as work:
            act(work, departure(table).id or 0)
    with refused("old_button"), table.work(BEA) as work:
        still_here(work, 999)


def test_all_to_the_one_who_was_proposed(table: Table) -> None:
    own(table, 5, INES, phase=table.step(1).phase)
    leave(table, RAVI)
    rounds(table)
    roles = [table.step(number).role for number in (1, 2, 3)]
    with table.work(BEA) as work:
        done = take_over(work, departure(table).id or 0)
    assert (done.old, done.new, done.steps, done.shared, done.leads) == (
        "Ravi Shah",
        "Ines Costa",
        3,
        2,
        False,
    )
    assert [table.step(number).owner_id for number in (1, 2, 3)] == [INES.user_id] * 3
    assert [table.step(number).role for number in (1, 2, 3)] == roles
    with table.database.read() as session:
        assert {one.user_id for one in session.exec(select(Handover))} == {INES.user_id}
    assert brief(table).ended == "handed"
    with refused("departure_over"), table.work(BEA) as work:
        take_over(work, departure(table).id or 0)


def test_what_is_private_to_the_other_side_stays_where_it_is(table: Table) -> None:
    leave(table, RAVI)
    with table.work(RAE) as work:
        done = hand_off(work, RAVI.user_id, INES.user_id)
    assert done.steps == 2
    assert table.step(3).owner_id == RAVI.user_id


def test_a_lead_hands_the_lead_on_too(table: Table) -> None:
    own(table, 4, BEA)
    with table.work(RAVI) as work:
        done = hand_off(work, BEA.user_id, RAVI.user_id)
    assert done.leads
    with table.database.read() as session:
        assert session.get_one(Plan, table.plan_id).buyer_lead_id == RAVI.user_id


def test_the_counterpart_who_takes_over_has_one_place(table: Table) -> None:
    own(table, 1, RAVI, counterpart_id=INES.user_id)
    with table.work(BEA) as work:
        hand_off(work, RAVI.user_id, INES.user_id)
    assert (table.step(1).owner_id, table.step(1).counterpart_id) == (INES.user_id, None)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (RAVI, RAVI, "handoff_to_themselves"),
        (RAVI, Visitor("U0NOBODY", ACME), "not_in_this_channel"),
        (RAVI, SAM, "handoff_across"),
        (INES, RAVI, "owns_nothing"),
        (Visitor("U0NOBODY", ACME), RAVI, "owns_nothing"),
    ],
)
def test_what_cannot_be_handed_off(table: Table, old: Visitor, new: Visitor, code: str) -> None:
    with refused(code), table.work(BEA) as work:
        hand_off(work, old.user_id, new.user_id)
    assert [table.step(number).owner_id for number in (1, 2, 3)] == [RAVI.user_id] * 3


def test_when_the_lead_is_gone_who_does_most_there_hears(table: Table) -> None:
    own(table, 4, BEA)
    with table.work(INES) as work:
        cases.start_step(work, table.step(1).id or 0)
    leave(table, BEA)
    rounds(table)
    assert told(table) == [("departure", INES.user_id)]
    assert brief(table).is_lead


def test_without_anybody_active_there_the_other_lead_hears_only_that(table: Table) -> None:
    own(table, 4, BEA)
    leave(table, BEA)
    rounds(table)
    assert told(table) == [("departure", RAE.user_id)]
    assert departure(table).proposed_id is None
    assert brief(table, None).steps == ()


def test_a_closed_or_frozen_plan_says_nothing(table: Table) -> None:
    with table.database.write() as session:
        session.get_one(Plan, table.plan_id).frozen_at = NOON
    leave(table, RAVI)
    assert rounds(table) == 0
    with table.database.write() as session:
        session.get_one(Plan, table.plan_id).frozen_at = None
    assert rounds(table, timedelta(hours=1)) == 0
    assert rounds(table) == 1
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "Another vendor")
    rounds(table, timedelta(hours=1))
    assert departure(table).ended_at is not None


def test_two_replicas_tell_once(table: Table) -> None:
    leave(table, RAVI)
    table.clock.moment += PAUSE
    other = Database(str(table.database.engine.url.render_as_string(hide_password=False)))
    try:
        for database in (table.database, other, table.database):
            with database.write() as session:
                look_for_departures(session, table.clock.moment, table.clock.moment)
    finally:
        other.dispose()
    assert told(table) == [("departure", BEA.user_id)]
    with table.database.read() as session:
        assert len(departures.under_way(session)) == 1


@pytest.mark.parametrize("only_in_private", [False, True])
def test_the_other_side_hears_of_a_lead_who_left_by_what_it_knows_they_had(
    table: Table, only_in_private: bool
) -> None:
    """Nobody of Acme is left who did anything. Who holds nothing but private steps is not missed aloud."""
    with table.database.write() as session:
        for number in (1, 2):
            session.get_one(Step, table.step(number).id).owner_id = None
        session.get_one(Step, table.step(3).id).owner_id = BEA.user_id
        if not only_in_private:
            session.get_one(Step, table.step(1).id).owner_id = BEA.user_id
    leave(table, BEA)
    rounds(table)
    assert told(table) == ([] if only_in_private else [("departure", RAE.user_id)])
