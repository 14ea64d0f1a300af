"""From rows to what the builders draw: names instead of ids, only what the viewer may know of."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from blocks.text import Day
from blocks.view_models import (
    BoardView,
    ChangeView,
    NextThingView,
    NudgeItem,
    NudgeView,
    PhaseView,
    StepView,
)
from bot.agreements import load_agreed, load_pending, load_signed
from bot.checkups import health_view, look_over, way_view
from bot.in_words import name_of, removed_view, seen_on
from bot.schedules import Rows, load_rows
from bot.use_cases.common import time_zone_of
from plan.calendars import ONE_DAY
from plan.next_thing import Person as Asker
from plan.next_thing import next_thing
from plan.nudging import local_day, start_of_day
from plan.outlook import NEXT_STEPS, in_order_to_act, waits_for
from plan.schedule import Schedule, Slot
from plan.when import describe_day
from storage import plans
from storage.models import Change, Nudge, NudgeStep, Person, Plan, Side, Step, StepState, Visibility


@dataclass(frozen=True, slots=True)
class PlanViews:
    """A plan and its steps, loaded once for one viewer at one moment."""

    plan: Plan
    steps: Sequence[Step]
    views: Mapping[int, StepView]
    board: BoardView
    after: Mapping[int, Collection[int]]
    side_of: Callable[[str], Side | None]
    rows: Rows
    planned: Schedule[int]

    def step(self, step_id: int | None) -> StepView:
        return self.views[step_id or 0]

    def owned_by(self, user_id: str) -> tuple[StepView, ...]:
        """The open steps a person owns or shares."""
        return tuple(
            self.views[step.id or 0]
            for step in self.steps
            if user_id in (step.owner_id, step.counterpart_id) and not step.state.is_finished
        )

    def to_do(self, user_id: str) -> list[StepView]:
        """The open steps a person owns or shares, those that wait first, then by their day."""
        return sorted(
            self.owned_by(user_id), key=lambda step: (not step.is_waiting, step.due or date.max, step.number)
        )

    def next_thing(self, user_id: str, side: Side | None) -> NextThingView | None:
        """The one most useful thing for this person to do next."""
        asker = Asker(user_id, side)
        found = next_thing(self.plan, self.steps, asker, self.board.today, self.after, self.side_of)
        if found is None:
            return None
        return NextThingView(found.thing, self.step(found.step.id) if found.step else None, found.nameless)


def load_plan_views(
    session: Session, plan: Plan, viewer: Side | None, now: datetime, *, with_way: bool = False
) -> PlanViews:
    """A plan as this side may know it. `with_way`: also what would keep its date, which takes a search."""
    assert plan.id is not None
    today = local_day(now, plan.time_zone)
    rows = load_rows(session, plan, viewer, today)
    planned = rows.compute()
    sides = plans.sides(session, plan)
    known = plans.people(session, _everybody(plan, rows.steps))
    waits = waits_for(rows.steps, rows.after)
    views = {}
    for step in rows.steps:
        view = _step_view(step, plan, known, *_neighbours(step, rows, waits), sides, now)
        at_hand = (step.id or 0) not in waits
        views[step.id or 0] = _on_its_way(view, planned.slots.get(step.id or 0), today, at_hand=at_hand)
    board = _board(plan, rows, planned, views, known)
    if with_way and plan.outcome is None:
        board = replace(board, way=way_view(rows, planned, views))
    seen = PlanViews(
        plan, rows.steps, views, board, rows.after, lambda user: sides.of(known.get(user)), rows, planned
    )
    if plan.outcome is not None:
        return seen
    return replace(seen, board=_with_agreement(session, seen))


def _with_agreement(session: Session, seen: PlanViews) -> BoardView:
    """With who agreed to the plan, whose yes is missing, and what waits for a yes."""
    return replace(
        seen.board,
        agreed=load_agreed(session, seen.plan, seen.board.today),
        signed=load_signed(session, seen.plan, seen.steps),
        proposals=load_pending(session, seen),
    )


def _on_its_way(view: StepView, slot: Slot | None, today: date, *, at_hand: bool) -> StepView:
    """With what the computed plan says of it, while it is open."""
    if slot is None or view.state.is_finished:
        return view
    has_begun = view.state is StepState.STARTED
    start_by = slot.latest_start if slot.latest_start and slot.latest_start >= today else None
    return replace(
        view,
        start_by=seen_on(None if has_begun else start_by, today),
        projected=seen_on(slot.projected_finish, today),
        room=slot.room,
        is_critical=slot.is_critical,
        at_hand=at_hand,
        in_conflict=slot.in_conflict,
    )


def _neighbours(
    step: Step, rows: Rows, waits: Mapping[int, Collection[int]]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of the steps that come before this one, and of the open ones that wait for it."""
    before = rows.after.get(step.id or 0, ())
    return (
        tuple(other.number for other in rows.steps if other.id in before),
        tuple(other.number for other in rows.steps if step.id in waits.get(other.id or 0, ())),
    )


