"""The plan file: a plan written down in YAML, to start one from, to bring one in, to take one out.

    title: SaaS, six figures
    summary: From agreed goals to go-live in eight weeks.
    signature: sign                 # the step that ends on the anchor when that is the signature
    anchor: 2026-06-30              # the day the plan is laid out back from; nothing when left out
    calendars:                      # Monday to Friday for both sides when left out
      seller: {country: US}
      buyer:
        country: DE                 # weekends and public holidays of this country, and of a region of it
        region: BY
        closed: [2026-12-24..2027-01-02, 2027-04-02]   # days off on top, one by one or from first to last
    steps:
      - id: redlines                # a short name for `after`
        title: Close the legal redlines
        phase: Legal
        side: joint                 # seller, buyer or joint
        role: Buyer's counsel       # who should: of a joint step, who is accountable
        counterpart: Our counsel    # of a joint step or a gate, who should on the other side
        days: 5                     # working days, the first one included; 1 when left out
        after: [paper, review]      # ids of the steps that are done first
        lag: 2                      # working days to wait after those; 0 when left out
        gate: true                  # each side confirms its half; false when left out
        only_on: [2026-06-11, 2026-07-09]   # the days it can end on, when a board meets; any when left out
        description: What it takes to call this done.

What the file does not say is never guessed: an unknown key, a step that is not there or a circle is refused,
with its line. PyYAML is imported when the first file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from plan.calendars import MONDAY_TO_FRIDAY, WorkCalendar, calendar_for, is_country, regions_of
from plan.network import find_cycle
from plan.plan_reading import (
    MAX_DAYS,
    MAX_NAME,
    MAX_SIZE,
    PlanFileError,
    Problem,
    Reader,
    compose,
    line_of,
)
from storage.kinds import TITLE_LENGTH, AnchorKind, Side

if TYPE_CHECKING:
    from yaml.nodes import Node

__all__ = [
    "MAX_DAYS",
    "MAX_NAME",
    "MAX_SIZE",
    "FileStep",
    "PlanFile",
    "PlanFileError",
    "Problem",
    "list_templates",
    "load_template",
    "parse_plan_file",
]

TEMPLATES = Path(__file__).parent / "templates"

MAX_STEPS = 200
MAX_ROLE = 80
MAX_TEXT = 1000

PLAN_KEYS = ("title", "summary", "signature", "anchor", "calendars", "steps")
SIDES = (Side.SELLER.value, Side.BUYER.value)
CALENDAR_KEYS = ("country", "region", "closed")
STEP_KEYS = (
    "id",
    "title",
    "phase",
    "side",
    "role",
    "counterpart",
    "days",
    "after",
    "lag",
    "gate",
    "only_on",
    "description",
)


@dataclass(frozen=True, slots=True)
class FileStep:
    """One step of a plan file. `days` and `lag` are working days of its side."""

    id: str
    title: str
    phase: str
    side: Side
    role: str = ""
    counterpart: str = ""
    days: int = 1
    after: tuple[str, ...] = ()
    lag: int = 0
    gate: bool = False
    description: str = ""
    only_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A whole plan file. `key` is the file's name without its ending, "" for one that has no name."""

    key: str
    title: str
    summary: str
    steps: tuple[FileStep, ...]
    signature: str | None = None
    anchor: date | None = None
    seller_calendar: WorkCalendar = MONDAY_TO_FRIDAY
    buyer_calendar: WorkCalendar = MONDAY_TO_FRIDAY

    def anchor_step(self, kind: AnchorKind) -> str | None:
        """The step that ends on the anchor. None: whatever comes last, as with a go-live."""
        return self.signature if kind is AnchorKind.SIGNATURE else None


def parse_plan_file(text: str, key: str = "") -> PlanFile:
    """Read a plan file. Raises `PlanFileError` with every problem's line and reason."""
    root = compose(text)
    reader = Reader()
    fields = reader.mapping(root, PLAN_KEYS, "a plan")
    title = reader.text(fields, "title", root, MAX_NAME, default=key)
    summary = reader.text(fields, "summary", root, MAX_TEXT, default="")
    signature = reader.text(fields, "signature", root, MAX_NAME, default="")
    anchor = reader.day(fields["anchor"], "anchor") if "anchor" in fields else None
    seller, buyer = _read_calendars(reader, fields.get("calendars"))
    nodes = reader.items(fields.get("steps"), root, "steps")
    steps = [(node, _read_step(reader, node)) for node in nodes]
    if not reader.problems:
        _check_steps(reader, steps)
        if signature and signature not in {step.id for _, step in steps}:
            reader.refuse(fields["signature"], f"no step has the id `{signature}`")
    if reader.problems:
        raise PlanFileError(reader.problems)
    read = tuple(step for _, step in steps)
    return PlanFile(key, title, summary, read, signature or None, anchor, seller, buyer)


