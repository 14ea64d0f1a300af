"""Timelines to draw: as people have them, of any length, and the worst anybody could bring."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from blocks.timeline import (
    THEMES,
    TimelineView,
    build_timeline_comes,
    build_timeline_shown,
    build_timeline_words,
    reply_timeline_comes,
)
from blocks.view_models import BoardView, PhaseView
from plan.calendars import ONE_DAY
from plan.timeline import TimelineStep
from storage.models import Side, StepState
from tests.blocks.plans import NASTY, TODAY, board, on, step, usual_plan

LANDS = date(2026, 7, 7)
PHASES = ("Fit", "Security", "Legal", "Procurement", "Go-live")


def timeline_of(
    plan: BoardView, *, agreed: bool = True, lands: date | None = LANDS, late: int = 5
) -> TimelineView:
    """The steps of a plan as bars: each takes some days and ends when it is due, or a little later."""
    steps = []
    for one in plan.steps:
        if one.state is StepState.SKIPPED:
            continue
        due = one.due or TODAY + timedelta(days=one.number % 40)
        days = timedelta(days=1 + one.number * 7 % 9)
        shift = timedelta(days=0 if one.state.is_finished else 7 if one.number > 9 else 0)
        ends = due + shift if one.state.is_finished else max(due + shift, TODAY)
        steps.append(
            TimelineStep(
                one.number,
                one.title,
                one.phase,
                one.side,
                one.state,
                one.gate,
                ends if one.gate else ends - days,
                ends,
                is_critical=not one.state.is_finished and one.number % 3 != 0,
                agreed=(due - days, due) if agreed else None,
            )
        )
    return TimelineView(plan, tuple(steps), on(lands) if lands else None, late, agreed)


def usual_timeline() -> TimelineView:
    """22 steps, agreed to, landing a week after the anchor."""
    return timeline_of(usual_plan())


def small_timeline() -> TimelineView:
    """Five steps, nothing agreed yet, two days to spare."""
    sides = (Side.SELLER, Side.BUYER, Side.JOINT)
    steps = tuple(
        step(
            n,
            phase="Start" if n < 4 else "Go-live",
            title=("Kick-off", "Security review", "Contract", "Data import", "Go-live")[n - 1],
            side=sides[n % 3],
            gate=n in (3, 5),
            state=StepState.DONE if n == 1 else StepState.STARTED if n == 2 else StepState.OPEN,
            due=TODAY + timedelta(days=6 * n - 10),
        )
        for n in range(1, 6)
    )
    plan = board((PhaseView("Start", steps[:3]), PhaseView("Go-live", steps[3:])))
    return timeline_of(plan, agreed=False, lands=plan.anchor, late=-2)


def long_timeline(count: int = 60, phases: int = 10) -> TimelineView:
    """Many steps, the first third of them done."""
    titles = (
        "Security questionnaire answered",
        "Vendor onboarding forms",
        "Data processing addendum",
        "Sign-off",
    )
    size = -(-count // phases)
    steps = []
    for n in range(1, count + 1):
        due = TODAY + timedelta(days=int((n - count / 3) * 150 / count))
        is_done = n <= count // 3
        steps.append(
            step(
                n,
                phase=f"{PHASES[(n - 1) // size % len(PHASES)]} {(n - 1) // size + 1}",
                title=titles[n % 4],
                side=(Side.SELLER, Side.BUYER, Side.JOINT)[n % 3],
                gate=n % size == 0,
                state=StepState.DONE if is_done else StepState.OPEN,
                due=due,
            )
        )
    names = dict.fromkeys(one.phase for one in steps)
    return timeline_of(
        board(
            tuple(PhaseView(name, tuple(one for one in steps if one.phase == name)) for name in names),
            anchor=TODAY + timedelta(days=105),
            name="Contoso rollout, phase two",
        ),
        lands=TODAY + timedelta(days=110),
        late=4,
    )


def nasty_timelines() -> list[TimelineView]:
    """Every nasty text as title, phase and company; nothing at all; and years between two steps."""
    views = []
    for text in NASTY:
        usual = usual_timeline()
        steps = tuple(
            replace(one, title=text, phase=text[:60] if one.number % 2 else one.phase) for one in usual.steps
        )
        names = replace(usual.board, name=text, seller_company=text, buyer_company=text)
        views.append(replace(usual, board=names, steps=steps))
    empty = replace(usual_timeline(), steps=(), lands=None, days_late=0)
    first, *rest = usual_timeline().steps
    far = replace(first, starts=TODAY - 3000 * ONE_DAY, ends=TODAY - 2990 * ONE_DAY)
    near = tuple(replace(one, starts=TODAY, ends=TODAY) for one in rest)
    return [*views, empty, replace(empty, steps=(far, *rest)), replace(empty, steps=near)]


def messages() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is said about a timeline, for every builder's oracles."""
    views = [usual_timeline(), small_timeline(), long_timeline(), long_timeline(200, 40), *nasty_timelines()]
    for place, view in enumerate(views):
        for private in (True, False):
            yield f"timeline {place}", dict(build_timeline_words(view, private=private, theme="dark"))
    for theme in THEMES:
        yield "timeline comes", dict(reply_timeline_comes(7, theme))


def views() -> Iterator[tuple[str, dict[str, Any]]]:
    for theme in THEMES:
        yield "timeline comes", build_timeline_comes(7, theme, "{}")
    yield "timeline shown", build_timeline_shown()
