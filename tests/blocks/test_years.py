"""A day far away is told with its year, wherever it is told; a near one never is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from blocks import (
    handover,
    my_steps,
    news,
    notices,
    nudge,
    plan_lists,
    replies,
    status,
    step_details,
)
from blocks.agreement_views import DateForm
from blocks.board import STEP_LINES, build_board
from blocks.date_form import build_date_modal
from blocks.handover import HandoverItem, NoticeView
from blocks.home import build_home
from blocks.text import Day
from blocks.view_models import (
    BoardView,
    HomePlan,
    HomeView,
    NextThingView,
    NudgeView,
    PhaseView,
    StepChoices,
    StepView,
)
from blocks.words import mrkdwn, plain
from plan.next_thing import Thing
from storage.models import AnchorKind, Outcome, Side, StepState
from tests.blocks.everything import change
from tests.blocks.homes import home_step
from tests.blocks.plans import TODAY, board, nudge_item, on, step
from tests.blocks.rules import texts

FAR, NEAR, LAST = date(2028, 3, 15), TODAY + timedelta(days=7), date(2024, 3, 15)
WORDS = {FAR: "15 Mar", NEAR: "15 Jun", LAST: "15 Mar"}


def plan(*steps: StepView, **facts: Any) -> BoardView:
    return board((PhaseView("Security", steps),), **facts)


def many(when: date) -> BoardView:
    """So many steps that the last phase folds to a line."""
    first = tuple(step(n, due=None) for n in range(STEP_LINES))
    return board((PhaseView("Fit", first), PhaseView("Legal", (step(90, due=when), step(91, due=when)))))


def details(when: date, **facts: Any) -> Any:
    one = step(4, due=when, **facts)
    return step_details.build_step_details(
        one, "Acme", "{}", viewer=Side.BUYER, seller_company="Northwind", buyer_company="Acme"
    )


def line(kind: str, *, old: Day | None = None, new: Day | None = None) -> Any:
    return news.build_news([news.NewsLine(kind, 4, "Security review", "Bea", old=old, new=new)])


def all_steps(*steps: StepView) -> Any:
    view = plan(*steps)
    return plan_lists.build_all_steps(view, view.steps, 0, "{}", StepChoices())


BLOCKED = {"state": StepState.BLOCKED, "reason": "Legal is away"}
DRAWN: Mapping[str, Callable[[date], Any]] = {
    "the board": lambda when: build_board(plan(step(4, due=when))),
    "its day": lambda when: build_board(plan(step(4, due=None), anchor=when)),
    "its blocked step": lambda when: build_board(plan(step(4, due=None, blocked_until=when, **BLOCKED))),
    "its far phases": lambda when: build_board(many(when)),
    "a step that waits": lambda when: build_board(plan(step(4, due=when, is_waiting=True))),
    "the record": lambda when: build_board(
        plan(step(4, due=None), anchor=when, outcome=Outcome.WON, closed_on=when)
    ),
    "an added step": lambda when: replies.reply_added(step(4, due=when)),
    "a new date": lambda when: replies.reply_about("dated", step(4, due=when), changed=True, old_due=None),
    "the date before": lambda when: replies.reply_about(
        "dated", step(4, due=TODAY), changed=True, old_due=when
    ),
    "a new owner": lambda when: replies.reply_about("owned", step(4, due=when), changed=True),
    "what comes next": lambda when: replies.reply_done(step(3), "Bea", "done", "", plan(step(4, due=when))),
    "the status": lambda when: status.build_status(plan(step(4, due=when), anchor=when), (), None),
    "what to watch": lambda when: status.build_what_next(
        plan(step(4, due=when)), NextThingView(Thing.WATCH, step(4, due=when))
    ),
    "my steps": lambda when: my_steps.build_my_steps(plan(step(4)), (step(4, due=when),), None, "{}"),
    "one step": details,
    "one step, blocked": lambda when: details(when, blocked_until=when, **BLOCKED),
    "one step, done": lambda when: details(when, state=StepState.DONE, finished_on=when),
    "one step, skipped": lambda when: details(when, state=StepState.SKIPPED, finished_on=when),
    "all steps": lambda when: all_steps(step(4, due=when), step(5, blocked_until=when, **BLOCKED)),
    "all steps, done": lambda when: all_steps(step(4, due=when, state=StepState.DONE, finished_on=when)),
    "the form for a date": lambda when: build_date_modal(
        DateForm("{}", step(4, due=when), AnchorKind.GO_LIVE, None)
    ),
    "the history": lambda when: plan_lists.build_history([change(on=when)], "Acme"),
    "a nudge": lambda when: nudge.build_nudge(NudgeView(1, "Bea", (nudge_item(step=step(4, due=when)),))),
    "why it matters": lambda when: nudge.build_nudge(NudgeView(1, "Bea", (nudge_item(anchor=when),))),
    "a nudge that is answered": lambda when: nudge.build_nudge(
        NudgeView(1, "Bea", (nudge_item(step=step(4, due=when), answer="step_moved"),))
    ),
    "a nudge in the thread": lambda when: nudge.build_thread_nudge([nudge_item(anchor=when)], "U0BEA"),
    "a step handed over": lambda when: handover.build_handover(
        NoticeView("Bea", (HandoverItem(step(4, due=when), "Acme", "Rae"),))
    ),
    "news of a move": lambda when: line("step_moved", old=on(when), new=on(when)),
    "news of a date": lambda when: line("step_moved", new=on(when)),
    "news of a step": lambda when: line("step_added", new=on(when)),
    "news of a block": lambda when: line("step_blocked", new=on(when)),
    "the home": lambda when: build_home(HomeView(own=(home_step(4, due=when),))),
    "a plan in the home": lambda when: build_home(
        HomeView(led=(HomePlan(plan(step(4, due=when), anchor=when), "C0DEAL"),))
    ),
    "a plan that is there": lambda when: notices.build_notice(
        "plan_started", {"steps": 3, "anchor": when, "moved_from": when, "too_near": None, "today": TODAY}
    ),
    "another day for the plan": lambda when: notices.build_notice(
        "plan_edited", {"anchor": when, "moved_from": when, "steps": 0, "squeezed": 0, "today": TODAY}
    ),
}


def said(payload: Any) -> list[str]:
    return [one["text"] for one in texts(payload)] + ([payload["text"]] if "text" in payload else [])


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_two_years_away_has_its_year(draw: Callable[[date], Any]) -> None:
    for when in (FAR, LAST):
        told = [text for text in said(draw(when)) if WORDS[when] in text]
        assert told
        for text in told:
            assert re.findall(rf"{WORDS[when]}(?! {when.year})", text) == []


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_next_week_has_none(draw: Callable[[date], Any]) -> None:
    told = said(draw(NEAR))
    assert any(WORDS[NEAR] in text for text in told)
    assert [text for text in told if str(NEAR.year) in text] == []


def test_a_view_with_a_plain_date_is_not_drawn() -> None:
    bare = replace(step(4), due=FAR)  # type: ignore[arg-type]  # what the types forbid
    for say in (mrkdwn, plain):
        with pytest.raises(TypeError, match="a day without the day it is read on"):
            say("step", "due", step=bare)
