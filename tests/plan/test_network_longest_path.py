"""Critical path and slack against networkx, on thousands of plans in a world without holidays.

networkx finds longest paths only; a plan without calendars is nothing else.
"""

from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import MONDAY_TO_FRIDAY
from plan.network import LayoutStep, Standing, find_cycle, network
from plan.schedule import offsets, schedule
from storage.models import Side, StepState
from tests.plan.networks import DAY, Steps, lag_of, random_steps, walk

MONDAY = date(2026, 1, 5)
BEGIN, END = "begin", "end"


def graph_of(steps: Steps) -> Any:
    """A step's days, and the lag after it, on the edges that leave it."""
    graph = nx.DiGraph()
    graph.add_nodes_from([BEGIN, END])
    days = {step.id: step.days for step in steps}
    for step in steps:
        graph.add_edge(BEGIN, step.id, weight=0)
        graph.add_edge(step.id, END, weight=step.days)
        for first in step.after:
            graph.add_edge(first, step.id, weight=days[first] + lag_of(step, first))
    return graph


def longest_from(graph: Any, node: object) -> dict[Any, int]:
    """The longest path from a node to each other: the shortest where every edge counts the other way."""
    turned = nx.DiGraph()
    turned.add_weighted_edges_from((one, two, -data["weight"]) for one, two, data in graph.edges(data=True))
    return {to: -length for to, length in nx.single_source_bellman_ford_path_length(turned, node).items()}


def assert_networkx_agrees(steps: Steps) -> None:
    graph = graph_of(steps)
    length = nx.dag_longest_path_length(graph)
    ready, tail = longest_from(graph, BEGIN), longest_from(graph.reverse(), END)
    anchor = walk(MONDAY, length + 5, MONDAY_TO_FRIDAY)
    found = schedule(steps, anchor, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    numbers = offsets(steps)
    assert found.critical_path_days == found.days_needed == length
    assert found.projected_anchor == walk(MONDAY, length, MONDAY_TO_FRIDAY)
    assert (found.days_late, found.days_there) == (-5, length + 5)
    for step in steps:
        slot = found.slots[step.id]
        slack = length - ready[step.id] - tail[step.id]
        assert (slot.slack, slot.room, slot.is_critical) == (slack, slack + 5, slack == 0)
        assert slot.projected_start == walk(MONDAY, ready[step.id] + 1, MONDAY_TO_FRIDAY)
        assert slot.projected_finish == walk(MONDAY, ready[step.id] + step.days, MONDAY_TO_FRIDAY)
        assert slot.latest_finish == walk(anchor, -(tail[step.id] - step.days + 1), MONDAY_TO_FRIDAY)
        assert slot.latest_start == walk(anchor, -tail[step.id], MONDAY_TO_FRIDAY)
        assert numbers[step.id] == (-tail[step.id], step.days - tail[step.id])
    assert_it_is_a_longest_path(steps, found.critical_path, length)


def assert_it_is_a_longest_path(steps: Steps, path: tuple[int, ...], length: int) -> None:
    known = {step.id: step for step in steps}
    lags = [lag_of(known[then], first) for first, then in pairwise(path)]
    assert all(first in known[then].after for first, then in pairwise(path))
    assert sum(known[number].days for number in path) + sum(lags) == length


@pytest.mark.parametrize("thousand", range(3))
def test_three_thousand_plans_have_the_critical_path_and_the_slack_that_networkx_finds(thousand: int) -> None:
    for seed in range(1000 * thousand, 1000 * (thousand + 1)):
        assert_networkx_agrees(random_steps(Random(seed), most=10))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(20, 60))
def test_large_plans_too(seed: int, most: int) -> None:
    assert_networkx_agrees(random_steps(Random(seed), most))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.data())
def test_a_skipped_step_is_as_if_it_never_was_there(seed: int, data: st.DataObject) -> None:
    """What came after it comes after what came before it; networkx takes the nodes out one by one."""
    steps = random_steps(Random(seed), own_lags=False)
    skipped = data.draw(st.sets(st.sampled_from([step.id for step in steps])))
    graph = nx.DiGraph()
    graph.add_nodes_from(step.id for step in steps)
    graph.add_edges_from((first, step.id) for step in steps for first in step.after)
    for gone in skipped:
        graph.add_edges_from((a, b) for a in graph.predecessors(gone) for b in graph.successors(gone))
        graph.remove_node(gone)
    left = [
        LayoutStep(step.id, step.side, step.days, tuple(graph.predecessors(step.id)), step.lag)
        for step in steps
        if step.id not in skipped
    ]
    standings = {number: Standing(StepState.SKIPPED) for number in skipped}
    whole = schedule(steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY, standings=standings)
    joined = schedule(left, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    assert {step.id: whole.slots[step.id] for step in left} == joined.slots
    assert whole.projected_anchor == joined.projected_anchor
    assert whole.critical_path_days == joined.critical_path_days


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(1, 24))
def test_a_cycle_is_found_where_networkx_finds_one_and_named_in_its_order(
    seed: int, many: int, edges: int
) -> None:
    chance = Random(seed)
    drawn = {(chance.randrange(many), chance.randrange(many)) for _ in range(edges)}
    after = {
        number: tuple(first for first, then in sorted(drawn) if then == number) for number in range(many)
    }
    cycle = find_cycle(after)
    steps = [LayoutStep(number, Side.BUYER, after=before) for number, before in after.items()]
    if nx.is_directed_acyclic_graph(nx.DiGraph(drawn)):
        assert cycle == ()
        order = network(steps, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY).order
        assert sorted(order) == list(range(many))
        assert all(order.index(first) < order.index(then) for first, then in drawn)
        return
    assert cycle[0] == cycle[-1]
    assert set(pairwise(cycle)) <= drawn
    with pytest.raises(ValueError, match="wait for each other") as refused:
        network(steps, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    named = [int(name) for name in str(refused.value).split(": ")[1].split(" → ")]
    assert named[0] == named[-1]
    assert set(pairwise(named)) <= drawn


def test_a_step_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="step 2 comes after 7, which is not in the plan"):
        network([LayoutStep(2, Side.BUYER, after=(7,))], MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)


def test_a_weekend_between_costs_nothing() -> None:
    steps = [LayoutStep("a", Side.SELLER, 5), LayoutStep("b", Side.BUYER, 1, after=("a",))]
    found = schedule(steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    assert found.slots["b"].projected_start == MONDAY + 7 * DAY
