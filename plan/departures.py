"""When somebody counts as gone from a plan, and who could take over from them.

Gone is who left the channel or their firm, and who has been silent for longer than a limit while steps of
theirs wait. It is a word in private to who leads their side, and nothing is taken from anybody by itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date

from plan.calendars import Calendar
from plan.roles import folded, seats_of
from storage.models import Side, Step, StepState

# Working days of their side without an act, an answer or a word. Two weeks: a holiday is shorter or is told,
# and a buyer who is only busy is not reported to anybody.
SILENT_DAYS = 10

SideOf = Callable[[str], Side | None]


def holds(step: Step, user_id: str) -> bool:
    """Whether an open step has this person in one of its places."""
    return user_id in (step.owner_id, step.counterpart_id) and not step.state.is_finished


def is_pressing(step: Step, today: date) -> bool:
    """Whether a step asks something of its people: it has begun, or its day has passed. What is blocked asks
    nothing before the day until which it is."""
    if step.state.is_finished:
        return False
    if step.state is StepState.BLOCKED:
        return step.blocked_until is not None and step.blocked_until < today
    return step.state is StepState.STARTED or (step.due_date is not None and step.due_date < today)


def is_silent(since: date, today: date, calendar: Calendar) -> bool:
    """Whether `SILENT_DAYS` working days have passed since the later of the first reminder that waits and
    their last word. Days on which their side is closed do not count."""
    return since < today and calendar.working_days_between(since, today) >= SILENT_DAYS


def who_could_take_over(
    gone: str, theirs: Collection[Step], everything: Iterable[Step], mates: Collection[str]
) -> str | None:
    """Of the `mates`, people of the same side who are here: who has the same role elsewhere in the plan, else
    most of those phases, else works with the same people of the other side. `None` where nobody does."""
    seats = [
        (step, side, folded(role), seat.person)
        for step in everything
        for side, role, seat in seats_of(step)
        if seat.person in mates or seat.person == gone
    ]
    roles = {(side, role) for step, side, role, person in seats if person == gone and role and step in theirs}
    phases = {step.phase for step in theirs}
    across = {person for step in theirs for person in _others(step, gone)}
    same_role = [person for _, side, role, person in seats if (side, role) in roles]
    same_phase = [person for step, _, _, person in seats if step.phase in phases]
    with_the_same = [person for step, _, _, person in seats if across & _others(step, person)]
    for found in (same_role, same_phase, with_the_same):
        if best := _most(person for person in found if person != gone):
            return best
    return None


def _others(step: Step, person: str | None) -> set[str]:
    return {one for one in (step.owner_id, step.counterpart_id) if one and one != person}


def _most(people: Iterable[str | None]) -> str | None:
    """Who is there most often, the first of them where several are."""
    counted = Counter(person for person in people if person)
    return counted.most_common(1)[0][0] if counted else None
