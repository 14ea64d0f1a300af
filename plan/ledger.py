"""The slip ledger: what a line is worth, what the lines come to, and whether the chain they make is whole.

Each line holds the SHA-256 of the one before it. Who changes, removes or moves one breaks the chain there.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from plan.calendars import Calendar, working_days
from storage.agreement import Slip, SlipKind
from storage.models import Side

FIRST_PREVIOUS = "0" * 64  # what stands before the first line
# In this order for good: a hash is over these and nothing else. What a later column holds is not in it.
FIELDS = (
    "plan_id",
    "position",
    "round",
    "at",
    "kind",
    "step_id",
    "step_number",
    "step_title",
    "side",
    "old_day",
    "new_day",
    "days",
    "lands_old",
    "lands_new",
    "actor_id",
    "actor_side",
    "agreed_by",
    "reason_code",
    "reason",
    "visibility",
)


def canonical(line: Slip, **other: Any) -> bytes:
    """The bytes of a line that are hashed: JSON in one spelling. `other` stands in for fields' own values."""
    facts = {name: _spelled(other.get(name, getattr(line, name))) for name in FIELDS}
    # What is no fact of a line, by its looks: it was put there by hand, and the hash is to say so.
    text = json.dumps(facts, ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=repr)
    return text.encode("ascii")


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def hash_of(previous: str, line: Slip, **other: Any) -> str:
    """SHA-256 in hex over the hash of the line before and the line itself."""
    return sha256(previous.encode() + b"\n" + canonical(line, **other)).hexdigest()


class Fault(StrEnum):
    """What is wrong with a line, or where one should be."""

    MISSING = "missing"
    CHANGED = "changed"
    MOVED = "moved"
    UNLINKED = "unlinked"  # whole in itself, but the line before it is another than when it was written
    STRANGE = "strange"  # written by somebody else than Tandem


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks first. `was_at` is the place a moved line comes from."""

    position: int
    fault: Fault
    was_at: int | None = None


def verify(lines: Sequence[Slip], head: str | None = None) -> Break | None:
    """Where the chain breaks; `None` for one that is whole. `lines` are those of one plan, by position.

    `head` is the hash its last line should have, "" for no lines: without it nobody can tell that the last
    lines were taken away, or that somebody added some.
    """
    previous = FIRST_PREVIOUS
    for place, line in enumerate(lines, start=1):
        if hash_of(line.previous, line) != line.hash:
            was_at = _place_it_was_written_for(line, 2 * len(lines) + 1)
            return Break(place, Fault.MOVED, was_at) if was_at else Break(place, Fault.CHANGED)
        if line.position != place:
            return Break(place, Fault.MISSING)
        if line.previous != previous:
            return Break(place, Fault.UNLINKED)
        previous = line.hash
    return None if head is None else _break_at_the_end(lines, head)


def _place_it_was_written_for(line: Slip, most: int) -> int | None:
    """The position with which the line's hash is right, where that is another than it has."""
    places = (
        place for place in range(1, most + 1) if hash_of(line.previous, line, position=place) == line.hash
    )
    return next(places, None)


def _break_at_the_end(lines: Sequence[Slip], head: str) -> Break | None:
    hashes = [line.hash for line in lines]
    if head == (hashes[-1] if hashes else ""):
        return None
    if not head or head in hashes:
        return Break(hashes.index(head) + 2 if head else 1, Fault.STRANGE)
    return Break(len(lines) + 1, Fault.MISSING)


def days_between(old: date | None, new: date | None, calendar: Calendar) -> int:
    """Working days from one day to another: lost above 0, won below. 0 where there was no day, or is none.

    They add up: from the first day to the last by any way is the same as at once.
    """
    if old is None or new is None:
        return 0
    return working_days(calendar).between(old.toordinal(), new.toordinal())


@dataclass(frozen=True, slots=True)
class Total:
    """Working days that came with the steps of a side."""

    lost: int = 0
    won: int = 0

    @property
    def net(self) -> int:
        """Above 0 for days lost and not won back."""
        return self.lost - self.won


def totals(lines: Iterable[Slip]) -> dict[Side, Total]:
    """For the seller, the buyer and what they do together."""
    found = {side: Total() for side in Side}
    for line in lines:
        one = found[line.side]
        found[line.side] = Total(one.lost + max(line.days, 0), one.won + max(-line.days, 0))
    return found


def days_to_take_back(lines: Iterable[Slip], step_id: int, round_number: int) -> int:
    """What finishing a step counted for, which no longer holds once it is open again.

    0 where it counted for nothing, or was counted from an earlier agreement, of which nothing is added up.
    """
    counted = 0
    for line in lines:
        if line.step_id != step_id or line.round != round_number:
            continue
        if line.kind is SlipKind.DONE:
            counted = line.days
        elif line.kind is SlipKind.REOPENED:
            counted = 0
    return counted
