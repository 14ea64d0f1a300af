"""The slip ledger, with the worst anybody could write into it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from blocks import slips
from blocks.slips import SlipsView, SlipView
from plan.agreement import ReasonCode
from plan.ledger import Total
from storage.agreement import SlipKind
from storage.models import AnchorKind, Side
from tests.blocks.plans import TODAY, on

Payload = tuple[str, dict[str, Any]]

CODES = ("", *(code.value for code in ReasonCode), "a code of a later version")


def line(text: str = "Security review", place: int = 0, **facts: Any) -> SlipView:
    usual = SlipView(
        kind=list(SlipKind)[place % len(SlipKind)],
        on=on(TODAY - timedelta(days=place // 3)),
        who=text,
        company=text,
        days=place % 5 - 2,
        number=200,
        title=text[:150],
        old=on(TODAY),
        new=on(TODAY + timedelta(400)),
        lands_old=on(TODAY + timedelta(401)),
        lands_new=on(TODAY + timedelta(402)),
        agreed_by=text,
        reason_code=CODES[place % len(CODES)],
        reason=text * 5,
    )
    return replace(usual, **facts)


def ledger(text: str = "Acme", count: int = 0, **facts: Any) -> SlipsView:
    usual = SlipsView(
        plan_id=7,
        plan_name=text,
        seller_company=text,
        buyer_company=text,
        anchor_kind=AnchorKind.SIGNATURE,
        lines=[line(text, place) for place in range(count)],
        totals={Side.SELLER: Total(1, 0), Side.BUYER: Total(600, 6), Side.JOINT: Total(0, 1)},
        agreed_on=on(TODAY),
        agreed_anchor=on(TODAY),
        lands=on(TODAY + timedelta(402)),
    )
    return replace(usual, **facts)


def ledgers(text: str) -> Iterator[SlipsView]:
    yield ledger(text, agreed_on=None, agreed_anchor=None, lands=None, may_agree=True)
    yield ledger(text, agreed_on=None, agreed_anchor=None, lands=None)
    yield ledger(text, totals={}, lands=None)
    for count in (1, 6, 45, 300):
        yield ledger(text, count)
    for kind in SlipKind:
        bare = SlipView(kind, on(TODAY), "", "")
        yield ledger(text, lines=[bare, replace(bare, number=4, title=text), line(text, kind=kind)])


def messages(text: str) -> Iterator[Payload]:
    for view in ledgers(text):
        yield "slips in a thread", dict(slips.reply_slips(view))


def views(text: str) -> Iterator[Payload]:
    for view in ledgers(text):
        for page in (0, 1, 99):
            yield "slips", slips.build_slips(view, "{}", page)
