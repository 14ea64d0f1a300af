"""How a plan's channel is, asked of Slack: the plan stands still or goes on by the answer."""

from collections.abc import Mapping
from typing import Any

from bot.delivery import Send
from bot.senders.voice import Voice
from bot.slack_errors import NOT_THERE, CallFailed
from bot.use_cases.channels import carry_over
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
        clock = self._voice.clock
        if "or" in row.payload:  # the channel has another id, as another copy of Tandem has heard
            if self._ask(row.payload["or"]).is_there:
                with self._voice.database.write() as session:
                    carry_over(session, row.channel_id or "", row.payload["or"], clock.wall())
            return
        state = self._ask(row.channel_id or "")
        with self._voice.database.write() as session:
            judge(session, row.plan_id or 0, row.channel_id or "", state, clock.now(), clock.wall())

    def _ask(self, channel_id: str) -> ChannelState:
        try:
            return _state(self._voice.channel(channel_id))
        except CallFailed as failed:
            if failed.trouble.error not in NOT_THERE:
                raise
            return ChannelState(is_there=False)


def _state(channel: Mapping[str, Any]) -> ChannelState:
    """What is left out says nothing bad. `is_shared` is true among workspaces of one organisation, too:
    https://docs.slack.dev/apis/slack-connect, "Beware of `is_shared`"."""
    return ChannelState(
        is_member=bool(channel.get("is_member", True)),
        is_archived=bool(channel.get("is_archived")),
        is_shared=bool(channel.get("is_ext_shared")),
        frozen_reason=str(channel.get("frozen_reason") or ""),
    )
