"""The board answers in its first lines, offers the next three, and lets a buyer read it in one look."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from blocks.board import STEP_LINES, build_board
from blocks.ids import Act
from blocks.view_models import (
    AgreedView,
    BoardView,
    ChangeToMake,
    HealthView,
    PhaseView,
    SignedView,
    WayView,
)
from plan.health import Health, Reason
from plan.keeping import Move
from storage.models import AnchorKind, Outcome, Side, StepState
from tests.blocks.plans import board, closed_plan, on, step, usual_plan
from tests.blocks.rules import check


def block(view: BoardView, block_id: str) -> dict[str, Any]:
    return next(one for one in build_board(view)["blocks"] if one["block_id"] == block_id)


def said(view: BoardView, block_id: str) -> str:
    found = block(view, block_id)
    if found["type"] == "context":
        return "  ".join(element["text"] for element in found["elements"])
    return str(found["text"]["text"])


def everything_said(view: BoardView) -> str:
    shown = [one for one in build_board(view)["blocks"] if one["type"] in ("section", "context", "header")]
    return "\n".join(said(view, one["block_id"]) for one in shown)


def buttons(view: BoardView, block_id: str) -> list[str]:
    return [one["text"]["text"] for one in block(view, block_id)["elements"] if one["type"] == "button"]


def phase_lines(view: BoardView) -> list[str]:
    sections = [one for one in build_board(view)["blocks"] if one["block_id"].startswith("phase.")]
    return [line for one in sections for line in one["text"]["text"].splitlines()]


DOORS = ["Add step", "My steps", "All steps", "Timeline", "History", "Help", "Agree to the plan"]


def many(count: int, phases: int = 1, **facts: Any) -> BoardView:
    steps = [step(n, title=f"Step {n}", due=date(2026, 6, 9), **facts) for n in range(1, count + 1)]
    size = -(-count // phases)
    return board(
        tuple(
            PhaseView(f"Phase {at // size + 1}", tuple(steps[at : at + size])) for at in range(0, count, size)
        )
    )


def test_the_first_line_is_the_deal_and_its_day() -> None:
    assert said(usual_plan(), "board.title") == "Acme × Northwind  ·  go-live Tue 30 Jun"
    assert "signature Tue 30 Jun" in said(usual_plan(anchor_kind=AnchorKind.SIGNATURE), "board.title")


def test_then_it_says_whether_it_is_on_track_and_who_holds_the_ball_and_why() -> None:
    assert said(usual_plan(), "board.headline").splitlines() == [
        "🟡  *Waiting* on one step. Go-live on Tue 30 Jun still holds.",
        "The ball is with *Northwind*: *10  SOC 2 evidence, second request* is waiting, due Thu 4 Jun.",
    ]
    on_time = usual_plan(
        health=HealthView(), ball=Side.BUYER, ball_step=step(15, title="Forms", holds_up=(16, 17))
    )
    assert said(on_time, "board.headline").splitlines() == [
        "🟢  *On track* for Tue 30 Jun.",
        "The ball is with *Acme*: *15  Forms* comes first, due Fri 12 Jun. Steps 16 and 17 wait for it.",
    ]


def test_a_joint_step_puts_the_ball_with_both() -> None:
    view = usual_plan(health=HealthView(), ball=Side.JOINT, ball_step=step(4, side=Side.JOINT))
    assert "The ball is with *Northwind and Acme*" in said(view, "board.headline")


def test_a_gate_with_one_yes_says_whose_is_missing() -> None:
    half = step(11, title="Terms agreed", gate=True, side=Side.JOINT, buyer_confirmed_by="Bea")
    view = board((PhaseView("Legal", (half,)),), ball=Side.SELLER)
    missing = "Bea confirmed for Acme, Northwind's yes is missing"
    assert missing in said(view, "board.headline")
    assert missing in said(view, "next.1011")
    assert missing in phase_lines(view)[1]


def test_a_blocked_step_says_why_and_offers_to_unblock_it() -> None:
    stuck = step(4, state=StepState.BLOCKED, reason="Counsel is away", blocked_until=date(2026, 6, 11))
    view = board((PhaseView("Legal", (stuck,)),))
    assert "Blocked until Thu 11 Jun: Counsel is away" in said(view, "next.1004")
    assert "is blocked until Thu 11 Jun: Counsel is away" in said(view, "board.headline")
    assert buttons(view, "next.1004.do") == ["Done", "New date", "Unblock"]


def test_progress_is_counted_without_what_was_skipped() -> None:
    states = [StepState.DONE, StepState.DONE, StepState.SKIPPED, StepState.OPEN]
    view = board((PhaseView("Fit", tuple(step(n, state=state) for n, state in enumerate(states, 1))),))
    assert "2 of 3 done, 1 skipped" in said(view, "board.progress")
    assert "▰▰▰▰▰▰▱▱▱▱" in said(view, "board.progress")


def test_why_the_day_is_real_stands_beside_the_progress() -> None:
    assert "Why Tue 30 Jun: The old contract ends that day" in said(usual_plan(), "board.progress")
    assert "Why" not in said(usual_plan(anchor_reason=" "), "board.progress")


def test_the_next_three_carry_their_buttons_and_only_the_first_is_primary() -> None:
    view = usual_plan()
    for one in view.next_steps:
        assert buttons(view, f"next.{one.id}.do")[:2] == ["Done", "New date"]
    styles = [block(view, f"next.{one.id}.do")["elements"][0].get("style") for one in view.next_steps]
    assert styles == ["primary", None, None]
    assert said(view, "next.1015") == (
        "*15  Vendor onboarding forms*\nPriya Nair, Acme  ·  due Fri 12 Jun\nSteps 16 and 17 wait for it."
    )


def test_what_a_button_is_about_travels_in_its_value() -> None:
    elements = block(usual_plan(), "next.1015.do")["elements"]
    assert {one["value"] for one in elements if one["type"] == "button"} == {"7:1015"}
    assert [one["value"] for one in elements[-1]["options"]] == [
        f"7:1015:{choice}" for choice in ("start", "owner", "skip", "open")
    ]


def test_a_step_without_a_name_says_which_role_it_waits_for() -> None:
    view = board((PhaseView("Buy", (step(4, owner="", role="CFO", due=None),)),))
    assert "CFO at Acme, no name yet  ·  no date yet" in said(view, "next.1004")


def test_a_shared_step_without_names_says_both_roles() -> None:
    shared = step(4, owner="", role="Counsel", counterpart_role="Legal lead", side=Side.JOINT)
    view = board((PhaseView("Legal", (shared,)),))
    assert "Counsel with Legal lead, no name yet  ·  due Fri 12 Jun" in said(view, "next.1004")


def test_finished_phases_fold_to_a_line_and_open_steps_have_one_each() -> None:
    view = usual_plan()
    assert said(view, "board.finished") == "✅  *Fit*  5 of 5     ✅  *Business case*  2 of 2"
    lines = phase_lines(view)
    assert "✅  9  Architecture review" in lines
    assert "🟡  10  SOC 2 evidence, second request  ·  Sam Okoro  ·  Thu 4 Jun" in lines
    assert "⚪  14  Redlines closed  🔑  ·  Jonas Weber and Mei Tanaka  ·  Thu 18 Jun" in lines


def test_a_tick_for_the_other_side_says_so() -> None:
    ticked = step(4, state=StepState.DONE, finished_by="Rae", finished_for="Bea")
    view = board((PhaseView("Fit", (ticked, step(5))),))
    assert "✅  4  Security review  ·  by Rae for Bea" in phase_lines(view)


@pytest.mark.parametrize(("count", "phases"), [(19, 1), (60, 5), (200, 1), (200, 10), (200, 200)])
def test_nobody_sees_more_steps_than_anybody_reads(count: int, phases: int) -> None:
    view = many(count, phases)
    assert sum(line.startswith("⚪") for line in phase_lines(view)) == STEP_LINES
    assert "in _All steps_" in everything_said(view) or "3 steps" in everything_said(view)
    assert len(build_board(view)["blocks"]) <= 50


def long_winded(count: int, title: str, **facts: Any) -> BoardView:
    steps = [step(n, title=f"{n} {title}", **facts) for n in range(1, count + 1)]
    done = [
        PhaseView(name, (step(500 + at, state=StepState.DONE),)) for at, name in enumerate(("Fit", "Case"))
    ]
    parts = (steps[at : at + 10] for at in range(0, count, 10))
    return board((*done, *(PhaseView(f"Phase {at}", tuple(part)) for at, part in enumerate(parts))))


@pytest.mark.parametrize(
    "view",
    [
        long_winded(30, "&" * 100, owner="&" * 60),
        long_winded(99, "W" * 140, owner="&" * 60),
        long_winded(99, "&" * 140, owner="&" * 60, state=StepState.BLOCKED, reason="&" * 200),
    ],
)
def test_a_board_too_long_for_a_message_folds_what_is_missed_least(view: BoardView) -> None:
    check(dict(build_board(view)))
    assert "The ball is with" in said(view, "board.headline")
    for one in view.next_steps:
        assert said(view, f"next.{one.id}").startswith(
            f"*{one.number}  {one.title[:9]}".replace("&", "&amp;")
        )
        assert buttons(view, f"next.{one.id}.do")[:2] == ["Done", "New date"]
    assert buttons(view, "board.doors") == DOORS
    assert said(view, "board.finished") == "✅  *2 phases*  2 of 2"
    assert "in _All steps_" in everything_said(view)
    assert sum(line.startswith(("⚪", "⛔")) for line in phase_lines(view)) < STEP_LINES


def test_what_cannot_fold_is_cut_and_keeps_its_buttons() -> None:
    wordy = {"owner": "&" * 60, "state": StepState.BLOCKED, "reason": "&" * 200, "holds_up": (8, 9)}
    view = replace(
        long_winded(20, "&" * 140, **wordy),
        seller_company="&" * 60,
        buyer_company="&" * 60,
        anchor_reason="&" * 200,
    )
    drawn = build_board(view)
    check(dict(drawn))
    cut = [one for one in drawn["blocks"] if one.get("text", {}).get("text", "").endswith("…")]
    assert {one["block_id"] for one in cut} >= {f"next.{one.id}" for one in view.next_steps}
    assert all(len(one["text"]["text"]) > 1000 for one in cut)
    for one in view.next_steps:
        assert buttons(view, f"next.{one.id}.do") == ["Done", "New date", "Unblock"]
    assert buttons(view, "board.doors") == DOORS


def test_the_menu_goes_last() -> None:
    def menu(view: BoardView) -> list[int]:
        return [len(one["options"]) for one in block(view, "board.doors")["elements"] if "options" in one]

    assert menu(long_winded(80, "W" * 140)) == [82]
    assert menu(long_winded(99, "W" * 140, owner="&" * 60)) == []


def test_far_phases_fold_to_a_line_with_their_days() -> None:
    view = many(40, 4)
    assert said(view, "board.far").splitlines() == [
        "⚪  *Phase 3*  10 steps, Tue 9 Jun",
        "⚪  *Phase 4*  10 steps, Tue 9 Jun",
    ]


def test_any_step_can_be_opened_from_the_board_while_a_menu_holds_them() -> None:
    def menu(view: BoardView) -> list[dict[str, Any]]:
        return [one for one in block(view, "board.doors")["elements"] if one["type"] == "static_select"]

    [select] = menu(many(100))
    assert select["action_id"] == Act.STEP_OPEN
    assert len(select["options"]) == 100
    assert select["options"][0]["text"]["text"] == "1  Step 1"
    assert menu(many(101)) == []
    assert menu(board(())) == []


def test_the_doors_are_the_same_on_every_open_plan() -> None:
    assert buttons(usual_plan(), "board.doors") == DOORS


def test_who_agreed_and_whose_yes_is_missing_stand_on_the_board() -> None:
    agreed = usual_plan(agreed=AgreedView("Rae Lindqvist", "Bea Alvarez", on(date(2026, 6, 3))))
    assert said(agreed, "board.agreed") == (
        "🤝  Agreed Wed 3 Jun by Bea Alvarez (Acme) and Rae Lindqvist (Northwind)"
    )
    assert "Agree to the plan" not in buttons(agreed, "board.doors")
    signed = usual_plan(signed=SignedView("Bea Alvarez", Side.BUYER))
    assert said(signed, "board.signed") == (
        "✍️  Bea Alvarez (Acme) has agreed to the plan. Northwind's yes is missing."
    )
    assert block(signed, "board.signed")["accessory"]["action_id"] == Act.PLAN_AGREE


def test_at_risk_it_says_where_it_lands_and_what_would_keep_the_date() -> None:
    one, other = step(15, title="Forms", days=5), step(16, title="Portal", side=Side.JOINT)
    later = HealthView(Health.AT_RISK, Reason.NOT_STARTED, on(date(2026, 7, 7)), 5)
    way = WayView(
        one,
        (ChangeToMake(Move.SIDE_BY_SIDE, other, one, gains=3), ChangeToMake(Move.SHORTEN, one, None, 3, 2)),
        on(date(2026, 6, 30)),
        keeps=True,
    )
    view = usual_plan(health=later, way=way, ball=Side.BUYER, ball_step=one)
    assert said(view, "board.headline").splitlines() == [
        "🟡  *At risk.* On today's pace go-live is *Tue 7 Jul*, 5 working days later.",
        "The ball is with *Acme*: *15  Forms* has not started, and takes 5 working days.",
    ]
    assert said(view, "board.way") == (
        "What would keep Tue 30 Jun: *15* today, then *16  Portal* side by side with 15 "
        "(3 days, Northwind and Acme); *15  Forms* in 3 working days (2 days, Acme)."
    )
    assert "Keep the date" in buttons(view, "board.doors")


def test_a_start_that_is_near_is_said_before_anything_waits() -> None:
    soon = HealthView(Health.AT_RISK, Reason.STARTS_SOON, start_by=on(date(2026, 6, 9)))
    view = usual_plan(health=soon, ball=Side.BUYER, ball_step=step(15, title="Forms", days=5))
    assert said(view, "board.headline").splitlines() == [
        "🟡  *At risk.* Go-live on Tue 30 Jun holds, with no day to spare.",
        "The ball is with *Acme*: *15  Forms* starts by Tue 9 Jun to keep the date: it takes 5 working days.",
    ]


def test_once_it_is_signed_what_is_left_is_said_to_come_after_it() -> None:
    signed = HealthView(days=3, is_settled=True)
    view = usual_plan(health=signed, anchor_kind=AnchorKind.SIGNATURE, ball=Side.BUYER, ball_step=step(15))
    assert said(view, "board.headline").splitlines()[0] == (
        "🟢  *Past the signature.* What is left comes after it."
    )
    assert "Keep the date" not in buttons(view, "board.doors")
    waits = HealthView(Health.WAITING, Reason.PAST_DUE, days=3, is_settled=True)
    late = usual_plan(health=waits, anchor_kind=AnchorKind.SIGNATURE, ball=Side.BUYER, ball_step=step(15))
    assert said(late, "board.headline").splitlines()[0] == (
        "🟡  *Waiting* on one step. What is left comes after the signature."
    )


def test_what_has_to_wait_for_a_day_is_said_with_that_day() -> None:
    health = HealthView(Health.AT_RISK, Reason.NOT_BEFORE, on(date(2026, 7, 9)), 7)
    board = replace(step(15, title="The board agrees"), projected=on(date(2026, 7, 9)))
    view = usual_plan(health=health, ball=Side.BUYER, ball_step=board)
    assert said(view, "board.headline").splitlines()[1] == (
        "The ball is with *Acme*: *15  The board agrees* can be done on Thu 9 Jul at the earliest."
    )


def test_days_to_spare_are_said() -> None:
    roomy = usual_plan(health=HealthView(days=-4), ball=Side.BUYER, ball_step=step(15))
    assert "*On track* for Tue 30 Jun, 4 working days to spare." in said(roomy, "board.headline")


def test_a_next_step_says_by_when_it_starts_and_what_a_day_costs() -> None:
    facts = {"start_by": date(2026, 6, 9), "room": 0, "is_critical": True}
    costly = step(15, title="Forms", **facts)
    view = board((PhaseView("Legal", (costly, step(16, room=4))),))
    assert said(view, "next.1015").splitlines()[1:] == [
        "Ravi Shah, Acme  ·  due Fri 12 Jun, start by Tue 9 Jun",
        "Each day here moves the date by a day.",
    ]
    assert said(view, "next.1016").endswith("4 working days of slack.")
    early = step(15, start_by=date(2026, 6, 16))  # its own date comes first: no later one confuses it
    view = board((PhaseView("Legal", (early,)),))
    assert "start by" not in said(view, "next.1015")
    cannot = step(15, in_conflict=True, projected=date(2026, 6, 17))
    view = board((PhaseView("Legal", (cannot,)),))
    assert "Planned for Fri 12 Jun; what comes first leaves Wed 17 Jun at the earliest." in said(
        view, "next.1015"
    )


def test_the_last_line_invites_the_company_that_installed_nothing() -> None:
    last = build_board(usual_plan())["blocks"][-1]["elements"][0]["text"]
    assert last.startswith(
        "🔑 both sides confirm  ·  At Acme? The buttons work for you too, nothing to install."
    )
    assert "`@Tandem done 13`" in last  # a step the buyer shares, not one of the seller's
    assert "🔑" not in said(many(3), "board.take_part")


def test_when_every_step_is_done_the_next_thing_is_to_close_the_plan() -> None:
    view = many(3, state=StepState.DONE)
    assert "*Every step is done.*" in said(view, "board.headline")
    assert buttons(view, "board.doors")[0] == "Close plan"


def test_a_closed_plan_is_a_record_that_can_be_reopened() -> None:
    view = closed_plan()
    assert said(view, "board.title") == "Acme × Northwind  ·  won"
    assert said(view, "board.headline").splitlines() == [
        "🎉  *Won* on Fri 26 Jun, closed by Rae Lindqvist.",
        "> Signed four days early",
    ]
    assert buttons(view, "board.doors") == ["Reopen plan", "History"]
    drawn = {
        one["action_id"]
        for found in build_board(view)["blocks"]
        for one in found.get("elements", [])
        if "action_id" in one
    }
    assert drawn == {Act.PLAN_REOPEN, Act.PLAN_HISTORY}
    assert "not going ahead" in said(closed_plan(Outcome.LOST), "board.title")


def test_it_names_people_and_mentions_nobody() -> None:
    message = build_board(usual_plan())
    assert "Priya Nair" in everything_said(usual_plan())
    assert "<@" not in str(message)
    assert "<!" not in str(message)


def test_a_notification_reads_out_the_point() -> None:
    assert build_board(usual_plan())["text"] == (
        "Acme × Northwind · go-live Tue 30 Jun. Waiting. "
        "The ball is with Northwind: 10  SOC 2 evidence, second request, due Thu 4 Jun."
    )


def test_its_blocks_keep_their_names_when_a_step_is_ticked() -> None:
    before = usual_plan()
    security, *rest = before.phases[2].steps
    after = replace(
        before,
        phases=(*before.phases[:2], PhaseView("Security", (replace(security), *rest)), *before.phases[3:]),
    )
    assert [one["block_id"] for one in build_board(before)["blocks"]] == [
        one["block_id"] for one in build_board(after)["blocks"]
    ]
