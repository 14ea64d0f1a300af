"""What a side keeps to itself: a step, a note. What may be kept so, and why, is in docs/privacy.md."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlmodel import col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.slips import landing, note_slip
from plan.agreement import is_shared
from plan.rights import Action
from storage import plans
from storage.agreement import SlipKind
from storage.models import Note, Side, Step, StepDependency, Visibility

MOST_STEPS = 200  # that both companies know of
MOST_PRIVATE = 50  # of each side, beside those

# A side's own steps have numbers of their own: a gap among the others' would be a count of them. Those of the
# two sides differ, so that neither leaves gaps in the other's.
FIRST_OF_ITS_OWN = {Visibility.SELLER: 1001, Visibility.BUYER: 2001}
OF_ITS_OWN = range(1001, 3001)
A_SERIES = 1000

NAMED = 6  # steps that a refusal lists
IN_THE_LOG = 200  # characters of a note; the whole of it stands with its step


def own_visibility(work: Work) -> Visibility:
    """That of the actor's own side. For use cases that need somebody of a side."""
    assert work.actor.side is not None  # the table of rights refused everybody else
    return Visibility(work.actor.side.value)


def must_be_of_one_side(work: Work, side: Side, *, gate: bool, people: Iterable[str | None]) -> None:
    """Whether a step can be the actor's side's own: a matter of theirs alone, with people of theirs alone.

    Raises `Refused`.
    """
    company = work.plan.company_of(work.actor.side or side)
    if side is not work.actor.side or gate:
        raise Refused("private_own_only", field=Field.VISIBILITY, company=company)
    if not _are_of(work, side, people):
        raise Refused("private_people", field=Field.VISIBILITY, company=company)


def must_be_with_us(work: Work, step: Step, owner_id: str | None, counterpart_id: str | None) -> None:
    """Nobody is given a step that they may not know of. Raises `Refused`."""
    if is_shared(step):
        return
    side = Side(step.visibility.value)
    for user_id, field in ((owner_id, Field.OWNER), (counterpart_id, Field.COUNTERPART)):
        if not _are_of(work, side, [user_id]):
            raise Refused("private_people", field=field, company=work.plan.company_of(side))


def _are_of(work: Work, side: Side, people: Iterable[str | None]) -> bool:
    wanted = [user_id for user_id in people if user_id]
    known = plans.people(work.session, wanted)
    return all(work.sides.of(known.get(user_id)) is side for user_id in wanted)


def must_have_room(everything: Collection[Step], visibility: Visibility) -> None:
    """Each kind is counted by itself: what is full for one side tells the other nothing. Raises `Refused`."""
    of_its_kind = sum(step.visibility is visibility for step in everything)
    if visibility is Visibility.BOTH and of_its_kind >= MOST_STEPS:
        raise Refused("plan_full", most=MOST_STEPS)
    if visibility is not Visibility.BOTH and of_its_kind >= MOST_PRIVATE:
        raise Refused("private_full", field=Field.VISIBILITY, most=MOST_PRIVATE)


def take_number(work: Work, visibility: Visibility) -> int:
    """The number of a new step, which no other ever has. Raises `Refused` where a series ends."""
    if visibility is Visibility.BOTH:
        if work.plan.next_number in OF_ITS_OWN:
            work.plan.next_number = OF_ITS_OWN.stop
        work.plan.next_number += 1
        return work.plan.next_number - 1
    first = FIRST_OF_ITS_OWN[visibility]
    series = range(first, first + A_SERIES)
    last = work.session.exec(
        select(sa.func.max(Step.number)).where(
            Step.plan_id == work.plan_id,
            col(Step.number) >= series.start,
            col(Step.number) < series.stop,
        )
    ).one()
    number: int = (last or first - 1) + 1
    if number not in series:
        raise Refused("private_full", field=Field.VISIBILITY, most=A_SERIES)
    return number


@needs(Action.SET_VISIBILITY)
def hide_step(work: Work, step_id: int) -> Step:
    """Take a step of the own side off what the other side sees. Raises `Refused`.

    Only where that takes nothing back that was agreed, and nobody of the other side waits for it.
    """
    step = work.step(step_id)
    own = own_visibility(work)
    if step.visibility is own:
        return step
    must_be_of_one_side(work, step.side, gate=step.gate, people=(step.owner_id, step.counterpart_id))
    if work.plan.agreed_round or step.id == work.plan.anchor_step_id:
        raise Refused("private_agreed", field=Field.VISIBILITY, number=step.number)
    if waiting := _of_others_after(work, step):
        facts = {"number": step.number, "waiting": waiting[:NAMED], "company": _other_company(work)}
        raise Refused("private_waited_for", field=Field.VISIBILITY, **facts)
    must_have_room(_on_the_plan(work), own)
    step.visibility = own
    work.record("step_edited", step, what="visibility", new=work.plan.company_of(Side(own.value)))
    work.refresh_board()
    return step


@needs(Action.SET_VISIBILITY)
def show_step(work: Work, step_id: int) -> Step:
    """Show the other side a step that was the own side's alone, from now on: for them it is a new one.

    What was written into the log and into notes while it was private stays so. One that had a number of its
    side's own gets the next one of the plan.
    """
    step = work.step(step_id)
    own = own_visibility(work)
    if step.visibility is Visibility.BOTH:
        return step
    must_have_room(_on_the_plan(work), Visibility.BOTH)
    lands = landing(work)
    if step.number in OF_ITS_OWN:
        step.number = take_number(work, Visibility.BOTH)
    step.visibility = Visibility.BOTH
    work.session.add(step)
    work.session.flush()
    work.log("step_edited", step, visibility=own, what="visibility", old=own.value)
    note_slip(work, SlipKind.ADDED, step, old=None, new=step.due_date, lands_before=lands)
    work.record("step_added", step, new=step.due_date.isoformat() if step.due_date else "")
    return step


@needs(Action.SET_VISIBILITY)
def show_note(work: Work, step_id: int, note_id: int) -> Step:
    """Show the other side a note that was the own side's alone. Raises `Refused`.

    Of a step that they may not know of there is nothing to show them.
    """
    step = work.step(step_id)
    own = own_visibility(work)
    note = work.session.get(Note, note_id)
    if note is None or note.step_id != step_id or note.visibility not in (own, Visibility.BOTH):
        raise Refused("no_such_note")
    if step.visibility is not Visibility.BOTH:
        raise Refused("private_step_first", number=step.number)
    if note.visibility is own:
        note.visibility = Visibility.BOTH
        work.session.add(note)
        work.log("step_noted", step, reason=note.text[:IN_THE_LOG])
    return step


def _other_company(work: Work) -> str:
    return work.plan.company_of((work.actor.side or Side.SELLER).other)


def _on_the_plan(work: Work) -> list[Step]:
    return plans.every_step(work.session, work.plan_id)


def _of_others_after(work: Work, step: Step) -> list[int]:
    """The numbers of the steps, not the own side's alone, that come after this one."""
    after = work.session.exec(
        select(Step)
        .join(StepDependency, col(StepDependency.step_id) == col(Step.id))
        .where(StepDependency.after_step_id == step.id, col(Step.removed_at).is_(None))
        .order_by(col(Step.number))
    )
    return [one.number for one in after if is_shared(one) and one.side is not step.side]
