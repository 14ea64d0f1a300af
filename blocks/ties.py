"""What a step waits for, as people read it: the steps it comes after, and the days it is tied to."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks.text import Day, day_and_year
from blocks.words import mrkdwn
from plan.after_lines import Before, write_after


@dataclass(frozen=True, slots=True)
class TiesView:
    after: tuple[Before, ...] = ()
    only_on: tuple[Day, ...] = ()  # in order, those that are over as well
    joins: bool = False  # steps stand before it and behind it, so that taking it away leaves a gap

    @property
    def after_typed(self) -> str:
        """As somebody types it."""
        return write_after(self.after)

    @property
    def days_typed(self) -> str:
        """A line each, with its year: what is read is what was written. Days that are over need no line."""
        return "\n".join(day_and_year(day) for day in self.only_on if day >= day.read_on)


NO_TIES = TiesView()


def facts_of(ties: TiesView, after: Sequence[int] = ()) -> list[str]:
    """For the window of the step. `after` are the numbers of what it comes after, where no more is known."""
    facts = []
    if before := ties.after or [Before(number) for number in after]:
        facts.append(mrkdwn("ties", "after", after=before))
    if ties.only_on:
        facts.append(mrkdwn("ties", "only_on", days=ties.only_on))
    return facts
