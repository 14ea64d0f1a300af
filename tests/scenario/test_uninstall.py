"""Tandem is removed from a workspace, or its token taken back: all work for it stops at once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.installations import Installation, InstalledWorkspace
from storage.models import Nudge
from storage.outgoing import Outgoing, WorkState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.copies import (
    ABOUT_COPIES,
    ACME,
    GLOBEX,
    NORTHWIND,
    keep_from_slack,
    stage_of_copies,
    waiting,
)

SOON = date(2026, 6, 3)
A_WORD = {"text": "A word", "blocks": []}


@pytest.fixture
def plan(database: Database) -> Iterator[Stage]:
    """Both copies are kept, none stands in the settings. Step 3 is Bea's and will wait."""
    for stage in stage_of_copies(database, NORTHWIND, ACME):
        stage.start_plan()
        stage.own(3, "U0BEA", SOON)
        yield stage


def copy_of(stage: Stage, team: str) -> Installation:
    [mapped] = stage.rows(select(InstalledWorkspace).where(InstalledWorkspace.workspace_id == team))
    with stage.database.read() as session:
        return session.get_one(Installation, mapped.installation_id)


def calls(stage: Stage) -> int:
    return len([one for one in stage.slack.log() if one["direction"] == "to_slack"])


def a_week_later(stage: Stage) -> None:
    stage.slack.advance("day", 7)
    stage.morning_round()


def test_it_stops_at_once(plan: Stage) -> None:
    plan.slack.uninstall(NORTHWIND)
    assert (copy_of(plan, NORTHWIND).token, copy_of(plan, NORTHWIND).ended_at is not None) == ("", True)
    assert waiting(plan) == []
    assert plan.plan().frozen_reason == "uninstalled"
    before = calls(plan)
    a_week_later(plan)
    plan.tandem.beat.tidy()
    assert waiting(plan) == []
    assert calls(plan) == before
    assert plan.rows(select(Nudge)) == []


def test_what_waited_to_be_said_is_given_up_without_a_word(plan: Stage) -> None:
    with plan.database.write() as session:
        outbox.put_word(
            session, plan.plan(), key="word:later", user_id="U0BEA", message=A_WORD, in_thread=A_WORD,
            not_before=plan.clock.wall() + timedelta(hours=1),
        )  # fmt: skip
    plan.slack.uninstall(NORTHWIND)
    assert waiting(plan) == []
    [ended] = plan.rows(select(Outgoing).where(Outgoing.key == "word:later"))
    assert (ended.state, ended.error) == (WorkState.FAILED, "uninstalled")


def test_the_other_firms_copy_says_that_the_plan_stands_still(plan: Stage) -> None:
    """It never takes the plan over: whose plan it is, is who hosts it."""
    plan.slack.uninstall(NORTHWIND)
    plan.slack.say("U0BEA", "/map done 3")
    plan.settle()
    assert not plan.step(3).state.is_finished
    assert plan.plan().team_id == NORTHWIND
    assert words_of(plan.slack.messages("U0BEA")[-1])


@pytest.mark.parametrize("how", ["uninstalled", "removed"])
def test_the_other_firms_copy_answers_a_mention_while_the_plan_stands_still(plan: Stage, how: str) -> None:
    if how == "uninstalled":
        plan.slack.uninstall(NORTHWIND)
    else:
        plan.slack.leave("U0RAE", "U0TANDEM")
    plan.settle()
    ts = plan.slack.say("U0BEA", "@Tandem (Acme) done 3")
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    [answer] = said["replies"]
    assert answer["user"] == "U0TANDEMACME"
    assert "stands still" in words_of(answer)
    assert not plan.step(3).state.is_finished


def test_installed_again_it_goes_on(plan: Stage) -> None:
    plan.slack.uninstall(NORTHWIND)
    plan.slack.install(NORTHWIND)
    keep_from_slack(plan, NORTHWIND)
    plan.settle()
    assert plan.plan().frozen_reason == "removed", "it is in no channel yet"
    plan.slack.invite("U0RAE", "U0TANDEM")
    plan.settle()
    assert plan.plan().frozen_at is None
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    assert plan.step(3).state.is_finished


def test_news_of_a_removal_that_comes_late_does_not_end_the_copy_of_now(plan: Stage) -> None:
    body: dict[str, Any] = {
        "type": "event_callback", "api_app_id": "A0TANDEM", "team_id": NORTHWIND, "event_id": "EvLate",
        "event": {"type": "app_uninstalled"}, "event_time": int(plan.clock.now().timestamp()) - 3600,
    }  # fmt: skip
    plan.slack.slack.outgoing.way.send("events_api", body)
    assert copy_of(plan, NORTHWIND).ended_at is None
    assert plan.plan().frozen_at is None


def test_the_token_of_a_person_does_not_matter(plan: Stage) -> None:
    tokens = {"oauth": ["U0RAE"], "bot": []}
    body: dict[str, Any] = {
        "type": "event_callback", "api_app_id": "A0TANDEM", "team_id": NORTHWIND, "event_id": "EvPerson",
        "event": {"type": "tokens_revoked", "tokens": tokens},
        "event_time": int(plan.clock.now().timestamp()),
    }  # fmt: skip
    plan.slack.slack.outgoing.way.send("events_api", body)
    assert copy_of(plan, NORTHWIND).ended_at is None


def no_events(stage: Stage) -> None:
    events = stage.slack.slack.manifest.settings.event_subscriptions.bot_events
    events[:] = [one for one in events if one not in ABOUT_COPIES]


