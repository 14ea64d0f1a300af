"""The app's home tab: a page of its own for each person of the workspace that installed the app.

People of other workspaces have none: what an app publishes for them is taken, and never shown.
https://docs.slack.dev/surfaces/app-home and, for the other side, https://github.com/slackapi/bolt-js/issues/1948
"""

from typing import Any

from sandbox.desk import Call, person_of, text_of
from sandbox.payloads import event
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.shapes import view_shape
from sandbox.small_slack import SmallSlack
from sandbox.world import OpenView


def has_home(slack: SmallSlack, person: str) -> bool:
    return slack.manifest.has_home_tab and slack.world.copy_of(person) is not None


def home_of(slack: SmallSlack, person: str) -> OpenView | None:
    """What the app published for this person, if they can see it."""
    return slack.world.home_of(person) if has_home(slack, person) else None


def open_home(slack: SmallSlack, call: Call) -> Call:
    """A person opens the app: its Home tab, or (`tab`) its Messages tab. `app_home_opened` to the app."""
    person, tab = person_of(slack, call), text_of(call, "tab", "home")
    world = slack.world
    if tab not in ("home", "messages"):
        raise MalformedCallError("“tab” must be home or messages")
    is_there = slack.manifest.has_home_tab if tab == "home" else slack.manifest.has_messages_tab
    copy = world.copy_of(person)
    if copy is None or not is_there:
        raise ClientError("no_app_home", "This app has no such page for you.")
    with world.changing():
        channel = world.open_dm(person, copy)
        # https://docs.slack.dev/reference/events/app_home_opened: `view` if one was published.
        inner: dict[str, Any] = {"type": "app_home_opened", "user": person, "channel": channel.id, "tab": tab}
        home = home_of(slack, person) if tab == "home" else None
        if home is not None:
            inner["view"] = view_shape(slack, home)
        team = world.people[person].team_id
        body = event(slack, {**inner, "event_ts": world.next_ts()}, team, channel, copy)
    if slack.manifest.hears_of_home:
        slack.outgoing.event(body)
    return {"channel": channel.id}
