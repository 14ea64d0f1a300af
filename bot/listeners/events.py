"""What happens in channels: people come and go, Tandem is invited."""

from typing import Any

from slack_bolt import BoltContext

from blocks import status
from bot.desk import AlreadyCarriedOut, Desk
from bot.listeners.keys import event_key
from bot.use_cases import roster
from storage import outbox, plans
from storage.models import ChannelMember


class Channels:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle_joined(self, event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        """Somebody came: the roster is read again. If it was Tandem, it says hello and shows the plan."""
        desk = self._desk.at(context)
        try:
            with desk.write(event_key(body)) as (session, _, wall):
                roster.ask_for_roster(session, desk.team_id, event["channel"], wall)
                if event["user"] != desk.bot_user_id:
                    return
                plan = plans.open_plan_in(session, event["channel"])
                if plan is not None:
                    outbox.put_board(session, plan, wall)
                    return
                outbox.put(
                    session,
                    key=f"welcome:{event['channel']}",
                    kind="post",
                    team_id=desk.team_id,
                    channel_id=event["channel"],
                    payload={"message": dict(status.build_welcome())},
                    not_before=wall,
                )
        except AlreadyCarriedOut:
            return

    def handle_left(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        try:
            with self._desk.write(event_key(body)) as (session, _, _wall):
                member = session.get(ChannelMember, (event["channel"], event["user"]))
                if member is not None:
                    session.delete(member)
                    roster.touch_plans(session, event["channel"])
        except AlreadyCarriedOut:
            return
