"""Short answers, private reminders and first words: what they say, and what can be pressed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from blocks import nudge, replies, status
from blocks.ids import Act
from blocks.kit import Message
from blocks.options import build_person_options
from blocks.view_models import NextThingView, NudgeView
from plan.calendars import calendar_for
from plan.next_thing import Thing
from plan.when import parse_when
from storage.models import Outcome, Side
from tests.blocks.everything import ANSWERS, refusals
from tests.blocks.plans import closed_plan, nudge_item, step, usual_plan

FORMS = step(15, title="Vendor onboarding forms", owner="Priya Nair", holds_up=(16, 17))


def said(message: Message) -> str:
    found = [one.get("text") or one for one in message["blocks"]]
    lines = [one["text"] for one in found if one.get("type") == "mrkdwn"]
    lines += [element["text"] for one in found if one.get("type") == "context" for element in one["elements"]]
    return "\n".join(lines)


def pressable(message: Message) -> list[dict[str, Any]]:
    elements = [one for block in message["blocks"] for one in block.get("elements", []) if "action_id" in one]
    return elements + [block["accessory"] for block in message["blocks"] if "accessory" in block]


def acts(message: Message) -> list[str]:
    return [one["action_id"] for one in pressable(message)]


def first_button(message: Message) -> str:
    """What stands beside the first line."""
    return str(message["blocks"][0]["accessory"]["action_id"])


def test_status_answers_for_the_plan_and_for_the_person_who_asks() -> None:
    view = usual_plan()
    mine = tuple(one for one in view.steps if one.owner == "Priya Nair")
    message = status.build_status(view, mine, NextThingView(Thing.DO, mine[0]))
    assert "🟡  *Waiting* on one step." in said(message)
    assert "*Next*" in said(message)
    assert "*Yours*" in said(message)
    doors = next(block for block in message["blocks"] if block["block_id"] == "status.doors")
    assert [one["action_id"] for one in doors["elements"]] == [
        Act.PLAN_ADD,
        Act.PLAN_MINE,
        Act.PLAN_STEPS,
        Act.PLAN_SHOW,
    ]
    assert acts(message)[-1] == Act.STEP_OPEN  # the second of hers; the first has its buttons
    assert "*Yours*" not in said(status.build_status(view, (), None))


def test_the_one_most_useful_thing_stands_on_top_with_the_one_button_that_does_it() -> None:
    view = usual_plan()
    for message in (
        status.build_status(view, (), NextThingView(Thing.NAME_PEOPLE, nameless=6)),
        status.build_what_next(view, NextThingView(Thing.NAME_PEOPLE, nameless=6)),
    ):
        first = message["blocks"][0]
        assert first["text"]["text"].startswith("👉  *Six steps on your side have no name yet.*")
        assert first["accessory"]["action_id"] == Act.PLAN_PEOPLE
        assert [one for one in pressable(message) if one.get("style") == "primary"] == [first["accessory"]]


@pytest.mark.parametrize(
    ("thing", "act"),
    [
        (NextThingView(Thing.CONFIRM, step(4, gate=True, seller_confirmed_by="Rae")), Act.STEP_DONE),
        (NextThingView(Thing.DO, step(4)), Act.STEP_DONE),
        (NextThingView(Thing.UNBLOCK, step(4)), Act.STEP_UNBLOCK),
        (NextThingView(Thing.WATCH, step(4)), Act.STEP_OPEN),
        (NextThingView(Thing.NAME_LEAD), Act.PLAN_PEOPLE),
        (NextThingView(Thing.ADD_STEP), Act.PLAN_ADD),
        (NextThingView(Thing.CLOSE), Act.PLAN_CLOSE),
    ],
    ids=lambda value: str(getattr(value, "thing", value)),
)
def test_each_next_thing_has_its_button(thing: NextThingView, act: Act) -> None:
    assert first_button(status.build_what_next(usual_plan(), thing)) == act


def test_a_plan_that_was_won_is_followed_by_the_next_one() -> None:
    reopen = NextThingView(Thing.REOPEN)
    assert first_button(status.build_what_next(closed_plan(), reopen)) == Act.PLAN_START
    assert first_button(status.build_what_next(closed_plan(Outcome.LOST), reopen)) == Act.PLAN_REOPEN


def test_a_closed_plan_has_nothing_to_do_but_reopen() -> None:
    message = status.build_status(closed_plan(), (), None)
    assert "*Won*" in said(message)
    assert Act.PLAN_REOPEN in acts(message)
    assert Act.PLAN_ADD not in acts(message)


def test_what_is_shared_says_who_shared_it() -> None:
    message = status.build_shared_status(usual_plan(), "Bea Alvarez")
    assert "Shared by Bea Alvarez" in said(message)
    assert "*Yours*" not in said(message)


def test_without_a_plan_there_is_one_thing_to_press() -> None:
    assert acts(status.build_no_plan()) == [Act.PLAN_START]


def test_help_tells_the_command_only_to_those_who_have_it() -> None:
    assert "/map" in said(status.build_help(has_command=True))
    assert "/map" not in said(status.build_help(has_command=False))
    assert "`@Tandem done 4`" in said(status.build_help(has_command=False))


def test_the_welcome_says_what_is_read() -> None:
    assert "I read only messages that mention me." in said(status.build_welcome())


def test_a_tick_is_answered_with_who_and_what_comes_next() -> None:
    message = replies.reply_done(
        replace(FORMS, finished_for="Priya Nair"), "Rae Lindqvist", "done", "", usual_plan()
    )
    assert "✅  *15  Vendor onboarding forms* is done, by Rae Lindqvist for Priya Nair." in said(message)
    assert "Next: 10  SOC 2 evidence" in said(message)


def test_half_a_gate_says_whose_yes_completes_it() -> None:
    gate = step(18, title="Signature", gate=True, side=Side.JOINT)
    half = replies.reply_done(gate, "Bea", "half", "Northwind", usual_plan())
    assert said(half).startswith("🔑  Bea confirmed *18  Signature*. Northwind's yes completes it.")
    again = replies.reply_done(gate, "Bea", "already", "Northwind", usual_plan())
    assert said(again).startswith("🔑  Your side has confirmed *18  Signature* already.")


def test_the_status_in_a_thread_is_short() -> None:
    assert 3 <= len(said(replies.reply_status(usual_plan())).splitlines()) <= 7


def test_a_form_asked_for_by_mention_comes_as_a_button() -> None:
    [button] = pressable(replies.reply_with_button(Act.PLAN_ADD, 7))
    assert (button["action_id"], button["value"]) == (Act.PLAN_ADD, "7")


@pytest.mark.parametrize(
    ("code", "facts"), list(refusals()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_refusal_says_what_to_do_and_is_no_longer_than_anybody_reads(
    code: str, facts: dict[str, Any]
) -> None:
    text = replies.refusal_text(code, facts)
    assert 10 < len(text) < 260
    assert text[-1] in ".?!" or code == "broke"
    assert not set("*`_") & set(text), "under a field nothing is formatted"


def test_a_refusal_gives_back_what_was_typed() -> None:
    message = replies.reply_refused("unknown_word", {"word": "stauts", "typed": "/map stauts"})
    assert "You wrote: /map stauts" in said(message)


def test_an_ambiguous_day_is_given_both_ways() -> None:
    facts = {"when": "3/4", "options": (date(2026, 3, 4), date(2026, 4, 3)), "today": date(2026, 2, 2)}
    assert replies.refusal_text("when_ambiguous", facts).startswith("“3/4” could be Wed 4 Mar or Fri 3 Apr.")


def test_an_ambiguous_day_of_another_year_is_given_so_that_it_can_be_written() -> None:
    days = (date(2027, 3, 4), date(2027, 4, 3))
    facts = {"when": "3/4", "options": days, "today": date(2026, 6, 2)}
    said_so = replies.refusal_text("when_ambiguous", facts)
    assert "Thu 4 Mar 2027 or Sat 3 Apr 2027" in said_so
    for words, day in zip(("Thu 4 Mar 2027", "Sat 3 Apr 2027"), days, strict=True):
        assert parse_when(words, date(2026, 6, 2), calendar_for("US")) == day


def test_a_nudge_names_the_step_why_it_matters_and_every_answer() -> None:
    message = nudge.build_nudge(NudgeView(3, "Priya", (nudge_item(step=FORMS),)))
    assert said(message).splitlines()[:3] == [
        "Hi Priya, one step of *Acme × Northwind* is waiting for you.",
        "*15  Vendor onboarding forms*  ·  due Fri 12 Jun",
        "Steps 16 and 17 start when this is in, and go-live on Tue 30 Jun counts on them.",
    ]
    assert acts(message) == [
        Act.NUDGE_DONE,
        Act.NUDGE_DATE,
        Act.NUDGE_BLOCK,
        Act.NUDGE_NOT_ME,
        Act.NUDGE_SNOOZE,
    ]
    *buttons, snooze = pressable(message)
    assert {one["value"] for one in buttons} == {"3:7:1015"}
    assert [one["value"] for one in snooze["options"]] == ["7:1015:2", "7:1015:5"]


def test_several_steps_come_in_one_message_with_one_primary_button() -> None:
    items = (nudge_item(4), nudge_item(5, step=step(5)), nudge_item(6, step=step(6), plan_name="Other"))
    message = nudge.build_nudge(NudgeView(3, "Bea", items))
    assert said(message).startswith("Hi Bea, three steps are waiting for you.")
    assert "·  Other" in said(message)
    assert [one.get("style") for one in pressable(message)].count("primary") == 1


def test_a_step_of_nobody_asks_its_lead_who_should_have_it() -> None:
    item = nudge_item(step=step(17, title="Budget", owner="", role="CFO"), asks_who=True)
    message = nudge.build_nudge(NudgeView(3, "Bea", (item,)))
    assert "Who at Acme should have this? CFO would fit." in said(message)
    assert acts(message)[0] == Act.NUDGE_OWNER
    assert Act.NUDGE_NOT_ME not in acts(message)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_answered_says_what_happened_and_can_not_be_pressed(answer: str) -> None:
    message = nudge.build_nudge(NudgeView(3, "Bea", (nudge_item(answer=answer),)))
    assert said(message).startswith("Thank you, Bea. Nothing more waits for you here.")
    assert pressable(message) == []


def test_a_crowded_nudge_says_how_many_more_there_are() -> None:
    items = tuple(nudge_item(step=step(n)) for n in range(1, 41))
    message = nudge.build_nudge(NudgeView(3, "Bea", items))
    assert len(message["blocks"]) <= 50
    assert "… and 25 steps more." in said(message)


def test_the_word_in_the_thread_mentions_one_person_and_says_how_to_answer() -> None:
    message = nudge.build_thread_nudge([nudge_item(step=FORMS)], "U0PRIYA")
    assert said(message).startswith("<@U0PRIYA> *15  Vendor onboarding forms* is waiting for you.")
    assert "`@Tandem done 15`" in said(message)
    assert said(message).count("<@") == 1


def test_owners_come_in_one_group_for_each_company() -> None:
    people = [("U0RAE", "Rae Lindqvist"), ("U0SAM", "Sam Okoro")]
    found = build_person_options([("seller:Northwind", people), ("buyer:Acme", [("U0BEA", "Bea Alvarez")])])
    assert [group["label"]["text"] for group in found["option_groups"]] == [
        "Northwind, selling",
        "Acme, buying",
    ]
    assert found["option_groups"][1]["options"][0]["value"] == "U0BEA"


def test_a_search_finds_by_any_part_of_a_name_and_drops_empty_groups() -> None:
    groups = [("seller:", [("U0RAE", "Rae Lindqvist")]), ("buyer:", [("U0BEA", "Bea Alvarez")])]
    [group] = build_person_options(groups, "ALV be")["option_groups"]
    assert [one["value"] for one in group["options"]] == ["U0BEA"]
    assert build_person_options(groups, "zzz") == {"options": []}
