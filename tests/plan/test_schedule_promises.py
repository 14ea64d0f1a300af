"""What a schedule promises: slack means what it says, more work never lands earlier, less never later."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import MONDAY_TO_FRIDAY, Calendar, calendar_for
from plan.network import LayoutStep, Network, Standing, latest, network, project
from plan.schedule import Schedule, longest_chain, schedule
from storage.models import Side, StepState
from tests.plan.networks import CALENDARS, DAY, TODAYS, Standings, Steps, random_standings, random_steps

SEEDS = st.integers(0, 2**32)
SIDES = st.sampled_from(CALENDARS)
MONDAY = date(2026, 1, 5)
OPEN = (StepState.OPEN, StepState.BLOCKED)


class Plan:
    def __init__(self, seed: int, today: date, a: Calendar, b: Calendar, *, dates: bool = True) -> None:
        chance = Random(seed)
        self.steps: Steps = random_steps(chance)
        self.standings: Standings = random_standings(chance, self.steps, today, dates=dates)
        self.ends_on = chance.choice([None, chance.choice(self.steps).id])
        self.today, self._sides = today, (a, b)
        self.found = self.compute()

    def compute(
        self,
        steps: Steps | None = None,
        standings: Mapping[int, Standing] | None = None,
        today: date | None = None,
    ) -> Schedule[int]:
        known = {**self.standings, **(standings or {})}
        return schedule(
            steps or self.steps,
            None,
            today or self.today,
            *self._sides,
            standings=known,
            anchor_step=self.ends_on,
        )

    def standing(self, number: int) -> Standing:
        return self.standings.get(number, Standing())

    def longer(self, number: int, days: int) -> Steps:
        return [replace(step, days=step.days + days) if step.id == number else step for step in self.steps]

    def lands(self, found: Schedule[int]) -> date:
        return found.projected_anchor or date.min

    def decides(self, number: int) -> bool:
        """Whether the step that ends on the anchor waits for it, straight or through others."""
        if self.ends_on is None:
            return True
        known = {step.id: step for step in self.steps}
        to_look_at, seen = [self.ends_on], set[int]()
        while to_look_at:
            one = to_look_at.pop()
            seen.add(one)
            if self.standing(one).state not in (StepState.DONE, StepState.STARTED):
                to_look_at += known[one].after
        return number in seen


@settings(max_examples=150, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_a_step_that_slips_by_its_slack_moves_nothing(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    plan = Plan(seed, today, a, b)
    for step in plan.steps:
        if plan.standing(step.id).state in OPEN:
            slack = plan.found.slots[step.id].slack or 0
            assert plan.lands(plan.compute(plan.longer(step.id, slack))) == plan.lands(plan.found)


@settings(max_examples=150, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_one_day_more_than_its_slack_lands_later(seed: int, today: date, a: Calendar, b: Calendar) -> None:
    plan = Plan(seed, today, a, b, dates=False)
    for step in plan.steps:
        slack = plan.found.slots[step.id].slack
        if plan.standing(step.id).state in OPEN and plan.decides(step.id):
            assert slack is not None
            assert plan.lands(plan.compute(plan.longer(step.id, slack + 1))) > plan.lands(plan.found)


@settings(max_examples=100, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES, st.integers(1, 30))
def test_a_longer_step_never_lands_earlier(
    seed: int, today: date, a: Calendar, b: Calendar, more: int
) -> None:
    plan = Plan(seed, today, a, b)
    for step in plan.steps:
        longer = plan.compute(plan.longer(step.id, more))
        assert plan.lands(longer) >= plan.lands(plan.found)
        assert longer.critical_path_days >= plan.found.critical_path_days


@settings(max_examples=100, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_an_open_step_that_is_finished_or_skipped_never_lands_later(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    plan = Plan(seed, today, a, b)
    for step in plan.steps:
        if plan.standing(step.id).state not in OPEN:
            continue
        done = Standing(StepState.DONE, finished_on=today)
        for standing in (done, Standing(StepState.SKIPPED)):
            better = plan.compute(standings={step.id: standing})
            assert plan.lands(better) <= plan.lands(plan.found)
            assert better.critical_path_days <= plan.found.critical_path_days


@settings(max_examples=100, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES, st.integers(1, 20))
def test_a_day_later_or_a_dependency_more_never_lands_earlier(
    seed: int, today: date, a: Calendar, b: Calendar, days: int
) -> None:
    plan = Plan(seed, today, a, b)
    if any(standing.state is StepState.DONE for standing in plan.standings.values()):
        return  # done on no day that anybody knows is done today
    assert plan.lands(plan.compute(today=today + days * DAY)) >= plan.lands(plan.found)
    freed = [replace(step, after=step.after[1:]) for step in plan.steps]
    assert plan.lands(plan.compute(freed)) <= plan.lands(plan.found)


def of(
    *steps: LayoutStep[str], today: date = MONDAY, anchor: date | None = None, **more: object
) -> Schedule[str]:
    standings = {name: one for name, one in more.items() if isinstance(one, Standing)}
    ends_on = more.get("ends_on")
    assert ends_on is None or isinstance(ends_on, str)
    return schedule(
        steps, anchor, today, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY, standings=standings, anchor_step=ends_on
    )


def step(name: str, days: int = 1, after: tuple[str, ...] = (), lag: int = 0) -> LayoutStep[str]:
    return LayoutStep(name, Side.BUYER, days, after, lag)


def test_a_board_that_meets_on_given_days_is_waited_for() -> None:
    board = Standing(only_on=(date(2026, 1, 7), date(2026, 1, 20)))
    found = of(step("paper", 3), step("board", after=("paper",)), board=board)
    assert found.slots["board"].projected_finish == date(2026, 1, 20)
    assert found.slots["paper"].slack == 8  # ready on the 7th, in time until the 19th
    assert found.critical_path == ("board",)


def test_a_board_that_meets_no_more_is_a_conflict_and_its_days_hold_nothing_up() -> None:
    board = Standing(only_on=(date(2026, 1, 6),))
    found = of(step("paper", 3), step("board", after=("paper",)), step("long", 5), board=board)
    assert found.slots["board"].in_conflict
    assert found.slots["board"].projected_finish == date(2026, 1, 8)
    assert found.slots["board"].slack == 1
    assert found.slots["paper"].slack == 1


def test_the_anchor_stays_where_it_is_when_the_last_step_is_tied_to_an_earlier_day() -> None:
    last = Standing(only_on=(date(2026, 1, 20), date(2026, 2, 3)))
    found = of(step("last", 15), anchor=date(2026, 1, 30), last=last)
    assert found.slots["last"].latest_finish == date(2026, 1, 20)
    assert found.anchor == date(2026, 1, 30)
    assert found.days_late == 2


def test_who_may_slip_only_to_a_day_it_is_tied_to_has_no_slack_beyond_it() -> None:
    """Found by chance: after the 12th the board meets on 25 February only, whatever date somebody gave it."""
    board = Standing(only_on=(date(2026, 1, 12), date(2026, 2, 25)), fixed_on=date(2026, 1, 26))
    found = of(step("board", 5), step("long", 30), board=board)
    assert found.slots["board"].slack == 0
    assert found.slots["board"].in_conflict


def test_a_fixed_date_that_is_none_of_the_days_is_kept_and_a_conflict() -> None:
    standing = Standing(only_on=(date(2026, 1, 8),), fixed_on=date(2026, 1, 9))
    slot = of(step("board"), board=standing).slots["board"]
    assert (slot.projected_finish, slot.in_conflict) == (date(2026, 1, 9), True)


def test_who_lands_on_a_day_that_only_one_side_works_is_still_after_the_anchor() -> None:
    """A side that works on Sunday lands on it, and the anchor was the Thursday before."""
    saudi, us = calendar_for("SA"), calendar_for("US")
    thursday = date(2026, 1, 15)
    found = schedule([LayoutStep("a", Side.SELLER, 5)], thursday, thursday - 3 * DAY, saudi, us)
    assert found.projected_anchor == date(2026, 1, 18)
    assert (found.days_late, found.is_late) == (1, True)


def test_what_comes_before_a_step_that_is_begun_no_longer_decides_anything() -> None:
    begun = Standing(StepState.STARTED, started_on=MONDAY)
    found = of(step("late", 9), step("sign", 2, after=("late",)), sign=begun, ends_on="sign")
    assert found.projected_anchor == date(2026, 1, 6)
    assert not found.slots["late"].is_critical
    assert found.critical_path == ("sign",)
    assert found.critical_path_days == 2


def test_what_comes_after_the_signature_does_not_make_critical_what_leads_to_it() -> None:
    steps = (
        step("scope"),
        step("legal", 9),
        step("sign", after=("scope", "legal")),
        step("it", 20, ("scope",)),
    )
    found = of(*steps, ends_on="sign")
    assert found.slots["scope"].slack == 8
    assert found.critical_path == ("legal", "sign")


def test_an_open_step_decides_before_one_that_was_done_on_the_same_day() -> None:
    done = Standing(StepState.DONE, finished_on=MONDAY)
    found = of(step("open"), step("done"), done=done)
    assert found.critical_path == ("open",)


def test_a_skipped_step_after_the_anchor_takes_no_days() -> None:
    steps = (step("sign"), step("kickoff", 5, after=("sign",)), step("live", 2, after=("kickoff",)))
    found = of(*steps, anchor=MONDAY, kickoff=Standing(StepState.SKIPPED), ends_on="sign")
    assert found.slots["live"].latest_finish == date(2026, 1, 7)


@pytest.mark.parametrize("days", [1, 4, 9])
def test_side_by_side_the_other_step_may_start_as_late_as_the_one_that_starts_with_it(days: int) -> None:
    net = network([step("a", days), step("b", 4, after=("a",))], MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    beside = Network(net.keys, net.days, net.calendars, [[], [(0, None)]], net.standings, net.order)
    found = project(beside, MONDAY.toordinal())
    assert found.starts == [MONDAY.toordinal()] * 2
    assert longest_chain(beside) == max(days, 4)
    by = date(2026, 1, 30).toordinal()
    starts, finishes = latest(beside, [by, by])
    assert finishes[1] == by
    assert starts[0] == (min(starts[1], date(2026, 1, 30).toordinal()) if days <= 4 else starts[0])
    assert finishes[0] <= by
    assert starts[0] <= starts[1]


def test_a_date_fixed_on_the_very_day_asked_for_keeps_it_although_that_day_is_closed() -> None:
    """The 19th of June is a holiday in the US: the plan is counted back from the 18th."""
    steps, friday = [LayoutStep(1, Side.BUYER)], date(2026, 6, 19)
    for fixed, is_late in ((friday, False), (friday + DAY, True)):
        found = schedule(
            steps,
            friday,
            date(2026, 6, 1),
            calendar_for("GB"),
            calendar_for("US"),
            standings={1: Standing(fixed_on=fixed)},
        )
        assert (found.anchor, found.projected_anchor) == (friday - DAY, fixed)
        assert found.is_late is is_late
