"""What the builders draw: plain values, already filtered for who looks, with names instead of ids.

Dates are days, never moments, and a `Day` where they are told. Every text is raw, as somebody typed it; the
builders escape it once.
"""

from dataclasses import dataclass, field
from datetime import date

from blocks.text import Day
from plan.health import Health, Reason
from plan.keeping import Move
from plan.next_thing import Thing
from plan.step_filter import EVERYTHING, StepFilter
from storage.agreement import ProposalKind, ProposalState
from storage.models import AnchorKind, Outcome, Side, StepState


@dataclass(frozen=True, slots=True)
class StepView:
    """One step, as anybody who may see it sees it."""

    plan_id: int
    id: int
    number: int
    phase: str
    title: str
    side: Side
    role: str
    state: StepState
    due: Day | None
    days: int = 1
    gate: bool = False
    counterpart_role: str = ""
    owner: str = ""  # the person's name; "" while only the role holds it
    counterpart: str = ""
    seller_confirmed_by: str = ""  # names
    buyer_confirmed_by: str = ""
    reason: str = ""  # why it is blocked or skipped
    blocked_until: Day | None = None
    finished_on: Day | None = None
    finished_by: str = ""
    finished_for: str = ""  # the owner's name, where somebody of the other side ticked it for them
    after: tuple[int, ...] = ()  # the numbers of the steps that come first
    holds_up: tuple[int, ...] = ()  # the numbers of the open steps that wait for it
    is_waiting: bool = False  # its due day has passed. Shown as "waiting", never as late
    version: int = 1
    description: str = ""
    link: str = ""
    proof: str = ""  # a link to what shows that it is done, or to the message that said so
    start_by: Day | None = None  # the latest start that keeps the anchor, while it lies ahead
    projected: Day | None = None  # when it is done if nothing changes
    room: int | None = None  # working days of its side until it costs the anchor; below 0, it does already
    is_critical: bool = False  # each day here moves the day the plan lands
    at_hand: bool = True  # nothing that comes first is left to be done
    in_conflict: bool = False  # the date somebody gave it cannot hold
    only_for: Side | None = None  # the side that keeps it to itself

    @property
    def costs_days(self) -> bool:
        """Whether each working day here moves the anchor by one."""
        is_deciding = self.is_critical and self.at_hand and not self.state.is_finished
        return is_deciding and self.room is not None and self.room <= 0

    @property
    def half_missing(self) -> Side | None:
        """The side whose yes a gate still waits for, once the other side has given its own."""
        if not self.gate or bool(self.seller_confirmed_by) == bool(self.buyer_confirmed_by):
            return None
        return Side.BUYER if self.seller_confirmed_by else Side.SELLER


@dataclass(frozen=True, slots=True)
class NoteView:
    id: int
    on: Day
    who: str
    company: str
    text: str
    only_for: Side | None = None  # the side that keeps it to itself


@dataclass(frozen=True, slots=True)
class NotesView:
    """Notes on a step, the newest first: those `shown` come after the newest `first` of `total`."""

    shown: tuple[NoteView, ...] = ()
    total: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True)
class AgreedView:
    """Both sides signed the plan: these two people, for the last time on that day."""

    seller: str
    buyer: str
    on: Day


@dataclass(frozen=True, slots=True)
class SignedView:
    """One side has signed the plan as it stands; the other side's yes is missing."""

    by: str
    side: Side


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A change that waits for the other side's yes, or waited for it."""

    id: int
    plan_id: int
    kind: ProposalKind
    by: str  # the name of who proposes it
    by_side: Side
    step: StepView | None  # `None` for the anchor
    anchor_kind: AnchorKind
    old: Day | None
    new: Day | None
    lands_old: Day | None  # where the plan lands without it, and with it
    lands_new: Day | None
    days: int  # working days between these two
    along: tuple[StepView, ...] = ()  # steps that would move with it, due on the days they would move to
    reason_code: str = ""
    reason: str = ""
    state: ProposalState = ProposalState.OPEN
    answered_by: str = ""
    move_all: bool = False  # with the anchor, the open steps keep their distance to it
    is_counter: bool = False  # it answers a proposal of the other side
    talk_by: str = ""  # who would like to talk first
    anchor: Day | None = None
    way: "WayView | None" = None  # what would keep the anchor all the same

    @property
    def for_side(self) -> Side:
        return self.by_side.other


