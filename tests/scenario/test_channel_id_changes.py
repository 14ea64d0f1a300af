"""A private channel gets another id when somebody begins to share it, whatever people are doing just then.

https://docs.slack.dev/reference/events/channel_id_changed
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.models import Change, ChannelMember, Draft, Plan
from storage.outgoing import Outgoing, WorkState
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, Stage
from tests.scenario.copies import ACME, stage_of_copies
from tests.scenario.playing import deliver

OLD, NEW = "G0DRAFT", "C0DRAFT"
FORM = {
    "template": "saas-six-figures",
    "name": "Draft",
    "anchor_kind": "go_live",
    "anchor_date": GO_LIVE.isoformat(),
    "buyer_company": "Acme",
}


@pytest.fixture
def inside(database: Database) -> Iterator[Stage]:
    """Rae is about to draft the plan among Northwind's own people; Acme has a copy of Tandem, too."""
    for stage in stage_of_copies(database, ACME):
        stage.slack.say("U0RAE", "/map new", OLD)
        stage.settle()
        yield stage


@pytest.fixture
def draft(inside: Stage) -> Stage:
    lead = {"seller_lead": inside.person("U0RAE", "seller_lead", "Rae")}
    assert inside.slack.submit("U0RAE", {**FORM, **lead}) == {}
    inside.slack.close("U0RAE")
    inside.settle()
    return inside


def begin_to_share(stage: Stage) -> None:
    assert stage.slack.share("U0RAE", "T0ACME", OLD, accept=False) == NEW
    stage.settle()


def board(stage: Stage) -> str:
    [one] = [one for one in stage.slack.messages("U0RAE", NEW) if one["pinned"]]
    return words_of(one)


def id_changed(**more: Any) -> dict[str, Any]:
    moment = "1780408900.000100"
    return {
        "type": "channel_id_changed",
        "old_channel_id": OLD,
        "new_channel_id": NEW,
        "event_ts": moment,
        **more,
    }


def acme_hears(stage: Stage, event: dict[str, Any]) -> None:
    copy = stage.slack.copy(ACME)
    heard_by = {"team_id": ACME, "enterprise_id": copy.enterprise_id or None, "user_id": copy.user_id}
    authorizations = [{**heard_by, "is_enterprise_install": copy.is_enterprise_install}]
    deliver(stage, event, team_id=ACME, authorizations=authorizations, event_id="EvTheirs")


def test_a_form_that_is_open_meanwhile_is_taken_and_its_list_of_people_still_finds_them(draft: Stage) -> None:
    draft.slack.say("U0RAE", "/map add", OLD)
    begin_to_share(draft)
    sam = draft.person("U0RAE", "owner", "Sam")
    assert draft.slack.submit("U0RAE", {"title": "Meet the auditors", "owner": sam}) == {}
    draft.settle()
    [step] = draft.rows(select(Change).where(Change.kind == "step_added"))
    assert step.actor_id == "U0RAE"
    assert "of 14 done" in board(draft)


def test_a_list_that_is_open_meanwhile_goes_on(draft: Stage) -> None:
    draft.slack.say("U0RAE", "/map steps", OLD)
    begin_to_share(draft)
    draft.slack.click("U0RAE", "step.open", near="3  ")
    assert "is not one of this channel" not in words_of(draft.slack.need_view("U0RAE"))


def test_a_plan_that_is_being_started_meanwhile_starts_in_the_channel_as_it_is_called_now(
    inside: Stage,
) -> None:
    begin_to_share(inside)
    lead = {"seller_lead": inside.person("U0RAE", "seller_lead", "Rae")}
    assert inside.slack.submit("U0RAE", {**FORM, **lead}) == {}
    inside.slack.close("U0RAE")
    inside.settle()
    assert (inside.plan().channel_id, inside.plan().frozen_at) == (NEW, None)
    assert "0 of 13 done" in board(inside)


def test_a_form_of_another_channel_is_not_taken(draft: Stage) -> None:
    """The same window, and the plan moves to a channel that is another one."""
    draft.slack.invite("U0RAE", "U0TANDEM", "C0TEAM")
    draft.settle()
    draft.slack.say("U0SAM", "/map add", OLD)
    begin_to_share(draft)
    draft.slack.say("U0RAE", "/map move #sales-team", NEW)
    assert draft.slack.submit("U0RAE") == {}
    draft.settle()
    assert draft.plan().channel_id == "C0TEAM"
    refused = draft.slack.submit("U0SAM", {"title": "Meet the auditors"})
    assert "is not one of this channel" in str(refused)
    assert draft.rows(select(Change).where(Change.kind == "step_added")) == []


def test_what_changed_before_the_event_came_is_on_the_board_after_it(draft: Stage) -> None:
    """Slack says no to the old id; the event follows, perhaps before anybody asked how the channel is."""
    world = draft.slack.slack.world
    channel = world.channels[OLD]
    with world.changing():
        world.give_id(channel, NEW)
    with draft.database.write() as session:
        kept = session.get_one(Plan, draft.plan().id)
        kept.name = "Draft with Acme"
        session.add(kept)
        outbox.put_board(session, kept, draft.clock.wall())
    draft.clock.pushed += timedelta(seconds=3)  # the pace of edits
    draft.tandem.delivery.send_all()
    [refused] = draft.rows(select(Outgoing).where(Outgoing.state == WorkState.FAILED))
    assert (refused.kind, refused.error) == ("board", "channel_not_found")
    deliver(draft, id_changed(), team_id="T0NORTHWIND", event_id="EvId")
    draft.settle()
    assert (draft.plan().channel_id, draft.plan().frozen_at) == (NEW, None)
    assert "Draft with Acme" in board(draft)
    assert draft.slack.dms("U0RAE") == []


def test_the_event_twice_and_the_share_before_it(draft: Stage) -> None:
    begin_to_share(draft)
    for event_id in ("EvOne", "EvTwo", "EvTwo"):
        deliver(draft, id_changed(), team_id="T0NORTHWIND", event_id=event_id)
    draft.settle()
    assert (draft.plan().channel_id, draft.plan().frozen_at) == (NEW, None)
    assert draft.rows(select(ChannelMember).where(ChannelMember.channel_id == OLD)) == []
    assert draft.rows(select(Draft)) == []
    draft.slack.turn_to(datetime(2026, 6, 3, 14, 0, tzinfo=UTC))
    draft.morning_round()
    assert draft.slack.dms("U0RAE") == []


def test_another_copy_that_hears_of_another_id_takes_no_plan_away(draft: Stage) -> None:
    """As that of a company whose connection ended: "the channel in the disconnected workspace will be
    assigned a new ID, while the host workspace keeps the original".
    https://docs.slack.dev/apis/slack-connect"""
    before = draft.rows(select(ChannelMember).where(ChannelMember.channel_id == OLD))
    acme_hears(draft, id_changed(new_channel_id="C0ELSEWHERE"))
    assert (draft.plan().channel_id, draft.plan().frozen_at) == (OLD, None)
    assert len(draft.rows(select(ChannelMember).where(ChannelMember.channel_id == OLD))) == len(before) > 0


def test_another_copy_that_hears_of_the_same_id_is_believed(draft: Stage) -> None:
    """Slack tells one copy of each event, whichever: the plan's own one finds the channel there, too."""
    world = draft.slack.slack.world
    with world.changing():
        world.give_id(world.channels[OLD], NEW)
    acme_hears(draft, id_changed())
    assert (draft.plan().channel_id, draft.plan().frozen_at) == (NEW, None)
    assert "0 of 13 done" in board(draft)
