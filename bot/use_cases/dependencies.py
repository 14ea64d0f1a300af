"""What a step waits for: the steps it comes after, and the days on which it can be finished."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs, own_calendar
from plan.after_lines import Before, read_after, write_after
from plan.day_lists import read_days
from plan.network import find_cycle
from plan.readings import WhenError
from plan.rights import Action
from plan.when import describe_day
from storage import plans
from storage.agreement import StepDay
from storage.calendars import step_days_of
from storage.models import Side, Step, StepDependency, Visibility

MOST_BEFORE = 20
MOST_LAG = 120  # working days between two steps
MOST_DAYS = 24  # on which a step can be finished

Edges = Mapping[int, int]  # step id of what comes before: the lag


@needs(Action.EDIT_STEP)
def set_after(work: Work, step_id: int, text: str, reader: Side | None) -> Step:
    """Say which steps a step comes after, as `plan.after_lines` reads it.

    `reader` is who reads the answer. What they may not know of stays as it was, and stands in nobody's way:
    it gives in where steps would wait for each other. Raises `Refused`.
    """
    step = work.step(step_id)
    if step.state.is_finished:
        raise Refused("step_finished", field=Field.AFTER, number=step.number, title=step.title)
    seen = plans.steps_of(work.session, work.plan_id, reader)
    wanted = _wanted(step, seen, text)
    graph = plans.dependencies_of(work.session, work.plan_id)
    old, known = graph.get(step_id, {}), {one.id for one in seen}
    hidden = {before: lag for before, lag in old.items() if before not in known}
    if {**hidden, **wanted} == dict(old):
        return step
    _must_not_wait_for_itself(work, step, _among(known, {**graph, step_id: wanted}), reader)
    _write(work, step_id, old, {**hidden, **wanted})
    _let_private_ones_give_in(work, known)
    _record(work, step, seen, old, wanted)
    return step


def _wanted(step: Step, seen: Sequence[Step], text: str) -> dict[int, int]:
    """The edges that somebody typed."""
    try:
        typed = read_after(text)
    except ValueError:
        raise Refused("after_bad", field=Field.AFTER) from None
    if len(typed) > MOST_BEFORE:
        raise Refused("after_many", field=Field.AFTER, count=len(typed), most=MOST_BEFORE)
    numbered = {one.number: one.id or 0 for one in seen}
    wanted = {}
    for number, lag in typed:
        if number == step.number:
            raise Refused("after_itself", field=Field.AFTER, number=number)
        if number not in numbered:
            raise Refused("no_step_numbered", field=Field.AFTER, number=number)
        if lag > MOST_LAG:
            raise Refused("lag_long", field=Field.AFTER, most=MOST_LAG)
        wanted[numbered[number]] = lag
    return wanted


def _must_not_wait_for_itself(
    work: Work, step: Step, graph: Mapping[int, Iterable[int]], reader: Side | None
) -> None:
    """Raises `Refused` with the steps that would wait for each other. `graph` is of those `reader` knows."""
    cycle = find_cycle(graph)[:-1]
    if not cycle:
        return
    at = cycle.index(step.id or 0) if step.id in cycle else 0
    seen = plans.steps_of(work.session, work.plan_id, reader)
    names = {one.id: f"{one.number} {one.title}" for one in seen}
    ring = [names[one] for one in (*cycle[at:], *cycle[:at], cycle[at]) if one in names]
    raise Refused("wait_for_each_other", field=Field.AFTER, steps=ring)


def _among(known: Collection[int | None], graph: Mapping[int, Edges]) -> dict[int, dict[int, int]]:
    """The order of these steps alone."""
    return {
        step: {before: lag for before, lag in edges.items() if before in known}
        for step, edges in graph.items()
        if step in known
    }


def _let_private_ones_give_in(work: Work, known: Collection[int | None]) -> None:
    """A no because of steps that somebody may not know of would tell of them. So what one side keeps to
    itself comes after no step that came to wait for it, and that side's log says so."""
    while cycle := find_cycle(plans.dependencies_of(work.session, work.plan_id))[:-1]:
        steps = [work.session.get_one(Step, step_id) for step_id in cycle]
        edges = [(one, other) for one in steps for other in steps if _waits(work, one, other)]
        # What the actor sees stays as it is: in every such circle a step that they know nothing of waits.
        one, other = next(pair for pair in edges if pair[0].id not in known)
        edge = work.session.get_one(StepDependency, (one.id, other.id))
        work.session.delete(edge)
        work.session.flush()
        if other.visibility in (Visibility.BOTH, one.visibility):  # else its side never saw it wait
            work.log("step_let_go", one, old=f"{other.number}  {other.title}")