@dataclass(frozen=True, slots=True)
class HealthView:
    """How the plan does and why; see `plan.health`."""

    health: Health = Health.ON_TRACK
    reason: Reason = Reason.ON_TIME
    lands: Day | None = None  # on today's pace, where that is after the anchor
    days: int = 0  # working days of both sides from the anchor to that; below 0, days to spare
    start_by: Day | None = None  # of the step that decides it, where it starts soon
    is_settled: bool = False  # what decides the day is done, as once it is signed, and some steps are left


@dataclass(frozen=True, slots=True)
class ChangeToMake:
    """One of the changes that keep the date; see `plan.keeping`."""

    move: Move
    step: StepView
    beside: StepView | None = None
    days: int = 0
    gains: int = 0


@dataclass(frozen=True, slots=True)
class WayView:
    """What must be true to keep the date. `now` is the step that all of it counts on from today."""

    now: StepView | None
    changes: tuple[ChangeToMake, ...]
    lands: Day
    keeps: bool


@dataclass(frozen=True, slots=True)
class PhaseView:
    name: str
    steps: tuple[StepView, ...]

    @property
    def finished(self) -> int:
        return sum(step.state.is_finished for step in self.steps)


@dataclass(frozen=True, slots=True)
class BoardView:
    """The whole plan at one moment, for everybody in the channel."""

    plan_id: int
    name: str
    seller_company: str
    buyer_company: str
    anchor_kind: AnchorKind
    anchor: Day
    anchor_reason: str
    today: date
    phases: tuple[PhaseView, ...]
    next_steps: tuple[StepView, ...]  # at most three
    ball: Side | None  # whose turn it is; JOINT when both; None when nothing is open
    ball_step: StepView | None  # the step that decides it
    health: HealthView = HealthView()
    way: WayView | None = None  # where it does not land on its anchor
    agreed: AgreedView | None = None
    signed: SignedView | None = None
    proposals: tuple[ProposalView, ...] = ()  # those that wait for a yes
    outcome: Outcome | None = None  # closed when set: the board is a record
    closed_on: Day | None = None
    closed_by: str = ""
    close_reason: str = ""
    stands_still: str = ""  # why, a `plan.standing.Still`; "" while the plan goes on
    takes_replies: bool = False  # a plain "done 4" in the board's thread is heard

    @property
    def steps(self) -> tuple[StepView, ...]:
        return tuple(step for phase in self.phases for step in phase.steps)


@dataclass(frozen=True, slots=True)
class NextThingView:
    """The one most useful thing for one person to do next."""

    thing: Thing
    step: StepView | None = None
    nameless: int = 0  # steps of their side without a person


@dataclass(frozen=True, slots=True)
class Companies:
    """The two companies of a plan, where the whole `BoardView` is not at hand."""

    seller_company: str
    buyer_company: str


@dataclass(frozen=True, slots=True)
class CountryGroup:
    label: str
    countries: tuple[tuple[str, str], ...]  # (code, name)


