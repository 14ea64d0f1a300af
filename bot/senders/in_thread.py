"""Where a private message is refused: one quiet mention in the board's thread."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlmodel import Session

from blocks.kit import Message
from blocks.undelivered import build_no_way
from blocks.view_models import StepView
from bot.senders.voice import tell_lead
from bot.use_cases.roster import refuses_messages
from storage import outbox
from storage.models import Person, Plan


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
    """Say it in the thread of each plan's board. `items` hold only what both sides may know.

    Without a board's thread it would be said aloud in the channel, so the plan's lead hears it instead.
    """
    refuses_messages(session, user_id, wall)
    for plan_id in dict.fromkeys(item.step.plan_id for item in items):
        plan = session.get_one(Plan, plan_id)
        mine = [item for item in items if item.step.plan_id == plan_id]
        if plan.board_ts is not None:
            outbox.put_for(
                session,
                plan,
                key=f"{key}:{plan_id}",
                kind="reply",
                payload={"thread_ts": plan.board_ts, "message": build(mine)},
                not_before=wall,
            )
        elif user_id != plan.seller_lead_id:  # who could not be told that they cannot be told
            person = session.get(Person, user_id)
            message = build_no_way(plan.name, person.name if person else user_id, [one.step for one in mine])
            tell_lead(session, plan, message, f"no_way:{key}:{plan_id}", wall)
