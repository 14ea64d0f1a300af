"""Plans to draw: one as people have it, and the worst anybody could bring."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from blocks.text import Day
from blocks.view_models import BoardView, HealthView, NudgeItem, PhaseView, StepView
from plan.health import Health
from storage.models import AnchorKind, Outcome, Side, StepState

TODAY = date(2026, 6, 8)
LONGEST = 150  # characters of a title

_ROWS: tuple[tuple[str, int, str, Side, str, int], ...] = (
    ("Fit", 1, "Success criteria agreed", Side.JOINT, "Bea Alvarez", -30),
    ("Fit", 2, "Technical walk-through", Side.SELLER, "Rae Lindqvist", -27),
    ("Fit", 3, "Reference call", Side.SELLER, "Rae Lindqvist", -24),
    ("Fit", 4, "Sponsor introduced", Side.BUYER, "Bea Alvarez", -22),
    ("Fit", 5, "Scope confirmed", Side.JOINT, "Bea Alvarez", -20),
    ("Business case", 6, "Numbers checked together", Side.JOINT, "Bea Alvarez", -18),
    ("Business case", 7, "Budget holder convinced", Side.BUYER, "Omar Haddad", -12),
    ("Security", 8, "Security questionnaire", Side.SELLER, "Sam Okoro", -9),
    ("Security", 9, "Architecture review", Side.BUYER, "Ravi Shah", -6),
    ("Security", 10, "SOC 2 evidence, second request", Side.SELLER, "Sam Okoro", -4),
    ("Security", 11, "Security decision", Side.JOINT, "Ines Costa", 8),
    ("Legal", 12, "Mutual NDA", Side.JOINT, "Jonas Weber", -15),
    ("Legal", 13, "Data processing addendum", Side.JOINT, "Jonas Weber", 2),
    ("Legal", 14, "Redlines closed", Side.JOINT, "Jonas Weber", 10),
    ("Procurement", 15, "Vendor onboarding forms", Side.BUYER, "Priya Nair", 4),
    ("Procurement", 16, "Procurement portal submission", Side.BUYER, "Priya Nair", 9),
    ("Procurement", 17, "Budget release and order", Side.BUYER, "", 14),
    ("Procurement", 18, "Signature", Side.JOINT, "Omar Haddad", 16),
    ("Go-live", 19, "Kickoff", Side.JOINT, "Lena Fischer", 17),
    ("Go-live", 20, "Single sign-on in place", Side.BUYER, "Ravi Shah", 20),
    ("Go-live", 21, "Data in production", Side.SELLER, "Lena Fischer", 21),
    ("Go-live", 22, "Go-live", Side.JOINT, "Bea Alvarez", 22),
)


def on(when: date) -> Day:
    return Day.seen(when, TODAY)


def told(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of a view, with every plain date among them as it is read on `TODAY`."""
    return {key: on(fact) if type(fact) is date and key != "today" else fact for key, fact in facts.items()}


def step(number: int = 4, **facts: object) -> StepView:
    usual: dict[str, object] = {
        "plan_id": 7,
        "id": 1000 + number,
        "number": number,
        "phase": "Security",
        "title": "Security review",
        "side": Side.BUYER,
        "role": "Buyer IT",
        "state": StepState.OPEN,
        "due": date(2026, 6, 12),
        "owner": "Ravi Shah",
    }
    return StepView(**told({**usual, **facts}))


def board(phases: tuple[PhaseView, ...], **facts: object) -> BoardView:
    steps = [one for phase in phases for one in phase.steps]
    ahead = sorted((one for one in steps if not one.state.is_finished), key=lambda one: one.due or date.max)
    usual: dict[str, object] = {
        "plan_id": 7,
        "name": "Acme × Northwind",
        "seller_company": "Northwind",
        "buyer_company": "Acme",
        "anchor_kind": AnchorKind.GO_LIVE,
        "anchor": date(2026, 6, 30),
        "anchor_reason": "The old contract ends that day",
        "today": TODAY,
        "phases": phases,
        "next_steps": tuple(ahead[:3]),
        "health": HealthView(Health.WAITING if any(one.is_waiting for one in ahead) else Health.ON_TRACK),
        "ball": ahead[0].side if ahead else None,
        "ball_step": ahead[0] if ahead else None,
    }
    return BoardView(**told({**usual, **facts}))


