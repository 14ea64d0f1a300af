"""Who only names Tandem while talking to somebody else is left in peace; who speaks to it is answered."""

import pytest
from slack_bolt import BoltContext
from slack_sdk import WebClient
from sqlmodel import select

from bot.listeners.mentions import Mentions
from storage.database import Database
from storage.models import Change
from storage.outgoing import Outgoing
from tests.given import BEA, BOT, CHANNEL, Table

NOWHERE = WebClient(token="xoxb-none", base_url="http://127.0.0.1:1/api/", timeout=1, retry_handlers=[])


def said(database: Database, text: str) -> tuple[list[str], list[str]]:
    """Tandem's answers, and what changed on the plan."""
    table = Table(database)
    event = {
        "type": "app_mention",
        "user": BEA.user_id,
        "user_team": BEA.team_id,
        "channel": CHANNEL,
        "ts": "1780408800.000100",
        "text": text.replace("@Tandem", f"<@{BOT}>"),
    }
    Mentions(table.desk).handle(event, {"event_id": "Ev1", "event": event}, NOWHERE, BoltContext())
    with database.read() as session:
        replies = session.exec(select(Outgoing).where(Outgoing.kind == "reply")).all()
        kinds = session.exec(select(Change.kind)).all()
        return [row.payload["message"]["text"] for row in replies], list(kinds[1:])


@pytest.mark.parametrize(
    "text",
    [
        "thanks @Tandem",
        "note that @Tandem posts the board again on Monday",
        "Date for the call? @Tandem",
        "board meeting is on Tuesday, @Tandem",
        "close to done, @Tandem",
        "Done with legal, @Tandem",
        "Add @Tandem to the other channel as well, please",
        "Status of @Tandem in the security review?",
        "Hi all, @Tandem is here now",
        "You could write @Tandem done 2",
    ],
)
def test_in_passing_it_says_and_does_nothing(database: Database, text: str) -> None:
    assert said(database, text) == ([], [])


@pytest.mark.parametrize(
    ("text", "answer", "did"),
    [
        ("done 2 @Tandem", "is done", ["step_done"]),
        ("Hi there @Tandem done 2", "is done", ["step_done"]),
        ("*@Tandem done 2*", "is done", ["step_done"]),
        ("• @Tandem, done 2", "is done", ["step_done"]),
        ("Hello @Tandem, can you help?", "I do not know “can”", []),
        ("Done: #2 @Tandem, thank you", "is done", ["step_done"]),
        ("Done: #2 @Tandem, I called them", "only a link fits", []),
        ("Hi all, @Tandem done 2", "is done", ["step_done"]),
        ("Thanks everyone, @Tandem where are we?", "Acme", []),
        ("Hi all, @Tandem status", "Acme", []),
        ("note step 2: they called, @Tandem", "Noted", ["step_noted"]),
        ("@Tandem note that they called", "Which step?", []),
        ("  @Tandem date for the call?", "Which step?", []),
        ("board @Tandem", "board", []),
        ("Status, @Tandem?", "Acme", []),
        ("status of the deal @Tandem!", "Acme", []),
        ("add Call them back @Tandem", "is on the plan", ["step_added"]),
    ],
)
def test_who_speaks_to_it_is_answered(database: Database, text: str, answer: str, did: list[str]) -> None:
    [reply], changes = said(database, text)
    assert answer in reply
    assert changes == did
