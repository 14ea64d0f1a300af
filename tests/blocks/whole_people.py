"""What is drawn of sides, of people who are gone, and of where people are, for the oracles."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blocks import handoff, notices, sides, zones
from blocks.handoff import Brief, Ended, HandoffForm, How, LastWords
from blocks.handover import HandoverItem, NoticeView, build_handover
from blocks.my_steps import build_my_steps
from blocks.nudge import build_nudge
from blocks.view_models import Companies, NudgeView
from bot.use_cases.sides import SideGiven
from storage.models import Side, StepState
from tests.blocks.plans import NASTY, TODAY, nasty_step, nudge_item, on, step, usual_plan

Payload = tuple[str, Any]  # what it is, and the message or view

HOWS: tuple[How, ...] = ("left", "deactivated", "silent")
ENDS: tuple[Ended, ...] = ("", "handed", "stays", "back")
ZONES = ("America/New_York", "UTC", "America/Argentina/Buenos_Aires")


REFUSALS: dict[str, dict[str, Any]] = {
    "side_unsaid": {"plan_id": 7, "seller": "Northwind", "buyer": "Acme", "again": "step.done=7:4"},
    "leads_a_side": {"who": "Bea", "company": "Acme"},
    "not_your_people": {"seller": "Northwind"},
    "stays_with_the_seller": {"who": "Sam", "company": "Northwind"},
    "only_the_person": {"who": "Ravi"},
    "side_words": {"text": "everybody"},
    "whose_side_missing": {},
    "handoff_to_themselves": {},
    "owns_nothing": {"name": "Ravi"},
    "handoff_across": {"name": "Sam", "company": "Acme"},
    "handoff_words": {"text": "everything"},
    "departure_over": {},
    "whom_missing": {},
}
SAID: dict[str, dict[str, Any]] = {
    "side_said": {"company": "Acme", "again": "yes"},
    "zone_kept": {"zone": "New York"},
    "still_here": {"who": "Ravi"},
}


def messages() -> Iterator[Payload]:
    for text in ("Ravi Shah", *NASTY):
        yield from _briefs(text)
        yield from _said(text)
    for zone in ZONES:
        yield "zone kept", zones.reply_zone(zone)
        items = (nudge_item(), nudge_item(5, answer="step_done"))
        yield "nudge asks where", build_nudge(NudgeView(3, "Bea", items), zone)
        item = HandoverItem(step(4), "Acme", "Rae")
        yield "notice asks where", build_handover(NoticeView("Bea", (item,)), zone)


def views() -> Iterator[Payload]:
    for text in ("Ravi Shah", *NASTY):
        yield from _forms(text)
    for zone in ZONES:
        yield "zone form", zones.build_zone_form("{}", zone)
    for code, facts in SAID.items():
        yield f"notice {code}", notices.build_notice(code, facts)
        for text in NASTY:
            yield f"notice {code}", notices.build_notice(code, dict.fromkeys(facts, text))


def _brief(text: str, how: How, ended: Ended = "", count: int = 3, **more: Any) -> Brief:
    facts: dict[str, Any] = {
        "is_lead": bool(count % 2),
        "steps": tuple(nasty_step(number, title=text) for number in range(1, count + 1)),
        "last_words": LastWords(text, on(TODAY), text),
        "proposed": text,
    }
    return Brief(7, 5, text, text, how, on(TODAY), text, ended=ended, by=text, **{**facts, **more})


def _briefs(text: str) -> Iterator[Payload]:
    for how in HOWS:
        for ended in ENDS:
            yield f"brief {how} {ended}", handoff.build_brief(_brief(text, how, ended))
            other = _brief(text, how, ended, is_for_other_side=True)
            yield f"brief over there {how} {ended}", handoff.build_brief(other)
    bare = _brief(text, "left", count=0, last_words=None, proposed="")
    yield "brief bare", handoff.build_brief(bare)
    yield "brief of many", handoff.build_brief(_brief(text, "left", count=200))


def _said(text: str) -> Iterator[Payload]:
    for leads in (True, False):
        for count in (0, 1, 9):
            yield "handed off", handoff.reply_handed_off(text, text, count, leads=leads, company=text)
    yield "whole or one", sides.reply_whole_or_one(7, "U1", text, Side.BUYER, text)
    for whole in (True, False):
        for changed in (True, False):
            given = SideGiven(text, text, whole, 1 if whole else 5, changed)
            yield "side changed", sides.reply_side_changed(given)


def _forms(text: str) -> Iterator[Payload]:
    for count in (0, 1, 300):
        people = tuple((f"U{number}", text[:120]) for number in range(count))
        old = ("UX", text[:120]) if count else None
        yield "handoff", handoff.build_handoff(HandoffForm("{}", people, old, old))
    firms = Companies(text[:80], text[:80])
    for is_seller in (True, False):
        yield "change side", sides.build_side_form("{}", firms, None, for_seller=is_seller)
    many = [replace(_brief(text, how), departure_id=n) for n, how in enumerate(HOWS * 5)]
    mine = [step(number, state=StepState.STARTED) for number in range(1, 60)]
    yield "my steps", build_my_steps(usual_plan(), mine, Side.BUYER, "{}", many)
