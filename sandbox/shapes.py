"""Messages, people and views as Slack writes them in its answers and payloads."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import files
from sandbox.cast import Person
from sandbox.copies import Copy
from sandbox.small_slack import SmallSlack
from sandbox.typing_words import as_rich_text
from sandbox.world import Message, OpenView


def message_shape(slack: SmallSlack, message: Message, copy: Copy) -> dict[str, Any]:
    """A message as `copy` is told of it: https://docs.slack.dev/reference/events/message"""
    app_id, author = slack.world.cast.app.id, slack.world.copies.get(message.user)
    shape: dict[str, Any] = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if author is not None:
        name, team = slack.manifest.features.bot_user.display_name, author.place
        profile = {
            "id": author.bot_id,
            "app_id": app_id,
            "name": name,
            "team_id": team,
            "deleted": author.is_gone,
        }
        shape |= {"bot_id": author.bot_id, "app_id": app_id, "team": team, "bot_profile": profile}
    else:
        shape |= _typed(slack, message, copy)
    if message.blocks is not None:
        shape["blocks"] = message.blocks
    if message.files:
        found = [files.find(slack, one) for one in message.files]
        shape |= {"files": [files.file_shape(slack, one) for one in found if one], "upload": False}
    if message.metadata:
        shape["metadata"] = message.metadata
    if message.edited_ts is not None:
        shape["edited"] = {"user": author.bot_id if author else message.user, "ts": message.edited_ts}
    if message.subtype is not None:
        shape["subtype"] = message.subtype
    replies = slack.world.replies_to(message)
    if message.is_reply or replies:
        shape["thread_ts"] = message.thread_ts or message.ts
    if message.is_reply:
        root = slack.world.messages[message.channel].get(str(message.thread_ts))
        shape |= {"parent_user_id": root.user} if root is not None else {}
        if message.broadcast and root is not None:
            # https://docs.slack.dev/reference/events/message/thread_broadcast
            shape |= {"subtype": "thread_broadcast", "root": message_shape(slack, root, copy)}
    if replies:
        shape |= {"reply_count": len(replies), "latest_reply": replies[-1].ts}
    return shape


def _typed(slack: SmallSlack, message: Message, copy: Copy) -> dict[str, Any]:
    """What a message has that was typed in Slack's own client.

    Of whoever belongs elsewhere it says more, and all of it that may be known:
    https://github.com/slackapi/bolt-python/blob/main/tests/slack_bolt/request/test_internals.py
    """
    person = slack.world.people[message.user]
    key = hashlib.sha256(f"{message.channel} {message.ts}".encode()).digest()
    client_id = str(uuid.UUID(bytes=key[:16], version=4))
    shape: dict[str, Any] = {"client_msg_id": client_id, "team": person.team_id}
    if message.subtype is None:  # of a message that was taken away nothing is left
        shape["blocks"] = as_rich_text(message.text, key.hex()[-5:])
    if slack.world.is_external(person.id, copy):
        shape |= {"user_team": person.team_id, "source_team": person.team_id}
        shape["user_profile"] = {
            "avatar_hash": person.id.lower(),
            "image_72": "",
            "first_name": person.name.split()[0],
            "real_name": person.name,
            "display_name": person.handle,
            "team": person.team_id,
            "name": person.handle,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }
    return shape


def user_shape(slack: SmallSlack, person: Person, copy: Copy) -> dict[str, Any]:
    """A user object, as `copy` gets it. Of an external it leaves out what Slack withholds: email, locale and
    time zone.

    https://docs.slack.dev/apis/slack-connect
    """
    names = {"real_name": person.name, "real_name_normalized": person.name}
    handles = {"display_name": person.handle, "display_name_normalized": person.handle}
    profile: dict[str, Any] = {
        "title": person.title,
        "phone": "",
        "skype": "",
        **names,
        **handles,
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": person.id.lower(),
        "team": person.team_id,
        **{f"image_{size}": "" for size in (24, 32, 48, 72, 192, 512)},
    }
    shape: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.handle,
        "deleted": person.deleted,
        "color": person.color.removeprefix("#"),
        "real_name": person.name,
        "profile": profile,
        **dict.fromkeys(("is_admin", "is_owner", "is_primary_owner"), False),
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        **dict.fromkeys(("is_bot", "is_app_user", "has_2fa"), False),
        "updated": int(slack.world.clock.now()),
    }
    shape |= _organisation(slack, person)
    if slack.world.is_external(person.id, copy):
        shape["is_stranger"] = not slack.world.shares_a_channel(person.id, copy)
        return shape
    if slack.granted(copy).grants("users:read.email"):
        profile["email"] = person.email
    here = datetime.fromtimestamp(slack.world.clock.now(), UTC).astimezone(ZoneInfo(person.tz))
    offset = here.utcoffset()
    seconds = int(offset.total_seconds()) if offset is not None else 0
    return shape | {"tz": person.tz, "tz_label": here.tzname() or person.tz, "tz_offset": seconds}


def _organisation(slack: SmallSlack, person: Person) -> dict[str, Any]:
    """What Enterprise Grid adds: https://docs.slack.dev/reference/objects/user-object"""
    team = slack.world.teams[person.team_id]
    if team.enterprise_id is None:
        return {}
    about = {
        "id": person.id,
        "enterprise_id": team.enterprise_id,
        "enterprise_name": team.enterprise_name,
        **dict.fromkeys(("is_admin", "is_owner", "is_primary_owner"), False),
        "teams": [team.id],
    }
    return {"enterprise_id": team.enterprise_id, "enterprise_user": about}


def app_user_shape(slack: SmallSlack, bot: Copy, copy: Copy) -> dict[str, Any]:
    """The bot user of a copy of the app, as `copy` gets it."""
    app, name = slack.world.cast.app, slack.manifest.features.bot_user.display_name
    stand_in = Person(
        id=bot.user_id,
        name=name,
        handle=name.lower(),
        title="",
        team_id=bot.team_id or next(iter(bot.team_ids), slack.world.cast.teams[0].id),
        tz="UTC",
        email="",
        color=app.color,
        deleted=bot.is_gone,
    )
    shape = user_shape(slack, stand_in, copy)
    shape["profile"] |= {"api_app_id": app.id, "bot_id": bot.bot_id, "always_active": True}
    return shape | {"is_bot": True}


def view_shape(slack: SmallSlack, view: OpenView) -> dict[str, Any]:
    """A modal in a payload: `team_id` is its person's workspace, the copy's is `app_installed_team_id`.

    Of an org-wide copy that is an organisation; the example of
    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload has one, too.
    """
    copy = slack.world.copies[view.copy]
    shape = {
        "id": view.id,
        "team_id": slack.world.people[view.person].team_id,
        **view.body,
        "state": {"values": view.values},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": slack.world.cast.app.id,
        "app_installed_team_id": copy.place,
        "bot_id": copy.bot_id,
    }
    if not slack.world.views_name_installation:
        del shape["app_installed_team_id"]
    return shape
