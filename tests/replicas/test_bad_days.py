"""Slack's bad days: an answer that is lost, a failure, a limit reached; and a death in that very moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.outgoing import Outgoing, WorkState
from tests.replicas.deals import Deal, start_deals
from tests.replicas.running import Replica, a_minute_later, eventually, replicas_of
from tests.replicas.watching import OutboxWatch, Postbox, trap, words_on_board
from tests.sandboxed import Sandbox

LATE = date(2026, 6, 2)
WEDNESDAY = datetime(2026, 6, 3, 14, 0, tzinfo=UTC)  # the day after: 15:00 in London, 10:00 in New York
RETRY_AFTER = 2  # seconds
POST, EDIT = "chat.postMessage", "chat.update"


@dataclass
class Scene:
    """One process, and a deal of which Bea hears on Wednesday that a step of hers is late."""

    slack: Sandbox
    deal: Deal
    postbox: Postbox
    outbox: OutboxWatch
    replica: Replica

    def rest(self) -> None:
        self.outbox.wait_until_quiet()

    def start(self) -> None:
        """The process starts, and first of all it posts the board."""
        self.replica.start()
        self.replica.wait_until_well()
        self.rest()

    def wednesday(self) -> Outgoing:
        """Bea's nudge is written, and whatever comes of it has come."""
        self.slack.turn_to(WEDNESDAY)
        eventually(lambda: self.outbox.rows("nudge"), why="the nudge is written")
        self.rest()
        [nudge] = self.outbox.rows("nudge")
        return nudge

    def mention(self, words: str) -> str:
        """Bea says it in the channel, and has her answer, or will never have one."""
        ts = self.slack.say("U0BEA", f"@Tandem {words}", self.deal.channel)
        self.rest()
        return ts

    def pinned(self) -> str:
        return words_on_board(self.slack, self.deal.channel)

    def come_back(self) -> None:
        """The killed process is started again, a minute later."""
        self.replica.bury()
        a_minute_later([self.replica], self.outbox.outlive_leases)
        self.rest()

    def told_of(self, what: str) -> int:
        """How often the plan's lead was told that nobody knows whether this arrived."""
        assert {post.channel for post in self.postbox.unknowns} <= {"D0RAE"}
        return sum(what in post.words for post in self.postbox.unknowns)

    def times(self, method: str, status: str) -> list[float]:
        """When calls of a method were answered so, in seconds."""
        return [one["at"] for one in self.slack.log() if (one["name"], one["status"]) == (method, status)]


@pytest.fixture
def before(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> Iterator[Scene]:
    """The plan is made, its board is in the outbox, and no process runs yet."""
    [deal] = start_deals(database, 1)
    deal.give(5, "U0BEA", LATE)
    with replicas_of(slack, database_url, tmp_path, 1, started=False) as [replica]:
        yield Scene(slack, deal, postbox, outbox, replica)


@pytest.fixture
def scene(before: Scene) -> Scene:
    """The same with the process running and the board in its place."""
    before.start()
    return before


def test_a_post_whose_answer_is_lost_is_never_sent_again_and_the_lead_is_told_once(scene: Scene) -> None:
    scene.slack.fail(POST, "lost_answer")
    assert scene.wednesday().state is WorkState.UNKNOWN
    assert len(scene.postbox.nudges) == 1
    assert scene.told_of("a reminder") == 1

    for told, (fault, arrives) in enumerate([("lost_answer", 1), ("fatal_error", 0)], start=1):
        scene.slack.fail(POST, fault)
        ts = scene.mention(f"done {told + 1}")
        assert scene.outbox.rows("reply")[-1].state is WorkState.UNKNOWN
        assert len(scene.postbox.in_thread_of(ts)) == arrives
        assert scene.told_of("a message") == told
        assert f"{told} of 13 done" in scene.pinned(), "what was said is done all the same"
    assert len(scene.postbox.unknowns) == 3

    scene.slack.fail(POST, "lost_answer", times=2)  # the answer, and the word to the lead about it
    scene.mention("status")
    assert scene.told_of("a message") == 3
    assert len(scene.postbox.unknowns) == 4, "of a lost word to the lead there is no other word"


def test_what_meets_a_limit_or_may_be_repeated_comes_through_once(scene: Scene) -> None:
    scene.slack.fail(POST, "rate_limited", retry_after=RETRY_AFTER)
    assert scene.wednesday().state is WorkState.SENT
    [post] = scene.postbox.to("U0BEA")
    assert post.is_nudge
    [refused] = scene.times(POST, "ratelimited")
    assert float(post.ts) - refused >= RETRY_AFTER, "as long as Slack asked for"

    for done, fault in enumerate(["lost_answer", "rate_limited"], start=1):
        edits = len(scene.slack.calls(EDIT))
        scene.slack.fail(EDIT, fault)
        scene.mention(f"done {done + 1}")
        assert f"{done} of 13 done" in scene.pinned()
        assert len(scene.slack.calls(EDIT)) == edits + 2, "one that failed and one that did not"
    assert len(scene.postbox.boards) == 1
    assert scene.postbox.unknowns == []


@pytest.mark.parametrize("by", ["a lost answer", "a kill"])
def test_after_a_first_board_that_may_have_arrived_there_is_no_second_until_somebody_asks(
    before: Scene, by: str
) -> None:
    if by == "a kill":
        with trap(before.slack, before.replica.kill, when=lambda: bool(before.postbox.boards)):
            before.replica.start()
            before.slack.wait_for(lambda: before.postbox.boards, 20)
        before.come_back()
    else:
        before.slack.fail(POST, "lost_answer")
        before.start()
    before.mention("done 2")
    assert len(before.postbox.boards) == 1
    assert before.told_of("the board") == 1
    assert before.told_of("`/map board`") == 1

    before.slack.say("U0RAE", "/map board", before.deal.channel)
    before.rest()
    assert len(before.postbox.boards) == 2
    assert "1 of 13 done" in before.pinned()
    before.mention("done 3")
    assert "2 of 13 done" in before.pinned()
    assert len(before.postbox.boards) == 2
    assert len(before.postbox.unknowns) == 1


def test_a_nudge_that_arrives_as_the_process_dies_is_not_sent_again_and_the_lead_is_told_once(
    scene: Scene,
) -> None:
    with trap(scene.slack, scene.replica.kill, when=lambda: bool(scene.postbox.nudges)):
        scene.slack.turn_to(WEDNESDAY)
        scene.slack.wait_for(lambda: scene.postbox.nudges)
    scene.come_back()
    assert len(scene.postbox.to("U0BEA")) == 1
    [nudge] = scene.outbox.rows("nudge")
    assert nudge.state is WorkState.UNKNOWN
    assert scene.told_of("a reminder") == 1


def test_an_edit_that_arrives_as_the_process_dies_is_made_again(scene: Scene) -> None:
    with trap(scene.slack, scene.replica.kill, when=lambda: "1 of 13 done" in scene.pinned()):
        scene.slack.say("U0BEA", "@Tandem done 2", scene.deal.channel)
        scene.slack.wait_for(lambda: "1 of 13 done" in scene.pinned())
    scene.come_back()
    scene.mention("done 3")
    assert "2 of 13 done" in scene.pinned()
    assert len(scene.postbox.boards) == 1
