"""A fortnight of two firms at work, in which a process is killed every morning."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from random import Random

from sqlmodel import select

from storage.database import Database
from storage.models import Nudge
from storage.outgoing import WorkState
from tests.replicas.deals import EVERYBODY, Deal
from tests.replicas.running import Replica, eventually
from tests.replicas.watching import POSTS, OutboxWatch, Postbox, after, press, seeded, trap
from tests.sandboxed import Sandbox

# People hear on each of these working days of what was due on the one before, at 15:00 in London.
DAYS = [date(2026, 6, day) for day in (2, 3, 4, 5, 8, 9, 10)]
AFTERNOON = time(14, 0, tzinfo=UTC)
MOST_THINGS_BEFORE_A_KILL = 60  # a morning is some 80 requests, answers and posts
STEPS = 63  # of each plan: 13 of the template, then those that become late, then those that people tick
FIRST_LATE = 14
FIRST_TICKED = 40
TICKS_A_MORNING = 4  # in each plan, half of them by mention and half by button


@dataclass
class Story:
    """What people did, and so what must be there in the end."""

    slack: Sandbox
    database: Database
    postbox: Postbox
    deals: Sequence[Deal]
    ticked: list[int] = field(default_factory=list)  # step ids
    mentions: list[str] = field(default_factory=list)  # ts
    kills: int = 0

    def late(self, morning: int) -> list[tuple[str, Deal, int]]:
        """Who hears of which step (its number) on which morning: one step for each person."""
        places = enumerate(EVERYBODY, start=morning * len(EVERYBODY))
        count = len(self.deals)
        return [(person, self.deals[k % count], FIRST_LATE + k // count) for k, person in places]

    def hand_out(self, mornings: int) -> None:
        for deal in self.deals:
            deal.add_steps([f"Settle point {n}" for n in range(FIRST_LATE, STEPS + 1)])
        for morning in range(mornings):
            for person, deal, number in self.late(morning):
                deal.give(number, person, DAYS[morning])

    def live(self, replicas: Sequence[Replica], mornings: int, seed: int) -> None:
        """Each morning one replica is killed at a moment that chance chooses, and started again."""
        chance = seeded(seed)
        for morning in range(mornings):
            victim = chance.choice(replicas)
            moment = self._moment(chance)
            with ThreadPoolExecutor(1) as keeper:
                back: list[Future[None]] = []

                def kill(victim: Replica = victim) -> None:
                    victim.kill()
                    back.append(keeper.submit(start_again, victim))  # noqa: B023  ends before the next round

                with trap(self.slack, kill, moment):
                    self._go_to_work(morning)
                back[0].result()
            self.kills += 1
            self._until_everything_is_said(morning)

    def _moment(self, chance: Random) -> Callable[[], bool]:
        """Anywhere in the morning; or, where it hurts most, as a post arrives and before its answer does."""
        if chance.random() < 0.5:
            return after(chance.randint(1, MOST_THINGS_BEFORE_A_KILL))
        target = len(self.postbox.posts) + chance.randint(1, len(EVERYBODY))
        return lambda: len(self.postbox.posts) >= target

    def _go_to_work(self, morning: int) -> None:
        """Nudges go out, steps are ticked everywhere, and somebody answers yesterday's nudge by mention."""
        self.slack.turn_to(datetime.combine(DAYS[morning + 1], AFTERNOON))
        first = FIRST_TICKED + morning * TICKS_A_MORNING
        with ThreadPoolExecutor(4) as hands:
            presses = []
            for number in range(first, first + TICKS_A_MORNING):
                for deal in self.deals:
                    person = EVERYBODY[number % len(EVERYBODY)]
                    self.ticked.append(deal.step(number).id or 0)
                    if number % 2:
                        presses.append(hands.submit(self._press_until_it_works, person, deal, number))
                    else:
                        self._mention(person, deal, number)
            for person, deal, number in self.late(morning - 1)[:1] if morning else []:
                self.ticked.append(deal.step(number).id or 0)
                self._mention(person, deal, number)
            for one in presses:
                one.result()

    def _mention(self, person: str, deal: Deal, number: int) -> None:
        self.mentions.append(self.slack.say(person, f"@Tandem done {number}", deal.channel, settle=False))

    def _press_until_it_works(self, person: str, deal: Deal, number: int) -> None:
        """Who sees nothing happen, because the process died under the press, presses again."""
        value = f"{deal.plan_id}:{deal.step(number).id}"
        ts = deal.plan().board_ts or ""
        eventually(lambda: press(self.slack, person, deal.channel, ts, "step.done", value).is_ok)

    def _until_everything_is_said(self, morning: int) -> None:
        """Everybody was written a nudge, every mention an answer, and no post waits any more."""
        outbox = OutboxWatch(self.database)

        def is_said() -> bool:
            rows = outbox.rows(*POSTS)
            with self.database.read() as session:
                nudges = len(session.exec(select(Nudge.id)).all())
            replies = sum(row.kind == "reply" for row in rows)
            is_written = nudges == (morning + 1) * len(EVERYBODY) and replies == len(self.mentions)
            return is_written and not any(row.state is WorkState.PENDING for row in rows)

        eventually(is_said, 40, why=f"the end of morning {morning}")


def start_again(victim: Replica) -> None:
    victim.bury()
    victim.start()
    victim.wait_until_well()
