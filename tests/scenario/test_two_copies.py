"""Both firms have installed Tandem and have it in their channel: there is one plan, and one voice."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from bot.application import build_client
from bot.logs import set_up_logs
from storage.database import Database
from storage.models import Change, Person, Plan, StepState
from storage.outgoing import Outgoing
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage
from tests.scenario.copies import ACME, NORTHWIND, by_copy, stage_of_copies

OWN, ACMES = "U0TANDEM", "U0TANDEMACME"


@pytest.fixture
def channel(database: Database) -> Iterator[Stage]:
    """Northwind's copy stands in the settings, Acme's is kept."""
    yield from stage_of_copies(database, ACME)


@pytest.fixture
def plan(channel: Stage) -> Stage:
    channel.start_plan()
    return channel


def changes(stage: Stage, kind: str) -> list[Change]:
    return stage.rows(select(Change).where(Change.kind == kind).order_by(col(Change.id)))


def answers_to(stage: Stage, ts: str) -> list[dict[str, Any]]:
    [said] = [one for one in stage.slack.messages("U0BEA") if one["ts"] == ts]
    return [one for one in said["replies"] if one["bot"]]


def test_the_plan_is_told_of_by_the_copy_that_it_was_started_through(plan: Stage) -> None:
    assert plan.plan().team_id == NORTHWIND
    assert plan.board()["user"] == OWN


def test_the_other_copys_command_works_on_the_same_plan(plan: Stage) -> None:
    plan.slack.say("U0BEA", "/map")
    assert "Acme × Northwind" in words_of(plan.slack.messages("U0BEA")[-1])
    plan.slack.say("U0BEA", "/map done 3")
    plan.settle()
    assert plan.step(3).state is StepState.DONE
    [done] = changes(plan, "step_done")
    assert (done.actor_id, done.actor_side) == ("U0BEA", "buyer")
    assert len(plan.rows(select(Plan))) == 1
    assert {who for who, _ in by_copy(plan, "U0RAE") if who.startswith("U0TANDEM")} == {OWN}


def test_a_window_of_the_other_copy_works_on_the_same_plan(plan: Stage) -> None:
    plan.slack.say("U0BEA", "/map add")
    assert plan.slack.submit("U0BEA", {"title": "Meet the auditors"}) == {}
    plan.settle()
    [added] = changes(plan, "step_added")
    assert (added.actor_id, added.actor_side) == ("U0BEA", "buyer")


def test_nobody_starts_a_second_plan_through_the_other_copy(plan: Stage) -> None:
    plan.slack.say("U0BEA", "/map new")
    assert plan.slack.view("U0BEA") is None
    assert len(plan.rows(select(Plan))) == 1


@pytest.mark.parametrize("name", ["@Tandem (Northwind)", "@Tandem (Acme)", "@Tandem"])
def test_a_mention_of_either_is_answered_once_by_the_one_that_hosts_the_plan(plan: Stage, name: str) -> None:
    ts = plan.slack.say("U0BEA", f"{name} done 3")
    plan.settle()
    [answer] = answers_to(plan, ts)
    assert answer["user"] == OWN
    assert len(changes(plan, "step_done")) == 1


def test_a_mention_of_both_is_answered_once(plan: Stage) -> None:
    ts = plan.slack.say("U0BEA", "@Tandem (Northwind) @Tandem (Acme) done 3")
    plan.settle()
    assert [one["user"] for one in answers_to(plan, ts)] == [OWN]
    assert len(changes(plan, "step_done")) == 1


def test_without_a_plan_the_copy_that_heard_it_answers_once(channel: Stage) -> None:
    ts = channel.slack.say("U0BEA", "@Tandem (Northwind) status")
    channel.settle()
    assert len(answers_to(channel, ts)) == 1


def test_the_same_words_in_two_events_count_once(plan: Stage) -> None:
    body = {
        "type": "event_callback",
        "api_app_id": "A0TANDEM",
        "team_id": NORTHWIND,
        "event": {
            "type": "app_mention", "channel": "C0DEAL", "user": "U0BEA", "user_team": ACME,
            "text": "<@U0TANDEM> <@U0TANDEMACME> add Meet the auditors", "ts": "1780408800.000100",
            "event_ts": "1780408800.000100",
        },
    }  # fmt: skip
    for team, bot, event_id in ((NORTHWIND, OWN, "Ev1"), (ACME, ACMES, "Ev2")):
        authorized = {"team_id": team, "enterprise_id": None, "user_id": bot, "is_enterprise_install": False}
        plan.slack.slack.outgoing.way.send(
            "events_api", {**body, "event_id": event_id, "authorizations": [authorized]}
        )
    plan.settle()
    assert len(changes(plan, "step_added")) == 1
    assert len(plan.rows(select(Outgoing).where(Outgoing.kind == "reply"))) == 1


@pytest.mark.parametrize("team", [NORTHWIND, ACME])
def test_neither_copy_answers_the_other(plan: Stage, team: str) -> None:
    """trap 6: Bolt leaves out only what the copy said that the event came through."""
    posted = len(plan.slack.calls("chat.postMessage"))
    client = build_client(plan.slack.token(team), plan.slack.api_url)
    client.chat_postMessage(channel="C0DEAL", text="<@U0TANDEM> <@U0TANDEMACME> done 3")
    plan.settle()
    assert len(plan.slack.calls("chat.postMessage")) == posted + 1
    assert changes(plan, "step_done") == []


def test_the_other_copy_coming_back_welcomes_nobody_again(plan: Stage) -> None:
    plan.slack.leave("U0BEA", ACMES)
    plan.settle()
    before = by_copy(plan, "U0BEA")
    plan.slack.invite("U0BEA", ACMES)
    plan.settle()
    assert by_copy(plan, "U0BEA") == before
    assert plan.plan().frozen_at is None


def test_nobody_can_pick_a_bot(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map add")
    names = {one["text"]["text"] for one in _everybody(plan)}
    assert any(name.startswith("Bea") for name in names)
    assert not any("Tandem" in name for name in names)


def _everybody(stage: Stage) -> list[dict[str, Any]]:
    view = stage.slack.need_view("U0RAE")
    block = next(one for one in view["blocks"] if one.get("element", {}).get("type") == "external_select")
    return stage.slack.options("U0RAE", block["block_id"])


def test_everybody_has_the_home_of_their_own_copy(plan: Stage) -> None:
    plan.own(3, "U0BEA")
    plan.slack.open_home("U0BEA")
    plan.slack.open_home("U0RAE")
    plan.settle()
    for person, team in (("U0BEA", ACME), ("U0RAE", NORTHWIND)):
        assert plan.slack.home(person) is not None, person
        [known] = plan.rows(select(Person).where(Person.user_id == person))
        assert known.home_team_id == team
    title = plan.step(3).title
    assert title in words_of(plan.slack.home("U0BEA") or {})
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    assert title not in words_of(plan.slack.home("U0BEA") or {}), "drawn again by the copy that she opened"
    rows = plan.rows(select(Outgoing.team_id).where(Outgoing.key == f"home:{ACME}:U0BEA"))
    assert set(rows) == {ACME}


@pytest.fixture
def quiet_afterwards() -> Iterator[None]:
    """Asked for before `capfd`, whose stream closes with the test: logs then go where they went before."""
    yield
    set_up_logs("ERROR")


def test_no_token_is_in_what_is_logged(
    plan: Stage, quiet_afterwards: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everything that any library has to say, on a day on which Slack is unwell."""
    set_up_logs("DEBUG")
    for name in ("slack_sdk", "slack_bolt", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    plan.slack.fail("chat.update", "fatal_error", times=2)
    plan.slack.fail("chat.postMessage", "html", times=1)
    plan.slack.say("U0BEA", "/map done 3")
    plan.slack.say("U0BEA", "@Tandem status")
    plan.settle()
    plan.slack.uninstall(ACME)
    plan.settle()
    logged = "".join(capfd.readouterr())
    assert "chat.update" in logged
    for team in (NORTHWIND, ACME):
        assert plan.slack.token(team) not in logged
    assert "xoxb" not in logged


def test_when_the_buyers_copy_goes_the_plan_goes_on(plan: Stage) -> None:
    plan.slack.uninstall(ACME)
    plan.settle()
    assert plan.plan().frozen_at is None
    with pytest.raises(RefusedError):
        plan.slack.say("U0BEA", "/map done 3")
    plan.slack.say("U0BEA", "@Tandem done 3")
    plan.settle()
    assert plan.step(3).state is StepState.DONE
