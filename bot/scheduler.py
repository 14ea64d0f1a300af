"""The beat. APScheduler only says when to look; what is due is a question to the database.

Interval jobs in memory, in UTC, in every replica: its cron skips a day at daylight saving, its default drops
what is a second late, and its job store must not be shared.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock
from bot.delivery import Delivery
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import draw_boards_of_a_new_day
from bot.use_cases.roster import ask_for_roster
from storage import outbox, plans, requests
from storage.database import Database

log = structlog.get_logger()

DELIVER_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 3600.0
REMEMBER_REQUESTS = timedelta(days=1)  # Slack repeats an event for five minutes, with its opt-in for a day
REMEMBER_SENT = timedelta(days=7)


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
        """Nudges for what waits, then notices to new owners; the boards whose new day has begun are drawn."""
        now, wall = self._clock.now(), self._clock.wall()
        with self._database.write() as session:
            nudged = sweep(session, now, wall)
            told = tell_new_owners(session, now, wall)
            drawn = draw_boards_of_a_new_day(session, now, wall)
        if nudged:
            log.info("nudges_written", people=nudged)
        if told:
            log.info("notices_written", people=told)
        if nudged or told or drawn:
            self._delivery.ring()

    def tidy(self) -> None:
        """Forget what is old, and read once a day who is in the channels of open plans."""
        wall = self._clock.wall()
        with self._database.write() as session:
            requests.forget_before(session, wall - REMEMBER_REQUESTS)
            outbox.forget_before(session, wall - REMEMBER_SENT)
            for plan in plans.open_plans(session):
                if requests.is_first(session, f"roster:{plan.channel_id}:{wall.date()}", wall):
                    ask_for_roster(session, plan.team_id, plan.channel_id, wall)
        self._delivery.ring()
