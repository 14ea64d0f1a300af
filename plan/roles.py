"""The roles that a plan still needs somebody for, and who has them.

A step has a role on its own side; a joint step and a gate have one on the other side as well. Of a joint step
the first role is the buyer's: the buyer answers for it, and the seller goes along.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.models import Side, Step


@dataclass(frozen=True, slots=True)
class Seat:
    """A step's first person, its owner, or the second one, its counterpart."""

    step: Step
    is_counterpart: bool = False

    @property
    def person(self) -> str | None:
        return self.step.counterpart_id if self.is_counterpart else self.step.owner_id


@dataclass(frozen=True, slots=True)
class Role:
    """A role on one side, with its seats in the open steps. `name` is "" for steps that name no role."""

    side: Side
    name: str
    seats: list[Seat] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The same for the same role of a plan, whatever else is on it."""
        return f"{zlib.crc32(f'{self.side.value}:{folded(self.name)}'.encode()):08x}"

    @property
    def holder(self) -> str | None:
        """Who has it: the person with most of its steps, the first of them where two have as many."""
        counted = Counter(seat.person for seat in self.seats if seat.person)
        return counted.most_common(1)[0][0] if counted else None


def roles_of(steps: Iterable[Step], first: Side | None) -> list[Role]:
    """The roles of the open steps in the order of the plan, those of the side `first` before the others."""
    roles: dict[tuple[Side, str], Role] = {}
    for step in steps:
        if step.state.is_finished:
            continue
        for side, name, seat in seats_of(step):
            roles.setdefault((side, folded(name)), Role(side, " ".join(name.split()))).seats.append(seat)
    return sorted(roles.values(), key=lambda role: role.side is not first)


def seats_of(step: Step) -> list[tuple[Side, str, Seat]]:
    """The places of a step: the side of each, the role, and who sits there."""
    side = Side.BUYER if step.side is Side.JOINT else step.side
    seats: list[tuple[Side, str, Seat]] = [(side, step.role, Seat(step))]
    if (step.side is Side.JOINT or step.gate) and (step.counterpart_role or step.counterpart_id):
        seats.append((side.other, step.counterpart_role, Seat(step, is_counterpart=True)))
    return seats


def folded(name: str) -> str:
    return " ".join(name.casefold().split())
