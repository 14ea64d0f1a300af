"""What was said of somebody who is gone stays true, and stays with their side, whatever happens meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import col, select

from bot.departure_views import waiting_for
from bot.desk import Visitor
from bot.senders.departures import Departures
from bot.senders.voice import Voice
from bot.use_cases import steps as cases
from bot.use_cases.departures import hand_off
from bot.use_cases.sides import change_side
from storage import departures
from storage.database import Database
from storage.departures import Gone
from storage.models import Plan, Side
from storage.outgoing import Outgoing
from tests.given import BEA, RAE, RAVI, Table
from tests.sandboxed import words_of
from tests.unit.gone import DAY, INES, NOON, brief, departure, leave, own, ravis_table, rounds, told

Said = list[dict[str, Any]]


class Client(WebClient):
    """Keeps what it was to say. Something may happen while it says it."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.said: Said = []
        self.meanwhile = meanwhile

    def chat_postMessage(self, **call: Any) -> Any:
        self.said.append(call)
        self.meanwhile()
        return {"channel": f"D{call['channel'][1:]}", "ts": "1780000000.000100"}

    def chat_update(self, **call: Any) -> Any:
        self.said.append(call)


@pytest.fixture
def table(database: Database) -> Table:
    return ravis_table(database)


def send(table: Table, client: Client) -> None:
    """All that is in the outbox about who is gone, in its order."""
    senders = Departures(Voice(table.database, table.clock, client)).senders
    with table.database.read() as session:
        rows = session.exec(select(Outgoing).order_by(col(Outgoing.id)))
        waiting = [row for row in rows if row.kind in senders]
    for row in waiting:
        senders[row.kind](row)
        with table.database.write() as session:
            session.delete(session.get_one(Outgoing, row.id))


def lead_is_silent(table: Table) -> None:
    with table.database.write() as session:
        plan = session.get_one(Plan, table.plan_id)
        departures.notice(session, plan, BEA.user_id, Side.BUYER, Gone.SILENT, NOON)


def test_what_the_other_side_hands_off_leaves_the_private_steps_and_the_brief_about_them(
    table: Table,
) -> None:
    leave(table, RAVI)
    rounds(table)
    client = Client()
    send(table, client)
    with table.work(RAE) as work:
        hand_off(work, RAVI.user_id, INES.user_id)
    assert departure(table).ended_at is None
    assert [step.number for step in brief(table).steps] == [3]
    send(table, client)
    assert "One step is open in that name" in words_of(client.said[-1])
    assert "still here, says" not in words_of(client.said[-1])
    with table.work(BEA) as work:
        hand_off(work, RAVI.user_id, INES.user_id)
    send(table, client)
    assert "handed over, by Bea Alvarez" in words_of(client.said[-1])


def test_what_the_other_side_hands_off_ends_it_where_nothing_is_left(table: Table) -> None:
    own(table, 3, INES)
    leave(table, RAVI)
    rounds(table)
    with table.work(RAE) as work:
        hand_off(work, RAVI.user_id, INES.user_id)
    assert departure(table).ended_by == RAE.user_id
    assert brief(table).ended == "handed"


def test_a_lead_whom_the_other_side_hands_on_leads_for_their_own_company(table: Table) -> None:
    own(table, 4, BEA)
    with table.work(RAE) as work:
        done = hand_off(work, BEA.user_id, RAVI.user_id)
    assert (done.leads, done.company) == (True, "Acme")


def test_who_was_silent_and_then_left_is_told_of_as_gone(table: Table) -> None:
    """There is nobody at Acme to tell of a silent lead; that she left is the other side's business, too."""
    own(table, 4, BEA)
    lead_is_silent(table)
    assert rounds(table) == 0
    leave(table, BEA)
    assert rounds(table) == 1
    assert told(table) == [("departure", RAE.user_id)]
    assert departure(table).reason is Gone.LEFT


