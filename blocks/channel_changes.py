"""What is said when the plan's channel changes: to the leads in private, and to who moves the plan."""

from collections.abc import Sequence

from blocks.ids import Act, Field, View
from blocks.kit import Message, ViewDict, actions, ask, button, message, modal, option, section, static_select
from blocks.limits import OPTIONS
from blocks.view_models import BoardView
from blocks.words import mrkdwn, plain
from storage.models import Side

MOST_NAMES = 12


def build_stands_still(plan_name: str, channel_id: str, reason: str, plan_id: int, side: Side) -> Message:
    """To the lead of a side. The seller's has the ways out at hand. `reason` is a `plan.standing.Still`."""
    may_move = side is Side.SELLER
    facts = {"plan_name": plan_name, "channel_id": channel_id, "reason": reason, "may_move": may_move}
    text = mrkdwn("channel_changes", "stands_still", **facts).strip()
    blocks = [section(text, "still")]
    if may_move:
        plan = str(plan_id)
        doors = [
            button("move_plan", Act.PLAN_MOVE, plan, "primary"),
            button("close_plan", Act.PLAN_CLOSE, plan),
        ]
        blocks.append(actions("still.doors", doors))
    return message(text, blocks)


def stands_still_line(view: BoardView) -> str:
    """Why, and the ways out: for people of both companies."""
    return mrkdwn("channel_changes", "line", reason=view.stands_still, seller=view.seller_company)


def build_not_told(plan_name: str, who: str) -> Message:
    """To the seller's lead: `who` could not be told that the plan stands still."""
    return _short(mrkdwn("channel_changes", "not_told", plan_name=plan_name, who=who))


def build_goes_on(plan_name: str, channel_id: str, moved_by: str = "") -> Message:
    """To who heard that it stood still. `moved_by` is who moved it, "" where its channel is well again."""
    facts = {"plan_name": plan_name, "channel_id": channel_id, "moved_by": moved_by}
    return _short(mrkdwn("channel_changes", "goes_on", **facts).strip())


def build_not_told_on(plan_name: str, channel_id: str, who: str) -> Message:
    """To the seller's lead: `who` could not be told that the plan goes on."""
    facts = {"plan_name": plan_name, "channel_id": channel_id, "who": who}
    return _short(mrkdwn("channel_changes", "not_told_on", **facts))


def build_connected(plan_name: str, channel_id: str, company: str) -> Message:
    """To the seller's lead: a company joined the channel. `company` is "" where nobody knows its name."""
    facts = {"plan_name": plan_name, "channel_id": channel_id, "company": company}
    return _short(mrkdwn("channel_changes", "connected", **facts))


def build_plan_moved(channel_id: str) -> Message:
    """What the board says in the channel that the plan left."""
    return _short(mrkdwn("channel_changes", "moved_board", channel_id=channel_id))


def build_moved_reply(who: str, channel_id: str) -> Message:
    """The last word in the thread of the board that stays behind."""
    return _short(mrkdwn("channel_changes", "moved_reply", who=who, channel_id=channel_id))


def build_move(metadata: str, plan_name: str, channels: Sequence[tuple[str, str]]) -> ViewDict:
    """Asks where to. `channels` are (channel id, name), the first `OPTIONS` of them are offered."""
    if not channels:
        text = mrkdwn("channel_changes", "nowhere", plan_name=plan_name)
        return modal(View.NOTICE, plain("channel_changes", "move_title"), [section(text, "move.nowhere")])
    offered = [option(f"#{name}", channel_id) for channel_id, name in channels[:OPTIONS]]
    blocks = [
        section(mrkdwn("channel_changes", "move_intro", plan_name=plan_name), "move.intro"),
        ask(Field.CHANNEL, "new_channel", static_select(Act.INPUT, "pick_channel", offered)),
    ]
    title = plain("channel_changes", "move_title")
    return modal(View.PLAN_MOVE, title, blocks, metadata=metadata, submit="go_on", close="cancel")


def build_move_confirm(
    metadata: str, plan_name: str, channel_id: str, left_behind: Sequence[str]
) -> ViewDict:
    """What it means, before it is done. `left_behind` are names of people on the plan who are not there."""
    facts = {"plan_name": plan_name, "channel_id": channel_id}
    blocks = [section(mrkdwn("channel_changes", "move_confirm", **facts), "move.confirm")]
    if left_behind:
        names, more = left_behind[:MOST_NAMES], max(0, len(left_behind) - MOST_NAMES)
        text = mrkdwn("channel_changes", "left_behind", names=names, more=more).strip()
        blocks.append(section(text, "move.left_behind"))
    title = plain("channel_changes", "move_title")
    return modal(View.PLAN_MOVE, title, blocks, metadata=metadata, submit="move_it", close="cancel")


def build_moved(plan_name: str, channel_id: str) -> ViewDict:
    text = mrkdwn("channel_changes", "moved", plan_name=plan_name, channel_id=channel_id)
    return modal(View.NOTICE, plain("channel_changes", "move_title"), [section(text, "move.done")])


def _short(text: str) -> Message:
    return message(text, [section(text, "channel")])
