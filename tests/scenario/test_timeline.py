"""`timeline`: a picture for who asks, or for everybody, and its words where no picture can be sent."""

import sys
from typing import Any

import pytest
from sqlmodel import col, select

from blocks.picture import draw_svg
from bot.senders.timelines import TRIES
from bot.timelines import load_timeline
from storage.agreement import BaselineStep
from storage.models import Side, Step, Visibility
from storage.outgoing import Outgoing, WorkState
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, Stage

SECRET = "Walk-away price"
GET, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"
PNG = b"\x89PNG\r\n\x1a\n"


def replies_to(plan: Stage, ts: str, person: str = "U0BEA") -> list[dict[str, Any]]:
    [root] = [one for one in plan.slack.messages(person) if one["ts"] == ts]
    return list(root["replies"])


def ask(plan: Stage, person: str = "U0BEA", words: str = "timeline") -> list[dict[str, Any]]:
    """What stands under a mention afterwards."""
    ts = plan.slack.say(person, f"@Tandem {words}")
    plan.settle()
    return replies_to(plan, ts)


def test_by_mention_the_picture_is_the_answer(plan: Stage) -> None:
    [reply] = ask(plan)
    [file] = reply["files"]
    assert plan.slack.picture(file["address"]).startswith(PNG)
    assert "lands on" in file["alt"]
    assert "The ball is with" in file["alt"]
    assert "Acme × Northwind" in reply["text"]
    assert "The ball is with" in reply["text"]


def test_a_dark_one_is_another_picture(plan: Stage) -> None:
    [light], [dark] = ask(plan), ask(plan, words="timeline dark")
    pictures = {plan.slack.picture(one["files"][0]["address"]) for one in (light, dark)}
    assert len(pictures) == 2


def test_how_it_cannot_be_drawn_is_said_with_what_was_typed(plan: Stage) -> None:
    [reply] = ask(plan, words="timeline in <pink>")
    assert reply["files"] == []
    assert "timeline dark" in words_of(reply)


def test_by_command_it_comes_as_a_message_to_who_asks(plan: Stage) -> None:
    before = len(plan.slack.messages("U0BEA"))
    plan.slack.say("U0RAE", "/map timeline")
    assert "on its way to you" in words_of(plan.slack.messages("U0RAE")[-1])
    plan.settle()
    assert len(plan.slack.dms("U0RAE")[-1]["files"]) == 1
    assert len(plan.slack.messages("U0BEA")) == before
    assert plan.slack.dms("U0BEA") == []


