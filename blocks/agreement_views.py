"""What is drawn where people agree to a plan, and look at another date. More in `blocks.view_models`."""

from dataclasses import dataclass
from datetime import date

from blocks.text import Day
from blocks.view_models import AgreedView, ChangeView, Companies, ProposalView, StepView
from storage.models import AnchorKind, Side


@dataclass(frozen=True, slots=True)
class SignatureView:
    """Somebody's yes to the plan. It `holds` while the plan is what they said yes to."""

    by: str
    side: Side
    on: Day
    holds: bool


@dataclass(frozen=True, slots=True)
class AgreeForm:
    """The plan as somebody would agree to it. `may_sign` is false where there is nothing left to say."""

    metadata: str
    plan_name: str
    firms: Companies
    side: Side
    anchor_kind: AnchorKind
    anchor: Day
    lands: Day | None
    days_late: int  # working days of both sides from the anchor to where it lands; below 0, days to spare
    steps: tuple[StepView, ...]  # those that both sides know
    signatures: tuple[SignatureView, ...] = ()
    agreed: AgreedView | None = None
    may_sign: bool = True
    changed: ChangeView | None = None  # while the form was open


@dataclass(frozen=True, slots=True)
class Along:
    """A step that could not keep its date, and the earliest day it can be."""

    step: StepView
    to: Day


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What another date does, while somebody looks at it. Days are working days of both sides."""

    anchor_kind: AnchorKind
    lands_old: Day | None
    lands_new: Day | None
    days: int = 0  # by which it lands later; below 0, earlier
    room: int = 0  # from where it lands to the anchor, where it lands by then
    critical: tuple[StepView, ...] = ()  # steps that decide where it lands from then on
    along: tuple[Along, ...] = ()
    asks: str = ""  # the company whose yes it needs, "" where it needs none
    asks_along: str = ""  # the same, with the steps that go along
    asked: str = ""  # the name of who is asked
    anchor: Day | None = None  # a new anchor, as it would be: the working day before a day off
    moved_from: Day | None = None  # that day off


@dataclass(frozen=True, slots=True)
class DateForm:
    """The form for another date of a step, or with `step` None of the anchor. `due`, `code`, `words` and
    `moves_along` are what somebody has put in so far."""

    metadata: str
    step: StepView | None
    anchor_kind: AnchorKind
    due: date | None
    preview: MovePreview | None = None
    code: str = ""
    words: str = ""
    moves_along: bool = False
    needs_reason: bool = False
    counters: ProposalView | None = None  # the proposal that it answers with another date
    firms: Companies | None = None
