"""What the board's thread tells of the changes of one moment: where each step ended up, and only that.

Done and reopened within one moment is nothing. Moved twice is one move. What is finished has no new date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.models import Change

FINISHES = ("step_done", "step_skipped")
# What a step was before a change of state, and what it is after it.
BEFORE: Mapping[str, str] = {
    "step_done": "open",
    "step_skipped": "open",
    "step_blocked": "open",
    "step_reopened": "finished",
    "step_unblocked": "blocked",
}
AFTER: Mapping[str, str] = {
    "step_done": "finished",
    "step_skipped": "finished",
    "step_blocked": "blocked",
    "step_reopened": "open",
    "step_unblocked": "open",
}
NEWS = {*BEFORE, "step_moved", "step_added", "step_removed"}


@dataclass(frozen=True, slots=True)
class Told:
    """One line: the change it is about, and the day the step has now, where it has a new one."""

    change: Change
    old: str = ""  # ISO days, "" for none
    new: str = ""


def news_of(changes: Sequence[Change]) -> list[Told]:
    """What is worth a line, in the order in which things came to their end. `changes` are of one plan."""
    of_step: dict[int, list[Change]] = {}
    for change in changes:
        if change.step_id is not None and change.kind in NEWS:
            of_step.setdefault(change.step_id, []).append(change)
    told = [line for mine in of_step.values() for line in _of_one_step(mine)]
    return sorted(told, key=lambda line: line.change.id or 0)


def _of_one_step(changes: Sequence[Change]) -> list[Told]:
    last = {change.kind: change for change in changes}
    if "step_removed" in last:
        return [] if "step_added" in last else [Told(last["step_removed"])]
    state = _state(changes)
    moves = [change for change in changes if change.kind == "step_moved"]
    old, new = (moves[0].details.get("old", ""), moves[-1].details.get("new", "")) if moves else ("", "")
    told = []
    if "step_added" in last:
        added = last["step_added"]
        told.append(Told(added, new=new or added.details.get("new", "")))
    elif moves and old != new and not (state and state.kind in FINISHES):
        told.append(Told(moves[-1], old, new))
    if state is not None:
        told.append(Told(state, new=state.details.get("new", "")))
    return told


def _state(changes: Sequence[Change]) -> Change | None:
    """The last change of state, unless all of them together left the step as it was."""
    states = [change for change in changes if change.kind in AFTER]
    if not states:
        return None
    first, last = states[0], states[-1]
    return None if BEFORE[first.kind] == AFTER[last.kind] else last
