"""The plan file: a plan written down in YAML, to start one from, to bring one in, to take one out.

    title: SaaS, six figures
    summary: From agreed goals to go-live in eight weeks.
    signature: sign                 # the step that ends on the anchor when a plan is anchored on its
    signature steps:
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
        description: What it takes to call this done.

What the file does not say is never guessed: an unknown key, a step that is not there or a circle is refused,
with its line. PyYAML is imported when the first file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from plan.network import find_cycle
from storage.models import TITLE_LENGTH, AnchorKind, Side

if TYPE_CHECKING:
    from yaml.nodes import Node

TEMPLATES = Path(__file__).parent / "templates"

MAX_STEPS = 200
MAX_DAYS = 260  # a working year: a longer step is several
MAX_SIZE = 200_000  # characters; read before anything is parsed
MAX_NAME = 60
MAX_ROLE = 80
MAX_TEXT = 1000

PLAN_KEYS = ("title", "summary", "signature", "steps")
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


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A whole plan file. `key` is the file's name without its ending, "" for one that has no name."""

    key: str
    title: str
    summary: str
    steps: tuple[FileStep, ...]
    signature: str | None = None

    def anchor_step(self, kind: AnchorKind) -> str | None:
        """The step that ends on the anchor. None: whatever comes last, as with a go-live."""
        return self.signature if kind is AnchorKind.SIGNATURE else None


class Problem(NamedTuple):
    line: int  # of the file, from 1
    reason: str


class PlanFileError(ValueError):
    """Everything that is wrong with a plan file, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"line {line}: {reason}" for line, reason in self.problems))


def parse_plan_file(text: str, key: str = "") -> PlanFile:
    """Read a plan file. Raises `PlanFileError` with every problem's line and reason."""
    root = _compose(text)
    reader = _Reader()
    fields = reader.mapping(root, PLAN_KEYS, "a plan")
    title = reader.text(fields, "title", root, MAX_NAME, default=key)
    summary = reader.text(fields, "summary", root, MAX_TEXT, default="")
    signature = reader.text(fields, "signature", root, MAX_NAME, default="")
    nodes = reader.items(fields.get("steps"), root, "steps")
    steps = [(node, _read_step(reader, node)) for node in nodes]
    if not reader.problems:
        _check_steps(reader, steps)
        if signature and signature not in {step.id for _, step in steps}:
            reader.refuse(fields["signature"], f"no step has the id `{signature}`")
    if reader.problems:
        raise PlanFileError(reader.problems)
    return PlanFile(key, title, summary, tuple(step for _, step in steps), signature or None)


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


def _compose(text: str) -> Node:
    """The file as nodes, which know their lines; nothing in it is ever built into an object."""
    import yaml

    if len(text) > MAX_SIZE:
        raise PlanFileError([Problem(1, f"the file is longer than {MAX_SIZE:,} characters")])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PlanFileError([Problem(mark.line + 1 if mark else 1, f"not YAML: {error.problem}")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PlanFileError([Problem(line, "a character that YAML does not allow")]) from error
    except RecursionError as error:
        raise PlanFileError([Problem(1, "nested too deep")]) from error
    if root is None:
        raise PlanFileError([Problem(1, "the file is empty")])
    return root


def _read_step(reader: _Reader, node: Node) -> FileStep:
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
        description=reader.text(fields, "description", node, MAX_TEXT, default=""),
    )


def _check_steps(reader: _Reader, steps: Sequence[tuple[Node, FileStep]]) -> None:
    """What no step can know alone: ids that are taken or missing, and circles."""
    if len(steps) > MAX_STEPS:
        reader.refuse(steps[MAX_STEPS][0], f"a plan has at most {MAX_STEPS} steps")
    lines: dict[str, Node] = {}
    for node, step in steps:
        if step.id in lines:
            reader.refuse(node, f"the id `{step.id}` is taken by line {_line(lines[step.id])}")
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


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    """Takes values out of nodes, and writes down what is wrong with them instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, node: Node, reason: str) -> None:
        self.problems.append(Problem(_line(node), reason))

    def mapping(self, node: Node, allowed: Sequence[str], what: str) -> dict[str, Node]:
        pairs = _pairs(node)
        if pairs is None:
            self.refuse(node, f"{what} is written as `key: value` lines")
        fields: dict[str, Node] = {}
        for key_node, value in pairs or ():
            key = _scalar(key_node) or ""
            if key not in allowed:
                self.refuse(key_node, f"unknown key `{key}`: {what} has {', '.join(allowed)}")
            elif key in fields:
                self.refuse(key_node, f"`{key}` is there twice")
            else:
                fields[key] = value
        return fields

    def items(self, node: Node | None, parent: Node, key: str) -> list[Node]:
        if node is None:
            self.refuse(parent, f"`{key}` is missing")
            return []
        items = _sequence(node)
        if not items:
            self.refuse(node, f"`{key}` is a list of at least one")
        return items or []

    def text(
        self, fields: dict[str, Node], key: str, parent: Node, longest: int, default: str | None = None
    ) -> str:
        """One line of text. Whatever a scalar looks like to YAML, here it is what stands in the file."""
        node = fields.get(key)
        text = "" if node is None else _scalar(node)
        if text is None:
            self.refuse(node or parent, f"`{key}` is a text")
            return ""
        text = " ".join(text.split())
        if not text and default is None and _pairs(parent) is not None:
            self.refuse(node or parent, f"`{key}` is missing")
        if len(text) > longest:
            self.refuse(node or parent, f"`{key}` is longer than {longest} characters")
        return text or default or ""

    def side(self, fields: dict[str, Node], parent: Node) -> Side:
        text = self.text(fields, "side", parent, MAX_NAME)
        try:
            return Side(text)
        except ValueError:
            if text:
                self.refuse(fields["side"], f"`side` is seller, buyer or joint, not `{text}`")
            return Side.JOINT

    def number(self, fields: dict[str, Node], key: str, lowest: int, default: int) -> int:
        node = fields.get(key)
        if node is None:
            return default
        text = _scalar(node) or ""
        if text.isascii() and text.isdigit() and len(text) <= 6 and lowest <= int(text) <= MAX_DAYS:
            return int(text)
        self.refuse(node, f"`{key}` is a number of working days from {lowest} to {MAX_DAYS}")
        return default

    def flag(self, fields: dict[str, Node], key: str) -> bool:
        node = fields.get(key)
        if node is None:
            return False
        text = _scalar(node)
        if text not in ("true", "false"):
            self.refuse(node, f"`{key}` is true or false")
        return text == "true"

    def ids(self, fields: dict[str, Node], key: str) -> tuple[str, ...]:
        node = fields.get(key)
        if node is None:
            return ()
        ids = [_scalar(item) for item in _sequence(node) or ()]
        if _sequence(node) is None or None in ids:
            self.refuse(node, f"`{key}` is a list of ids, as in [scope, review]")
        return tuple(dict.fromkeys(step_id for step_id in ids if step_id))


def _scalar(node: Node) -> str | None:
    from yaml.nodes import ScalarNode

    return str(node.value) if isinstance(node, ScalarNode) else None


def _sequence(node: Node) -> list[Node] | None:
    from yaml.nodes import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else None


def _pairs(node: Node) -> list[tuple[Node, Node]] | None:
    from yaml.nodes import MappingNode

    return list(node.value) if isinstance(node, MappingNode) else None
