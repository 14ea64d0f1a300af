"""The bodies of what the app is sent.

Slack Connect as it is: `block_actions` on a message name the installing workspace in `team` and the clicker's
in `user.team_id`; what happens in a modal names the person's own workspace, and the app's only in
`view.app_installed_team_id`. https://docs.slack.dev/apis/slack-connect
"""

import secrets
from typing import Any

from sandbox.filling import Screen
from sandbox.shapes import message_shape, view_shape
from sandbox.small_slack import LEGACY_TOKEN, SmallSlack
from sandbox.world import Channel, Message, OpenView


def command_form(slack: SmallSlack, person: str, channel: Channel, command: str, text: str) -> dict[str, str]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    team = slack.world.teams[slack.world.people[person].team_id]
    return {
        "token": LEGACY_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": _called(channel),
        "user_id": person,
        "user_name": slack.world.people[person].handle,
        "command": command,
        "text": text,
        "api_app_id": slack.world.cast.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url(slack, person, channel.id),
        "trigger_id": slack.triggers.issue(person),
    }


def response_url(slack: SmallSlack, person: str, channel: str, ts: str | None = None) -> str:
    return f"{slack.origin}/response/{slack.response_urls.issue(person, channel, ts)}"


def pressed(slack: SmallSlack, screen: Screen, action: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload

    In a modal or a home tab there is a view, and no channel.
    """
    if isinstance(screen.place, OpenView):
        return _view_action(slack, screen.place, action)
    person, (channel, message) = screen.person, screen.place
    container: dict[str, Any] = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.only_for is not None
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    payload = {
        "type": "block_actions",
        **_who(slack, person, slack.world.home_team),
        "container": container,
        "trigger_id": slack.triggers.issue(person),
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": screen.values},
        "response_url": response_url(slack, person, channel.id, message.ts),
        "actions": [action],
    }
    if message.only_for is None:  # of an ephemeral message Slack does not send the content back
        payload["message"] = message_shape(slack, message)
    return payload


def shortcut_action(
    slack: SmallSlack, person: str, channel: Channel, message: Message, callback_id: str
) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    Its `user` has no team: shortcuts are only for people of the workspace in `team`.
    """
    who = _who(slack, person, slack.world.home_team)
    return {
        "type": "message_action",
        **{name: who[name] for name in ("token", "team", "enterprise", "is_enterprise_install")},
        "action_ts": slack.world.next_ts(),
        "user": {"id": person, "name": slack.world.people[person].handle},
        "channel": {"id": channel.id, "name": _called(channel)},
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(person),
        "message_ts": message.ts,
        "message": message_shape(slack, message),
        "response_url": response_url(slack, person, channel.id, message.ts),
    }


def _view_action(slack: SmallSlack, view: OpenView, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "block_actions",
        **_who(slack, view.person, slack.world.people[view.person].team_id),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.triggers.issue(view.person, view.id),
        "view": view_shape(slack, view),
        "actions": [action],
    }


def view_submission(slack: SmallSlack, view: OpenView) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    return {
        "type": "view_submission",
        **_who(slack, view.person, slack.world.people[view.person].team_id),
        "trigger_id": slack.triggers.issue(view.person, view.id),
        "view": view_shape(slack, view),
        "response_urls": [],
    }


def view_closed(slack: SmallSlack, view: OpenView, *, is_cleared: bool) -> dict[str, Any]:
    return {
        "type": "view_closed",
        **_who(slack, view.person, slack.world.people[view.person].team_id),
        "view": view_shape(slack, view),
        "is_cleared": is_cleared,
        "response_urls": [],
    }


def suggestion(slack: SmallSlack, screen: Screen, ids: tuple[str, str], query: str) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload

    Of somebody on Enterprise Grid its `user.team_id` is the organisation, says that page.
    """
    (block_id, action_id), person, place = ids, screen.person, screen.place
    about: dict[str, Any] = {"action_id": action_id, "block_id": block_id, "value": query}
    if isinstance(place, OpenView):
        team = slack.world.people[person].team_id
        about |= {"container": {"type": "view", "view_id": place.id}, "view": view_shape(slack, place)}
    else:
        channel, message = place
        team = slack.world.home_team
        about |= {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": message.only_for is not None,
            },
            "channel": {"id": channel.id, "name": _called(channel)},
            "message": message_shape(slack, message),
        }
    who = _who(slack, person, team)
    own = slack.world.teams[slack.world.people[person].team_id]
    who["user"]["team_id"] = own.enterprise_id or own.id
    return {"type": "block_suggestion", **who, **about}


def event(slack: SmallSlack, inner: dict[str, Any], source_team: str, channel: Channel) -> dict[str, Any]:
    """The envelope of an event.

    `team_id` is where it came from, so in a shared channel often not the workspace of the app: that one
    stands in `authorizations`. https://docs.slack.dev/apis/events-api/#event-type-structure
    """
    app = slack.world.cast.app
    authorization = {
        "enterprise_id": None,
        "team_id": app.team_id,
        "user_id": app.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    event_id = "Ev" + secrets.token_hex(5).upper()
    organisation = slack.world.teams[source_team].enterprise_id
    return {
        "token": LEGACY_TOKEN,
        "team_id": source_team,
        **({} if organisation is None else {"enterprise_id": organisation}),
        "context_team_id": source_team,
        "context_enterprise_id": organisation,
        "api_app_id": app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(float(inner["event_ts"])),
        "authorizations": [authorization],
        "is_ext_shared_channel": channel.is_ext_shared,
        "event_context": f"4-{event_id}",
    }


def _called(channel: Channel) -> str:
    """Neither a direct message nor a private channel is named in a payload; Slack says which of them it is.

    Not on its pages, but known to every app: https://github.com/discourse/discourse-chat-integration/pull/20
    """
    return "privategroup" if channel.is_private and not channel.is_dm else channel.name


def _who(slack: SmallSlack, person: str, team_id: str) -> dict[str, Any]:
    team, one = slack.world.teams[team_id], slack.world.people[person]
    about: dict[str, Any] = {"id": team.id, "domain": team.domain}
    enterprise = None
    if team.enterprise_id is not None:
        about |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
        enterprise = {"id": team.enterprise_id, "name": team.enterprise_name}
    return {
        "user": {"id": one.id, "username": one.handle, "name": one.handle, "team_id": one.team_id},
        "api_app_id": slack.world.cast.app.id,
        "token": LEGACY_TOKEN,
        "team": about,
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }
