"""The channel of a plan changes, in the small Slack: the plan follows, stands still, goes on."""

from datetime import UTC, date, datetime

from blocks.replies import build_short
from storage import outbox
from storage.models import Plan, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, Stage
from tests.scenario.playing import answers_to

STANDS_STILL = "stands still for now: "


def told(stage: Stage, person: str) -> list[str]:
    """What Tandem wrote to somebody in private about the channel."""
    said = [words_of(one) for one in stage.slack.messages(person, f"D{person[1:]}")]
    return [words for words in said if STANDS_STILL in words or "goes on in" in words]


def test_archived_it_stands_still_and_unarchived_it_goes_on_and_each_lead_hears_of_both_once(
    plan: Stage,
) -> None:
    step = plan.own(1, "U0BEA", date(2026, 6, 3))
    plan.slack.archive("U0RAE")
    plan.settle()
    for person in ("U0RAE", "U0BEA"):
        [words] = told(plan, person)
        assert "its channel is archived" in words
    posts = plan.slack.messages("U0BEA")
    for day in (4, 5, 8):  # past its due date, with every clock turned
        plan.slack.turn_to(datetime(2026, 6, day, 14, 0, tzinfo=UTC))
        plan.morning_round()
    assert plan.count("nudge") == 0
    assert plan.slack.messages("U0BEA") == posts
    plan.slack.open_home("U0RAE")
    plan.settle()
    assert "Stands still: its channel is archived" in words_of(
        plan.slack.home("U0RAE") or {"text": "", "blocks": []}
    )
    plan.slack.archive("U0RAE", on=False)
    plan.settle()
    plan.morning_round()
    assert plan.count("nudge") == 0  # what became late meanwhile is not said at once
    plan.slack.turn_to(datetime(2026, 6, 9, 14, 0, tzinfo=UTC))
    plan.morning_round()
    plan.slack.turn_to(datetime(2026, 6, 10, 14, 0, tzinfo=UTC))
    plan.morning_round()
    said = [one["blocks"] for one in plan.slack.messages("U0BEA", "D0BEA")]
    asked = [blocks for blocks in said if "nudge.done" in str(blocks) and step.title in str(blocks)]
    assert len(asked) == 1
    assert [len(told(plan, person)) for person in ("U0RAE", "U0BEA")] == [2, 2]
    plan.slack.click("U0BEA", "step.done")
    plan.settle()
    assert plan.slack.view("U0BEA") is None


def test_taken_out_nobody_can_act_and_invited_again_the_board_is_where_it_was(plan: Stage) -> None:
    board = plan.board()
    plan.slack.leave("U0BEA", "U0TANDEM")
    plan.settle()
    [words] = told(plan, "U0RAE")
    assert "/invite @Tandem" in words
    plan.slack.say("U0RAE", "/map status")
    assert "Stands still: I am not in its channel any more" in words_of(plan.slack.messages("U0RAE")[-1])
    plan.slack.say("U0RAE", "/map done 1")
    assert "Acme × Northwind stands still" in words_of(plan.slack.messages("U0RAE")[-1])
    assert plan.step(1).finished_at is None
    plan.slack.click("U0BEA", "step.done")  # the board is still there, and its buttons say why
    assert "stands still" in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.close("U0BEA")
    before = len(plan.slack.messages("U0BEA"))
    plan.slack.invite("U0BEA", "U0TANDEM")
    plan.settle()
    assert plan.board()["ts"] == board["ts"]
    assert len(plan.slack.messages("U0BEA")) == before  # no second welcome
    assert len(told(plan, "U0RAE")) == 2


def test_not_shared_any_more_it_stands_still_until_it_is_shared_again(plan: Stage) -> None:
    plan.slack.unshare("U0RAE", "T0ACME")
    plan.settle()
    assert plan.plan().frozen_reason == "unshared"
    before = plan.slack.messages("U0RAE")
    with plan.database.write() as session:  # on its way all the same, where Slack would take it
        kept, message = session.get_one(Plan, plan.plan().id), dict(build_short("Not now"))
        wall, payload = plan.clock.wall(), {"message": message}
        outbox.put_for(session, kept, key="late", kind="post", payload=payload, not_before=wall)
    plan.settle()
    assert plan.slack.messages("U0RAE") == before
    plan.slack.archive("U0RAE")
    plan.slack.archive("U0RAE", on=False)
    plan.settle()
    assert plan.plan().frozen_reason == "unshared"  # open again, and still without Acme
    assert len(told(plan, "U0RAE")) == 1
    where = plan.slack.share("U0RAE", "T0ACME")
    plan.settle()
    assert (plan.plan().frozen_at, plan.plan().channel_id) == (None, where)


def test_who_speaks_to_it_in_what_is_left_of_the_channel_is_answered(plan: Stage) -> None:
    plan.slack.unshare("U0RAE", "T0ACME")
    plan.settle()
    for typed, said in (("done 3", "stands still"), ("status", plan.plan().name)):
        [answer] = answers_to(plan, "U0RAE", f"@Tandem {typed}")
        assert said in words_of(answer)
    assert plan.step(3).state is StepState.OPEN
    plan.slack.say("U0RAE", "/map timeline")
    plan.settle()
    assert plan.slack.dms("U0RAE")[-1]["files"]


def test_a_deleted_channel_leaves_the_plan_with_its_lead(plan: Stage) -> None:
    plan.slack.delete_channel("U0RAE")
    plan.settle()
    assert plan.plan().frozen_reason == "deleted"
    [words] = told(plan, "U0RAE")
    assert "its channel was deleted" in words


def test_a_renamed_channel_is_the_same_channel(plan: Stage) -> None:
    before = plan.count("channel_check")
    plan.slack.rename_channel("U0RAE", "acme-go-live")
    plan.settle()
    assert plan.plan().frozen_at is None
    assert plan.count("channel_check") == before
    plan.slack.click("U0BEA", "step.done")
    plan.settle()
    assert plan.plan().anchor_date == GO_LIVE


def test_what_no_event_told_shows_when_slack_says_no(plan: Stage) -> None:
    plan.slack.slack.world.channels["C0DEAL"].is_archived = True  # behind everybody's back
    plan.own(1, "U0SAM")  # and its board cannot be edited
    assert plan.plan().frozen_reason == "archived"
    assert len(told(plan, "U0BEA")) == 1
    plan.slack.slack.world.channels["C0DEAL"].is_archived = False
    plan.tandem.beat.tidy()
    plan.settle()
    assert plan.plan().frozen_at is None


def test_whom_a_private_word_does_not_reach_the_lead_is_asked_to_tell(plan: Stage) -> None:
    plan.slack.refuse_dms("U0BEA")
    plan.slack.archive("U0RAE")
    plan.settle()
    plan.slack.archive("U0RAE", on=False)
    plan.settle()
    still, still_to_tell, on, on_to_tell = (words_of(one) for one in plan.slack.dms("U0RAE"))
    assert (STANDS_STILL in still, "goes on in" in on) == (True, True)
    for said, what in ((still_to_tell, "stands still for now"), (on_to_tell, "goes on in")):
        assert "Slack lets me write no private message to Bea Alvarez" in said
        assert what in said


def test_the_buyer_is_not_told_to_do_what_only_the_seller_may(plan: Stage) -> None:
    plan.slack.archive("U0RAE")
    plan.settle()
    plan.slack.click("U0BEA", "step.done")
    assert "or Northwind can move the plan to another channel" in words_of(plan.slack.need_view("U0BEA"))
