"""Where a private message is refused: one quiet mention in the board's thread."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlmodel import Session

from blocks.kit import Message
from blocks.view_models import StepView
from bot.use_cases.roster import refuses_messages
from storage import outbox
from storage.models import Plan


class AboutAStep(Protocol):
    @property
    def step(self) -> StepView: ...


Item = TypeVar("Item", bound=AboutAStep)


def say_in_threads(
    session: Session,
    key: str,
    user_id: str,
    items: Sequence[Item],
    build: Callable[[Sequence[Item]], Message],
    wall: datetime,
) -> None:
    """Say it in the thread of each plan's board. `items` hold only what both sides may know."""
    refuses_messages(session, user_id, wall)
    for plan_id in dict.fromkeys(item.step.plan_id for item in items):
        plan = session.get_one(Plan, plan_id)
        if plan.board_ts is None:
            continue  # without the board's thread it would be said aloud in the channel
        mine = [item for item in items if item.step.plan_id == plan_id]
        outbox.put_for(
            session,
            plan,
            key=f"{key}:{plan_id}",
            kind="reply",
            payload={"thread_ts": plan.board_ts, "message": build(mine)},
            not_before=wall,
        )
