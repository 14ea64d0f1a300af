"""A full recompute: `plan.schedule.schedule` beside networkx's longest path alone on the same graph.

    python -m bench.schedule

Ours starts from the steps: it makes the network, goes forwards from today and backwards from the anchor and
from where the plan lands, in the working days of two sides in two countries, and finds slack, room and the
critical path. The reference gets its graph ready-made and answers one question, the longest chain, without
any calendar; both have to give the same number of days, which is checked before the clock starts. Rounds
alternate, and the best round of each counts. At ten times the size both are measured again.
"""

import random
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import networkx as nx

from plan.calendars import calendar_for
from plan.network import LayoutStep
from plan.schedule import Schedule, schedule
from storage.models import Side

ROUNDS = 40
PASSES = 200 * 10  # steps computed in a round, by one plan or by several
SIZES = ((200, 600), (2000, 6000))
TARGET = 3.0

TODAY, ANCHOR = date(2026, 1, 7), date(2029, 6, 29)
SELLER = calendar_for("US")
BUYER = calendar_for(
    "DE", "BY", [(date(2026, 12, 24), date(2027, 1, 2)), (date(2027, 6, 24), date(2027, 6, 30))]
)

Steps = list[LayoutStep[int]]


def plan_of(steps: int, dependencies: int) -> Steps:
    """A plan as they are: a step comes after some of the forty before it, on either side, and may have to
    wait."""
    chance = random.Random(steps)  # the same plan each time
    edges: set[tuple[int, int]] = set()
    while len(edges) < dependencies:
        last = chance.randrange(1, steps)
        edges.add((last, chance.randrange(max(0, last - 40), last)))
    after: dict[int, list[int]] = {}
    for last, first in sorted(edges):
        after.setdefault(last, []).append(first)
    return [
        LayoutStep(
            number,
            chance.choice(list(Side)),
            days=chance.randint(1, 5),
            after=tuple(after.get(number, ())),
            lag=chance.choice((0, 0, 0, 1, 3)),
        )
        for number in range(steps)
    ]


def graph_of(steps: Steps) -> Any:
    """The same for networkx: days and lag on the edges from a step, and one more edge from each last step."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["begin", "end"])
    for step in steps:
        for first in step.after:
            graph.add_edge(first, step.id, weight=steps[first].days + step.lag)
        if not step.after:
            graph.add_edge("begin", step.id, weight=0)
    waited_for = {first for step in steps for first in step.after}
    graph.add_weighted_edges_from((step.id, "end", step.days) for step in steps if step.id not in waited_for)
    return graph


def recompute(steps: Steps) -> Schedule[int]:
    return schedule(steps, ANCHOR, TODAY, SELLER, BUYER)


def _microseconds(compute: Callable[[], object], times: int) -> float:
    # Processor time: what else runs on the machine is not the plan's cost.
    began = time.process_time_ns()
    for _ in range(times):
        compute()
    return (time.process_time_ns() - began) / times / 1000


def measure(steps: Steps) -> tuple[float, float]:
    """Microseconds of ours and of the reference."""
    graph = graph_of(steps)
    longest = nx.dag_longest_path_length(graph)
    if recompute(steps).critical_path_days != longest:
        raise SystemExit("The two find different days: nothing to compare.")
    times = PASSES // len(steps)
    ours, reference = [], []
    for _ in range(ROUNDS):
        ours.append(_microseconds(lambda: recompute(steps), times))
        reference.append(_microseconds(lambda: nx.dag_longest_path(graph), times))
    return min(ours), min(reference)


def main() -> int:
    figures = []
    for steps, dependencies in SIZES:
        ours, reference = measure(plan_of(steps, dependencies))
        figures.append((ours, reference))
        print(f"a plan of {steps:,} steps and {dependencies:,} dependencies")
        print(f"  schedule, everything      {ours:8.0f} µs")
        print(f"  networkx, longest path    {reference:8.0f} µs    ratio {ours / reference:.2f}")
    (small, alone), (large, large_alone) = figures
    print(f"ten times the plan: schedule ×{large / small:.1f}, networkx ×{large_alone / alone:.1f}")
    ratio = small / alone
    print(f"schedule_ratio: {ratio:.3f}")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
