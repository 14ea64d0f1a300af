"""Where people meet Tandem first: in a channel it joins, in one it is not in, in a direct message."""

from datetime import date

from sqlmodel import select

from storage.models import Draft, Plan
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage

FORM = {
    "template": "agency-retainer",
    "name": "Retainer",
    "anchor_kind": "go_live",
    "anchor_date": "2026-07-10",
    "buyer_company": "Acme",
    "seller_country": "GB",
    "buyer_country": "US",
}


def test_in_a_channel_it_joins_it_says_in_three_lines_what_it_does(stage: Stage) -> None:
    stage.slack.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    stage.settle()
    [hello] = [one for one in stage.slack.messages("U0SAM", "C0TEAM") if one["bot"]]
    said = [
        line
        for block in hello["blocks"]
        for text in (block.get("text"), *block.get("elements", []))
        if text and text["type"] == "mrkdwn"
        for line in text["text"].splitlines()
    ]
    assert len(said) == 3
    stage.slack.click("U0SAM", "plan.start", channel="C0TEAM")
    assert stage.slack.need_view("U0SAM")["callback_id"] == "plan.new"


def test_its_help_leads_to_no_plan_where_there_is_none(stage: Stage) -> None:
    stage.slack.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    stage.settle()
    stage.slack.click("U0SAM", "plan.help", channel="C0TEAM")
    view = stage.slack.need_view("U0SAM")
    assert "/map new" in words_of(view)
    assert "Edit plan" not in words_of(view)


def test_a_channel_that_tandem_may_not_even_look_at_asks_for_an_invitation_too(stage: Stage) -> None:
    stage.slack.fail("conversations.members", "refused", error="channel_not_found")
    stage.slack.say("U0RAE", "/map new", channel="C0TEAM")
    stage.settle()
    assert "/invite @Tandem" in str(stage.slack.submit("U0RAE", FORM))
    assert stage.rows(select(Plan)) == []


def test_an_invitation_that_nobody_told_tandem_of_is_noticed_all_the_same(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new", channel="C0TEAM")
    stage.settle()
    stage.slack.slack.world.channels["C0TEAM"].member_ids.append("U0TANDEM")  # the event was lost
    assert "/invite @Tandem" in str(stage.slack.submit("U0RAE", FORM))
    stage.settle()
    assert stage.slack.submit("U0RAE", FORM) == {}


def test_who_closes_the_form_to_invite_tandem_finds_what_they_typed_in_the_next_one(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new", channel="C0TEAM")
    stage.settle()
    typed = {**FORM, "anchor_kind": "signature", "anchor_reason": "Season opens", "buyer_country": "DE"}
    assert "opens it with everything you typed" in str(stage.slack.submit("U0RAE", typed))
    stage.slack.close("U0RAE")
    stage.slack.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    stage.settle()
    stage.slack.say("U0SAM", "/map new", channel="C0TEAM")
    assert "Season opens" not in str(stage.slack.need_view("U0SAM")), "a draft is its writer's"
    stage.slack.click("U0RAE", "plan.start", channel="C0TEAM")
    stands = stage.slack.need_view("U0RAE")["values"]
    for field, value in typed.items():
        assert value in str(stands[field])
    assert stage.slack.submit("U0RAE", {}) == {}
    stage.slack.close("U0RAE")
    assert stage.plan().anchor_reason == "Season opens"
    assert stage.rows(select(Draft)) == []


def test_map_in_a_direct_message_says_where_it_works_and_leads_to_ones_plans(stage: Stage) -> None:
    stage.start_plan()
    stage.own(2, "U0RAE", date(2026, 6, 3))
    stage.slack.advance("day", 2)
    stage.morning_round()
    stage.slack.say("U0RAE", "/map done 4", channel="D0RAE")
    answer = stage.slack.dms("U0RAE")[-1]
    assert "A plan lives in the channel that both companies share" in words_of(answer)
    assert "<#C0DEAL>" in str(answer["blocks"])
    assert "/map done 4" in words_of(answer)
    assert not stage.step(4).state.is_finished
