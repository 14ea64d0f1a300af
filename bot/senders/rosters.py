"""Who is in a channel, read from Slack."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.delivery import Send
from bot.senders.voice import Voice
from bot.slack_errors import understand
from bot.use_cases import roster
from storage.outgoing import Outgoing

PAGE = 200
LOOK_UPS = 20  # in one go: others are waiting for their messages


class Rosters:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"roster": self.roster}

    def roster(self, row: Outgoing) -> None:
        """Read who is in the channel, and look up those we do not know yet."""
        database, clock = self._voice.database, self._voice.clock
        members = self._members(row.channel_id or "")
        with database.read() as session:
            unknown = roster.people_to_look_up(session, members, clock.wall())
        for user_id in unknown[:LOOK_UPS]:
            user = self._look_up(user_id)
            with database.write() as session:
                roster.save_person(session, user, clock.wall())
        with database.write() as session:
            roster.set_members(session, row.channel_id or "", members)
            if unknown[LOOK_UPS:]:
                roster.ask_for_roster(session, row.team_id, row.channel_id or "", clock.wall())

    def _members(self, channel: str) -> list[str]:
        members: list[str] = []
        cursor = ""
        while True:
            page = self._voice.client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return members

    def _look_up(self, user_id: str) -> Mapping[str, Any]:
        try:
            user: Mapping[str, Any] = self._voice.client.users_info(user=user_id)["user"]
        except SlackApiError as error:
            if understand(error).verdict != "refused":
                raise
            return {"id": user_id}  # a stranger by name, still somebody who may own a step
        return user
