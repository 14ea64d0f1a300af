"""The timeline, asked for: drawn when it is sent, for one person or for everybody."""

from bot.use_cases.common import Work, needs
from plan.rights import Action
from storage import outbox


@needs(Action.READ)
def send_timeline(work: Work, key: str, theme: str) -> None:
    """Have it sent to who asks, as their side may see it."""
    outbox.put(
        work.session,
        key=f"timeline:{key}",
        kind="timeline",
        team_id=work.plan.team_id,
        channel_id=work.actor.user_id,
        plan_id=work.plan_id,
        payload={"user": work.actor.user_id, "theme": theme},
        not_before=work.wall,
    )


@needs(Action.READ)
def post_timeline(work: Work, key: str, theme: str, thread_ts: str | None = None) -> None:
    """Have it posted for everybody: in a thread, the board's unless another is named."""
    outbox.put_for(
        work.session,
        work.plan,
        key=f"timeline:{key}",
        kind="timeline",
        payload={"thread_ts": thread_ts or work.plan.board_ts, "theme": theme},
        not_before=work.wall,
    )


@needs(Action.SHARE)
def show_timeline(work: Work, key: str, theme: str) -> None:
    """What was private is shown to everybody, with only what both sides know. Raises `Refused`."""
    post_timeline(work, key, theme)