def whose_alone(visibility: Visibility) -> Side | None:
    """The side that keeps something to itself."""
    return None if visibility is Visibility.BOTH else Side(visibility.value)


def _board(
    plan: Plan,
    rows: Rows,
    planned: Schedule[int],
    views: Mapping[int, StepView],
    known: Mapping[str, Person],
) -> BoardView:
    today = rows.today
    found = look_over(rows, planned, [step_id for step_id, view in views.items() if view.is_waiting])
    phases: dict[str, list[StepView]] = {}
    for step in rows.steps:
        phases.setdefault(step.phase, []).append(views[step.id or 0])
    at_hand = in_order_to_act(rows.steps, rows.after)[:NEXT_STEPS]
    return BoardView(
        plan_id=plan.id or 0,
        name=plan.name,
        seller_company=plan.seller_company,
        buyer_company=plan.buyer_company,
        anchor_kind=plan.anchor_kind,
        anchor=Day.seen(plan.anchor_date, today),
        anchor_reason=plan.anchor_reason,
        today=today,
        phases=tuple(PhaseView(name, tuple(inside)) for name, inside in phases.items()),
        next_steps=tuple(views[step.id or 0] for step in at_hand),
        ball=found.ball,
        ball_step=views[found.step.id or 0] if found.step else None,
        health=health_view(planned, found),
        outcome=plan.outcome,
        closed_on=seen_on(plan.closed_at and local_day(plan.closed_at, plan.time_zone), today),
        closed_by=name_of(known, plan.closed_by),
        close_reason=plan.close_reason,
        stands_still="" if plan.outcome else plan.frozen_reason,
    )


def _is_past_due(
    step: Step, plan: Plan, known: Mapping[str, Person], sides: plans.Sides, now: datetime
) -> bool:
    """A step is past its due day when that day has ended where its owner is."""
    if step.state.is_finished or step.due_date is None:
        return False
    side = sides.of(known.get(step.owner_id or "")) or step.side
    return step.due_date < local_day(now, time_zone_of(known, step.owner_id, plan, side))


def side_of_first_role(step: Step, owner: Person | None, sides: plans.Sides) -> Side | None:
    """The side whose person the step's first role is."""
    return sides.of(owner) or (Side.BUYER if step.side is Side.JOINT else step.side)


def next_day_begins(plan: Plan, now: datetime) -> datetime:
    """When the next day begins for the plan or one of its sides: what waits is another matter then."""
    zones = {plan.time_zone, plan.time_zone_of(Side.SELLER), plan.time_zone_of(Side.BUYER)}
    return min(start_of_day(local_day(now, zone) + ONE_DAY, zone) for zone in zones)


def _everybody(plan: Plan, steps: Sequence[Step]) -> set[str | None]:
    ids: set[str | None] = {plan.closed_by}
    for step in steps:
        ids |= {
            step.owner_id,
            step.counterpart_id,
            step.finished_by,
            step.seller_confirmed_by,
            step.buyer_confirmed_by,
        }
    return ids


def _step_view(
    step: Step,
    plan: Plan,
    known: Mapping[str, Person],
    after: tuple[int, ...],
    holds_up: tuple[int, ...],
    sides: plans.Sides,
    now: datetime,
) -> StepView:
    assert step.id is not None
    assert plan.id is not None
    today = local_day(now, plan.time_zone)
    finished_for = ""
    if step.finished_by and step.owner_id and not step.gate and step.finished_by != step.owner_id:
        finished_for = name_of(known, step.owner_id)
    return StepView(
        plan_id=plan.id,
        id=step.id,
        number=step.number,
        phase=step.phase,
        title=step.title,
        side=step.side,
        role=step.role,
        state=step.state,
        due=seen_on(step.due_date, today),
        days=step.days,
        gate=step.gate,
        counterpart_role=step.counterpart_role,
        owner=name_of(known, step.owner_id),
        counterpart=name_of(known, step.counterpart_id),
        seller_confirmed_by=name_of(known, step.seller_confirmed_by),
        buyer_confirmed_by=name_of(known, step.buyer_confirmed_by),
        reason=step.state_reason,
        blocked_until=seen_on(step.blocked_until, today),
        finished_on=seen_on(step.finished_at and local_day(step.finished_at, plan.time_zone), today),
        finished_by=name_of(known, step.finished_by),
        finished_for=finished_for,
        after=after,
        holds_up=holds_up,
        is_waiting=_is_past_due(step, plan, known, sides, now),
        version=step.version,
        only_for=whose_alone(step.visibility),
        description=step.description,
        link=step.link,
        proof=step.proof,
    )


