"""The small answers, one kind of a thing at a time, and what a search finds: with the worst anybody typed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from blocks import calendar_forms, nudge, options, plan_lists, replies, undelivered
from blocks.view_models import ChangeView, NudgeView
from storage.models import Side
from tests.blocks.plans import TODAY, nasty_step, nudge_item, on, step

Payload = tuple[str, dict[str, Any]]

ABOUT = ("owned", "dated", "blocked", "unblocked", "skipped", "noted", "started", "step_reopened")
REGIONS = [(f"R{number}", f"Region {number}") for number in range(114)]


def messages(text: str, answers: Sequence[str], changes: Sequence[ChangeView]) -> Iterator[Payload]:
    one = step(4, title=text, owner=text, reason=text * 10, holds_up=(5,), gate=True)
    for saying in ABOUT:
        for changed in (True, False):
            facts = {"changed": changed, "by": text, "old_due": on(TODAY)}
            yield f"about, {saying}", dict(replies.reply_about(saying, one, **facts))
    yield "moved", dict(replies.build_board_moved())
    yield "left over", dict(replies.reply_left_over(text * 10))
    for answer in answers:
        item = nudge_item(step=step(4, title=text), plan_name=text, side_company=text, answer=answer)
        yield f"answered {answer}", dict(nudge.build_nudge(NudgeView(3, text, (item,))))
    for change in changes:
        yield "history in a thread", dict(plan_lists.reply_history([change], text))
    for kind in ("nudge", "notice", "timeline", "news", "post"):
        yield "given up", dict(undelivered.build_given_up(text, kind))
    steps = [nasty_step(number, title=text) for number in range(1, 30)]
    for some in (steps, steps[:1], []):
        yield "no way", dict(undelivered.build_no_way(text, text, some))


def views(text: str, changes: Sequence[ChangeView]) -> Iterator[Payload]:
    for change in changes:
        for one in (change, replace(change, details={}, reason="", step="", company="")):
            yield "history of one", plan_lists.build_history([one], text)


def found() -> Iterator[Payload]:
    for query in ("", "region 1", "nowhere"):
        yield "regions", calendar_forms.build_region_options(7, Side.BUYER, REGIONS, query)
    yield "zones", options.build_zone_options(["Europe/London", "America/Argentina/ComodRivadavia"] * 90)
