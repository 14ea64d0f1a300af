"""The bodies of what the app is sent.

Slack Connect as it is: `block_actions` on a message name the installing workspace in `team` and the clicker's
in `user.team_id`; what happens in a modal names the person's own workspace, and the app's only in
`view.app_installed_team_id`. https://docs.slack.dev/apis/slack-connect
"""

import secrets
from typing import Any

from sandbox.copies import Copy
from sandbox.filling import Screen
from sandbox.shapes import message_shape, view_shape
from sandbox.small_slack import LEGACY_TOKEN, SmallSlack
from sandbox.world import Channel, Message, OpenView


def command_form(
    slack: SmallSlack, person: str, copy: Copy, channel: Channel, command: str, text: str
) -> dict[str, str]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    team = slack.world.teams[slack.world.people[person].team_id]
    organisation = {}
    if team.enterprise_id is not None:
        organisation = {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
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
        **organisation,
        "is_enterprise_install": str(copy.is_enterprise_install).lower(),
        "response_url": response_url(slack, person, copy, channel.id),
        "trigger_id": slack.triggers.issue(person, copy.user_id),
    }


def response_url(slack: SmallSlack, person: str, copy: Copy, channel: str, ts: str | None = None) -> str:
    return f"{slack.origin}/response/{slack.response_urls.issue(person, copy.user_id, channel, ts)}"


