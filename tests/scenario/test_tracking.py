"""From a message to a step: by its own menu, and by a mention in its thread."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.listeners.pressed.track import TRACKED
from storage.database import Database
from storage.models import Side, Step
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.test_late import DUE, LONDON_MORNING

TRACK = "step.track"


def newest(stage: Stage) -> Step:
    with stage.database.read() as session:
        return session.exec(select(Step).order_by(col(Step.id).desc()).limit(1)).one()


def count(stage: Stage) -> int:
    return len(stage.rows(select(Step)))


def form(stage: Stage, person: str = "U0RAE") -> dict[str, Any]:
    """What the fields of the open form start with."""
    view = stage.slack.need_view(person)
    started = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        option = element.get("initial_option") or {}
        started[block["block_id"]] = element.get("initial_value") or option.get("value") or ""
    return started


def track(stage: Stage, words: str, by: str = "U0BEA", channel: str = "C0DEAL") -> str:
    """Somebody writes a message, and Rae chooses the shortcut on it. The ts of the message."""
    ts = stage.slack.say(by, words, channel=channel)
    stage.slack.shortcut("U0RAE", TRACK, ts, channel=channel)
    return ts


def link_to(ts: str) -> str:
    return f"/archives/C0DEAL/p{ts.replace('.', '')}"


def test_a_message_becomes_a_step_that_links_to_it(plan: Stage) -> None:
    ts = track(plan, "We need the pen test report of this year")
    started = form(plan)
    assert started["title"] == "We need the pen test report of this year"
    assert started["link"].endswith(link_to(ts))
    assert started["description"] == ""
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    step = newest(plan)
    assert step.title == "We need the pen test report of this year"
    assert step.link.endswith(link_to(ts))
    assert step.title in plan.board_text("U0BEA")


def test_only_the_first_line_is_the_title_and_nothing_said_is_lost(plan: Stage) -> None:
    track(plan, "The pen test report\nof this year, please: our auditors are here until Friday")
    started = form(plan)
    assert started["title"] == "The pen test report"
    assert "our auditors are here until Friday" in started["description"]
    assert plan.slack.submit("U0RAE") == {}
    assert "our auditors are here until Friday" in newest(plan).description


def test_a_long_first_line_is_cut_between_two_words(plan: Stage) -> None:
    said = "Please send us " + "the whole evidence " * 20
    track(plan, said)
    title = form(plan)["title"]
    assert len(title) <= 150
    assert title.endswith(("the…", "whole…", "evidence…"))
    assert form(plan)["description"].strip() == said.strip()
    assert plan.slack.submit("U0RAE") == {}
    assert newest(plan).title == title


def test_what_looks_like_markup_or_a_ping_is_only_text(plan: Stage) -> None:
    track(plan, "R&D <b> asks <!channel> for the keys")
    assert form(plan)["title"] == "R&D <b> asks <!channel> for the keys"  # as it was typed, and as it is read
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    assert newest(plan).title == "R&D <b> asks <!channel> for the keys"
    board = str(plan.board("U0BEA")["blocks"])
    assert "R&amp;D &lt;b&gt;" in board
    assert "<!channel>" not in board


def test_the_one_person_mentioned_is_proposed_as_the_owner_by_name(plan: Stage) -> None:
    track(plan, "@Ravi sends the SSO metadata")
    assert form(plan)["title"] == "@Ravi Shah sends the SSO metadata"
    assert form(plan)["owner"] == "U0RAVI"
    assert plan.slack.submit("U0RAE") == {}
    assert (newest(plan).owner_id, newest(plan).side) == ("U0RAVI", Side.BUYER)


@pytest.mark.parametrize("words", ["@Ravi and @Sam talk", "thanks @Tandem", "nobody"])
def test_nobody_is_proposed_where_it_is_not_clear_who(plan: Stage, words: str) -> None:
    track(plan, words)
    assert form(plan)["owner"] == ""


def test_a_form_that_slack_sends_twice_makes_one_step(database: Database) -> None:
    for stage in make_stage(database, twice=True):
        stage.start_plan()
        before = count(stage)
        track(stage, "The pen test report")
        assert stage.slack.submit("U0RAE") == {}
        stage.settle()
        assert count(stage) == before + 1
        assert stage.slack.view("U0RAE") is None


def test_a_link_that_is_none_is_refused_under_its_field(plan: Stage) -> None:
    track(plan, "The pen test report")
    assert list(plan.slack.submit("U0RAE", {"link": "javascript:alert(1)"})) == ["link"]
    assert "The pen test report" in str(plan.slack.need_view("U0RAE")["values"])
    assert plan.slack.submit("U0RAE", {"link": ""}) == {}
    assert newest(plan).link == ""


def test_without_a_plan_one_can_be_started_from_there(stage: Stage) -> None:
    track(stage, "The pen test report")
    assert "no plan yet" in words_of(stage.slack.need_view("U0RAE"))
    stage.slack.click("U0RAE", "plan.start")
    assert stage.slack.need_view("U0RAE")["callback_id"] == "plan.new"


def test_on_a_closed_plan_it_says_so(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    plan.settle()
    track(plan, "The pen test report")
    assert "is closed" in words_of(plan.slack.need_view("U0RAE"))


def test_a_plan_that_closes_while_the_form_is_open_keeps_what_was_typed(plan: Stage) -> None:
    track(plan, "The pen test report")
    plan.slack.say("U0BEA", "@Tandem close")
    plan.settle()
    plan.slack.click("U0BEA", "plan.close")
    plan.slack.submit("U0BEA", {"outcome": "lost", "reason": "No budget"})
    errors = plan.slack.submit("U0RAE", {"title": "The pen test report, signed"})
    assert "is closed" in errors["title"]
    assert "The pen test report, signed" in str(plan.slack.need_view("U0RAE")["values"])


def test_in_a_conversation_with_tandem_it_says_where_it_works(plan: Stage) -> None:
    plan.own(4, "U0RAE", DUE)
    plan.slack.turn_to(LONDON_MORNING)
    plan.morning_round()
    plan.slack.shortcut("U0RAE", TRACK, plan.slack.dms("U0RAE")[-1]["ts"], channel="D0RAE")
    assert "the channel that both companies share" in words_of(plan.slack.need_view("U0RAE"))


def test_people_of_acme_have_no_such_menu(plan: Stage) -> None:
    ts = plan.slack.say("U0BEA", "The pen test report")
    with pytest.raises(RefusedError, match="unknown_shortcut"):
        plan.slack.shortcut("U0BEA", TRACK, ts)


@pytest.mark.parametrize("kind", ["fatal_error", "timeout_before"])
def test_without_a_link_from_slack_the_step_comes_without_one(plan: Stage, kind: str) -> None:
    plan.slack.fail("chat.getPermalink", kind)
    track(plan, "The pen test report")
    assert form(plan)["link"] == ""
    assert plan.slack.submit("U0RAE") == {}
    assert newest(plan).title == "The pen test report"


def test_four_thousand_characters_fit(plan: Stage) -> None:
    track(plan, "word " * 799 + "end.")
    started = form(plan)
    assert len(started["title"]) <= 150
    assert len(started["description"]) <= 2000
    assert plan.slack.submit("U0RAE") == {}
    assert newest(plan).description == started["description"]


def test_by_mention_in_a_thread_the_step_links_to_its_first_message(plan: Stage) -> None:
    root = plan.slack.say("U0RAE", "Our auditors want the pen test report")
    plan.slack.say("U0BEA", "@Tandem track Pen test report @Ravi next Fri", thread_ts=root)
    plan.settle()
    step = newest(plan)
    assert (step.title, step.owner_id, step.due_date) == ("Pen test report", "U0RAVI", date(2026, 6, 12))
    assert step.link.endswith(link_to(root))
    assert "Pen test report" in words_of(replies(plan, root)[-1])


def test_by_mention_outside_a_thread_the_step_links_to_the_mention(plan: Stage) -> None:
    ts = plan.slack.say("U0BEA", "@Tandem track Pen test report")
    plan.settle()
    assert newest(plan).link.endswith(link_to(ts))


def test_without_a_title_the_reply_leads_to_the_form_with_the_link_filled_in(plan: Stage) -> None:
    root = plan.slack.say("U0RAE", "Our auditors want the pen test report")
    plan.slack.say("U0BEA", "@Tandem track", thread_ts=root)
    plan.settle()
    plan.slack.click("U0BEA", "plan.track")
    started = form(plan, "U0BEA")
    assert (started["title"], started["owner"]) == ("", "")
    assert started["link"].endswith(link_to(root))
    assert plan.slack.submit("U0BEA", {"title": "Pen test report"}) == {}
    assert newest(plan).link.endswith(link_to(root))


def test_a_mention_that_slack_delivers_twice_makes_one_step(database: Database) -> None:
    for stage in make_stage(database, twice=True):
        stage.start_plan()
        before = count(stage)
        stage.slack.say("U0BEA", "@Tandem track Pen test report")
        stage.settle()
        assert count(stage) == before + 1


def test_by_command_it_is_add(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map track Pen test report")
    plan.settle()
    assert (newest(plan).title, newest(plan).link) == ("Pen test report", "")


def test_a_button_nobody_wrote_is_an_old_one(plan: Stage) -> None:
    root = plan.slack.say("U0BEA", "@Tandem track")
    plan.settle()
    [block] = [block for block in replies(plan, root)[-1]["blocks"] if block["type"] == "actions"]
    assert block["elements"][0]["value"] == f"{plan.plan().id}:{root}"
    for value in ("7", "x:1.2", "7:", "7:1.2:3"):
        assert TRACKED.fullmatch(value) is None


def replies(stage: Stage, root: str) -> list[dict[str, Any]]:
    [message] = [one for one in stage.slack.messages("U0BEA") if one["ts"] == root]
    return list(message["replies"])
