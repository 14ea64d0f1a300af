"""A message becomes a step: from its own menu, or by the button that a mention is answered with."""

import re
from collections.abc import Mapping

from blocks.ids import Act, Shortcut
from blocks.track import build_no_plan_to_track
from bot.listeners.metadata import Metadata
from bot.listeners.modals.track import track_step
from bot.listeners.permalinks import permalink
from bot.listeners.press import Handler, Press
from bot.use_cases.common import Refused
from storage import plans

TRACKED = re.compile(r"(?P<plan>\d+):(?P<ts>\d+\.\d+)")
CONVERSATIONS = ("directmessage", "mpdm-")  # what Slack names those that are no channels


def track_message(press: Press) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    channel, message = press.body["channel"], press.body["message"]
    if press.channel_id is None or str(channel.get("name", "")).startswith(CONVERSATIONS):
        raise Refused("not_here")
    with press.desk.database.ask() as connection:
        found = plans.glance(connection, press.channel_id)
    if found is None:
        press.show(build_no_plan_to_track(Metadata(press.channel_id).dump()))
        return
    link = permalink(press.client, press.channel_id, message["ts"])
    text = str(message.get("text") or "")
    press.show(track_step(press.desk, press.visitor, found.plan_id, press.channel_id, link, text))


def track_thread(press: Press) -> None:
    """The button carries the thread's first message; what to call the step is for the person to say."""
    found = TRACKED.fullmatch(press.value)
    if found is None or press.channel_id is None:
        raise Refused("old_button")
    link = permalink(press.client, press.channel_id, found["ts"])
    press.show(track_step(press.desk, press.visitor, int(found["plan"]), press.channel_id, link))


HANDLERS: Mapping[Act, Handler] = {Act.PLAN_TRACK: track_thread}
SHORTCUTS: Mapping[Shortcut, Handler] = {Shortcut.STEP_TRACK: track_message}
