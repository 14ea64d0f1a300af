"""What is drawn of agreements, proposals and the form for a date, with the worst anybody could bring."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from blocks import agreement, date_form, proposal
from blocks.agreement_views import AgreeForm, Along, DateForm, MovePreview, SignatureView
from blocks.view_models import AgreedView, ChangeView, Companies, ProposalView
from plan.agreement import ReasonCode
from storage.agreement import ProposalKind, ProposalState
from storage.models import AnchorKind, Side
from tests.blocks.plans import TODAY, nasty_step, on, step

Payload = tuple[str, dict[str, Any]]
LATER = on(TODAY.replace(day=24))


def question(text: str = "Security review", **facts: Any) -> ProposalView:
    usual: dict[str, Any] = {
        "id": 14,
        "plan_id": 7,
        "kind": ProposalKind.STEP_DATE,
        "by": text,
        "by_side": Side.BUYER,
        "step": step(16, title=text),
        "anchor_kind": AnchorKind.GO_LIVE,
        "old": on(TODAY),
        "new": LATER,
        "lands_old": on(TODAY),
        "lands_new": LATER,
        "days": 12,
        "reason_code": "legal",
        "reason": text * 3,
    }
    return ProposalView(**{**usual, **facts})


def questions(text: str) -> Iterator[ProposalView]:
    along = tuple(nasty_step(n, title=text, due=TODAY) for n in range(1, 120))
    for kind in ProposalKind:
        about = None if kind is ProposalKind.ANCHOR else step(16, title=text)
        for state in ProposalState:
            yield question(text, kind=kind, step=about, state=state, answered_by=text, talk_by=text)
        for days in (-3, 0, 4):
            yield question(
                text, kind=kind, step=about, days=days, along=along, move_all=True, is_counter=True
            )
        yield question(text, kind=kind, step=about, old=None, lands_new=None, reason="", reason_code="")


def agree_forms(text: str) -> Iterator[AgreeForm]:
    many = tuple(nasty_step(n, title=text, side=list(Side)[n % 3], gate=n % 2 == 0) for n in range(1, 201))
    usual = AgreeForm(
        metadata="m" * 3000,
        plan_name=text,
        firms=Companies(text, text),
        side=Side.BUYER,
        anchor_kind=AnchorKind.SIGNATURE,
        anchor=on(TODAY),
        lands=LATER,
        days_late=3,
        steps=many,
    )
    signed = SignatureView(text, Side.SELLER, on(TODAY), holds=True)
    agreed = AgreedView(text, text, on(TODAY))
    changed = ChangeView(on(TODAY), text, text, "step_moved", text)
    yield usual
    yield replace(usual, steps=(step(4, due=None),), days_late=-2, agreed=agreed)
    both = (signed, replace(signed, side=Side.BUYER, holds=False))
    yield replace(usual, signatures=both, changed=changed, days_late=0)
    yield replace(usual, signatures=(replace(signed, side=Side.BUYER),), may_sign=False)
    yield replace(usual, agreed=agreed, may_sign=False)


def date_forms(text: str) -> Iterator[DateForm]:
    along = tuple(Along(nasty_step(n, title=text, due=TODAY), LATER) for n in range(1, 200))
    preview = MovePreview(
        AnchorKind.GO_LIVE,
        on(TODAY),
        LATER,
        days=12,
        critical=tuple(nasty_step(n, title=text) for n in range(1, 9)),
        along=along,
        asks=text,
        asks_along=text,
        asked=text,
    )
    form = DateForm("m" * 3000, step(4, title=text), AnchorKind.GO_LIVE, TODAY, firms=Companies(text, text))
    yield form
    yield replace(form, due=None, step=step(4, title=text, due=None), needs_reason=True)
    yield replace(form, preview=preview, words=text * 3, moves_along=True, code=ReasonCode.OTHER)
    own = replace(preview, asks="", asked="", along=along[:1], critical=())
    yield replace(form, preview=own, code=ReasonCode.LEGAL)
    yield replace(form, preview=replace(own, days=-4, along=()))
    yield replace(form, preview=replace(own, days=0, room=5, along=(), asks_along=""))
    yield replace(form, preview=MovePreview(AnchorKind.SIGNATURE, None, None))
    yield replace(form, counters=question(text), preview=preview)
    for one in anchor_previews(text):
        yield replace(form, step=None, counters=question(text, kind=ProposalKind.ANCHOR), preview=one)


def anchor_previews(text: str) -> Iterator[MovePreview]:
    usual = MovePreview(AnchorKind.GO_LIVE, on(TODAY), LATER, asks=text, asked=text, anchor=on(TODAY))
    yield usual
    yield replace(usual, lands_new=on(TODAY), room=3, moved_from=LATER, asks="")
    yield replace(usual, lands_new=None, asked="")


def messages(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for one in questions(text):
        yield "proposal", dict(proposal.build_proposal(one, firms))
        yield "proposal in the thread", dict(proposal.build_proposal(one, firms, "U0BEA"))
        for asked in ("", text):
            yield "proposed", dict(proposal.reply_proposed(one, firms, asked))
        for ending in ("accepted", "countered", "withdrawn", "talk", "overtaken", "over"):
            yield f"answered {ending}", dict(proposal.reply_answered(one, firms, ending))
        for what in ("accepted", "talk"):
            yield f"word {what}", dict(proposal.build_answer(one, firms, what, text))
            in_thread = proposal.build_answer(one, firms, what, text, "U0BEA")
            yield f"word {what} in the thread", dict(in_thread)
    yield "agree ask", dict(agreement.build_ask(text, Side.SELLER, firms, text, 7))
    yield "agree ask in the thread", dict(agreement.build_ask(text, Side.BUYER, firms, text, 7, "U0BEA"))
    yield "agreed", dict(agreement.build_agreed(text, text, firms, AnchorKind.GO_LIVE, TODAY))


def views(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for one in questions(text):
        for viewer, may_act in ((Side.SELLER, True), (Side.BUYER, True), (None, True), (Side.SELLER, False)):
            yield "proposal", proposal.build_proposal_modal(one, firms, "{}", viewer, may_act=may_act)
        yield "it is a question now", proposal.build_sent(one, firms, text)
    for form in agree_forms(text):
        yield "agree", agreement.build_agree(form)
    for date in date_forms(text):
        yield "date", date_form.build_date_modal(date)
