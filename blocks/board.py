"""The board: the whole plan in one message, edited in place. It names people and mentions nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from blocks import limits
from blocks.budget import text_length, within
from blocks.ids import Act, More, step_value
from blocks.kit import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    divider,
    header,
    labelled_option,
    message,
    option,
    overflow,
    section,
    sections,
    static_select,
)
from blocks.text import pack
from blocks.view_models import BoardView, PhaseView, StepView
from blocks.words import mrkdwn, plain
from storage.agreement import ProposalKind
from storage.models import Side, StepState

STEP_LINES = 18  # more is not read: what is finished folds first, then what is far away
FINISHED_PHASES = 8  # by name; more than that fold into one count
FAR_PHASES = 10
PENDING = 3  # proposals with a line of their own; a step's window shows its own


@dataclass(frozen=True, slots=True)
class _Folding:
    """How much of a plan stands on its board by name; `menu` is how many steps *Open a step…* may offer."""

    steps: int = STEP_LINES
    finished: int = FINISHED_PHASES
    far: int = FAR_PHASES
    menu: int = limits.OPTIONS


# Long titles do not all fit in one message (`limits.MESSAGE_TEXT`): what is least missed folds first. The
# headline, the next steps and the doors stay, of which the menu goes last: _All steps_ reaches every step.
_FOLDINGS = (
    _Folding(),
    _Folding(finished=1),
    *(_Folding(steps=lines, finished=1, far=5) for lines in (12, 8, 5, 3, 0)),
    _Folding(steps=3, finished=1, far=5, menu=0),
    _Folding(steps=0, finished=1, far=3, menu=0),
)


def build_board(view: BoardView) -> Message:
    """The board of an open plan, or the record of a closed one: at most 50 blocks, whatever it holds."""
    phases = digests(view)
    blocks = _record(view, phases) if view.outcome else _open_board(view, phases)
    text = mrkdwn("board", "fallback", view=view, total=sum(len(p.steps) for p in phases))
    return message(text, blocks, fits=not view.outcome)


def headline(view: BoardView) -> str:
    """Are we on track, and who holds the ball: mrkdwn, two lines."""
    steps = view.steps
    waiting = sum(step.is_waiting for step in steps)
    return mrkdwn("board", "headline", view=view, total=len(steps), waiting=waiting)


def step_label(step: StepView) -> str:
    """ "14  Vendor onboarding forms", raw."""
    return f"{step.number}  {step.title}"


class PhaseDigest:
    """A phase counted once. A skipped step is no longer part of what is to be done."""

    def __init__(self, phase: PhaseView) -> None:
        self.name = phase.name
        self.steps = phase.steps
        states = [step.state for step in phase.steps]
        self.skipped = states.count(StepState.SKIPPED)
        self.done = states.count(StepState.DONE)
        self.total = len(states) - self.skipped
        self.open = self.total - self.done

    @property
    def open_steps(self) -> list[StepView]:
        return [step for step in self.steps if not step.state.is_finished]

    @cached_property
    def _days(self) -> list[date]:
        return sorted(step.due for step in self.open_steps if step.due)

    @property
    def first(self) -> date | None:
        return self._days[0] if self._days else None

    @property
    def last(self) -> date | None:
        return self._days[-1] if self._days else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A phase on the board: these steps by name, `more` of it in the list of all steps."""

    phase: PhaseDigest
    steps: list[StepView]
    more: int


def digests(view: BoardView) -> list[PhaseDigest]:
    return [PhaseDigest(phase) for phase in view.phases if phase.steps]


def progress(phases: list[PhaseDigest]) -> str:
    done = sum(phase.done for phase in phases)
    total = sum(phase.total for phase in phases)
    filled = done * 10 // total if total else 0
    bar = "▰" * filled + "▱" * (10 - filled)
    skipped = sum(phase.skipped for phase in phases)
    return mrkdwn("board", "progress", bar=bar, done=done, total=total, skipped=skipped)


def _open_board(view: BoardView, phases: list[PhaseDigest]) -> list[Block]:
    """The board as full as one message holds it."""
    *foldings, smallest = _FOLDINGS
    for folding in foldings:
        blocks = _folded_board(view, phases, folding)
        if text_length(blocks) <= limits.MESSAGE_TEXT:
            return blocks
    return within(_folded_board(view, phases, smallest))


