"""Hostile words in every form, by command and by mention, from people with hostile names: data all the way.

They are kept and shown as typed, they notify nobody, and a form that is opened again holds them as they were.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from storage.agreement import ClosedDays, TeamTemplate
from storage.models import Step
from tests.blocks.hostile import as_read, as_seen, check_text, nodes
from tests.conftest import database_in
from tests.sandboxed import WORLD
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.doors import DOORS

# What people may be called: Slack lets anybody choose.
NAMES = {
    "Ravi Shah": r"Ravi <!channel> @everyone \u202ehahS",
    "Ines Costa": r"\u3164\u200b",
    "Bea Alvarez": r"Bea <@U0OMAR> &amp; *Co*",
}
WORDS = (
    "<!channel> and @everyone, <!here>",
    "<@U0OMAR> <https://evil.example|click>",
    "R&D &lt;b&gt; <b> a & b",
    "> *bold* _soft_ ~gone~ `code` ```",
    "invoice\u202efdp.exe סקירה 12",
    "{{ 7 * 7 }} {% raw %} \"'\\n |",
    "in\u200bvis\u200bible\ufeff @\u200bhere",
)
CALLS = re.compile(r"<[!@][^>]*>|@(?:here|channel|everyone|group)\b", re.IGNORECASE)
WITH_WORDS = pytest.mark.parametrize("words", WORDS, ids=ascii)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("text")
    world = folder / "world.yml"
    told = WORLD.read_text(encoding="utf-8")
    for name, hostile in NAMES.items():
        assert f"name: {name}," in told
        told = told.replace(f"name: {name},", f'name: "{hostile}",')
    world.write_text(told, encoding="utf-8")
    yield from _staged(folder, world)


def _staged(folder: Path, world: Path) -> Iterator[Stage]:
    with database_in(folder) as database:
        stages = make_stage(database, world=world)
        stage = next(stages)
        try:
            stage.start_plan()
            yield stage
        finally:
            next(stages, None)


def open_form(plan: Stage, order: str) -> dict[str, Any]:
    while plan.slack.view("U0RAE") is not None:
        plan.slack.close("U0RAE")
    plan.clock.pushed += timedelta(seconds=1)  # Slack opens only so many windows a minute
    plan.slack.say("U0RAE", f"/map {order}")
    return plan.slack.need_view("U0RAE")


def send(plan: Stage, order: str, values: dict[str, Any]) -> None:
    open_form(plan, order)
    assert plan.slack.submit("U0RAE", values) == {}
    plan.settle()


def held(view: dict[str, Any]) -> dict[str, str]:
    """What the fields of a form start with."""
    asked = [one for one in view["blocks"] if one["type"] == "input"]
    return {one["block_id"]: one["element"].get("initial_value", "") for one in asked}


def as_kept(words: str) -> str:
    """Without what nobody sees and nobody typed: it is no part of a text of ours."""
    return re.sub("[\u200b\u202a-\u202e\ufeff]", "", words)


def reads(message_or_view: dict[str, Any]) -> str:
    """What an eye reads of it, in one go."""
    return " ".join(as_read(shown, parsed=kind == "mrkdwn") for kind, shown in nodes(message_or_view))


def check_all(plan: Stage) -> None:
    """Everything Tandem said so far, and every window in front of somebody."""
    world = plan.slack.slack.world
    said = [one for place in world.messages.values() for one in place.values() if one.is_bot]
    assert said
    shown: list[dict[str, Any]] = [{"text": one.text, "blocks": one.blocks} for one in said]
    for person in ("U0RAE", "U0BEA"):
        view, home = plan.slack.view(person), plan.slack.home(person)
        shown += [{"blocks": one["blocks"]} for one in (view, home) if one]
    for one in shown:
        for kind, text in nodes(one):
            check_text(kind, text)
            assert kind in ("typed", "link", "rich", "plain") or not CALLS.search(text), text
        assert "rich_text_input" not in str(one)
        assert not re.search(r"'type': '(user|usergroup|broadcast|channel)'", str(one)), (
            "it may call somebody"
        )


def window(plan: Stage, act: str, person: str = "U0BEA") -> str:
    """What a button of the board shows."""
    plan.clock.pushed += timedelta(seconds=1)
    plan.slack.click(person, act, ts=plan.board()["ts"])
    check_all(plan)
    words = reads({"blocks": plan.slack.need_view(person)["blocks"]})
    plan.slack.close(person)
    return words


@WITH_WORDS
def test_a_step_holds_what_was_typed_about_it(plan: Stage, words: str) -> None:
    typed = {"title": words, "description": f"{words}\n> {words}", "role": words}
    send(plan, "edit 2", typed)
    check_all(plan)
    again = held(open_form(plan, "edit 2"))
    assert {name: again[name] for name in typed} == {name: as_kept(text) for name, text in typed.items()}
    plan.slack.close("U0RAE")
    assert as_seen(words) in as_read(plan.board_text(), parsed=True)
    for act in ("plan.steps", "plan.history"):
        assert as_seen(words) in window(plan, act)


@WITH_WORDS
def test_a_reason_and_a_note_stand_as_they_were_typed(plan: Stage, words: str) -> None:
    send(plan, "block 3", {"reason": words})
    send(plan, "note 3", {"note": f"{words}\n{words}"})
    send(plan, "skip 6", {"reason": words})
    send(plan, "date 5", {"due": f"2026-06-{10 + WORDS.index(words)}", "reason": words})
    plan.slack.click("U0BEA", "plan.steps", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "step.open", near="3  ")
    check_all(plan)
    step = reads({"blocks": plan.slack.need_view("U0BEA")["blocks"]})
    assert step.count(as_seen(words)) >= 3  # the reason, and two lines of a note
    while plan.slack.view("U0BEA"):
        plan.slack.close("U0BEA")
    assert window(plan, "plan.history").count(as_seen(words)) >= 3
    for again in ("unblock 3", "reopen 6"):
        plan.slack.say("U0RAE", f"/map {again}")
    plan.settle()


@WITH_WORDS
def test_the_plan_its_companies_and_its_days_off_are_called_as_they_were_typed(
    plan: Stage, words: str
) -> None:
    typed = {"name": words, "buyer_company": words, "anchor_reason": words}
    send(plan, "edit", typed)
    check_all(plan)
    again = held(open_form(plan, "edit"))
    assert {name: again[name] for name in typed} == {name: as_kept(text) for name, text in typed.items()}
    plan.slack.close("U0RAE")
    assert as_read(plan.board_text(), parsed=True).count(as_seen(words)) >= 3
    day = f"2026-07-{10 + WORDS.index(words)}"
    plan.slack.click("U0BEA", "plan.help", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "plan.calendar")
    plan.slack.click("U0BEA", "closed.add")
    assert plan.slack.submit("U0BEA", {"first": day, "last": day, "why": words}) == {}
    check_all(plan)
    assert reads({"blocks": plan.slack.need_view("U0BEA")["blocks"]}).count(as_seen(words)) >= 2
    while plan.slack.view("U0BEA"):
        plan.slack.close("U0BEA")
    assert plan.rows(select(ClosedDays).order_by(col(ClosedDays.id).desc()))[0].why == as_kept(words)
    plan.slack.open_home("U0RAE")
    plan.settle()
    check_all(plan)


@WITH_WORDS
def test_a_list_is_called_as_it_was_typed(plan: Stage, words: str) -> None:
    send(plan, "save-template", {"name": words, "summary": words})
    check_all(plan)
    assert plan.rows(select(TeamTemplate).order_by(col(TeamTemplate.id).desc()))[0].title == as_kept(words)
    again = open_form(plan, "save-template")
    assert as_seen(words) in reads({"blocks": again["blocks"]})
    plan.slack.close("U0RAE")


@WITH_WORDS
def test_what_cannot_be_done_comes_back_as_it_was_typed(plan: Stage, words: str) -> None:
    for say in DOORS.values():
        for order in (
            f"{words} 4",
            f"done {words}",
            f"history {words}",
            f"timeline {words}",
            f"date 3 {words}",
        ):
            answer = say(plan, order)
            assert any(as_seen(words) in as_read(answer, parsed=parsed) for parsed in (True, False)), order
        check_all(plan)


def test_nobody_is_called_by_anything_that_was_said(plan: Stage) -> None:
    """The last word: after all of the above, a round of reminders and news, and every person's own list."""
    plan.own(3, "U0RAVI")
    plan.own(5, "U0INES")
    plan.settle()
    for say in DOORS.values():
        for order in ("status", "mine", "steps", "help", "agree", "slips", "keep"):
            say(plan, order)
    check_all(plan)
    names = as_read(plan.board_text(), parsed=True)
    assert as_seen("Ravi <!channel> @everyone \u202ehahS") in names
    with plan.database.read() as session:
        titles = [step.title for step in session.exec(select(Step))]
    assert not any("\u202e" in title or "\u200b" in title for title in titles)


def test_a_name_nobody_can_see_is_no_name(plan: Stage) -> None:
    open_form(plan, "owner 7")
    found = plan.slack.options("U0RAE", "owner", "")
    by_id = {one["value"]: one["text"]["text"] for one in found}
    assert by_id["U0INES"] == "ines"  # what Slack calls her by besides
    assert as_read(by_id["U0RAVI"], parsed=False) == "Ravi <!channel> @everyone hahS"
    plan.slack.close("U0RAE")
