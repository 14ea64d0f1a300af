"""From an empty channel to a plan that both companies see."""

from datetime import date

import pytest
from sqlmodel import select

from storage.models import Plan
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage


@pytest.mark.parametrize(
    ("template", "last"),
    [
        ("agency-retainer", "5  "),
        ("saas-six-figures", "13  Go live"),
        ("regulated-buyer", "go-live Fri 7 Aug"),
    ],
)
def test_rae_starts_a_plan_and_both_see_its_board_pinned(stage: Stage, template: str, last: str) -> None:
    anchor = "2027-02-05" if template == "regulated-buyer" else "2026-08-07"
    stage.start_plan(template, anchor_date=anchor)
    assert stage.board("U0RAE")["ts"] == stage.board("U0BEA")["ts"]
    assert "Acme × Northwind" in stage.board_text()
    if template != "regulated-buyer":
        assert last in stage.board_text()
    assert "On track" in stage.board_text()


def test_posting_and_editing_the_board_mentions_nobody(stage: Stage) -> None:
    stage.start_plan()
    stage.slack.say("U0RAE", "/map done 3")
    stage.settle()
    for method in ("chat.postMessage", "chat.update"):
        for call in stage.slack.calls(method):
            assert "<@" not in str(call)
            assert "<!" not in str(call)


def test_the_form_can_be_sent_with_nobody_chosen(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new")
    stage.settle()
    errors = stage.slack.submit(
        "U0RAE",
        {
            "template": "agency-retainer",
            "name": "Retainer",
            "anchor_kind": "signature",
            "anchor_date": "2026-07-10",
            "buyer_company": "Acme",
            "seller_country": "GB",
            "buyer_country": "US",
            "seller_lead": None,
            "buyer_lead": None,
        },
    )
    assert errors == {}
    stage.settle()
    assert "signature Fri 10 Jul" in stage.board_text()
    assert stage.plan().seller_lead_id == "U0RAE"


def test_the_leads_are_searched_in_two_groups_without_asking_slack(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new")
    stage.settle()
    calls = len(stage.slack.calls("users.info"))
    view = stage.slack.need_view("U0RAE")
    block = next(one for one in view["blocks"] if one["block_id"] == "buyer_lead")
    answer = stage.slack.door(
        "options",
        person="U0RAE",
        view_id=view["id"],
        block_id="buyer_lead",
        action_id=block["element"]["action_id"],
        query="",
    )
    groups = {group["label"]["text"]: len(group["options"]) for group in answer["option_groups"]}
    assert list(groups.values()) == [4, 6]
    assert [one["text"]["text"] for one in stage.slack.options("U0RAE", "buyer_lead", "omar")] == [
        "Omar Haddad"
    ]
    assert len(stage.slack.calls("users.info")) == calls


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"anchor_date": "2026-06-01"}, "anchor_date"),
        ({"name": "   "}, "name"),
        ({"buyer_company": " "}, "buyer_company"),
    ],
)
def test_what_cannot_be_is_said_under_its_field_and_nothing_is_lost(
    stage: Stage, values: dict[str, str], field: str
) -> None:
    stage.slack.say("U0RAE", "/map new")
    stage.settle()
    form = {
        "template": "agency-retainer",
        "name": "Retainer",
        "anchor_kind": "go_live",
        "anchor_date": "2026-07-10",
        "anchor_reason": "Season opens",
        "buyer_company": "Acme",
        "seller_country": "GB",
        "buyer_country": "US",
        **values,
    }
    assert list(stage.slack.submit("U0RAE", form)) == [field]
    assert "Season opens" in str(stage.slack.need_view("U0RAE")["values"])


def test_an_anchor_on_a_sunday_moves_to_the_friday_and_says_so(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new")
    stage.settle()
    form = {
        "template": "agency-retainer",
        "name": "Retainer",
        "anchor_kind": "go_live",
        "anchor_date": "2026-07-12",
        "buyer_company": "Acme",
        "seller_country": "GB",
        "buyer_country": "US",
    }
    stage.slack.submit("U0RAE", form)
    notice = words_of(stage.slack.need_view("U0RAE"))
    assert "Fri 10 Jul" in notice
    assert "Sun 12 Jul" in notice
    stage.settle()
    assert stage.plan().anchor_date == date(2026, 7, 10)


def test_a_second_plan_in_a_channel_is_refused_where_rae_is(stage: Stage) -> None:
    stage.start_plan()
    stage.slack.say("U0RAE", "/map new")
    assert stage.slack.view("U0RAE") is None
    assert "open plan already" in words_of(stage.slack.messages("U0RAE")[-1])


def test_bea_who_installed_nothing_has_no_command(stage: Stage) -> None:
    stage.start_plan()
    with pytest.raises(RefusedError) as refused:
        stage.slack.say("U0BEA", "/map status")
    assert refused.value.error == "unknown_command"


def test_in_a_channel_without_tandem_the_form_stays_until_it_is_invited(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new", channel="C0TEAM")
    stage.settle()
    form = {
        "template": "agency-retainer",
        "name": "Retainer",
        "anchor_kind": "go_live",
        "anchor_date": "2026-07-10",
        "buyer_company": "Acme",
        "seller_country": "GB",
        "buyer_country": "US",
        "seller_lead": None,
    }
    assert "/invite @Tandem" in str(stage.slack.submit("U0RAE", form))
    assert "Retainer" in str(stage.slack.need_view("U0RAE")["values"])
    assert stage.rows(select(Plan)) == []
    stage.slack.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    stage.settle()
    assert stage.slack.submit("U0RAE", form) == {}
    stage.settle()
    [board] = [one for one in stage.slack.messages("U0RAE", "C0TEAM") if one["pinned"]]
    assert "Retainer" in words_of(board)


def test_a_board_somebody_deleted_comes_back_once_and_is_pinned(stage: Stage) -> None:
    stage.start_plan()
    gone = stage.board()["ts"]
    stage.slack.delete("U0RAE", gone)
    for number in (3, 4):
        stage.slack.say("U0RAE", f"/map done {number}")
        stage.settle()
    boards = [one for one in stage.slack.messages("U0BEA") if one["pinned"]]
    assert len(boards) == 1
    assert boards[0]["ts"] != gone
    assert stage.count("pin") == 2


def test_a_refused_pin_never_stops_the_plan(stage: Stage) -> None:
    stage.slack.fail("pins.add", "fatal_error", times=20)
    stage.start_plan()
    assert "Go live" in words_of(stage.slack.messages("U0BEA")[-1])
    stage.slack.say("U0RAE", "/map done 3")
    stage.settle()
    assert "by Rae" in words_of(stage.slack.messages("U0RAE")[-1])


def test_a_board_whose_answer_was_lost_is_not_posted_again_until_somebody_asks(stage: Stage) -> None:
    stage.slack.fail("chat.postMessage", "lost_answer")
    stage.start_plan()
    for number in (2, 3):
        stage.slack.say("U0RAE", f"/map done {number}")
        stage.settle()
    assert len([one for one in stage.slack.messages("U0BEA") if one["bot"]]) == 1
    [told] = stage.slack.dms("U0RAE")
    assert "/map board" in words_of(told)
    stage.slack.say("U0RAE", "/map board")
    stage.settle()
    assert "2 of 13 done" in stage.board_text()