@dataclass(frozen=True, slots=True)
class EditPlanForm:
    """A plan as the form that edits it shows it. People are (user id, name)."""

    metadata: str
    country_groups: tuple[CountryGroup, ...]
    name: str
    anchor_kind: AnchorKind
    anchor: date
    anchor_reason: str
    firms: Companies
    seller_lead: tuple[str, str] | None
    buyer_lead: tuple[str, str] | None
    seller_country: str
    buyer_country: str
    seller_zone: str
    buyer_zone: str
    is_agreed: bool = False  # both sides have agreed: another day asks for a reason of the short list


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role that somebody is to be named for."""

    key: str
    name: str
    side: Side
    steps: int
    holder: tuple[str, str] | None = None  # (user id, name)
    others: int = 0  # steps of it that are somebody else's


@dataclass(frozen=True, slots=True)
class PeopleForm:
    """Who leads, and who has which role."""

    metadata: str
    plan_id: int
    firms: Companies
    seller_lead: tuple[str, str] | None
    buyer_lead: tuple[str, str] | None
    roles: tuple[RoleView, ...]


@dataclass(frozen=True, slots=True)
class StepChoices:
    """What the list of all steps can be narrowed down to, and what is chosen."""

    owners: tuple[tuple[str, str], ...] = ()  # (user id, name)
    phases: tuple[str, ...] = ()
    chosen: StepFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line of `/map history`."""

    on: Day
    who: str
    company: str
    kind: str  # see `storage.models.Change.kind` and blocks/words/history.j2
    step: str = ""  # "4  Security review", "" when it is about the plan
    step_id: int = 0
    details: dict[str, str] = field(default_factory=dict)  # `old`, `new`, `for`: already words
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NudgeItem:
    """A step in a nudge, with the plan it belongs to and what the person answered."""

    step: StepView
    plan_name: str
    anchor_kind: AnchorKind
    anchor: Day
    asks_who: bool = False  # nobody holds it yet: the lead of the side is asked who should
    answer: str = ""  # "" while it waits; else what happened, in words
    side_company: str = ""
    lands: Day | None = None  # where the plan lands because of it, when that is after the anchor


@dataclass(frozen=True, slots=True)
class NudgeView:
    nudge_id: int
    first_name: str
    items: tuple[NudgeItem, ...]


@dataclass(frozen=True, slots=True)
class HomeStep:
    """A step in somebody's App Home, with the plan it belongs to."""

    step: StepView
    plan_name: str
    channel_id: str
    firms: Companies
    stands_still: str = ""  # as of its plan


@dataclass(frozen=True, slots=True)
class HomePlan:
    board: BoardView
    channel_id: str


@dataclass(frozen=True, slots=True)
class HomeClaim:
    """Somebody says their company is with one of the two; the seller's lead is asked whether that is so."""

    who: str
    company: str
    team_id: str
    side: Side
    plan: HomePlan


@dataclass(frozen=True, slots=True)
class HomeView:
    """What one person has to do with all their plans. A step stands in one of the first three only."""

    to_confirm: tuple[HomeStep, ...] = ()  # gates whose other half is confirmed, and theirs is missing
    nameless: tuple[HomeStep, ...] = ()  # steps of their side for which they, as its lead, are asked a name
    own: tuple[HomeStep, ...] = ()  # open steps they own or share: what waits first, then by due date
    led: tuple[HomePlan, ...] = ()  # the plans they lead
    claims: tuple[HomeClaim, ...] = ()  # on those they lead for the seller


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    key: str
    title: str  # "SaaS, six figures (12 steps)"
    summary: str


@dataclass(frozen=True, slots=True)
class NewPlanForm:
    """What the `/map new` modal starts from: what can be guessed, or what was typed the last time."""

    metadata: str
    templates: tuple[TemplateChoice, ...]
    country_groups: tuple[CountryGroup, ...]
    own: tuple[TemplateChoice, ...] = ()  # the team's own lists, offered before the others
    buyer_company: str = ""
    deal_name: str = ""
    seller_country: str = "US"
    buyer_country: str = "US"
    seller_lead: tuple[str, str] | None = None  # (user id, name)
    buyer_lead: tuple[str, str] | None = None
    template: str = ""  # the key of one; the first where it is none
    anchor_kind: AnchorKind = AnchorKind.GO_LIVE
    anchor: date | None = None
    anchor_reason: str = ""
