"""Whatever anybody typed, Slack takes what is drawn, and nobody is pinged, misled or blamed by it."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SlackView

from blocks import limits, plan_lists, replies
from blocks.budget import notification, text_length, within
from blocks.handover import HandoverItem, NoticeView, build_handover
from blocks.ids import Act
from blocks.kit import context, message, quoted, section
from blocks.nudge import build_nudge
from blocks.view_models import NudgeView
from blocks.words import mrkdwn
from sandbox.blockkit import MOST_CHARACTERS, characters
from sandbox.methods_chat import UPDATED
from tests.blocks import everything, homes
from tests.blocks.plans import NASTY, nudge_item, step
from tests.blocks.rules import blocks_of, check, check_option, every_text, objects

# In a menu, which has an id of its own.
ONLY_CHOSEN = {Act.STEP_UP.value, Act.STEP_DOWN.value, Act.STEP_HIDE.value}
MESSAGES = list(everything.messages())
VIEWS = list(everything.views()) + list(homes.homes())


def chunks(payloads: list[everything.Payload], size: int = 200) -> list[list[everything.Payload]]:
    return [payloads[at : at + size] for at in range(0, len(payloads), size)]


@pytest.mark.parametrize("payloads", chunks(MESSAGES + VIEWS), ids=lambda chunk: chunk[0][0])
def test_it_keeps_every_rule(payloads: list[everything.Payload]) -> None:
    for name, payload in payloads:
        try:
            check(payload)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


def test_the_text_of_a_message_is_counted_alike_by_who_draws_who_refuses_and_who_checks() -> None:
    assert limits.MESSAGE_TEXT == MOST_CHARACTERS
    assert UPDATED.text == limits.MESSAGE_BYTES
    for name, payload in MESSAGES:
        blocks = blocks_of(payload)
        assert text_length(blocks) == characters(blocks) == sum(map(len, every_text(blocks))), name


def test_too_much_text_is_cut_where_it_is_longest_and_what_was_typed_stays_whole() -> None:
    short, typed = section("short", "a"), quoted("x" * 4000, "d")
    blocks = [short, section("y" * 3000, "b"), context("c", "z" * 2900, "w" * 10), typed]
    drawn = message("hi", blocks)["blocks"]
    assert limits.MESSAGE_TEXT - 2 < sum(map(len, every_text(drawn))) <= limits.MESSAGE_TEXT
    assert [drawn[0], drawn[3]] == [short, typed]
    lengths = [len(drawn[1]["text"]["text"]), *(len(one["text"]) for one in drawn[2]["elements"])]
    assert lengths == [2742, 2742, 10]
    assert len(blocks[1]["text"]["text"]) == 3000  # what was given is as it was
    assert within(drawn) == drawn


def test_a_notification_is_counted_in_bytes() -> None:
    assert notification("中" * 1333) == "中" * 1333
    long = notification("中" * 1400)
    assert (len(long.encode()), long[-1]) == (3999, "…")
    assert notification("x" * 2999) == "x" * 2999
    assert not notification("&amp;" * 500 + "👩" * 600).endswith("&…")


@pytest.mark.parametrize("typed", ["x" * 4000, "a line\n" * 571, "<&>*_~" * 666, "中" * 4000])
def test_what_somebody_typed_comes_back_whole(typed: str) -> None:
    for code, facts in everything.refusals():
        reply = replies.reply_refused(code, {**facts, "id": "x" * 3000, "typed": typed})
        check(dict(reply))
        [words] = [one["text"] for one in objects(reply["blocks"]) if one.get("type") == "text"]
        assert words == typed.strip(), code


def test_a_long_answer_about_history_says_how_much_is_left_out() -> None:
    changes = [everything.change("step_moved", NASTY[0], who=NASTY[0], reason=NASTY[0]) for _ in range(10)]
    reply = plan_lists.reply_history(changes, "Acme")
    check(dict(reply))
    said = "\n".join(every_text(reply["blocks"]))
    told = said.count("•")
    assert 1 < told < 10
    assert f"… and {10 - told} earlier changes" in said


def test_a_nudge_that_is_too_long_counts_what_it_leaves_out() -> None:
    items = [nudge_item(step=step(n, title=NASTY[0]), plan_name=NASTY[n % 2]) for n in range(1, 16)]
    nudge = build_nudge(NudgeView(3, "Bea", tuple(items)))
    check(dict(nudge))
    asked = [one for one in nudge["blocks"] if one["block_id"].endswith(".do")]
    assert 1 < len(asked) < 15
    assert mrkdwn("nudge", "more", n=15 - len(asked)) in every_text(nudge["blocks"])
    answered = [replace(item, answer="step_done") for item in items[:12]]
    both = build_nudge(NudgeView(3, "Bea", (*answered, *(replace(one, plan_name="A") for one in items[12:]))))
    told = [mrkdwn("nudge", "answered", item=item) for item in answered]
    assert len(set(told) & set(every_text(both["blocks"]))) == 12
    many = build_nudge(NudgeView(3, "Bea", (*answered, *items)))
    names = {f"nudge.{item.step.id}" for item in answered}
    said = [one for one in many["blocks"] if one["type"] == "context" and one["block_id"] in names]
    assert set(every_text(said)) <= set(told)


def test_a_handover_that_is_too_long_counts_what_it_leaves_out() -> None:
    items = tuple(HandoverItem(step(n, title=NASTY[0]), NASTY[n % 2], NASTY[n % 2]) for n in range(1, 16))
    handover = build_handover(NoticeView("Bea", items))
    check(dict(handover))
    shown = [one for one in handover["blocks"] if one["block_id"].endswith(".do")]
    assert 1 < len(shown) < 15
    assert mrkdwn("handovers", "more", n=15 - len(shown)) in every_text(handover["blocks"])


def test_search_results_keep_the_rules() -> None:
    for _, found in everything.options():
        groups = found.get("option_groups", [])
        assert bool(groups) != ("options" in found)
        assert len(groups) <= limits.OPTION_GROUPS
        for group in groups:
            assert 1 <= len(group["options"]) <= limits.OPTIONS
            assert 1 <= len(group["label"]["text"]) <= limits.OPTION
            for option in group["options"]:
                check_option(option)


@pytest.mark.parametrize("payloads", chunks(MESSAGES[::3] + VIEWS[::3]), ids=lambda chunk: chunk[0][0])
def test_slacks_own_models_take_it(payloads: list[everything.Payload]) -> None:
    for _, payload in payloads:
        blocks = blocks_of(payload)
        parsed = Block.parse_all(blocks)
        assert len(parsed) == len(blocks)
        for block, model in zip(blocks, parsed, strict=True):
            model.validate_json()
            assert model.to_dict()["type"] == block["type"]
        if payload.get("type") in ("modal", "home"):
            SlackView(**payload).validate_json()


def test_everything_that_can_be_pressed_is_drawn_somewhere() -> None:
    drawn = {
        one["action_id"] for _, payload in MESSAGES + VIEWS for one in objects(payload) if "action_id" in one
    }
    assert drawn | ONLY_CHOSEN == {act.value for act in Act}


def test_only_the_word_in_the_thread_mentions_anybody() -> None:
    def mentions(payload: dict[str, Any]) -> bool:
        return "<@" in str([one["text"] for one in objects(payload) if one.get("type") == "mrkdwn"])

    mentioning = {name for name, payload in MESSAGES + VIEWS if mentions(payload)}
    assert mentioning == {
        "thread nudge",
        "handover in thread",
        "proposal in the thread",
        "agree ask in the thread",
        "word accepted in the thread",
        "word talk in the thread",
    }


def test_nothing_drawn_is_changed_by_drawing_it_again() -> None:
    assert list(everything.messages()) == MESSAGES
    assert list(everything.views()) + list(homes.homes()) == VIEWS
