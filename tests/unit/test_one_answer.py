"""What a mention did and the answer to it are one: neither is there without the other."""

from typing import Any

import pytest
from slack_bolt import BoltContext
from slack_sdk import WebClient
from sqlmodel import select

from bot.listeners.mentions import Mentions
from bot.use_cases import plans
from storage.database import Database
from storage.models import Outcome, StepState
from storage.outgoing import Outgoing
from tests.given import BEA, BOT, CHANNEL, Table

NOWHERE = WebClient(token="xoxb-none", base_url="http://127.0.0.1:1/api/", timeout=1, retry_handlers=[])


def mention(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    event = {
        "type": "app_mention",
        "user": BEA.user_id,
        "user_team": BEA.team_id,
        "channel": CHANNEL,
        "ts": "1780408800.000100",
        "text": f"<@{BOT}> {text}",
    }
    return event, {"api_app_id": "A0TANDEM", "event_id": "Ev1", "event": event}


def replies(table: Table) -> list[str]:
    with table.database.read() as session:
        rows = session.exec(select(Outgoing).where(Outgoing.kind == "reply")).all()
    return [row.payload["message"]["text"] for row in rows]


@pytest.mark.parametrize(
    ("text", "said"), [("done 2", "is done"), ("note 2 hello", "Noted"), ("add Call them", "is on the plan")]
)
def test_a_second_delivery_that_comes_before_the_answer_finds_it_written(
    database: Database, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    table = Table(database)
    mentions = Mentions(table.desk)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.listeners.in_thread.ThreadAnswer.leave_now", killed)  # between work and answer
        with pytest.raises(KeyboardInterrupt):
            mentions.handle(*mention(text), NOWHERE, BoltContext())
    assert [said in reply for reply in replies(table)] == [True]
    mentions.handle(*mention(text), NOWHERE, BoltContext())
    assert [said in reply for reply in replies(table)] == [True]
    if text == "done 2":
        assert table.step(2).state is StepState.DONE


def test_what_was_answered_with_a_no_is_not_done_unheard_by_a_second_delivery(database: Database) -> None:
    table = Table(database)
    mentions = Mentions(table.desk)
    with table.work(BEA) as work:
        plans.close_plan(work, Outcome.CANCELLED, "Another vendor")
    mentions.handle(*mention("done 2"), NOWHERE, BoltContext())
    with table.work(BEA) as work:
        plans.reopen_plan(work)
    mentions.handle(*mention("done 2"), NOWHERE, BoltContext())
    [reply] = replies(table)
    assert "closed" in reply
    assert table.step(2).state is StepState.OPEN
