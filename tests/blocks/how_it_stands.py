"""Plans at risk, agreed on, with changes that wait for a yes: with the worst that anybody typed."""

from collections.abc import Iterator
from typing import Any

from blocks import keeping
from blocks.view_models import (
    AgreedView,
    BoardView,
    ChangeToMake,
    HealthView,
    PhaseView,
    ProposalView,
    SignedView,
    StepView,
    WayView,
)
from plan.health import Health, Reason
from plan.keeping import Move
from storage.agreement import ProposalKind
from storage.models import AnchorKind, Side, StepState
from tests.blocks.plans import NASTY, TODAY, board, nasty_step, on, usual_plan

Payload = tuple[str, dict[str, Any]]
LATER = on(TODAY.replace(day=24))


def standing_plans() -> list[BoardView]:
    return [usual_plan(**_facts("Acme")), *(_plan(text, reason) for text in NASTY for reason in Reason)]


def _plan(text: str, reason: Reason) -> BoardView:
    steps = tuple(_on_its_way(number, text) for number in range(1, 31))
    facts = _facts(text, reason) | {"ball": Side.JOINT, "ball_step": steps[0], "name": text[:150]}
    return board((PhaseView(text[:60], steps),), **facts)


def _on_its_way(number: int, text: str) -> StepView:
    return nasty_step(
        number,
        title=text,
        state=StepState.OPEN,
        due=TODAY,
        projected=LATER,
        start_by=TODAY.replace(day=9) if number % 2 else None,
        room=number - 3,
        is_critical=number < 4,
        in_conflict=number % 3 == 0,
    )


def _facts(text: str, reason: Reason = Reason.NOT_STARTED) -> dict[str, Any]:
    lands = None if reason is Reason.STARTS_SOON else LATER
    health = HealthView(Health.AT_RISK, reason, lands, 5 if lands else -2, start_by=on(TODAY))
    moves = tuple(
        ChangeToMake(move, _on_its_way(n, text), _on_its_way(1, text), n, n) for n, move in enumerate(Move, 1)
    )
    names = text[:120] or "x"
    return {
        "health": health,
        "way": WayView(_on_its_way(1, text), moves, LATER, keeps=reason is not Reason.BLOCKED)
        if lands
        else None,
        "agreed": AgreedView(names, names, on(TODAY)) if lands else None,
        "signed": SignedView(names, Side.BUYER),
        "proposals": tuple(_question(n, kind, text) for n, kind in enumerate([*ProposalKind] * 2, 1)),
        "seller_company": text[:80],
        "buyer_company": text[:80],
        "anchor_kind": AnchorKind.SIGNATURE,
    }


def _question(number: int, kind: ProposalKind, text: str) -> ProposalView:
    about = None if kind is ProposalKind.ANCHOR else _on_its_way(2, text)
    return ProposalView(
        id=number,
        plan_id=7,
        kind=kind,
        by=text[:120],
        by_side=Side.BUYER,
        step=about,
        anchor_kind=AnchorKind.SIGNATURE,
        old=on(TODAY),
        new=LATER,
        lands_old=on(TODAY),
        lands_new=LATER,
        days=12,
    )


def views() -> Iterator[Payload]:
    for place, plan in enumerate([*standing_plans(), usual_plan(), board(())]):
        yield f"what keeps the date {place}", keeping.build_keeping(plan, "{}")


def messages() -> Iterator[Payload]:
    for place, plan in enumerate([*standing_plans(), usual_plan(), board(())]):
        yield f"what keeps the date {place}", dict(keeping.reply_keeping(plan))
