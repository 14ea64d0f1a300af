"""What stands below the traps of Slack Connect: tokens, the three seconds, errors, what comes twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from storage import plans
from storage.models import Change, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE
from tests.scenario.copies import TWO_COPIES
from tests.scenario.doors import old_buttons, state_of
from tests.scenario.playing import Play, answers_to, close_all, deliver, played, press

ACME, NORTHWIND = "T0ACME", "T0NORTHWIND"


@pytest.fixture(scope="module")
def hosted_by_acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Both firms have Tandem. Bea started the plan, through Acme's copy: not the one of the settings."""
    with played(tmp_path_factory.mktemp("copies"), world=TWO_COPIES, copies=[ACME]) as play:
        stage = play.stage
        stage.slack.say("U0BEA", "/map new")
        stage.settle()
        form: dict[str, Any] = {
            "template": "saas-six-figures",
            "name": "Northwind × Acme",
            "anchor_kind": "go_live",
            "anchor_date": GO_LIVE.isoformat(),
            "buyer_company": "Northwind",
            "seller_lead": stage.person("U0BEA", "seller_lead", "Bea"),
            "buyer_lead": stage.person("U0BEA", "buyer_lead", "Rae"),
        }
        assert stage.slack.submit("U0BEA", form) == {}
        stage.slack.close("U0BEA")
        stage.settle()
        yield play


@pytest.fixture(scope="module")
def deal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with played(tmp_path_factory.mktemp("deal")) as play:
        play.stage.start_plan()
        yield play


def test_trap_also_what_is_said_of_a_plan_has_the_token_of_its_own_copy(hosted_by_acme: Play) -> None:
    """`app.client` would speak with another workspace's token, or none.

    Guard: `bot/messages.py:Messenger.send`; the app's own client has no token (`build_tandem`).
    """
    stage = hosted_by_acme.stage
    assert stage.plan().team_id == ACME
    stage.slack.say("U0RAE", "/map done 3")
    stage.settle()
    answers_to(stage, "U0RAE", "@Tandem (Northwind) done 4")
    press(stage, "U0SAM", "step.done", near="2  Write down")
    assert [stage.step(number).state for number in (2, 3, 4)] == [StepState.DONE] * 3
    assert {call.token for call in hosted_by_acme.said_in("C0DEAL")} == {stage.slack.token(ACME)}
    assert stage.tandem.app.client.token is None


def test_trap_16_every_app_home_is_published_by_the_copy_that_was_opened(hosted_by_acme: Play) -> None:
    """`views.publish` by the wrong copy is taken, and never shown.

    Guard: `bot/use_cases/home.py:refresh_homes`, by `home_team_id`.
    """
    stage = hosted_by_acme.stage
    for person in ("U0RAE", "U0BEA"):
        stage.slack.open_home(person)
        stage.settle()
    stage.slack.say("U0RAE", "/map add Meet the auditors")
    stage.settle()
    tokens = {(call.said["user_id"], call.token) for call in hosted_by_acme.called("views.publish")}
    assert tokens == {("U0RAE", stage.slack.token(NORTHWIND)), ("U0BEA", stage.slack.token(ACME))}


@pytest.mark.parametrize(
    ("act", "window"),
    [("plan.add", "plan.add_step"), ("step.date", "step.date"), ("step.block", "step.block")],
)
def test_trap_also_a_window_opens_while_the_plan_is_being_written(deal: Play, act: str, window: str) -> None:
    """A `trigger_id` is good for three seconds; who waits for the database first may come too late.

    Guard: the doors in `bot/listeners/pressed`, which read and open, and write nothing.
    """
    stage = deal.stage
    with stage.database.write() as session:
        plans.lock_plan(session, stage.plan().id or 0)
        deal.forget()
        stage.slack.click("U0BEA", act, ts=stage.board()["ts"])
        assert stage.slack.need_view("U0BEA")["callback_id"] == window
        assert [call.method for call in deal.calls] == ["views.open"]
    close_all(stage, "U0BEA")


def test_trap_also_no_error_is_left_to_a_message_that_may_not_arrive(deal: Play) -> None:
    """An ephemeral message may never be delivered, least of all to the other company.

    Guard: `bot/listeners/answering.py`, a reply in the thread; `actions.py`, a window.
    """
    stage = deal.stage
    [answer] = answers_to(stage, "U0BEA", "@Tandem done 99")
    assert not answer["ephemeral"]
    assert "99" in words_of(answer)
    of_before = old_buttons(stage, [("step.vote", "1:2")])
    assert press(stage, "U0BEA", "step.vote", ts=of_before) != ""
    close_all(stage, "U0BEA")
    assert deal.called("chat.postEphemeral") == []


def test_trap_also_an_event_counts_once_by_its_app_and_its_id(deal: Play) -> None:
    """Several apps may share an `event_id`; the same one of the same app comes again where an answer is late.

    Guard: `bot/listeners/keys.py:event_key`.
    """
    stage = deal.stage
    left = {"type": "member_left_channel", "channel": "C0DEAL", "channel_type": "C", "team": ACME}
    for user, app_id, event_id in (
        ("U0JONAS", "A0OTHER", "EvShared"),
        ("U0PRIYA", "A0TANDEM", "EvShared"),
        ("U0OMAR", "A0TANDEM", "EvShared"),
    ):
        event = {**left, "user": user, "event_ts": "1780408900.000200"}
        deliver(stage, event, api_app_id=app_id, event_id=event_id)
    stage.slack.click("U0BEA", "plan.add", ts=stage.board()["ts"])
    offered = {one["value"] for one in stage.slack.options("U0BEA", "owner")}
    close_all(stage, "U0BEA")
    assert {"U0JONAS", "U0PRIYA", "U0OMAR"} & offered == {"U0OMAR"}
    before = state_of(stage)
    said = {"type": "app_mention", "user": "U0BEA", "channel": "C0DEAL", "text": "<@U0TANDEM> done 3"}
    for _ in range(2):
        deliver(
            stage, {**said, "ts": "1780408901.000200", "event_ts": "1780408901.000200"}, event_id="EvTwice"
        )
    assert len(state_of(stage)) == len(before) + 1
    assert len(stage.rows(select(Change).where(Change.kind == "step_done"))) == 1