def test_what_was_private_can_be_shown_to_everyone(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map timeline dark")
    plan.slack.click("U0RAE", "plan.timeline_show")
    plan.settle()
    [reply] = replies_to(plan, plan.board()["ts"])
    mine = plan.slack.dms("U0RAE")[-1]
    assert plan.slack.picture(reply["files"][0]["address"]) == plan.slack.picture(mine["files"][0]["address"])


def test_bea_presses_a_button_in_the_list_of_all_steps(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.steps", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "plan.timeline")
    assert "on its way to you" in words_of(plan.slack.need_view("U0BEA"))
    plan.settle()
    assert len(plan.slack.dms("U0BEA")[-1]["files"]) == 1
    plan.slack.click("U0BEA", "plan.timeline_show")
    plan.settle()
    assert "to the channel" in words_of(plan.slack.need_view("U0BEA"))
    assert len(replies_to(plan, plan.board()["ts"])) == 1


def test_without_the_scope_it_is_said_in_words_and_once(plan: Stage) -> None:
    plan.slack.grant_optional_scopes(on=False)
    [reply] = ask(plan)
    said = words_of(reply)
    assert reply["files"] == []
    assert "lands on" in said
    assert "Gates" in said
    assert "no picture can be sent" in said
    plan.slack.say("U0RAE", "/map timeline")
    plan.settle()
    assert "lands on" in words_of(plan.slack.dms("U0RAE")[-1])
    plan.slack.grant_optional_scopes(on=True)
    [reply] = ask(plan)
    assert len(reply["files"]) == 1


@pytest.mark.parametrize("error", ["slack_connect_file_upload_sharing_blocked", "file_uploads_disabled"])
@pytest.mark.parametrize("method", [GET, COMPLETE])
def test_a_no_to_the_picture_leaves_the_words(plan: Stage, method: str, error: str) -> None:
    plan.slack.fail(method, "refused", error=error)
    [reply] = ask(plan)
    assert reply["files"] == []
    assert "lands on" in words_of(reply)


def test_without_the_library_there_are_the_words(plan: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    [reply] = ask(plan)
    assert "lands on" in words_of(reply)
    assert plan.slack.calls(GET) == []


@pytest.mark.parametrize("kind", ["lost_answer", "timeout_after", "html", "cut_json"])
def test_a_lost_answer_is_not_asked_for_again(plan: Stage, kind: str) -> None:
    plan.slack.fail(COMPLETE, kind)
    replies = ask(plan)
    assert len(replies) == 1  # it arrived, though nobody said so
    assert len(plan.slack.calls(COMPLETE)) == 1
    [row] = plan.rows(select(Outgoing).where(Outgoing.kind == "timeline"))
    assert row.state is WorkState.UNKNOWN
    assert "a timeline" in words_of(plan.slack.dms("U0RAE")[-1])


def test_what_was_never_done_is_not_posted_in_words_either(plan: Stage) -> None:
    plan.slack.fail(COMPLETE, "timeout_before")
    assert ask(plan) == []
    assert len(plan.slack.calls(COMPLETE)) == 1


def test_handing_in_is_repeated_for_nobody_has_seen_it_yet(plan: Stage) -> None:
    plan.slack.fail(GET, "lost_answer", times=TRIES - 1)
    [reply] = ask(plan)
    assert len(reply["files"]) == 1
    assert len(plan.slack.calls(COMPLETE)) == 1
    plan.slack.fail(GET, "unavailable", times=TRIES)
    [reply] = ask(plan)
    assert "lands on" in words_of(reply)
    assert reply["files"] == []


def test_a_limit_is_waited_for(plan: Stage) -> None:
    plan.slack.fail(COMPLETE, "rate_limited", retry_after=30)
    [reply] = ask(plan)
    assert len(reply["files"]) == 1


def test_who_cannot_be_written_to_finds_it_in_the_boards_thread(plan: Stage) -> None:
    plan.slack.refuse_dms("U0BEA")
    plan.slack.click("U0BEA", "plan.steps", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "plan.timeline")
    plan.settle()
    [reply] = replies_to(plan, plan.board()["ts"])
    assert len(reply["files"]) == 1


def test_the_same_mention_again_is_one_picture(plan: Stage) -> None:
    plan.slack.acks_within(0.0001)  # Slack delivers it again
    ask(plan)
    plan.slack.acks_within(20)
    assert plan.count("timeline") == 1


def test_a_private_step_is_in_its_own_sides_picture_only(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 3)).one()
        step.visibility, step.title = Visibility.SELLER, SECRET
        session.add(step)
    now = plan.clock.now()
    with plan.database.read() as session:
        seen = {
            viewer: load_timeline(session, plan.plan(), viewer, now)
            for viewer in (Side.SELLER, Side.BUYER, None)
        }
    assert SECRET in draw_svg(seen[Side.SELLER])
    assert SECRET not in draw_svg(seen[Side.BUYER])
    assert SECRET not in draw_svg(seen[None])
    plan.slack.grant_optional_scopes(on=False)
    [reply] = ask(plan, "U0RAE")
    assert SECRET not in str(reply)
    for view in seen.values():
        assert any(step.number == 4 for step in view.steps)


def test_where_both_agreed_the_days_of_then_are_drawn(plan: Stage) -> None:
    with plan.database.write() as session:
        kept = session.merge(plan.plan())
        kept.agreed_round = 1
        steps = session.exec(select(Step).order_by(col(Step.number))).all()
        session.add_all(
            BaselineStep(
                plan_id=kept.id or 0, round=1, step_id=one.id or 0, due_date=one.due_date, days=one.days
            )
            for one in steps
        )
    with plan.database.read() as session:
        view = load_timeline(session, plan.plan(), None, plan.clock.now())
    assert view.is_agreed
    live = view.steps[-1]
    assert live.agreed is not None
    assert live.agreed[1] == GO_LIVE
    assert all(step.agreed and step.agreed[0] <= step.agreed[1] for step in view.steps)
