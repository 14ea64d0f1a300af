"""The windows in which somebody moves a plan to another channel."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from blocks.channel_changes import build_move, build_move_confirm
from blocks.kit import ViewDict
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from bot.use_cases import roster
from bot.use_cases.common import Refused
from bot.use_cases.moving_channel import channels_to_move_to, must_take_the_plan, who_stays_behind
from plan.rights import Action

MOST = 999  # https://docs.slack.dev/reference/methods/users.conversations: "an integer under 1000"


def choose(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, client: WebClient) -> ViewDict:
    """Where to? Asks Slack once for the names of channels, of which none is kept: a menu of Slack's own would
    offer others (https://docs.slack.dev/apis/slack-connect, "known issues")."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.MOVE_PLAN)
        where = channels_to_move_to(look.session, look.plan, visitor.user_id, desk.bot_user_id)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        name, team_id = look.plan.name, look.plan.team_id
    names = _names(client, team_id) if where else {}
    offered = sorted((names[one], one) for one in where if one in names)
    return build_move(metadata.dump(), name, [(one, called) for called, one in offered])


def _names(client: WebClient, team_id: str) -> dict[str, str]:
    """Of the channels that Tandem is in and that are open, by id."""
    try:
        found = client.users_conversations(
            types="public_channel,private_channel", exclude_archived=True, limit=MOST, team_id=team_id
        )
    except SlackApiError:
        raise Refused("slack_busy") from None
    return {one["id"]: one.get("name") or one["id"] for one in found["channels"]}


def confirm(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, new_channel_id: str
) -> ViewDict:
    """What it means to move the plan there, before it is done. Raises `Refused` where it cannot be."""
    try:
        with desk.look(visitor, plan_id, channel_id=channel_id) as look:
            allow(look, Action.MOVE_PLAN)
            who = visitor.user_id
            must_take_the_plan(look.session, look.plan, who, new_channel_id, desk.bot_user_id)
            behind = who_stays_behind(look.session, look.plan, new_channel_id, look.actor.side)
            private = channel_id is None
            metadata = Metadata(look.plan.channel_id, plan_id, private=private, to=new_channel_id)
            return build_move_confirm(metadata.dump(), look.plan.name, new_channel_id, behind)
    except Refused as refused:
        if refused.code == "move_not_there":  # perhaps nobody has looked yet who is there
            with desk.database.write() as session:
                roster.ask_for_roster(session, desk.team_id, new_channel_id, desk.clock.wall())
            desk.bell()
        raise