@lru_cache(maxsize=64)
def load_template(key: str) -> PlanFile:
    """One of the plans that come with Tandem. Raises `LookupError` when there is none of that name."""
    path = _template_paths().get(key)
    if path is None:
        raise LookupError(f"no plan template is called {key!r}")
    return parse_plan_file(path.read_text(encoding="utf-8"), key)


def list_templates() -> tuple[PlanFile, ...]:
    """Every plan that comes with Tandem, the shortest first."""
    plans = [load_template(key) for key in _template_paths()]
    return tuple(sorted(plans, key=lambda plan: (len(plan.steps), plan.key)))


@lru_cache(maxsize=1)
def _template_paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(TEMPLATES.glob("*.yml"))}


def _read_step(reader: Reader, node: Node) -> FileStep:
    fields = reader.mapping(node, STEP_KEYS, "a step")
    return FileStep(
        id=reader.text(fields, "id", node, MAX_NAME),
        title=reader.text(fields, "title", node, TITLE_LENGTH),
        phase=reader.text(fields, "phase", node, MAX_NAME),
        side=reader.side(fields, node),
        role=reader.text(fields, "role", node, MAX_ROLE, default=""),
        counterpart=reader.text(fields, "counterpart", node, MAX_ROLE, default=""),
        days=reader.number(fields, "days", lowest=1, default=1),
        after=reader.ids(fields, "after"),
        lag=reader.number(fields, "lag", lowest=0, default=0),
        gate=reader.flag(fields, "gate"),
        only_on=reader.days(fields, "only_on"),
        description=reader.text(fields, "description", node, MAX_TEXT, default=""),
    )


def _read_calendars(reader: Reader, node: Node | None) -> tuple[WorkCalendar, WorkCalendar]:
    fields = reader.mapping(node, SIDES, "`calendars`") if node is not None else {}
    seller, buyer = (_read_calendar(reader, fields.get(side)) for side in SIDES)
    return seller, buyer


def _read_calendar(reader: Reader, node: Node | None) -> WorkCalendar:
    if node is None:
        return MONDAY_TO_FRIDAY
    fields = reader.mapping(node, CALENDAR_KEYS, "a calendar")
    country = reader.text(fields, "country", node, MAX_NAME, default="").upper()
    region = reader.text(fields, "region", node, MAX_NAME, default="").upper()
    if country and not is_country(country):
        reader.refuse(fields["country"], f"`{country}` is no country's two letters, as in DE")
    elif region and not country:
        reader.refuse(fields["region"], "a `region` needs its `country`")
    elif region and region not in (code.upper() for code, _ in regions_of(country)):
        reader.refuse(fields["region"], f"`{region}` is no part of {country} with holidays of its own")
    return calendar_for(country, region, reader.spans(fields, "closed"))


def _check_steps(reader: Reader, steps: Sequence[tuple[Node, FileStep]]) -> None:
    """What no step can know alone: ids that are taken or missing, and circles."""
    if len(steps) > MAX_STEPS:
        reader.refuse(steps[MAX_STEPS][0], f"a plan has at most {MAX_STEPS} steps")
    lines: dict[str, Node] = {}
    for node, step in steps:
        if step.id in lines:
            reader.refuse(node, f"the id `{step.id}` is taken by line {line_of(lines[step.id])}")
        lines.setdefault(step.id, node)
    for node, step in steps:
        for before in step.after:
            if before not in lines:
                reader.refuse(node, f"`{step.id}` comes after `{before}`, and no step has that id")
        if step.counterpart and step.side is not Side.JOINT and not step.gate:
            reader.refuse(node, "only a joint step or a gate has a `counterpart`")
    if not reader.problems:
        cycle = find_cycle({step.id: step.after for _, step in steps})
        if cycle:
            reader.refuse(lines[cycle[0]], f"these steps wait for each other: {' → '.join(cycle)}")
