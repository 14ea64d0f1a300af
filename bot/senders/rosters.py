"""Who is in a channel, read from Slack."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.delivery import Send
from bot.paces import LOOK_UP_GAP, ROSTER
from bot.senders.voice import Voice
from bot.slack_errors import CallFailed
from bot.use_cases import roster
from storage import paces
from storage.outgoing import Outgoing

LOOK_UPS = 20  # in one go: others are waiting for their messages
LONG_ENOUGH = timedelta(seconds=5)  # for the same reason, where Slack is slow to answer


class Rosters:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"roster": self.roster}

    def roster(self, row: Outgoing) -> None:
        """Read who is in the channel, and look up those we do not know yet; many of them by and by."""
        database, clock = self._voice.database, self._voice.clock
        channel = row.channel_id or ""
        members = self._voice.members(channel)
        with database.read() as session:
            unknown = roster.people_to_look_up(session, members, clock.wall())
        until = clock.wall() + LONG_ENOUGH
        looked_up = 0
        for user_id in unknown[:LOOK_UPS]:
            user = self._look_up(user_id)
            with database.write() as session:
                roster.save_person(session, user, clock.wall())
            looked_up += 1
            if clock.wall() > until:
                break
        next_one = clock.wall() + LOOK_UP_GAP * looked_up
        with database.write() as session:
            roster.set_members(session, channel, members)
            paces.hold(session, [lane.key_for(row) for lane in ROSTER], next_one)
            if unknown[looked_up:]:
                roster.ask_for_roster(session, row.team_id, channel, next_one)

    def _look_up(self, user_id: str) -> Mapping[str, Any]:
        try:
            return self._voice.look_up(user_id)
        except CallFailed as failed:
            if failed.trouble.verdict != "refused":
                raise
            return {"id": user_id}  # a stranger by name, still somebody who may own a step
