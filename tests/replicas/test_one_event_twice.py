"""Slack promises to deliver an event at least once. Here it comes to two replicas in the same moment."""

from collections import Counter
from pathlib import Path

from storage.database import Database
from tests.replicas.conftest import DEALS
from tests.replicas.deals import EVERYBODY, start_deals
from tests.replicas.running import FrontDoor, eventually, replicas_of
from tests.replicas.watching import OutboxWatch, Postbox
from tests.sandboxed import Sandbox

REPLICAS = 2
MENTIONS = 18


def test_an_event_that_reaches_two_replicas_at_once_is_carried_out_once_and_answered_once(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> None:
    deals = start_deals(database, DEALS)
    with replicas_of(slack, database_url, tmp_path, REPLICAS) as replicas:
        front = slack.slack.outgoing
        assert isinstance(front, FrontDoor)
        front.to_all = True
        said: dict[str, str] = {}
        for n in range(MENTIONS):
            person, deal, title = EVERYBODY[n % len(EVERYBODY)], deals[n % DEALS], f"Settle point {n}"
            ts = slack.say(person, f"@Tandem add {title}", deal.channel, settle=False)
            said[ts] = title
        slack.settle(30)
        eventually(lambda: len(outbox.rows("reply")) >= MENTIONS, why="every mention has an answer waiting")
        outbox.wait_until_quiet("reply")
        delivered = [one for one in slack.log() if one["name"].startswith("event app_mention")]
        complaints = [line for replica in replicas for line in replica.complaints()]

    assert [one["status"] for one in delivered] == ["200"] * (MENTIONS * REPLICAS)
    for ts in said:
        assert len(postbox.in_thread_of(ts)) == 1
    added = Counter(change.step_id for deal in deals for change in deal.changes("step_added"))
    assert set(added.values()) == {1}
    titles = [step.title for deal in deals for step in deal.steps() if step.number > 13]
    assert sorted(titles) == sorted(said.values())
    assert complaints == []
