"""What goes out by itself: news in the thread, a word to new owners, the question who is on which side."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from blocks import handover, news, notices, sides
from blocks.handover import HandoverItem, NoticeView
from plan.news import NEWS
from storage.models import Side
from tests.blocks.plans import TODAY, nasty_step, on, step

Payload = tuple[str, dict[str, Any]]


def messages(text: str) -> Iterator[Payload]:
    yield from _news(text)
    yield from _handovers(text)
    value = sides.claim_value(7, "E0GLOBEX", Side.BUYER)
    yield "claim", dict(sides.build_claim(text, text, text, value))
    for company in (text, ""):
        yield "claim answered", dict(sides.build_claim_answered(text, company, text))


def views(text: str) -> Iterator[Payload]:
    for claimed in (text, ""):
        yield "side claimed", notices.build_notice("side_claimed", {"seller": text, "claimed": claimed})
        yield "side decided", notices.build_notice("side_decided", {"who": text, "company": claimed})


def _news(text: str) -> Iterator[Payload]:
    full = news.NewsLine("", 4, text, text, False, text, text * 3, on(TODAY), on(TODAY + timedelta(300)))
    for kind in sorted(NEWS):
        bare = news.NewsLine(kind, 4, text, text)
        for line in (replace(full, kind=kind), bare, replace(bare, is_gate=True)):
            yield f"news {kind}", dict(news.build_news([line]))
    many = [replace(full, kind=kind, number=n, title=text * 3) for n in range(3) for kind in sorted(NEWS)]
    yield "news of many", dict(news.build_news(many))


def _handovers(text: str) -> Iterator[Payload]:
    one = HandoverItem(step(4, title=text), text, text)
    bare = HandoverItem(step(5, title=text, due=None, gate=True), "Another deal", "")
    many = [replace(one, step=nasty_step(n, title=text), by=f"{n} {text}") for n in range(100)]
    for items in ([one], [bare], [one, bare], many):
        yield "handover", dict(handover.build_handover(NoticeView(text, tuple(items))))
        yield "handover in thread", dict(handover.build_thread_handover(items, "U0BEA"))
