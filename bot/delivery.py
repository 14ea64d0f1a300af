"""Takes work from the outbox and tells Slack.

A post whose answer was lost is never sent again: nobody can know whether it arrived. What only repeats a
truth (an edit, a look-up) is tried until it succeeds. See `bot.messages` for what each kind of work says.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from bot.clock import Clock
from bot.paces import BY_METHOD, PACES
from bot.slack_errors import RATE_LIMITED, CallFailed, Trouble
from storage import outbox, paces
from storage.database import Database
from storage.outgoing import Outgoing, WorkState

log = structlog.get_logger()

Send = Callable[[Outgoing], None]
Refusal = Callable[[Session, Outgoing, str], None]
NotSent = Callable[[Session, Outgoing], None]

MOST_ATTEMPTS = 200  # about a day, with the longest pause between them
MOST_STUMBLES = 8  # tries that ended in a fault of our own
LONGEST_PAUSE = 300.0  # seconds
SHORTEST_WAIT = 0.1  # seconds; what is due but in flight elsewhere is looked at again
SETTLE_PAUSES = (0.5, 2.0, 5.0)  # seconds, before what Slack said is written down once more
STOP_SECONDS = 25.0  # longer than two calls (`bot.application.CALL_SECONDS`): a board is edited, then posted
REPEATABLE = {
    "board",
    "board_moved",
    "nudge_refresh",
    "proposal_refresh",
    "edit",
    "roster",
    "pin",
    "home",
    "workspaces",
    "channel_check",
    "departure_refresh",
    "notice_refresh",
}


class LostPost(Exception):
    """A call that is normally safe to repeat was a post this time, and its answer was lost."""


class NotNow(Exception):
    """Nothing was said, and nothing is wrong: it is to be done in so many seconds."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class Arrived(Exception):
    """A post is there. What was to be kept of it afterwards is not."""


class Delivery:
    """Sends what is due, one row after the other, in whichever process asks it to.

    `on_refused` is told of each no of Slack's, `on_not_sent` of each post that nobody knows the fate of
    (`WorkState.UNKNOWN`), and of each that was given up (`WorkState.FAILED`).
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        senders: Mapping[str, Send],
        on_refused: Refusal,
        on_not_sent: NotSent,
    ) -> None:
        self._database = database
        self._clock = clock
        self._senders = senders
        self._on_refused = on_refused
        self._on_not_sent = on_not_sent
        self._unsettled: list[tuple[Outgoing, Trouble | None]] = []
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
        """Wait for the row that is being sent, and send no other."""
        self._stopped.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=STOP_SECONDS)

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
        while self._unsettled:  # first, or the end of its lease would say that nobody knows
            self._write_down(*self._unsettled[0])
            del self._unsettled[0]
        with self._database.write() as session:
            row = outbox.claim(session, self._clock.wall(), PACES, REPEATABLE)
        if row is None:
            return False
        self._settle(row, self._send(row))
        return True

    def _send(self, row: Outgoing) -> Trouble | None:
        """Have it said. What went wrong, or `None`."""
        try:
            self._senders[row.kind](row)
        except NotNow as later:
            return Trouble("wait", str(later), later.seconds)
        except LostPost as error:
            return Trouble("unknown", str(error))
        except CallFailed as failed:
            return _as_it_concerns(row, failed.trouble)
        except Arrived:
            log.exception("sent_and_not_kept", kind=row.kind, row=row.id)
        except Exception as error:  # before Slack was asked: nothing of it is there
            log.exception("sending_broke", kind=row.kind, row=row.id)
            return Trouble("broken", type(error).__name__)
        return None

    def _settle(self, row: Outgoing, trouble: Trouble | None) -> None:
        """Write down what came of it, also where the database is away for a moment: nobody else knows."""
        if trouble is not None:
            log.warning(
                "not_delivered", kind=row.kind, row=row.id, verdict=trouble.verdict, error=trouble.error
            )
        for pause in SETTLE_PAUSES:
            try:
                return self._write_down(row, trouble)
            except SQLAlchemyError:
                log.warning("not_settled", kind=row.kind, row=row.id, exc_info=True)
                self._stopped.wait(pause)
        self._unsettled.append((row, trouble))
        return None

    def _write_down(self, row: Outgoing, trouble: Trouble | None) -> None:
        with self._database.write() as session:
            if trouble is None:
                outbox.finish(session, row, WorkState.SENT)
            elif _is_worth_another_try(row, trouble):
                self._put_off(session, row, trouble)
            elif trouble.verdict == "unknown":
                outbox.finish(session, row, WorkState.UNKNOWN, trouble.error)
            else:
                self._give_up(session, row, trouble)

    def _put_off(self, session: Session, row: Outgoing, trouble: Trouble) -> None:
        wall = self._clock.wall()
        is_ours = trouble.verdict == "broken"
        tries = row.stumbles + 1 if is_ours else row.attempts
        pause = timedelta(seconds=trouble.wait_seconds or min(2.0 ** min(tries, 9), LONGEST_PAUSE))
        if trouble.error == RATE_LIMITED:  # whoever else calls it would hear the same
            lanes = BY_METHOD.get(trouble.method, ())
            paces.hold(session, [lane.key_for(row) for lane in lanes], wall + pause)
        outbox.try_again(session, row, wall + pause, trouble.error, is_ours=is_ours)

    def _give_up(self, session: Session, row: Outgoing, trouble: Trouble) -> None:
        """Slack said no, and there may be another way; or it never went out, and somebody should know."""
        given_up = outbox.finish(session, row, WorkState.FAILED, trouble.error)
        if given_up is None or trouble.verdict == "ended":
            return
        if trouble.verdict == "refused" and self._carefully(
            session, given_up, lambda: self._on_refused(session, given_up, trouble.error)
        ):
            return
        if row.kind not in REPEATABLE:
            self._carefully(session, given_up, lambda: self._on_not_sent(session, given_up))

    def _announce_unknown(self) -> None:
        with self._database.write() as session:
            for row in outbox.unannounced_unknown(session):
                row.lease_until = None
                session.add(row)
                self._carefully(session, row, partial(self._on_not_sent, session, row))

    def _carefully(self, session: Session, row: Outgoing, act: Callable[[], None]) -> bool:
        """Whether it could be done. A fault in it undoes only itself: the row, and other rows, go on.

        Raises what a database that is away raises: then all of it is done another time.
        """
        try:
            with session.begin_nested():
                act()
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # a fault of ours about one row may not strand the others
            log.exception("what_follows_broke", kind=row.kind, row=row.id)
            return False
        return True


def _as_it_concerns(row: Outgoing, trouble: Trouble) -> Trouble:
    """What may be repeated need not be known to have arrived; of a post whose call broke nobody knows."""
    if trouble.verdict == "unknown" and row.kind in REPEATABLE:
        return replace(trouble, verdict="again")
    if trouble.verdict == "broken" and row.kind not in REPEATABLE:
        return replace(trouble, verdict="unknown")
    return trouble


def _is_worth_another_try(row: Outgoing, trouble: Trouble) -> bool:
    """An outage ends some day; a post of yesterday and a fault of our own do not get better."""
    if trouble.verdict == "broken":
        return row.stumbles + 1 < MOST_STUMBLES
    if trouble.verdict == "again":
        return row.kind in REPEATABLE or row.attempts < MOST_ATTEMPTS
    return trouble.verdict == "wait"
