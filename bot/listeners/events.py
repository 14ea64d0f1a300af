"""What happens in channels: people come and go, Tandem is invited and taken out."""

from typing import Any

from slack_bolt import BoltContext

from bot.desk import AlreadyCarriedOut, Desk
from bot.listeners.keys import event_key
from bot.use_cases import channels, departures, roster
from bot.use_cases.channels import Happened
from storage.models import ChannelMember, Person


class Channels:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle_joined(self, event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        """Somebody came: the roster is read again. If it was Tandem, it says hello or shows the plan.

        https://docs.slack.dev/reference/events/member_joined_channel
        """
        desk = self._desk.at(context)
        try:
            with desk.write(event_key(body)) as (session, now, wall):
                where = event["channel"]
                roster.ask_for_roster(session, desk.team_id, where, wall)
                happened = Happened(session, where, desk.team_id, desk.bot_user_id, now, wall)
                if channels.is_a_copy(happened, event["user"]):
                    channels.tandem_came(happened, event["user"])
        except AlreadyCarriedOut:
            return

    def handle_left(self, event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        """https://docs.slack.dev/reference/events/member_left_channel"""
        desk = self._desk.at(context)
        try:
            with desk.write(event_key(body)) as (session, now, wall):
                where = event["channel"]
                member = session.get(ChannelMember, (where, event["user"]))
                if member is not None:
                    session.delete(member)
                    roster.touch_plans(session, where)
                    departures.somebody_left(session, event["user"], now)
                happened = Happened(session, where, desk.team_id, desk.bot_user_id, now, wall)
                if channels.is_a_copy(happened, event["user"]):
                    channels.tandem_left(happened, event["user"])
        except AlreadyCarriedOut:
            return


class Profiles:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle_changed(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Somebody has another name or time zone, or is not in their firm any more. Only of people we know:
        it comes for everybody of a workspace. https://docs.slack.dev/reference/events/user_change"""
        user = event["user"]
        try:
            with self._desk.write(event_key(body)) as (session, now, wall):
                if session.get(Person, user["id"]) is None:
                    return
                roster.save_person(session, user, wall)
                if user.get("deleted"):
                    departures.somebody_left(session, user["id"], now)
        except AlreadyCarriedOut:
            return