def pressed(slack: SmallSlack, screen: Screen, action: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload

    In a modal or a home tab there is a view, and no channel.
    """
    if isinstance(screen.place, OpenView):
        return _view_action(slack, screen.place, action)
    person, (channel, message) = screen.person, screen.place
    copy = slack.world.copies[message.user]
    container: dict[str, Any] = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.only_for is not None
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    payload = {
        "type": "block_actions",
        **_pressing(slack, person, copy, copy.team_id),
        "container": container,
        "trigger_id": slack.triggers.issue(person, copy.user_id),
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": screen.values},
        "response_url": response_url(slack, person, copy, channel.id, message.ts),
        "actions": [action],
    }
    if message.only_for is None:  # of an ephemeral message Slack does not send the content back
        payload["message"] = message_shape(slack, message, copy)
    return payload


def shortcut_action(
    slack: SmallSlack, person: str, copy: Copy, channel: Channel, message: Message, callback_id: str
) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    Its `user` has no team: shortcuts are only for people of the workspace in `team`.
    """
    who = _who(slack, person, copy, slack.world.people[person].team_id)
    return {
        "type": "message_action",
        **{name: who[name] for name in ("token", "team", "enterprise", "is_enterprise_install")},
        "action_ts": slack.world.next_ts(),
        "user": {"id": person, "name": slack.world.people[person].handle},
        "channel": {"id": channel.id, "name": _called(channel)},
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(person, copy.user_id),
        "message_ts": message.ts,
        "message": message_shape(slack, message, copy),
        "response_url": response_url(slack, person, copy, channel.id, message.ts),
    }


def _view_action(slack: SmallSlack, view: OpenView, action: dict[str, Any]) -> dict[str, Any]:
    copy, team = slack.world.copies[view.copy], slack.world.people[view.person].team_id
    return {
        "type": "block_actions",
        **_pressing(slack, view.person, copy, team),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.triggers.issue(view.person, view.copy, view.id),
        "view": view_shape(slack, view),
        "actions": [action],
    }


def view_submission(slack: SmallSlack, view: OpenView) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    return {
        "type": "view_submission",
        **_of_view(slack, view),
        "trigger_id": slack.triggers.issue(view.person, view.copy, view.id),
        "view": view_shape(slack, view),
        "response_urls": [],
    }


def view_closed(slack: SmallSlack, view: OpenView, *, is_cleared: bool) -> dict[str, Any]:
    return {
        "type": "view_closed",
        **_of_view(slack, view),
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
        team, copy = slack.world.people[person].team_id, slack.world.copies[place.copy]
        about |= {"container": {"type": "view", "view_id": place.id}, "view": view_shape(slack, place)}
    else:
        channel, message = place
        copy = slack.world.copies[message.user]
        team = copy.team_id
        about |= {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": message.only_for is not None,
            },
            "channel": {"id": channel.id, "name": _called(channel)},
            "message": message_shape(slack, message, copy),
        }
    who = _who(slack, person, copy, team)
    own = slack.world.teams[slack.world.people[person].team_id]
    who["user"]["team_id"] = own.enterprise_id or own.id
    return {"type": "block_suggestion", **who, **about}


def event(
    slack: SmallSlack, inner: dict[str, Any], source_team: str | None, channel: Channel | None, copy: Copy
) -> dict[str, Any]:
    """The envelope of an event that `copy` hears.

    `team_id` is where it came from (None: from an organisation), so in a shared channel often not the
    workspace of the copy: that one stands in `authorizations`. There is one of them, of a copy that it is
    "visible to": https://docs.slack.dev/apis/events-api/#event-type-structure
    """
    world = slack.world
    authorization = {
        "enterprise_id": _organisation_of(slack, copy),
        "team_id": copy.team_id or None,
        "user_id": copy.user_id,
        "is_bot": True,
        "is_enterprise_install": copy.is_enterprise_install,
    }
    organisation = world.teams[source_team].enterprise_id if source_team else copy.enterprise_id
    context = {"context_team_id": source_team, "context_enterprise_id": organisation}
    return {
        **envelope(slack, inner, source_team, organisation),
        # A mention is sent without: https://github.com/slackapi/bolt-python/issues/1107
        **({} if inner["type"] == "app_mention" else context),
        "authorizations": [authorization],
        "is_ext_shared_channel": channel is not None and slack.world.is_ext_shared(channel),
    }


def envelope(
    slack: SmallSlack, inner: dict[str, Any], team_id: str | None, enterprise_id: str | None
) -> dict[str, Any]:
    """What stands around any event."""
    event_id = "Ev" + secrets.token_hex(5).upper()
    return {
        "token": LEGACY_TOKEN,
        "team_id": team_id,
        **({} if enterprise_id is None else {"enterprise_id": enterprise_id}),
        "api_app_id": slack.world.cast.app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(float(inner["event_ts"])),
        "event_context": f"4-{event_id}",
    }


def _organisation_of(slack: SmallSlack, copy: Copy) -> str | None:
    return copy.enterprise_id or slack.world.teams[copy.team_id].enterprise_id


def _called(channel: Channel) -> str:
    """Neither a direct message nor a private channel is named in a payload; Slack says which of them it is.

    Not on its pages, but known to every app: https://github.com/discourse/discourse-chat-integration/pull/20
    """
    return "privategroup" if channel.is_private and not channel.is_dm else channel.name


def _pressing(slack: SmallSlack, person: str, copy: Copy, team_id: str) -> dict[str, Any]:
    who, own = _who(slack, person, copy, team_id), slack.world.teams[slack.world.people[person].team_id]
    if own.named_by_enterprise and own.enterprise_id is not None:
        who["user"]["team_id"] = own.enterprise_id
    return who


def _of_view(slack: SmallSlack, view: OpenView) -> dict[str, Any]:
    return _who(slack, view.person, slack.world.copies[view.copy], slack.world.people[view.person].team_id)


def _who(slack: SmallSlack, person: str, copy: Copy, team_id: str) -> dict[str, Any]:
    """Who did it, and the workspace that the payload names.

    At home with an org-wide copy no workspace is named: `team` is null, `enterprise` the organisation.
    https://github.com/slackapi/bolt-python/pull/23
    """
    one = slack.world.people[person]
    said = {
        "user": {"id": one.id, "username": one.handle, "name": one.handle, "team_id": one.team_id},
        "api_app_id": slack.world.cast.app.id,
        "token": LEGACY_TOKEN,
        "is_enterprise_install": copy.is_enterprise_install,
    }
    if copy.is_enterprise_install and (not team_id or slack.world.is_home(team_id, copy)):
        name = slack.world.name_of(copy.enterprise_id)
        return {**said, "team": None, "enterprise": {"id": copy.enterprise_id, "name": name}}
    team = slack.world.teams[team_id]
    about: dict[str, Any] = {"id": team.id, "domain": team.domain}
    enterprise = None
    if team.enterprise_id is not None:
        about |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
        enterprise = {"id": team.enterprise_id, "name": team.enterprise_name}
    return {**said, "team": about, "enterprise": enterprise}
