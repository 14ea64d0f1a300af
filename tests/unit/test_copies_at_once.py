"""A copy of Tandem is removed by one replica while another one has it installed again."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.desk import Desk
from bot.listeners.installs import Installs
from bot.slack_errors import CallFailed, Trouble
from bot.taken_back import TakenBack
from bot.use_cases.installs import keep_copy
from storage import installations as store
from storage.database import Database
from storage.outgoing import Outgoing
from tests.copies import INSTALLED_AT, SELLER, Copies, a_copy, all_copies, keep

AGAIN = INSTALLED_AT + timedelta(hours=1)
BETWEEN = AGAIN - timedelta(minutes=1)
MOMENT = 0.5  # seconds: longer than a look at the database that nothing holds up


def by_event(copies: Copies) -> None:
    """The news of a removal from before it was installed again."""
    body: dict[str, Any] = {
        "type": "event_callback", "team_id": SELLER, "event_id": "Ev1", "event": {"type": "app_uninstalled"},
        "event_time": int(BETWEEN.timestamp()),
    }  # fmt: skip
    desk = Desk(copies.database, FixedClock(AGAIN))
    Installs(desk, copies.installations).handle_uninstalled(body["event"], body)


def by_refusal(copies: Copies) -> None:
    """Slack refuses the token of before."""

    def refuse(_row: Outgoing) -> None:
        raise CallFailed(Trouble("wait", "account_inactive"))

    copies.installations.of(SELLER)
    around = TakenBack(copies.database, FixedClock(AGAIN), copies.installations).around({"post": refuse})
    row = Outgoing(key="x", kind="post", team_id=SELLER, not_before=AGAIN)
    with pytest.raises(CallFailed) as failed:
        around["post"](row)
    assert failed.value.trouble.verdict == "again"


@pytest.mark.parametrize("remove", [by_event, by_refusal])
def test_who_removes_a_copy_waits_for_who_installs_it_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, remove: Callable[[Copies], None]
) -> None:
    keep(database, a_copy())
    copies = Copies(database)
    assert copies.installations.of(SELLER) is not None
    has_read, read = threading.Event(), store.copies_for

    def noticed(*asked: Any) -> Any:
        found = read(*asked)
        has_read.set()
        return found

    monkeypatch.setattr(store, "copies_for", noticed)
    wrong: list[Exception] = []

    def try_it() -> None:
        try:
            remove(copies)
        except Exception as error:  # noqa: BLE001  it is for the test to say, which runs in another thread
            wrong.append(error)

    elsewhere = threading.Thread(target=try_it)
    with database.write() as session:
        keep_copy(session, a_copy(token="xoxb-2-again", installed_at=AGAIN), AGAIN)
        session.flush()
        elsewhere.start()
        assert not has_read.wait(MOMENT), "it reads what is about to be changed"
    elsewhere.join(20)
    assert wrong == []
    [kept] = all_copies(database)
    assert kept.ended_at is None
    assert Copies(database).installations.client_for(SELLER).token == "xoxb-2-again"
