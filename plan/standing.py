"""Whether a plan can go on in its channel: what Slack says of the channel, and what follows from it."""

from dataclasses import dataclass
from enum import StrEnum

CONNECTION_SEVERED = "connection_severed"  # https://docs.slack.dev/apis/slack-connect


class Still(StrEnum):
    """Why a plan stands still. What comes later says more of the way out than what comes before it."""

    REMOVED = "removed"  # Tandem was taken out of the channel, or cannot find it any more
    FROZEN = "frozen"  # Slack has closed it for now
    ARCHIVED = "archived"
    UNSHARED = "unshared"  # the other company is not connected to it any more
    DELETED = "deleted"
    UNINSTALLED = "uninstalled"  # Tandem was taken off the workspace that the plan is kept for

    @property
    def weight(self) -> int:
        return list(Still).index(self)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What `conversations.info` says of a channel; `is_there` is false for `channel_not_found`.

    `is_shared` with another company: not only among workspaces of one Enterprise Grid.
    https://docs.slack.dev/reference/methods/conversations.info
    """

    is_there: bool = True
    is_member: bool = True
    is_archived: bool = False
    is_shared: bool = True
    frozen_reason: str = ""


def why_it_stands_still(channel: ChannelState, before: Still | None, *, needs_sharing: bool) -> Still | None:
    """`None` where the plan goes on. `before` is why it stood still so far.

    `needs_sharing`: the buyer is another company, who sees the plan only in a shared channel.
    """
    if not channel.is_there:  # deleted, private and left, or one more id by now: only what came before tells
        return before if before in (Still.DELETED, Still.UNSHARED) else Still.REMOVED
    if channel.is_archived:
        return Still.ARCHIVED
    if channel.frozen_reason:
        return Still.UNSHARED if channel.frozen_reason == CONNECTION_SEVERED else Still.FROZEN
    if needs_sharing and not channel.is_shared:
        return Still.UNSHARED
    return None if channel.is_member else Still.REMOVED