def _folded_board(view: BoardView, phases: list[PhaseDigest], folding: _Folding) -> list[Block]:
    reason = mrkdwn("board", "why_this_date", view=view) if view.anchor_reason.strip() else ""
    blocks = [
        header(plain("board", "title", view=view), "board.title"),
        section(headline(view), "board.headline"),
    ]
    if phases or reason:
        blocks.append(context("board.progress", progress(phases) if phases else "", reason))
    blocks += _agreement(view)
    if view.next_steps:
        blocks.append(divider("board.line.next"))
        blocks.append(section(mrkdwn("board", "next_title", n=len(view.next_steps)), "board.next"))
        for place, step in enumerate(view.next_steps):
            blocks.append(section(mrkdwn("step", "card", step=step, firms=view), f"next.{step.id}"))
            blocks.append(
                actions(
                    f"next.{step.id}.do", step_buttons(step, primary=place == 0 and view.ball is not None)
                )
            )
    if phases:
        blocks.append(divider("board.line.phases"))
    blocks.extend(_phases(view, phases, folding))
    blocks.append(actions("board.doors", _doors(view, phases, folding.menu)))
    blocks.append(context("board.take_part", _take_part(view)))
    return blocks


def _agreement(view: BoardView) -> list[Block]:
    """What would keep the date, who agreed to the plan, and what waits for a yes."""
    blocks = []
    if view.way is not None and (view.way.now or view.way.changes):
        blocks.append(
            context("board.way", mrkdwn("board", "way", way=view.way, anchor=view.anchor, firms=view))
        )
    if view.agreed:
        blocks.append(context("board.agreed", mrkdwn("board", "agreed", agreed=view.agreed, firms=view)))
    if view.signed:
        agree = button("agree_plan", Act.PLAN_AGREE, str(view.plan_id))
        blocks.append(
            section(mrkdwn("board", "signed", signed=view.signed, firms=view), "board.signed", agree)
        )
    # The day itself first: it has no step whose window would show it.
    for one in sorted(view.proposals, key=lambda one: one.kind is not ProposalKind.ANCHOR)[:PENDING]:
        see = button("see_proposal", Act.PROPOSAL_OPEN, f"{view.plan_id}:{one.id}")
        blocks.append(section(mrkdwn("board", "pending", one=one, firms=view), f"pending.{one.id}", see))
    return blocks


def step_buttons(step: StepView, *, primary: bool, viewer: Side | None = None) -> list[Element]:
    """Done, New date, Blocked and the rest behind the dots.

    Where one side alone looks, `viewer`, a gate they have confirmed offers to take that back.
    """
    value = step_value(step.plan_id, step.id)
    done = button("confirm" if step.gate else "done", Act.STEP_DONE, value, "primary" if primary else "")
    if viewer is not None and step.half_missing is viewer.other:
        done = button("take_back", Act.STEP_REOPEN, value)
    is_blocked = step.state is StepState.BLOCKED
    block = (
        button("unblocked", Act.STEP_UNBLOCK, value)
        if is_blocked
        else button("blocked", Act.STEP_BLOCK, value)
    )
    more = [
        labelled_option("change_owner", step_value(step.plan_id, step.id, More.OWNER)),
        labelled_option("skip", step_value(step.plan_id, step.id, More.SKIP)),
        labelled_option("open", step_value(step.plan_id, step.id, More.OPEN)),
    ]
    if step.state is StepState.OPEN:
        more.insert(0, labelled_option("start", step_value(step.plan_id, step.id, More.START)))
    return [done, button("new_date", Act.STEP_DATE, value), block, overflow(Act.STEP_MORE, more)]


