"""What every door of a person needs: who it is, where they are, and what is under their finger.

Slack's clients speak to no public door, so that no page lists what one may answer. Where the Web API refuses
the same, the code is the one of the page that is named; every other code, and each `MalformedCallError`, is
the sandbox's own.
"""

from typing import Any

from sandbox.blockkit import elements_of
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message, OpenView

Call = dict[str, Any]


def text_of(call: Call, name: str, default: str | None = None) -> str:
    """A string of a call. Raises `MalformedCallError` when it is missing or something else."""
    value = call.get(name, default)
    if not isinstance(value, str):
        raise MalformedCallError(f"“{name}” must be a string")
    return value


def person_of(slack: SmallSlack, call: Call) -> str:
    """Who does it. That nobody is called so is the sandbox's own refusal.

    https://docs.slack.dev/reference/methods/auth.test: `account_inactive`, of a deactivated person.
    """
    person = text_of(call, "person")
    if person not in slack.world.people:
        raise MalformedCallError(f"nobody here is called {person}")
    if slack.world.people[person].deleted:
        raise ClientError("account_inactive", "This person is deactivated and cannot sign in.")
    return person


def channel_of(slack: SmallSlack, call: Call, person: str) -> Channel:
    """https://docs.slack.dev/reference/methods/conversations.info: `channel_not_found`."""
    channel = slack.world.channels.get(text_of(call, "channel"))
    if channel is None or person not in channel.member_ids:
        raise ClientError("channel_not_found", "You are not in this conversation.")
    return channel


def need_apps(slack: SmallSlack, person: str, channel: Channel) -> None:
    """Somebody whose workspace was invited to "post only" uses no app there. Raises `ClientError`.

    https://slack.com/help/articles/1500012572621: of an invitation the host chooses how much it permits. The
    words and the code are the sandbox's own.
    """
    one = slack.world.people[person]
    if one.post_only and slack.world.is_ext_shared(channel) and channel.team_ids[0] != one.team_id:
        raise ClientError("restricted_action", "You can post in this channel, but not use apps in it.")


def message_of(slack: SmallSlack, call: Call, person: str) -> tuple[Channel, Message]:
    """A message the person can see, their own ephemeral ones included.

    https://docs.slack.dev/reference/methods/chat.getPermalink: `message_not_found`.
    """
    channel = channel_of(slack, call, person)
    message = slack.world.messages[channel.id].get(text_of(call, "ts"))
    if message is None or message.only_for not in (None, person) or message.subtype == "tombstone":
        raise ClientError("message_not_found", "This message is not there any more.")
    return channel, message


def view_of(slack: SmallSlack, call: Call, person: str) -> OpenView:
    """A modal that is open: https://docs.slack.dev/surfaces/modals. The code is the sandbox's own."""
    view = slack.world.find_view(text_of(call, "view_id"))
    if view is None or view.person != person:
        raise ClientError("view_not_found", "This window is closed already.")
    return view


def screen_of(slack: SmallSlack, call: Call, person: str) -> OpenView:
    """A modal of the person, or their home tab."""
    home = slack.world.home_of(person)
    return home if home is not None and home.id == call.get("view_id") else view_of(slack, call, person)


def element_of(blocks: list[dict[str, Any]] | None, call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element a call names. Without `block_id` the first with that `action_id` counts.

    The refusal is the sandbox's own: a client shows no button that is not there.
    """
    action_id, block_id = text_of(call, "action_id"), text_of(call, "block_id", "")
    for block in blocks or []:
        if block_id in ("", block["block_id"]):
            for element in elements_of(block):
                if element["action_id"] == action_id:
                    return block, element
    raise ClientError("element_not_found", "This button is not there any more.")


def refusal_of(ack_is_late: bool, what: str) -> ClientError:
    """The client's words for an app that did not answer, or answered with an error.

    https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response: within 3 seconds,
    with HTTP 200. `operation_timeout` and `dispatch_failed` are what people then see:
    https://github.com/slackapi/bolt-js/issues/1727 and https://github.com/slackapi/java-slack-sdk/issues/885
    """
    if ack_is_late:
        return ClientError("operation_timeout", f"{what} failed because the app did not respond in time.")
    return ClientError("dispatch_failed", f"{what} failed because the app answered with an error.")
