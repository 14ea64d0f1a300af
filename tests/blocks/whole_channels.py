"""What is said when the channel of a plan changes, with its worst input."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blocks import channel_changes, my_steps, status
from plan.standing import Still
from storage.models import Side
from tests.blocks.plans import nasty_step, usual_plan

Payload = tuple[str, dict[str, Any]]
WHERE = "C0DEAL"


def messages(text: str) -> Iterator[Payload]:
    for reason in Still:
        for side in (Side.SELLER, Side.BUYER):
            said = channel_changes.build_stands_still(text, WHERE, reason.value, 7, side)
            yield f"stands still {reason} {side}", dict(said)
        still = replace(usual_plan(), name=text, stands_still=reason.value)
        yield f"status {reason}", dict(status.build_status(still, (), None))
        yield f"mine {reason}", dict(my_steps.reply_my_steps(still, (nasty_step(1),), text, None))
    yield "not told", dict(channel_changes.build_not_told(text, text))
    yield "not told on", dict(channel_changes.build_not_told_on(text, WHERE, text))
    for moved_by in (text, ""):
        yield f"goes on {moved_by != ''}", dict(channel_changes.build_goes_on(text, WHERE, moved_by))
    for company in (text, ""):
        yield "connected", dict(channel_changes.build_connected(text, WHERE, company))
    yield "plan moved", dict(channel_changes.build_plan_moved(WHERE))
    yield "moved reply", dict(channel_changes.build_moved_reply(text, WHERE))


def views(text: str) -> Iterator[Payload]:
    for number in (0, 1, 130):
        channels = [(f"C0{place}", f"{text}{place}"[:80]) for place in range(number)]
        yield f"move {number}", channel_changes.build_move("{}", text, channels)
    for number in (0, 1, 40):
        yield f"confirm {number}", channel_changes.build_move_confirm("{}", text, WHERE, [text] * number)
    yield "moved", channel_changes.build_moved(text, WHERE)
