"""Takes work from the outbox and tells Slack.

A post whose answer was lost is never sent again: nobody can know whether it arrived. What only repeats a
truth (an edit, a look-up) is tried until it succeeds. See `bot.messages` for what each kind of work says.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.clock import Clock
from bot.slack_errors import CALL_ERRORS, Trouble, understand
from storage import outbox
from storage.database import Database
from storage.outgoing import Outgoing, WorkState

log = structlog.get_logger()

Send = Callable[[Outgoing], None]
Refusal = Callable[[Session, Outgoing, str], None]
Unknown = Callable[[Session, Outgoing], None]

MOST_ATTEMPTS = 200  # about a day, with the longest pause between them
MOST_ATTEMPTS_OF_OURS = 8
LONGEST_PAUSE = 300.0  # seconds
SHORTEST_WAIT = 0.1  # seconds; what is due but in flight elsewhere is looked at again
# One post a second in a channel; edits are tier 3, 50 a minute in a workspace, look-ups tier 3 and 4.
# https://docs.slack.dev/apis/web-api/rate-limits
# A home is tier 4, 100 a minute in a workspace, counted apart from the edits.
POST_GAP = timedelta(seconds=1)
EDIT_GAP = timedelta(seconds=1.25)  # a little less than 50 a minute, whatever the clock does
HOME_GAP = timedelta(seconds=0.6)
PACES: Mapping[str, tuple[str, timedelta]] = {
    "board": ("team_id", EDIT_GAP),
    "board_moved": ("team_id", EDIT_GAP),
    "nudge_refresh": ("team_id", EDIT_GAP),
    "edit": ("team_id", EDIT_GAP),
    "post": ("channel_id", POST_GAP),
    "reply": ("channel_id", POST_GAP),
    "nudge": ("channel_id", POST_GAP),
    "notice": ("channel_id", POST_GAP),
    "news": ("channel_id", POST_GAP),
    "home": ("home.team_id", HOME_GAP),
}
REPEATABLE = {"board", "board_moved", "nudge_refresh", "edit", "roster", "pin", "home"}


class LostPost(Exception):
    """A call that is normally safe to repeat was a post this time, and its answer was lost."""


class Delivery:
    """Sends what is due, one row after the other, in whichever process asks it to."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        senders: Mapping[str, Send],
        on_refused: Refusal,
        on_unknown: Unknown,
    ) -> None:
        self._database = database
        self._clock = clock
        self._senders = senders
        self._on_refused = on_refused
        self._on_unknown = on_unknown
        self._bell = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """There may be work. Returns at once."""
        self._bell.set()

    def start(self) -> None:
        """Send in the background whenever the bell rings."""
        self._thread = threading.Thread(target=self._listen, name="delivery", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            self._bell.wait(self._seconds_to_wait())
            self._bell.clear()
            try:
                self.send_all()
            except Exception:  # this thread must outlive a database that is away for a while
                log.exception("delivery_stumbled")

    def _seconds_to_wait(self) -> float | None:
        """Until the next work may go out: the beat alone would make two seconds of a pace of 1.2."""
        try:
            with self._database.read() as session:
                moment = outbox.next_moment(session)
        except SQLAlchemyError:
            return None  # the beat rings again
        if moment is None:
            return None
        return max((moment - self._clock.wall()).total_seconds(), SHORTEST_WAIT)

    def send_all(self) -> int:
        """Send everything that is due now; says how many rows it took."""
        sent = 0
        while not self._stopped.is_set() and self.send_one():
            sent += 1
        self._announce_unknown()
        return sent

    def send_one(self) -> bool:
        with self._database.write() as session:
            row = outbox.claim(session, self._clock.wall(), PACES, REPEATABLE)
        if row is None:
            return False
        self._settle(row, self._send(row))
        return True

    def _send(self, row: Outgoing) -> Trouble | None:
        """Call Slack. What went wrong, or `None`."""
        try:
            self._senders[row.kind](row)
        except LostPost as error:
            return Trouble("unknown", str(error))
        except CALL_ERRORS as error:
            trouble = understand(error)
        except Exception as error:  # whatever broke, the row must not stay in flight
            log.exception("sending_broke", kind=row.kind, row=row.id)
            return Trouble("broken", type(error).__name__)
        else:
            return None
        if trouble.verdict == "unknown" and row.kind in REPEATABLE:
            return Trouble("again", trouble.error)
        return trouble

    def _settle(self, row: Outgoing, trouble: Trouble | None) -> None:
        assert row.id is not None
        if trouble is not None:
            log.warning(
                "not_delivered", kind=row.kind, row=row.id, verdict=trouble.verdict, error=trouble.error
            )
        with self._database.write() as session:
            if trouble is None:
                outbox.finish(session, row.id, WorkState.SENT)
            elif self._is_worth_another_try(row, trouble):
                pause = trouble.wait_seconds or min(2.0 ** min(row.attempts, 9), LONGEST_PAUSE)
                outbox.try_again(
                    session, row.id, self._clock.wall() + timedelta(seconds=pause), trouble.error
                )
            elif trouble.verdict == "unknown" or (trouble.verdict == "broken" and row.kind not in REPEATABLE):
                outbox.finish(session, row.id, WorkState.UNKNOWN, trouble.error)
            else:
                outbox.finish(session, row.id, WorkState.FAILED, trouble.error)
            if trouble is not None and trouble.verdict == "refused":
                self._on_refused(session, row, trouble.error)

    def _is_worth_another_try(self, row: Outgoing, trouble: Trouble) -> bool:
        """An outage ends some day; a post of yesterday and a fault of our own do not get better."""
        if trouble.verdict == "broken":
            return row.kind in REPEATABLE and row.attempts < MOST_ATTEMPTS_OF_OURS
        if trouble.verdict == "again":
            return row.kind in REPEATABLE or row.attempts < MOST_ATTEMPTS
        return trouble.verdict == "wait"

    def _announce_unknown(self) -> None:
        with self._database.write() as session:
            rows = outbox.unannounced_unknown(session)
            for row in rows:
                row.lease_until = None
                session.add(row)
                self._on_unknown(session, row)
