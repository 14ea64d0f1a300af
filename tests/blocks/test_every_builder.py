"""Whatever anybody typed, Slack takes what is drawn, and nobody is pinged, misled or blamed by it."""

from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SlackView

from blocks import limits
from blocks.ids import Act
from tests.blocks import everything, homes
from tests.blocks.rules import blocks_of, check, check_option, objects

ONLY_CHOSEN = {Act.STEP_UP.value, Act.STEP_DOWN.value}  # in a menu, which has an id of its own
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
    assert mentioning == {"thread nudge", "handover in thread"}


def test_nothing_drawn_is_changed_by_drawing_it_again() -> None:
    assert list(everything.messages()) == MESSAGES
    assert list(everything.views()) + list(homes.homes()) == VIEWS