def load_history(
    session: Session, plan: Plan, viewer: Side | None, now: datetime, limit: int, step_id: int | None = None
) -> list[ChangeView]:
    """The newest changes first, in words; of one step only, if asked so."""
    assert plan.id is not None
    rows = plans.history(session, plan.id, viewer, limit, step_id)
    ids: set[str | None] = set()
    for change, _ in rows:
        ids |= {change.actor_id, *(_as_user(value) for value in change.details.values())}
    known = plans.people(session, ids)
    today = local_day(now, plan.time_zone)
    return [
        ChangeView(
            on=Day.seen(local_day(change.at, plan.time_zone), today),
            who=name_of(known, change.actor_id),
            company=plan.company_of(change.actor_side) if change.actor_side else "",
            kind=change.kind,
            step=f"{step.number}  {step.title}" if step else "",
            step_id=step.id or 0 if step else 0,
            details=_details_in_words(change, known, today),
            reason=change.reason,
        )
        for change, step in rows
    ]


def _details_in_words(change: Change, known: Mapping[str, Person], today: date) -> dict[str, str]:
    """Ids and days as people say them; what somebody typed stays as it is, whatever it looks like."""
    typed = ("old", "new") if change.kind == "step_edited" else ()
    return {
        key: str(value) if key in typed else _in_words(str(value), known, today)
        for key, value in change.details.items()
        if value
    }


def _as_user(value: object) -> str | None:
    return value if isinstance(value, str) and value[:1] in ("U", "W") else None


def _in_words(value: str, known: Mapping[str, Person], today: date) -> str:
    if value in known:
        return known[value].name
    try:
        return describe_day(date.fromisoformat(value), today)
    except ValueError:
        return value


def load_nudge(
    session: Session, nudge_id: int, now: datetime, *, for_everybody: bool = False
) -> tuple[Nudge, NudgeView] | None:
    """A nudge with the truth about its steps at this moment; `for_everybody` to be shown to both sides."""
    nudge = session.get(Nudge, nudge_id)
    if nudge is None:
        return None
    rows = session.exec(
        select(NudgeStep, Step, Plan)
        .join(Step, col(Step.id) == col(NudgeStep.step_id))
        .join(Plan, col(Plan.id) == col(Step.plan_id))
        .where(NudgeStep.nudge_id == nudge_id)
        .order_by(col(Step.due_date), col(Step.id))
    )
    person = session.get(Person, nudge.user_id)
    items = []
    boards: dict[int, PlanViews] = {}
    sides_of = plans.sides_once(session)
    for item, step, plan in rows:
        assert plan.id is not None
        sides = sides_of(plan)
        reader = sides.of(person)
        viewer = None if for_everybody else reader
        if plan.id not in boards:
            boards[plan.id] = load_plan_views(session, plan, viewer, now)
        view, answer = boards[plan.id].views.get(step.id or 0), item.answer
        if step.removed_at and step.visibility in plans.seen_by(viewer):
            view, answer = removed_view(step, boards[plan.id].board.today), "step_removed"
        if view is None:
            continue
        owner = plans.people(session, [step.owner_id]).get(step.owner_id or "")
        if item.asks_who and step.gate and reader not in (None, side_of_first_role(step, owner, sides)):
            view = replace(view, role=step.counterpart_role)
        items.append(
            NudgeItem(
                step=view,
                plan_name=plan.name,
                anchor_kind=plan.anchor_kind,
                anchor=boards[plan.id].board.anchor,
                asks_who=item.asks_who,
                answer=answer or ("plan_closed" if plan.outcome else ""),
                side_company=plan.company_of(reader if step.gate and reader else step.side),
                lands=boards[plan.id].board.health.lands if view.costs_days else None,
            )
        )
    items.sort(key=lambda item: item.step.side is not Side.SELLER)  # the seller's own debts first
    first_name = person.name.split()[0] if person and person.name.split() else ""
    return nudge, NudgeView(nudge_id, first_name, tuple(items))