def test_who_was_told_of_as_silent_is_not_told_of_again(table: Table) -> None:
    with table.work(INES) as work:
        cases.start_step(work, table.step(1).id or 0)
    own(table, 4, BEA)
    lead_is_silent(table)
    assert rounds(table) == 1
    leave(table, BEA)
    assert rounds(table) == 0
    assert told(table) == [("departure", INES.user_id)]
    assert departure(table).reason is Gone.SILENT


def test_a_silent_lead_is_nobodys_business_over_there(table: Table) -> None:
    own(table, 4, BEA)
    lead_is_silent(table)
    assert rounds(table) == 0
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        assert waiting_for(session, plan, Side.SELLER, RAE.user_id, NOON) == []
    seen = brief(table, None)
    assert seen.ended == "back"


def test_what_ends_while_it_is_said_shows_so(table: Table) -> None:
    def meanwhile() -> None:
        with table.work(BEA) as work:
            hand_off(work, RAVI.user_id, INES.user_id)

    leave(table, RAVI)
    rounds(table)
    client = Client(meanwhile)
    send(table, client)
    client.meanwhile = lambda: None
    with table.database.write() as session:  # the one that found no message yet
        for row in session.exec(select(Outgoing).where(Outgoing.kind == "departure")):
            session.delete(row)
    send(table, client)
    assert "handed over, by Bea Alvarez" in words_of(client.said[-1])
    assert client.said[-1]["ts"] == "1780000000.000100"


def told_instead(table: Table) -> Visitor:
    """Bea is gone; Ines has done most at Acme, and hears of it."""
    with table.work(INES) as work:
        cases.start_step(work, table.step(1).id or 0)
    own(table, 4, BEA)
    leave(table, BEA)
    rounds(table)
    return INES


def gets_another_side(table: Table, visitor: Visitor) -> None:
    with table.work(RAE) as work:
        change_side(work, visitor.user_id, Side.SELLER)


def test_who_changes_sides_before_it_was_said_does_not_hear_of_it(table: Table) -> None:
    gets_another_side(table, told_instead(table))
    client = Client()
    send(table, client)
    assert client.said == []
    with table.work(RAVI) as work:
        cases.start_step(work, table.step(2).id or 0)
    rounds(table)
    send(table, client)
    assert [one["channel"] for one in client.said] == [RAVI.user_id]


def test_who_changes_sides_later_keeps_nothing_of_it_and_somebody_else_hears(table: Table) -> None:
    own(table, 4, INES)
    leave(table, INES)
    with table.database.write() as session:
        session.get_one(Plan, table.plan_id).buyer_lead_id = None
    with table.work(RAVI) as work:
        cases.start_step(work, table.step(1).id or 0)
    rounds(table)
    client = Client()
    send(table, client)
    assert table.step(4).title in words_of(client.said[-1])
    gets_another_side(table, RAVI)
    send(table, client)
    assert client.said[-1]["channel"] == "D0RAVI"
    assert table.step(4).title not in words_of(client.said[-1])
    with table.work(BEA) as work:
        cases.start_step(work, table.step(2).id or 0)
    rounds(table, DAY)
    send(table, client)
    assert client.said[-1]["channel"] == BEA.user_id
    assert table.step(4).title in words_of(client.said[-1])


def test_who_is_quiet_and_changes_sides_is_quiet_no_more(table: Table) -> None:
    with table.database.write() as session:
        plan = session.get_one(Plan, table.plan_id)
        departures.notice(session, plan, RAVI.user_id, Side.BUYER, Gone.SILENT, NOON)
    gets_another_side(table, RAVI)
    assert departure(table).ended_at is not None
    rounds(table)
    assert told(table) == []


def test_who_heard_of_it_in_the_place_of_a_lead_finds_it_among_their_own_steps(table: Table) -> None:
    told_instead(table)
    send(table, Client())
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        [seen] = waiting_for(session, plan, Side.BUYER, INES.user_id, NOON)
        assert seen.who == "Bea Alvarez"
