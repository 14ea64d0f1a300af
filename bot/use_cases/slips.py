"""What goes into the slip ledger, from the day both sides have agreed on."""

from datetime import date

from bot.schedules import calendars_of, load_rows
from bot.use_cases.common import Work, time_zone_of
from plan.calendars import calendar_of
from plan.ledger import FIRST_PREVIOUS, days_between, days_to_take_back, hash_of
from plan.nudging import local_day
from storage import ledger, plans
from storage.agreement import BaselineStep, Slip, SlipKind
from storage.models import Side, Step, StepState, Visibility

WITH_DAYS = frozenset({SlipKind.MOVED, SlipKind.ANCHOR, SlipKind.DONE})


def landing(work: Work) -> date | None:
    """Where the plan lands now, for both sides' eyes.

    None while nothing is agreed: nothing is counted then, and nothing computed.
    """
    if not work.plan.agreed_round:
        return None
    return load_rows(work.session, work.plan, None, work.today).compute().lands


def note_slip(
    work: Work,
    kind: SlipKind,
    step: Step | None,
    *,
    old: date | None,
    new: date | None,
    lands_before: date | None,
    reason_code: str = "",
    reason: str = "",
    agreed_by: str | None = None,
    lands_after: date | None = None,
    goes_along: bool = False,
) -> None:
    """Append a line to the ledger; does nothing while plan.agreed_round is 0.

    `days` and `lands_new` are worked out here; of several lines for one change, `lands_after` says where the
    plan lands after it and saves computing it again. What `goes_along` with another change loses no days of
    its own: they are that one's.
    """
    if not work.plan.agreed_round:
        return
    work.session.flush()
    side = step.side if step else Side.JOINT
    line = Slip(
        plan_id=work.plan_id,
        position=0,  # this and the two hashes are known when it is appended
        round=work.plan.agreed_round,
        at=work.now,
        kind=kind,
        step_id=step.id if step else None,
        step_number=step.number if step else None,
        step_title=step.title if step else "",
        side=side,
        old_day=old,
        new_day=new,
        days=0 if goes_along else _days(work, kind, step, side, old, new),
        lands_old=lands_before,
        lands_new=lands_after or landing(work),
        actor_id=work.actor.user_id,
        actor_side=work.actor.side,
        agreed_by=agreed_by or work.agreed_by,
        reason_code=reason_code,
        reason=reason,
        visibility=step.visibility if step else Visibility.BOTH,
        previous="",
        hash="",
    )
    ledger.append(work.session, work.plan, line, hash_of, FIRST_PREVIOUS)


def _days(
    work: Work, kind: SlipKind, step: Step | None, side: Side, old: date | None, new: date | None
) -> int:
    if kind is SlipKind.REOPENED and step is not None and step.id is not None:
        lines = ledger.of_step(work.session, work.plan_id, step.id, (SlipKind.DONE, SlipKind.REOPENED))
        # Of days that only its own side knows of, as it was private then, none is given back to both.
        counted = [one for one in lines if one.visibility is step.visibility]
        return -days_to_take_back(counted, step.id, work.plan.agreed_round)
    if kind not in WITH_DAYS or old is None or new is None:
        return 0
    if work.plan.agreed_at is not None:  # what had gone by when both agreed was lost before
        agreed_on = local_day(work.plan.agreed_at, work.plan.time_zone)
        old, new = max(old, agreed_on), max(new, agreed_on)
    possible = _could_be_done(work, step) if step is not None else None
    if possible is not None:
        old, new = max(old, possible), max(new, possible) if kind is SlipKind.MOVED else new
    seller, buyer = calendars_of(work.session, work.plan)
    return days_between(old, new, calendar_of(side, seller, buyer))


def _could_be_done(work: Work, step: Step) -> date | None:
    """When a step could be done at the earliest, as long as agreed, after those before it.

    What came late to a side is not its own: it counts for whoever was late with it.
    """
    viewer = None if step.visibility is Visibility.BOTH else Side(step.visibility.value)
    agreed = work.session.get(BaselineStep, (work.plan_id, work.plan.agreed_round, step.id))
    rows = load_rows(work.session, work.plan, viewer, work.today)
    return rows.earliest(step, agreed.days if agreed else step.days)


def note_finished(work: Work, step: Step, lands_before: date | None) -> None:
    """A step is done: a line if that was on another day than its date, or moves where the plan lands."""
    if not work.plan.agreed_round:
        return
    work.session.flush()
    on, lands = finished_on(work, step), landing(work)
    if on != (step.due_date or on) or lands != lands_before:
        note_slip(
            work, SlipKind.DONE, step, old=step.due_date, new=on, lands_before=lands_before, lands_after=lands
        )


def finished_on(work: Work, step: Step) -> date | None:
    """The day on which a step was done where its owner is, as its due day ends there; `None` for one that is
    not done."""
    if step.state is not StepState.DONE or step.finished_at is None:
        return None
    known = plans.people(work.session, [step.owner_id])
    return local_day(step.finished_at, time_zone_of(known, step.owner_id, work.plan, step.side))
