"""What the board's thread is told, fixed before it is said."""

from sqlmodel import Session, col, select

from plan.news import FINISHES, Told, news_of
from storage.models import Change, Plan, Step, StepState, Visibility
from storage.outgoing import Outgoing


def take_news(session: Session, row_id: int) -> list[int]:
    """The changes this row tells of, by id. The first time it is asked it takes all that wait.

    From then on they are its own: tried again after a limit, the row says the same, and no other row does.
    """
    row = session.get_one(Outgoing, row_id)
    if "changes" not in row.payload:
        waiting = list(
            session.exec(
                select(Change)
                .where(Change.plan_id == row.plan_id, col(Change.is_news))
                .order_by(col(Change.id))
                .with_for_update()
            )
        )
        for change in waiting:
            change.is_news = False
            session.add(change)
        plan = session.get(Plan, row.plan_id)
        has_listeners = plan is not None and plan.tells_news and plan.board_ts is not None
        row.payload = {"changes": [change.id for change in waiting if has_listeners]}
        row.key = f"news:{row.plan_id}:{row.id}"  # what changes from here on is for the next row
        session.add(row)
    return list(row.payload["changes"])


def what_to_tell(session: Session, change_ids: list[int]) -> list[tuple[Told, Step]]:
    """What came of these changes, as far as both sides may know of it."""
    rows = session.exec(
        select(Change, Step)
        .join(Step, col(Step.id) == col(Change.step_id))
        .where(col(Change.id).in_(change_ids), Step.visibility == Visibility.BOTH)
        .order_by(col(Change.id))
    ).all()
    steps = {step.id: step for _, step in rows}
    changes = [change for change, _ in rows if not _is_half_taken_back(session, change)]
    lines = [(told, steps[told.change.step_id]) for told in news_of(changes)]
    return [(told, step) for told, step in lines if not _is_over(told, step)]


def _is_over(told: Told, step: Step) -> bool:
    """It was blocked, and by the time it is told somebody has begun it after all."""
    return told.change.kind == "step_blocked" and step.state is not StepState.BLOCKED


def _is_half_taken_back(session: Session, change: Change) -> bool:
    """A half of a gate that was confirmed and is not any more: the step never was finished."""
    if change.kind != "step_reopened":
        return False
    before = session.exec(
        select(Change.kind)
        .where(
            Change.plan_id == change.plan_id,  # the log is looked through by plan
            Change.step_id == change.step_id,
            col(Change.id) < change.id,
            col(Change.kind).in_([*FINISHES, "step_reopened"]),
        )
        .order_by(col(Change.id).desc())
        .limit(1)
    ).first()
    return before not in FINISHES
