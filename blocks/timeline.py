"""The timeline of a plan: what its picture shows, and words that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from blocks import limits
from blocks.ids import Act, View
from blocks.kit import Block, Message, ViewDict, actions, button, context, message, modal, section
from blocks.text import Day, clip, fit, pack
from blocks.view_models import BoardView
from blocks.words import mrkdwn, plain
from plan.timeline import TimelineStep

# https://docs.slack.dev/reference/methods/files.getUploadURLExternal, `alt_txt_too_large`
ALT_TEXT = 1000  # characters
GATES_IN_WORDS = 12


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture. The sides keep apart for everybody: https://jfly.uni-koeln.de/color/"""

    paper: str
    ink: str
    quiet: str  # less important words
    line: str  # of weeks
    months: str
    band: str  # behind the heading of a phase
    seller: str
    buyer: str
    agreed: str
    folded: str
    today: str
    mark: str  # what is drawn over a bar


LIGHT = Theme(
    paper="#ffffff",
    ink="#1d1c1d",
    quiet="#5c5b60",
    line="#ececee",
    months="#c9c9ce",
    band="#f5f5f7",
    seller="#0072b2",
    buyer="#e69f00",
    agreed="#a3a3aa",
    folded="#c4c6cf",
    today="#b3261e",
    mark="#ffffff",
)
DARK = Theme(
    paper="#1a1d21",
    ink="#f2f2f3",
    quiet="#b0b3b8",
    line="#2b2e33",
    months="#4a4e55",
    band="#23262b",
    seller="#56b4e9",
    buyer="#e69f00",
    agreed="#7d828b",
    folded="#5b6069",
    today="#ff8a80",
    mark="#1a1d21",
)
LIGHT_NAME, DARK_NAME = "light", "dark"
THEMES = {LIGHT_NAME: LIGHT, DARK_NAME: DARK}


@dataclass(frozen=True, slots=True)
class TimelineView:
    """A plan on an axis, as far as one side may know. `steps` are those that have days, in their order."""

    board: BoardView
    steps: tuple[TimelineStep, ...]
    lands: Day | None  # `None` for a plan in which nothing has a date
    days_late: int  # working days of both sides from the anchor to where it lands; below 0, days to spare
    is_agreed: bool  # both sides signed, and the steps have the days of then

    @property
    def today(self) -> date:
        return self.board.today

    @property
    def gates(self) -> tuple[TimelineStep, ...]:
        return tuple(step for step in self.steps if step.gate)

    def day(self, when: date) -> Day:
        return Day.seen(when, self.board.today)


def alt_text(view: TimelineView) -> str:
    """The picture in words, for who cannot see it: within what Slack takes of an image's description."""
    said = plain("timeline", "alt", view=view, gates=_gates(view), phases=_phases(view))
    return clip(" ".join(said.split()), ALT_TEXT)


def comment(view: TimelineView) -> str:
    """The mrkdwn above the picture."""
    return fit(f"{mrkdwn('timeline', 'title', view=view)}\n{mrkdwn('timeline', 'headline', view=view)}")


def file_title(view: TimelineView) -> str:
    """What the picture is called under it."""
    return clip(plain("timeline", "file_title", view=view), limits.HEADER)


def build_timeline_words(view: TimelineView, *, private: bool, theme: str = LIGHT_NAME) -> Message:
    """The timeline where no picture can be sent."""
    text = comment(view)
    lines = [mrkdwn("timeline", "phase", phase=phase) for phase in _phases(view)]
    blocks: list[Block] = [section(text, "timeline")]
    if view.board.next_steps and not view.board.outcome:
        blocks.append(section(fit(mrkdwn("timeline", "next_steps", view=view).rstrip()), "timeline.next"))
    if lines:
        blocks += [section(one, f"timeline.phases.{place}") for place, one in enumerate(pack(lines)[:2])]
    if view.gates:
        gates = mrkdwn("timeline", "gates", gates=_gates(view), more=len(view.gates) - GATES_IN_WORDS)
        blocks.append(section(fit(gates), "timeline.gates"))
    blocks.append(context("timeline.words", mrkdwn("timeline", "in_words")))
    if private:
        blocks.append(_to_everyone(view.board.plan_id, theme))
    return message(mrkdwn("timeline", "fallback", view=view), blocks)


def reply_timeline_comes(plan_id: int, theme: str) -> Message:
    """Said by command while the picture is drawn."""
    text = mrkdwn("timeline", "comes")
    return message(text, [section(text, "reply"), _to_everyone(plan_id, theme)])


def build_timeline_comes(plan_id: int, theme: str, metadata: str) -> ViewDict:
    """The same for who pressed the button."""
    blocks = [section(mrkdwn("timeline", "comes"), "timeline.comes"), _to_everyone(plan_id, theme)]
    return modal(View.NOTICE, plain("timeline", "modal_title"), blocks, metadata=metadata)


def build_timeline_shown() -> ViewDict:
    blocks = [section(mrkdwn("timeline", "shown"), "timeline.shown")]
    return modal(View.NOTICE, plain("timeline", "modal_title"), blocks)


def _to_everyone(plan_id: int, theme: str) -> Block:
    value = f"{plan_id}:1" if theme == DARK_NAME else str(plan_id)
    return actions("timeline.doors", [button("show_everyone", Act.PLAN_TIMELINE_SHOW, value)])


@dataclass(frozen=True, slots=True)
class PhaseInWords:
    """A phase in a line: when, and how far it is."""

    name: str
    starts: Day
    ends: Day
    done: int
    total: int
    is_critical: bool

    @property
    def is_finished(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True, slots=True)
class GateInWords:
    number: int
    title: str
    on: Day
    is_done: bool


def _gates(view: TimelineView) -> list[GateInWords]:
    return [
        GateInWords(gate.number, gate.title, view.day(gate.ends), gate.is_done)
        for gate in view.gates[:GATES_IN_WORDS]
    ]


def _phases(view: TimelineView) -> list[PhaseInWords]:
    found: dict[str, list[TimelineStep]] = {}
    for step in view.steps:
        found.setdefault(step.phase, []).append(step)
    return [_in_words(name, inside, view) for name, inside in found.items()]


def _in_words(name: str, inside: Sequence[TimelineStep], view: TimelineView) -> PhaseInWords:
    return PhaseInWords(
        name,
        view.day(min(step.starts for step in inside)),
        view.day(max(step.ends for step in inside)),
        sum(step.is_done for step in inside),
        len(inside),
        any(step.is_critical for step in inside),
    )