def test_a_token_that_slack_refuses_for_good_is_asked_with_once(plan: Stage) -> None:
    """No event told of it: the first refusal does."""
    no_events(plan)
    plan.slack.uninstall(NORTHWIND)
    assert copy_of(plan, NORTHWIND).ended_at is None
    before = calls(plan)
    a_week_later(plan)
    assert calls(plan) == before + 1
    assert copy_of(plan, NORTHWIND).end_reason == "account_inactive"
    assert plan.plan().frozen_reason == "uninstalled"
    assert waiting(plan) == []


def test_the_token_of_the_settings_is_waited_for(database: Database) -> None:
    for stage in stage_of_copies(database, ACME):
        no_events(stage)
        stage.start_plan()
        stage.slack.uninstall(NORTHWIND)
        stage.slack.say("U0BEA", "/map done 3")
        stage.clock.pushed += timedelta(minutes=1)  # boards keep their distance
        stage.tandem.delivery.send_all()
        assert copy_of(stage, NORTHWIND).ended_at is None
        assert {row.error for row in waiting(stage) if row.attempts} == {"account_inactive"}


def test_a_token_of_before_is_no_news_of_the_copy_of_now(plan: Stage) -> None:
    """Another replica had it installed again; this one still speaks with the old token, and soon does not."""
    no_events(plan)
    plan.clock.pushed += timedelta(minutes=1)  # past the pace of what was said when the plan began
    assert plan.tandem.installations.of(NORTHWIND) is not None
    plan.slack.uninstall(NORTHWIND)
    plan.slack.install(NORTHWIND)
    remembered = dict(plan.tandem.installations._known)
    keep_from_slack(plan, NORTHWIND)
    plan.tandem.installations._known |= remembered
    with plan.database.write() as session:
        outbox.put_word(
            session, plan.plan(), key="word:now", user_id="U0RAE", message=A_WORD, in_thread=A_WORD,
            not_before=plan.clock.wall(),
        )  # fmt: skip
    plan.tandem.delivery.send_all()
    [word] = plan.rows(select(Outgoing).where(Outgoing.key == "word:now"))
    assert (word.state, word.error) == (WorkState.PENDING, "invalid_auth")
    assert word.not_before - plan.clock.wall() < timedelta(seconds=10)
    assert copy_of(plan, NORTHWIND).ended_at is None
    plan.clock.pushed += timedelta(seconds=10)
    plan.tandem.delivery.send_all()
    [word] = plan.rows(select(Outgoing).where(Outgoing.key == "word:now"))
    assert word.state is WorkState.SENT


def about_workspaces(stage: Stage, kind: str, event_id: str, **more: Any) -> None:
    """An event of Slack's about the copy of Globex, as it arrives."""
    body: dict[str, Any] = {
        "type": "event_callback", "api_app_id": "A0TANDEM", "enterprise_id": GLOBEX, "event_id": event_id,
        "event": {"type": kind, "team_ids": ["T0GLOBEX"]},
        "event_time": int(stage.clock.now().timestamp()), **more,
    }  # fmt: skip
    stage.slack.slack.outgoing.way.send("events_api", body)


def test_events_about_a_grid_that_come_in_another_order_are_set_right(database: Database) -> None:
    for stage in stage_of_copies(database, GLOBEX):
        installations = stage.tandem.installations
        about_workspaces(stage, "team_access_granted", "EvSecond")
        about_workspaces(stage, "team_access_revoked", "EvFirst")
        stage.settle()
        assert installations.of("T0GLOBEX") is not None, "it was put on again since"
        stage.slack.team_access(GLOBEX, "T0GLOBEX", on=False)
        about_workspaces(stage, "team_access_granted", "EvLate")
        assert installations.of("T0GLOBEX") is not None
        stage.settle()
        assert installations.of("T0GLOBEX") is None, "it was taken off since"


def test_a_removal_that_names_a_workspace_leaves_the_rest_of_the_grid(database: Database) -> None:
    for stage in stage_of_copies(database, GLOBEX):
        installations = stage.tandem.installations
        gone = {"event": {"type": "app_uninstalled"}}
        about_workspaces(stage, "app_uninstalled", "EvOne", team_id="T0GLOBEX", **gone)
        assert installations.of("T0GLOBEX") is None
        assert installations.of(GLOBEX) is not None
        stage.settle()
        assert installations.of("T0GLOBEX") is not None, "Slack says that it is still there"
        about_workspaces(stage, "app_uninstalled", "EvAll", team_id=GLOBEX, **gone)
        assert installations.of(GLOBEX) is None
        assert installations.of("T0GLOBEX") is None


def test_a_grid_takes_its_copy_off_a_workspace_and_puts_it_on_again(database: Database) -> None:
    for stage in stage_of_copies(database, ACME, GLOBEX):
        stage.settle()
        installations = stage.tandem.installations
        assert installations.of("T0GLOBEX") is not None, "auth.teams.list said so"
        assert installations.of("T0GLOBEXLAB") is None
        stage.slack.team_access(GLOBEX, "T0GLOBEXLAB")
        assert installations.of("T0GLOBEXLAB") is not None
        stage.slack.team_access(GLOBEX, "T0GLOBEX", on=False)
        assert installations.of("T0GLOBEX") is None
        stage.slack.uninstall(GLOBEX)
        assert installations.of("T0GLOBEXLAB") is None
        assert installations.of(GLOBEX) is None
