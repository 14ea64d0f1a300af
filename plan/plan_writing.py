"""A plan written down as a plan file: the other way round than `plan.plan_file`.

`as_list` makes a list of steps to start other plans from: no people, no dates, not who the customer is, and
nothing that one side keeps to itself, for another customer will read it. PyYAML is imported when the first
file is written.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plan.plan_file import MAX_DAYS, MAX_NAME, MAX_ROLE, MAX_TEXT, FileStep, PlanFile
from storage.models import TITLE_LENGTH, Side, Step, StepState, Visibility

LEFT_OUT = "…"  # what stands in the place of somebody's name, and of words that are too many
LINE = 100  # characters of a line, where it can be folded


def write_plan_file(plan: PlanFile) -> str:
    """The file that `parse_plan_file` reads as this plan. What it would add by itself is left out."""
    import yaml

    data: dict[str, Any] = {"title": plan.title, "summary": plan.summary, "signature": plan.signature}
    data = {key: value for key, value in data.items() if value}
    data["steps"] = [_written(step) for step in plan.steps]
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=LINE))


def _written(step: FileStep) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": step.id,
        "title": step.title,
        "phase": step.phase,
        "side": step.side.value,
        "role": step.role,
        "counterpart": step.counterpart,
        "days": step.days,
        "after": list(step.after),
        "lag": step.lag,
        "gate": step.gate,
        "description": step.description,
    }
    return {key: value for key, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan as a list, and how many texts in it named somebody."""

    plan: PlanFile
    names_left_out: int


def as_list(
    title: str,
    summary: str,
    steps: Sequence[Step],
    after: Mapping[int, Mapping[int, int]],
    signature: int | None,
    names: Iterable[str],
    customer: str = "",
) -> Kept:
    """The steps of a plan as a list. `after` says for each id what it comes after and the lag to that, in
    working days; `signature` is the id of the step that a plan can be anchored on; `names` are of people,
    `customer` is that of the firm that buys.

    What was skipped, or is one side's alone, is left out; what came after a skipped step comes after what
    came before it. A plan file has one lag for a step: where there are several, the longest.
    """
    shared = {step.id or 0: step for step in steps if step.visibility is Visibility.BOTH}
    kept = [step for step in shared.values() if step.state is not StepState.SKIPPED]
    ids = {step.id or 0: f"s{step.number}" for step in kept}
    skipped = shared.keys() - ids.keys()
    names = tuple(names)
    words = _Words(names, customer)
    written = []
    named = (step.phase for step in kept if step.phase.strip())
    phase = _Words(names, customer).line(next(named, title), MAX_NAME)  # counted where it stands
    for step in kept:
        before = _around(step.id or 0, after, ids.keys(), skipped)
        phase = words.line(step.phase, MAX_NAME) or phase
        written.append(_file_step(step, ids[step.id or 0], phase, words, before, ids))
    ends = ids.get(signature) if signature is not None else None
    return Kept(PlanFile("", title, summary, tuple(written), ends), words.left_out)


def _file_step(
    step: Step, name: str, phase: str, words: "_Words", before: Mapping[int, int], ids: Mapping[int, str]
) -> FileStep:
    has_two = step.side is Side.JOINT or step.gate
    return FileStep(
        id=name,
        title=words.line(step.title, TITLE_LENGTH) or LEFT_OUT,
        phase=phase,
        side=step.side,
        role=words.line(step.role, MAX_ROLE),
        counterpart=words.line(step.counterpart_role, MAX_ROLE) if has_two else "",
        days=min(max(step.days, 1), MAX_DAYS),
        after=tuple(ids[first] for first in sorted(before, key=list(ids).index)),
        lag=min(max(before.values(), default=0), MAX_DAYS),
        gate=step.gate,
        description=words.line(step.description, MAX_TEXT),
    )


def _around(
    step_id: int, after: Mapping[int, Mapping[int, int]], kept: Collection[int], skipped: Collection[int]
) -> dict[int, int]:
    """What a step comes after and the lag to it, past the steps that were skipped."""
    found: dict[int, int] = {}
    seen: dict[int, int] = {}
    to_look_at = list(after.get(step_id, {}).items())
    while to_look_at:
        first, lag = to_look_at.pop()
        if first in kept:
            found[first] = max(lag, found.get(first, 0))
        elif first in skipped and seen.get(first, -1) < lag:  # by several ways: once for each longer one
            seen[first] = lag
            to_look_at += [(one, lag + more) for one, more in after.get(first, {}).items()]
    return found


class _Words:
    """Texts on one line, as a plan file holds them, without anybody's name in them."""

    def __init__(self, names: Iterable[str], customer: str) -> None:
        whole = {" ".join(name.split()) for name in names}
        # A first name alone may be a word: "Mark", "Will". After an @ it is a name.
        parts = [re.escape(name) for name in whole if " " in name]
        parts += [f"@{re.escape(name.split()[0])}" for name in whole if name]
        if firm := " ".join(customer.split()):  # as it is written: a firm may be called "Box"
            parts.append(f"(?-i:{re.escape(firm)})")
        longest_first = sorted(set(parts), key=len, reverse=True)
        self._named = re.compile(rf"(?<!\w)@?(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
        self._has_names = bool(longest_first)
        self.left_out = 0

    def line(self, text: str, most: int) -> str:
        text = " ".join(text.split())
        if self._has_names:
            text, count = self._named.subn(LEFT_OUT, text)
            self.left_out += bool(count)
        return text if len(text) <= most else text[: most - 1].rstrip() + LEFT_OUT
