"""Values out of a YAML file, and what is wrong with them, with its line.

PyYAML is imported when the first file is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from storage.kinds import Side

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_SIZE = 200_000  # characters; read before anything is parsed
MAX_DAYS = 260  # a working year: a longer step is several
MAX_SPAN = 400  # days in a row
MAX_LIST = 100  # days, or spans of them, in one list
MAX_NAME = 60  # characters
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # what is typed as another one is a slip
A_DAY, A_SPAN = "2026-06-30", "2026-12-24..2027-01-02"


class Problem(NamedTuple):
    line: int  # of the file, from 1
    reason: str


class PlanFileError(ValueError):
    """Everything that is wrong with a plan file, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"line {line}: {reason}" for line, reason in self.problems))


def decode(data: bytes) -> str:
    """A file's text. Raises `PlanFileError` where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PlanFileError([Problem(line, "not UTF-8")]) from error


def compose(text: str) -> Node:
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


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


class Reader:
    """Takes values out of nodes, and writes down what is wrong with them instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, node: Node, reason: str) -> None:
        """What a file says is shown in one line, and steers no terminal."""
        shown = "".join(letter if letter.isprintable() else "?" for letter in reason)
        self.problems.append(Problem(line_of(node), shown))

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
        ids = [" ".join((_scalar(item) or "").split()) for item in _sequence(node) or ()]
        if _sequence(node) is None or "" in ids:
            self.refuse(node, f"`{key}` is a list of ids, as in [scope, review]")
        return tuple(dict.fromkeys(step_id for step_id in ids if step_id))

    def day(self, node: Node, key: str) -> date | None:
        found = read_day(_scalar(node) or "")
        if found is None:
            self.refuse(node, f"`{key}` is a day as in {A_DAY}, from {FIRST_DAY.year} to {LAST_DAY.year}")
        return found

    def days(self, fields: dict[str, Node], key: str) -> tuple[date, ...]:
        """Days in their order, each once."""
        found: set[date] = set()
        for item in self._several(fields, key, f"a list of days, as in [{A_DAY}]"):
            day = self.day(item, key)
            if day is not None:
                found.add(day)
        return tuple(sorted(found))

    def spans(self, fields: dict[str, Node], key: str) -> list[tuple[date, date]]:
        """First and last days; of a single day both are that day."""
        found = []
        for item in self._several(fields, key, f"a list of days, as in [{A_DAY}, {A_SPAN}]"):
            text = _scalar(item) or ""
            first, last = (read_day(part.strip()) for part in (text.split("..", 1) * 2)[:2])
            if first is None or last is None:
                reason = f"is a day as in {A_DAY} or a first and a last one as in {A_SPAN}, not `{text}`"
            elif last < first:
                reason = f"has a last day before its first one in `{text}`"
            elif (last - first).days >= MAX_SPAN:
                reason = f"is at most {MAX_SPAN} days in a row, not `{text}`"
            else:
                found.append((first, last))
                continue
            self.refuse(item, f"`{key}` {reason}")
        return found

    def _several(self, fields: dict[str, Node], key: str, what: str) -> list[Node]:
        node = fields.get(key)
        items = _sequence(node) if node is not None else []
        if items is None:
            self.refuse(fields[key], f"`{key}` is {what}")
        elif len(items) > MAX_LIST:
            self.refuse(items[MAX_LIST], f"`{key}` has at most {MAX_LIST}")
        return (items or [])[:MAX_LIST]


def read_day(text: str) -> date | None:
    """A day as ISO 8601 writes it with hyphens. `None` for anything else, and for days no plan has."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:  # the 31st of June
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _scalar(node: Node) -> str | None:
    from yaml.nodes import ScalarNode

    return str(node.value) if isinstance(node, ScalarNode) else None


def _sequence(node: Node) -> list[Node] | None:
    from yaml.nodes import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else None


def _pairs(node: Node) -> list[tuple[Node, Node]] | None:
    from yaml.nodes import MappingNode

    return list(node.value) if isinstance(node, MappingNode) else None
