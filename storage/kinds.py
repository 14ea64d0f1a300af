"""The words of the tables: what a column can hold. Plain Python: the rules load without the tables."""

from enum import StrEnum

TITLE_LENGTH = 150


class Side(StrEnum):
    """Who a step belongs to. A person acts for the seller or the buyer; only a step can be joint."""

    SELLER = "seller"
    BUYER = "buyer"
    JOINT = "joint"

    @property
    def other(self) -> "Side":
        return {Side.SELLER: Side.BUYER, Side.BUYER: Side.SELLER}.get(self, self)


class StepState(StrEnum):
    """What is stored. Late, stalled and at risk are derived, never stored."""

    OPEN = "open"
    STARTED = "started"
    BLOCKED = "blocked"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def is_finished(self) -> bool:
        return self in (StepState.DONE, StepState.SKIPPED)


class AnchorKind(StrEnum):
    GO_LIVE = "go_live"
    SIGNATURE = "signature"


class PlanState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    WON = "won"
    LOST = "lost"
    CANCELLED = "cancelled"


class Visibility(StrEnum):
    """Which side may know that a step exists at all."""

    BOTH = "both"
    SELLER = "seller"
    BUYER = "buyer"
