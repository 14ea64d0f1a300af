"""One process and one deal, for what happens to a single message on a bad day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.outgoing import Outgoing
from tests.replicas.deals import Deal
from tests.replicas.running import Replica, a_minute_later, eventually
from tests.replicas.watching import OutboxWatch, Postbox, words_on_board
from tests.sandboxed import Sandbox

LATE = date(2026, 6, 2)
WEDNESDAY = datetime(2026, 6, 3, 14, 0, tzinfo=UTC)  # the day after: 15:00 in London, 10:00 in New York
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
