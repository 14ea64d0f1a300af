"""How a plan's channel is, asked of Slack: the plan stands still or goes on by the answer."""

from collections.abc import Mapping
from typing import Any

from bot.delivery import Send
from bot.senders.voice import Voice
from bot.slack_errors import NOT_THERE, CallFailed
from bot.use_cases.freezing import judge
from plan.standing import ChannelState
from storage.outgoing import Outgoing


class ChannelChecks:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"channel_check": self.channel_check}

    def channel_check(self, row: Outgoing) -> None:
        try:
            state = _state(self._voice.channel(row.channel_id or ""))
        except CallFailed as failed:
            if failed.trouble.error not in NOT_THERE:
                raise
            state = ChannelState(is_there=False)
        clock = self._voice.clock
        with self._voice.database.write() as session:
            judge(session, row.plan_id or 0, row.channel_id or "", state, clock.now(), clock.wall())


def _state(channel: Mapping[str, Any]) -> ChannelState:
    """What is left out says nothing bad. `is_shared` is true among workspaces of one organisation, too:
    https://docs.slack.dev/apis/slack-connect, "Beware of `is_shared`"."""
    return ChannelState(
        is_member=bool(channel.get("is_member", True)),
        is_archived=bool(channel.get("is_archived")),
        is_shared=bool(channel.get("is_ext_shared")),
        frozen_reason=str(channel.get("frozen_reason") or ""),
    )
