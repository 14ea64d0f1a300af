"""Presses about the side of a company or a person: what somebody there says, and the seller's word."""

import re
from collections.abc import Mapping
from dataclasses import replace

from blocks import notices
from blocks.ids import Act
from blocks.sides import build_claim_answered, changed_text
from bot.listeners.modals.sides import change_side
from bot.listeners.press import Handler, Press, number_in
from bot.use_cases import sides
from bot.use_cases.common import Refused, Work
from storage import outbox
from storage.models import Side


def claiming(side: Side | None) -> Handler:
    """Somebody says which side their company is on."""

    def handle(press: Press) -> None:
        with press.work(press.numbers[0]) as work:
            sides.claim_side(work, side)
            plan = work.plan
        facts = {"seller": plan.seller_company, "claimed": plan.company_of(side) if side else ""}
        _say(press, "side_claimed", facts)

    return handle


def deciding(*, right: bool) -> Handler:
    """The seller says whether a claim is right. The question in their conversation shows the answer."""

    def handle(press: Press) -> None:
        plan_id, team_id, side = _whose(press, TEAM)
        with press.work(plan_id) as work:
            name = sides.decide_claim(work, team_id, side, right=right)
            company = work.plan.company_of(side) if right else ""
            _close_question(press, work, name, company)
        _say(press, "side_decided", {"who": name, "company": company})

    return handle


USER, TEAM = re.compile(r"[UW][A-Z0-9]{1,19}"), re.compile(r"[TE][A-Z0-9]{1,19}")


def _whose(press: Press, whose: re.Pattern[str]) -> tuple[int, str, Side]:
    """The plan, whose side it is, and which. Raises `Refused` for what this version never wrote."""
    plan_id, id_, side = (*press.value.split(":"), "", "", "")[:3]
    if not whose.fullmatch(id_) or side not in (Side.SELLER.value, Side.BUYER.value):
        raise Refused("old_button")
    return number_in(plan_id), id_, Side(side)


def _close_question(press: Press, work: Work, who: str, company: str) -> None:
    container = press.body.get("container") or {}
    channel, ts = container.get("channel_id", ""), container.get("message_ts", "")
    if not ts:
        return  # pressed in an App Home, which is drawn again by itself
    outbox.put(
        work.session,
        key=f"edit:{channel}:{ts}",
        kind="edit",
        team_id=work.plan.team_id,
        channel_id=channel,
        plan_id=work.plan_id,
        payload={"ts": ts, "message": dict(build_claim_answered(who, company, work.plan.name))},
        not_before=work.wall,
    )


def _say(press: Press, code: str, facts: Mapping[str, str]) -> None:
    view = notices.build_notice(code, facts)
    if press.in_modal:
        press.replace(view)
    else:
        press.show(view)


def open_form(press: Press) -> None:
    press.show(change_side(press.desk, press.visitor, press.numbers[0], press.channel_id))


def giving(*, whole: bool) -> Handler:
    """The side that was named, to somebody's whole company or to this person alone."""

    def handle(press: Press) -> None:
        plan_id, user_id, side = _whose(press, USER)
        with press.work(plan_id) as work:
            given = sides.change_side(work, user_id, side, whole=whole)
        view = notices.build_said(changed_text(given))
        press.replace(view) if press.in_modal else press.show(view)

    return handle


def saying(side: Side) -> Handler:
    """In a channel of one firm somebody says which side they are on; what they pressed before goes on."""

    def handle(press: Press) -> None:
        plan_id, again = _again(press)
        key = f"side:{press.body['trigger_id']}"
        with press.desk.work(press.visitor, plan_id, channel_id=press.channel_id, request_key=key) as work:
            sides.say_own_side(work, side)
            company = work.plan.company_of(side)
        if again is None:
            _say(press, "side_said", {"company": company, "again": "yes"})

    return handle


def what_goes_on(press: Press) -> Press | None:
    """What somebody was about to do when they were asked which side they are on."""
    if press.act not in (Act.SIDE_ON_SELLER, Act.SIDE_ON_BUYER):
        return None
    _, again = _again(press)
    return again and replace(press, act=again[0], value=again[1])


def _again(press: Press) -> tuple[int, tuple[Act, str] | None]:
    """The plan, and the press before, as `act=value`."""
    plan_id, _, again = press.value.partition(":")
    act, _, value = again.partition("=")
    known = next((one for one in Act if one == act and one not in HANDLERS), None)
    return number_in(plan_id), (known, value) if known else None


HANDLERS: Mapping[Act, Handler] = {
    Act.SIDE_CHANGE: open_form,
    Act.SIDE_FOR_ALL: giving(whole=True),
    Act.SIDE_FOR_ONE: giving(whole=False),
    Act.SIDE_ON_SELLER: saying(Side.SELLER),
    Act.SIDE_ON_BUYER: saying(Side.BUYER),
    Act.SIDE_SELLER: claiming(Side.SELLER),
    Act.SIDE_BUYER: claiming(Side.BUYER),
    Act.SIDE_READS: claiming(None),
    Act.SIDE_YES: deciding(right=True),
    Act.SIDE_NO: deciding(right=False),
}
