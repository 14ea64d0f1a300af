"""The person's doors by name: what the page, a story and the tests call.

The clock, the switches, the faults and the stories are the sandbox's own, and so is what their doors refuse.
"""

from collections.abc import Callable
from typing import Any

from sandbox import home, installing, membership, personnel, pressing, sharing, submitting, talking, watching
from sandbox.clock import STEPS, BackwardsError
from sandbox.copies import Copy
from sandbox.desk import Call, channel_of, message_of, person_of, text_of
from sandbox.faults import MalformedFaultError, read_faults
from sandbox.methods_chat import remove
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack


def enter(slack: SmallSlack, door: str, call: Any) -> tuple[int, dict[str, Any]]:
    """Do what a person does. Returns the HTTP status and the answer.

    200 for what a client refuses as well, as the Web API has it: https://docs.slack.dev/apis/web-api/#responses.
    400 is the sandbox's own, for a call that its page would never make.
    """
    try:
        if not isinstance(call, dict):
            raise MalformedCallError("the body must be a JSON object")
        with slack.outgoing.one_act():
            return 200, {"ok": True, **DOORS[door](slack, call)}
    except ClientError as error:
        return 200, error.answer()
    except MalformedCallError as error:
        return 400, {"ok": False, "error": "malformed_call", "message": str(error)}


def turn_clock(slack: SmallSlack, call: Call) -> Call:
    """Forward by an hour, a day or a week; or `to` a moment in unix seconds."""
    clock = slack.world.clock
    with slack.world.changing():
        if "to" in call:
            if isinstance(call["to"], bool) or not isinstance(call["to"], int | float):
                raise MalformedCallError("“to” must be a moment in unix seconds")
            try:
                return {"now": clock.turn_to(float(call["to"]))}
            except BackwardsError as error:
                raise ClientError("backwards", str(error)) from None
        if call.get("advance") not in STEPS:
            raise MalformedCallError(f"“advance” must be one of {', '.join(STEPS)}")
        return {"now": clock.advance(call["advance"], slack.world.cast.zone)}


def delete(slack: SmallSlack, call: Call) -> Call:
    """Take a message away, as an admin of either workspace may: https://slack.com/help/articles/202395258"""
    _, message = message_of(slack, call, person_of(slack, call))
    remove(slack, message)
    return {}


def switch(slack: SmallSlack, call: Call) -> Call:
    """`refuse_dms`: whose workspace takes no messages from the app. `views_name_installation`: whether what
    happens in a view says in `app_installed_team_id` whose copy opened it.
    """
    if unknown := set(call) - {"refuse_dms", "views_name_installation"}:
        raise MalformedCallError(f"there is no switch {', '.join(sorted(unknown))}")
    refusing = call.get("refuse_dms", {})
    if not isinstance(refusing, dict) or not set(refusing) <= set(slack.world.people):
        raise MalformedCallError("“refuse_dms” must be an object of user ids")
    names = call.get("views_name_installation", slack.world.views_name_installation)
    if not isinstance(names, bool):
        raise MalformedCallError("“views_name_installation” is true or false")
    with slack.world.changing():
        slack.world.name_installation_in_views(on=names)
        for person, on in refusing.items():
            slack.world.refuse_messages(person, on=bool(on))
    return {"switches": {"refuse_dms": sorted(slack.world.refuse_dms), "views_name_installation": names}}


def set_faults(slack: SmallSlack, call: Call) -> Call:
    """The rules by which Slack's next answers go wrong, in place of those before; see `faults.py`."""
    if set(call) != {"faults"}:
        raise MalformedCallError("the body must be {“faults”: [rule, …]}")
    try:
        slack.faults.set(read_faults(call["faults"]))
    except MalformedFaultError as error:
        raise MalformedCallError(str(error)) from None
    return {"faults": slack.faults.waiting()}


def read(slack: SmallSlack, call: Call) -> Call:
    """The person has seen the conversation."""
    person = person_of(slack, call)
    with slack.world.changed:
        channel = channel_of(slack, call, person)
        newest = next(reversed(slack.world.messages[channel.id]), "0")
        # A page says so each time it draws; only news is a change.
        if slack.world.read.get(f"{person} {channel.id}", "0") != newest:
            with slack.world.changing():
                slack.world.mark_read(person, channel.id)
    return {}


def scopes(slack: SmallSlack, call: Call) -> Call:
    """`optional`: whether the scopes that may be left out are granted; to the copy at `team`, or to all."""
    if not set(call) <= {"optional", "team"} or not isinstance(call.get("optional"), bool):
        raise MalformedCallError("“optional” is true or false, “team” where the app is installed")
    if "team" not in call:
        slack.grant_optional_scopes(on=call["optional"])
        for copy in slack.world.copies.values():
            _grant_optional(slack, copy, on=call["optional"])
        return {"scopes": slack.manifest.scopes}
    copy = installing.copy_installed_at(slack, text_of(call, "team"))
    copy.scopes = slack.granted(copy).scopes
    _grant_optional(slack, copy, on=call["optional"])
    return {"scopes": slack.granted(copy).scopes}


def _grant_optional(slack: SmallSlack, copy: Copy, *, on: bool) -> None:
    """With them, or without, where a copy has scopes of its own; else it has what all have."""
    if copy.scopes is None:
        return
    optional = slack.asked_for.oauth_config.scopes.bot_optional
    granted = [one for one in copy.scopes if one not in optional]
    with slack.world.changing():
        copy.scopes = [*granted, *optional] if on else granted
        slack.world.keep_copy(copy)


def sockets(slack: SmallSlack, call: Call) -> Call:
    """Socket Mode as its settings page and Slack's upkeep have it: `on`, and `disconnect` with a reason.

    https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect names the reasons; `link_disabled`
    comes of switching it off.
    """
    if isinstance(call.get("on"), bool):
        slack.use_sockets(on=call["on"])
    elif call.get("disconnect") in ("warning", "refresh_requested"):
        slack.sockets.part(call["disconnect"])
    elif "on" in call or "disconnect" in call:
        raise MalformedCallError("“on” is true or false, “disconnect” warning or refresh_requested")
    return {"on": slack.sockets.is_on, "connections": slack.sockets.connections}


DOORS: dict[str, Callable[[SmallSlack, Call], Call]] = {
    "say": talking.say,
    "click": pressing.click,
    "options": pressing.options,
    "submit": submitting.submit,
    "close": submitting.close,
    "sockets": sockets,
    "scopes": scopes,
    "open_home": home.open_home,
    "shortcut": pressing.shortcut,
    "clock": turn_clock,
    "delete": delete,
    "switch": switch,
    "faults": set_faults,
    "read": read,
    "invite": membership.invite,
    "leave": membership.leave,
    "archive": membership.archive,
    "share": sharing.share,
    "unshare": sharing.unshare,
    "rename_channel": sharing.rename,
    "delete_channel": sharing.delete,
    "change_person": personnel.change,
    "install": installing.install,
    "uninstall": installing.uninstall,
    "team_access": installing.grant_access,
    "story": watching.play,
}