def _waits(work: Work, step: Step, before: Step) -> bool:
    return work.session.get(StepDependency, (step.id, before.id)) is not None


def _write(work: Work, step_id: int, old: Edges, new: Edges) -> None:
    for before in old.keys() - new.keys():
        edge = work.session.get(StepDependency, (step_id, before))
        if edge is not None:
            work.session.delete(edge)
    for before, lag in new.items():
        if old.get(before) != lag:
            work.session.merge(StepDependency(step_id=step_id, after_step_id=before, lag=lag))
    work.session.flush()


def _record(work: Work, step: Step, seen: Sequence[Step], old: Edges, new: Edges) -> None:
    """A line for both sides, which names what both may know of; one for the actor's own about the rest."""
    everybody = [one for one in seen if one.visibility in (Visibility.BOTH, step.visibility)]
    among_us = [one for one in seen if one not in everybody]
    was, now = _in_words(everybody, old), _in_words(everybody, new)
    if was != now:
        work.record("step_edited", step, what="after", old=was, new=now)
    was, now = _in_words(among_us, old), _in_words(among_us, new)
    if was != now:
        of_side = Visibility(work.actor.side.value) if work.actor.side else None
        work.log("step_edited", step, visibility=of_side, what="after", old=was, new=now)
        work.plan.revision += 1
        work.session.add(work.plan)
        work.refresh_own()


def _in_words(steps: Sequence[Step], edges: Edges) -> str:
    return write_after(Before(one.number, edges[one.id or 0]) for one in steps if one.id in edges)


def set_days(work: Work, step: Step, text: str) -> None:
    """Tie a step to the days on which it can be finished, none of them for any. Days that are over are left
    out. Raises `Refused`."""
    if step.state.is_finished:
        raise Refused("step_finished", field=Field.ONLY_ON, number=step.number, title=step.title)
    try:
        days = read_days(text, work.today, own_calendar(work.session, work.plan, step.side))
    except WhenError as error:
        facts = {"when": error.text, "options": error.options, "today": work.today}
        raise Refused(f"when_{error.kind}", field=Field.ONLY_ON, **facts) from None
    if len(days) > MOST_DAYS:
        raise Refused("days_many", field=Field.ONLY_ON, count=len(days), most=MOST_DAYS)
    step_id = step.id or 0
    old = step_days_of(work.session, work.plan_id).get(step_id, ())
    if days == old:
        return
    work.session.execute(sa.delete(StepDay).where(col(StepDay.step_id) == step_id))
    work.session.add_all(StepDay(step_id=step_id, day=day) for day in days)
    work.session.flush()
    was, now = (", ".join(describe_day(day, work.today) for day in some) for some in (old, days))
    work.record("step_edited", step, what="only_on", old=was, new=now)


def close_the_gap(work: Work, step_id: int, *, join: bool) -> None:
    """Take a step out of the order. Joined, what came after it comes after what came before it, and the
    working days left between them add up. A private step ties no two steps together that both sides see: its
    traces are gone with it."""
    step = work.session.get_one(Step, step_id)
    only_known_to = None if step.visibility is Visibility.BOTH else step.visibility
    touching = work.session.exec(
        select(StepDependency).where(
            sa.or_(col(StepDependency.step_id) == step_id, col(StepDependency.after_step_id) == step_id)
        )
    ).all()
    before = [one for one in touching if one.step_id == step_id]
    after = [one for one in touching if one.after_step_id == step_id]
    for later in after if join else ():
        for earlier in before:
            ends = [work.session.get_one(Step, one) for one in (later.step_id, earlier.after_step_id)]
            if only_known_to and all(one.visibility is Visibility.BOTH for one in ends):
                continue
            lag = earlier.lag + later.lag
            known = work.session.get(StepDependency, (later.step_id, earlier.after_step_id))
            if known is None:
                known = StepDependency(step_id=later.step_id, after_step_id=earlier.after_step_id, lag=lag)
            known.lag = max(known.lag, lag)
            work.session.add(known)
    for one in touching:
        work.session.delete(one)