def usual_plan(**facts: object) -> BoardView:
    """22 steps, half of them done, one waiting, one blocked, one gate with Acme's yes."""
    phases: dict[str, list[StepView]] = {}
    for phase, number, title, side, owner, days in _ROWS:
        is_done = number <= 9 or number == 12
        one = step(
            number,
            phase=phase,
            title=title,
            side=side,
            owner=owner,
            role="Finance" if not owner else "",
            counterpart="Mei Tanaka" if side is Side.JOINT else "",
            due=TODAY + timedelta(days=days),
            state=StepState.DONE if is_done else StepState.OPEN,
            gate=number in (11, 14, 18, 22),
            is_waiting=not is_done and days < 0,
            holds_up=(16, 17) if number == 15 else (),
        )
        phases.setdefault(phase, []).append(one)
    security, legal = phases["Security"], phases["Legal"]
    security[3] = replace(security[3], buyer_confirmed_by="Ines Costa")
    legal[1] = replace(
        legal[1],
        state=StepState.BLOCKED,
        reason="Counsel is away",
        blocked_until=on(TODAY + timedelta(days=3)),
    )
    return board(tuple(PhaseView(name, tuple(steps)) for name, steps in phases.items()), **facts)


def closed_plan(outcome: Outcome = Outcome.WON) -> BoardView:
    facts = {"outcome": outcome, "closed_on": date(2026, 6, 26), "closed_by": "Rae Lindqvist"}
    return usual_plan(**facts, close_reason="Signed four days early")


NASTY = (
    "&" * LONGEST,
    "<" * LONGEST,
    "<!channel> <!here> <!everyone> @channel @here @everyone <@U0BEA> <#C0> <!subteam^S1|x> <!date^1^{time}>",
    "```*bold* _it_ ~gone~ `code`\n> quote\r\n• list```",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 10,
    "סקירת אבטחה \u202e gnp.exe \u2066 مراجعة الأمان",
    "\x00\x07 \u200b\ufeff\u2028two\u2029lines\tand\ntabs \u200d",
    "\u200b\u200d\u2060",
    "_*~`",
    "W" * LONGEST,
    '{"quotes": \'"\'} {{ 7 * 7 }} {% raw %} \\n',
    "x" * 3000,
)


def nasty_step(number: int, **facts: object) -> StepView:
    text = NASTY[number % len(NASTY)]
    usual: dict[str, object] = {
        "phase": text[:60],
        "title": text,
        "owner": text[:120] if number % 3 else "",
        "counterpart": text[:120],
        "role": text[:80] if number % 2 else "",
        "counterpart_role": text[:80],
        "side": (Side.SELLER, Side.BUYER, Side.JOINT)[number % 3],
        "state": list(StepState)[number % 5],
        "due": None if number % 4 == 0 else TODAY + timedelta(days=number),
        "gate": number % 2 == 0,
        "buyer_confirmed_by": text[:120] if number % 4 == 0 else "",
        "reason": text * 20,
        "finished_by": text[:120],
        "finished_for": text[:120],
        "finished_on": TODAY,
        "blocked_until": TODAY if number % 2 else None,
        "after": tuple(range(1, number)),
        "holds_up": tuple(range(number, 201)),
        "is_waiting": number % 5 == 0,
    }
    return step(number, **{**usual, **facts})


def nasty_plans() -> list[BoardView]:
    """Every nasty text as everything, in one phase, in many, and in two hundred."""
    plans = []
    for phase_count in (1, 9, 200):
        steps = [nasty_step(number) for number in range(1, 201)]
        size = 200 // phase_count
        phases = tuple(PhaseView(steps[at].phase, tuple(steps[at : at + size])) for at in range(0, 200, size))
        plans += [board(phases, **_nasty_names(text)) for text in NASTY]
    ampersands = tuple(
        nasty_step(n, title="&" * LONGEST, owner="&" * 120, state=StepState.OPEN) for n in range(1, 201)
    )
    plans.append(board((PhaseView("&" * 60, ampersands),), **_nasty_names("&" * 3000)))
    for number in (1, 100, 101):
        plans.append(board((PhaseView("", tuple(nasty_step(n) for n in range(1, number + 1))),)))
    plans += [
        replace(plan, outcome=outcome, closed_by="<!here>") for plan in plans[:3] for outcome in Outcome
    ]
    plans += [board(()), board((), name="\u200b", buyer_company="", seller_company="", anchor_reason="")]
    finished = tuple(nasty_step(n, state=StepState.DONE) for n in range(1, 201))
    plans.append(board(tuple(PhaseView(f"Phase {one.number}", (one,)) for one in finished)))
    return plans


def _nasty_names(text: str) -> dict[str, object]:
    return {
        "name": text[:150],
        "seller_company": text[:80],
        "buyer_company": text[:80],
        "anchor_reason": text * 20,
        "close_reason": text * 20,
        "closed_by": text,
        "closed_on": TODAY,
    }


def nudge_item(number: int = 4, **facts: object) -> NudgeItem:
    usual: dict[str, object] = {
        "step": step(number),
        "plan_name": "Acme × Northwind",
        "anchor_kind": AnchorKind.GO_LIVE,
        "anchor": date(2026, 6, 30),
        "side_company": "Acme",
    }
    return NudgeItem(**told({**usual, **facts}))
