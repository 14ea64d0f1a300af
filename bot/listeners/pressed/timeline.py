"""Presses that ask for the timeline."""

from collections.abc import Mapping

from blocks.ids import Act
from blocks.timeline import DARK_NAME, LIGHT_NAME, build_timeline_comes, build_timeline_shown
from bot.listeners.metadata import Metadata
from bot.listeners.press import Handler, Press
from bot.use_cases.timelines import send_timeline
from bot.use_cases.timelines import show_timeline as show_timeline_to_everyone


def show_timeline(press: Press) -> None:
    """Sent to who presses, as a message: a modal shows no picture that Slack keeps."""
    plan_id, theme = _asked(press)
    with press.work(plan_id) as work:
        send_timeline(work, press.body["trigger_id"], theme)
        metadata = Metadata(work.plan.channel_id, plan_id, private=press.channel_id is None)
    press.show(build_timeline_comes(plan_id, theme, metadata.dump()))


def show_everyone(press: Press) -> None:
    plan_id, theme = _asked(press)
    with press.work(plan_id) as work:
        show_timeline_to_everyone(work, press.body["trigger_id"], theme)
    press.replace(build_timeline_shown())


def _asked(press: Press) -> tuple[int, str]:
    """The plan, and how the picture is to look: a 1 after the plan stands for dark."""
    plan_id, dark = (*press.numbers, 0)[:2]
    return plan_id, DARK_NAME if dark else LIGHT_NAME


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_TIMELINE: show_timeline,
    Act.PLAN_TIMELINE_SHOW: show_everyone,
}
