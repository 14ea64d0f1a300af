"""Presses about the side that a company is on: the answer of somebody there, and the seller's yes or no."""

from collections.abc import Mapping

from blocks import notices
from blocks.ids import Act
from blocks.sides import build_claim_answered
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
        plan_id, team_id, side = _claim(press)
        with press.work(plan_id) as work:
            name = sides.decide_claim(work, team_id, side, right=right)
            company = work.plan.company_of(side) if right else ""
            _close_question(press, work, name, company)
        _say(press, "side_decided", {"who": name, "company": company})

    return handle


def _claim(press: Press) -> tuple[int, str, Side]:
    plan_id, team_id, side = (*press.value.split(":"), "", "", "")[:3]
    if not team_id or side not in (Side.SELLER.value, Side.BUYER.value):
        raise Refused("old_button")
    return number_in(plan_id), team_id, Side(side)


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


HANDLERS: Mapping[Act, Handler] = {
    Act.SIDE_SELLER: claiming(Side.SELLER),
    Act.SIDE_BUYER: claiming(Side.BUYER),
    Act.SIDE_READS: claiming(None),
    Act.SIDE_YES: deciding(right=True),
    Act.SIDE_NO: deciding(right=False),
}