def _phases(view: BoardView, phases: list[PhaseDigest], folding: _Folding) -> Iterator[Block]:
    finished = [phase for phase in phases if not phase.open]
    ahead = [phase for phase in phases if phase.open]
    if len(finished) > folding.finished:
        done, total = sum(p.done for p in finished), sum(p.total for p in finished)
        text = mrkdwn("board", "many_finished_phases", phases=len(finished), done=done, total=total)
        yield section(text, "board.finished")
    elif finished:
        yield section(mrkdwn("board", "finished_phases", phases=finished), "board.finished")
    shown, far = _fold(ahead, folding.steps)
    if shown:
        for place, text in enumerate(mrkdwn("board", "phases", parts=shown, firms=view).split("\n\n")):
            yield from sections(pack(text.splitlines()), f"phase.{place}")
    if far:
        named, more = far[: folding.far], max(0, len(far) - folding.far)
        text = mrkdwn("board", "far_phases", phases=named, more=more)
        yield section(text.rstrip(), "board.far")


def _fold(phases: list[PhaseDigest], left: int) -> tuple[list[_Shown], list[PhaseDigest]]:
    """What is shown by name within the lines that are `left`, and the phases that fold to a line.

    Everything, when it fits. Otherwise the open steps alone, from the first phase on until the lines are
    used up.
    """
    if sum(len(phase.steps) for phase in phases) <= left:
        return [_Shown(phase, list(phase.steps), 0) for phase in phases], []
    shown: list[_Shown] = []
    for place, phase in enumerate(phases):
        if left == 0:
            return shown, phases[place:]
        steps = phase.open_steps
        named = steps[:left]
        shown.append(_Shown(phase, named, len(steps) - len(named)))
        left -= len(named)
    return shown, []


def _doors(view: BoardView, phases: list[PhaseDigest], most: int) -> list[Element]:
    plan = str(view.plan_id)
    doors: list[Element] = []
    if phases and not view.ball:
        doors.append(button("close_plan", Act.PLAN_CLOSE, plan, "primary"))
    steps = view.steps
    if len(steps) > most:  # what is finished is reached through the list of all steps
        steps = tuple(step for step in steps if not step.state.is_finished)
    if 1 <= len(steps) <= most:
        options = [option(step_label(step), step_value(step.plan_id, step.id)) for step in steps]
        doors.append(static_select(Act.STEP_OPEN, "open_step", options))
    return doors + _plan_buttons(plan) + _doors_of_the_day(view, plan)


def _doors_of_the_day(view: BoardView, plan: str) -> list[Element]:
    """What fits how the plan stands: to agree to it, to bring it back to its date."""
    doors = []
    if view.health.lands:
        doors.append(button("keep_date", Act.PLAN_KEEP, plan))
    if view.ball and not (view.agreed or view.signed):
        doors.append(button("agree_plan", Act.PLAN_AGREE, plan))
    return doors


@cache
def _plan_buttons(plan: str) -> list[Element]:
    return [
        button("add_step", Act.PLAN_ADD, plan),
        button("my_steps", Act.PLAN_MINE, plan),
        button("all_steps", Act.PLAN_STEPS, plan),
        button("timeline", Act.PLAN_TIMELINE, plan),
        button("history", Act.PLAN_HISTORY, plan),
        button("help", Act.PLAN_HELP, plan),
    ]


def _take_part(view: BoardView) -> str:
    has_gate = any(step.gate for step in view.steps)
    # The line speaks to the buyer: a step of theirs is the better example.
    theirs = (step.number for step in view.next_steps if step.side is not Side.SELLER)
    example = next(theirs, None)
    return mrkdwn("board", "doors", view=view, has_gate=has_gate, example=example)


def _record(view: BoardView, phases: list[PhaseDigest]) -> list[Block]:
    plan = str(view.plan_id)
    blocks = [
        header(plain("board", "title", view=view), "board.title"),
        section(mrkdwn("board", "record", view=view), "board.headline"),
        context("board.progress", progress(phases), mrkdwn("board", "record_date", view=view)),
    ]
    if phases:
        shown, more = phases[:STEP_LINES], max(0, len(phases) - STEP_LINES)
        text = mrkdwn("board", "record_phases", phases=shown, more=more)
        blocks.extend(sections(pack(text.splitlines()), "phase"))
    buttons = [button("reopen_plan", Act.PLAN_REOPEN, plan), button("history", Act.PLAN_HISTORY, plan)]
    blocks.append(actions("board.doors", buttons))
    return blocks
