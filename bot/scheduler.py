"""The beat. APScheduler only says when to look; what is due is a question to the database.

Interval jobs in memory, in UTC, in every replica: its cron skips a day at daylight saving, its default drops
what is a second late, and its job store must not be shared.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session

from bot.clock import Clock
from bot.delivery import REPEATABLE, Delivery
from bot.use_cases.departures import look_for_departures
from bot.use_cases.freezing import ask_about_channel
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import draw_boards_of_a_new_day
from bot.use_cases.roster import ask_for_roster
from plan.standing import Still
from storage import drafts, outbox, plans, requests
from storage.database import Database

log = structlog.get_logger()

DELIVER_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 3600.0
REMEMBER_REQUESTS = timedelta(days=1)  # Slack repeats an event for five minutes, with its opt-in for a day
REMEMBER_SENT = timedelta(days=7)
REMEMBER_DRAFTS = timedelta(days=30)
REMEMBER_LOST = timedelta(days=90)  # what an operator may still be asked about


Round = Callable[[Session, datetime, datetime], int]
ROUNDS: Mapping[str, Round] = MappingProxyType(
    {
        "nudges_written": sweep,
        "notices_written": tell_new_owners,
        "departures_told": look_for_departures,
        "boards_of_a_new_day": draw_boards_of_a_new_day,
    }
)


class Beat:
    """Sweeps for late steps, sends what was left over, tidies up."""

    def __init__(self, database: Database, clock: Clock, delivery: Delivery, sweep_seconds: float) -> None:
        self._database = database
        self._clock = clock
        self._delivery = delivery
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._every(sweep_seconds, self.sweep)
        self._every(DELIVER_SECONDS, delivery.ring)
        self._every(HOUSEKEEPING_SECONDS, self.tidy)
        self._scheduler.add_job(self.tidy)  # and once at the start, for those who restart often

    def _every(self, seconds: float, job: Callable[[], None]) -> None:
        self._scheduler.add_job(job, "interval", seconds=seconds)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def sweep(self) -> None:
        """Nudges for what waits, notices to new owners, and the boards whose new day has begun.

        Each in a transaction of its own, so that trouble in one is not the end of the others.
        """
        done = [self._round(name, write) for name, write in ROUNDS.items()]
        if any(done):
            self._delivery.ring()

    def _round(self, name: str, write: Round) -> int:
        """How many were written; 0 also where something is wrong with it."""
        try:
            now, wall = self._clock.now(), self._clock.wall()
            with self._database.write() as session:
                done = write(session, now, wall)
        except Exception:  # one round that breaks may not take the other rounds with it
            log.exception("round_stumbled", round=name)
            return 0
        if done:
            log.info(name, number=done)
        return done

    def tidy(self) -> None:
        """Forget what is old; look once a day who is in the channels of open plans, and how these are."""
        wall = self._clock.wall()
        with self._database.write() as session:
            requests.forget_before(session, wall - REMEMBER_REQUESTS)
            drafts.forget_before(session, wall - REMEMBER_DRAFTS)
            outbox.forget_before(session, wall - REMEMBER_SENT, wall - REMEMBER_LOST, REPEATABLE)
        with self._database.write() as session:
            for plan in plans.open_plans(session):
                if plan.frozen_reason == Still.UNINSTALLED:
                    continue  # nobody is there who could look
                if requests.is_first(session, f"roster:{plan.channel_id}:{wall.date()}", wall):
                    ask_for_roster(session, plan.team_id, plan.channel_id, wall)
                    ask_about_channel(session, plan, wall, is_news=False)
        self._delivery.ring()
