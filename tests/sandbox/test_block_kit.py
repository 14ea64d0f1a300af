"""The sandbox's own models of Block Kit: what they take, and where they point when they do not."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sandbox import blockkit, elements, parts, richtext
from sandbox.blockkit import BlocksRefusedError, Surface, check_blocks, elements_of
from sandbox.views import check_view
from tests.sandbox import made_up

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Done"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


@given(made_up.messages())
@quick
def test_every_documented_message_is_taken_and_left_as_it_was(message: Json) -> None:
    before = copy.deepcopy(message["blocks"])
    kept = check_blocks(message["blocks"], Surface.MESSAGE)
    assert message["blocks"] == before
    assert len({block["block_id"] for block in kept}) == len(kept)
    assert all("action_id" in element for block in kept for element in elements_of(block))


@given(made_up.modals())
@quick
def test_every_documented_modal_is_taken(view: Json) -> None:
    kept = check_view(view, Surface.MODAL)
    assert [block["type"] for block in kept["blocks"]] == [block["type"] for block in view["blocks"]]


@given(made_up.spoilt(made_up.messages()))
@quick
def test_whatever_comes_it_is_taken_or_refused_with_pointers_that_lead_somewhere(message: Json) -> None:
    refused: list[str] = []
    try:
        check_blocks(message.get("blocks"), Surface.MESSAGE)
    except BlocksRefusedError as error:
        refused = error.messages or ["nothing"]
    assert all("[json-pointer:/blocks" in line for line in refused)


REFUSED_IN_A_MESSAGE: list[tuple[list[Json], str, str]] = [
    ([{"type": "sparkline"}], "unsupported type: sparkline", "/blocks/0/type"),
    ([{"text": plain("x")}], "missing required field: type", "/blocks/0"),
    ([{"type": "section"}], "either text or fields", "/blocks/0"),
    ([section(colour="red")], "invalid additional property: colour", "/blocks/0"),
    ([section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    ([section("x" * 3001)], "must be less than 3001 characters", "/blocks/0/text/text"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001", "/blocks/0/fields/0/text"),
    ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10", "/blocks/0/fields"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151", "/blocks/0/text/text"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "plain_text", "/blocks/0/text/type"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10", "/blocks/0/elements"),
    ([actions()], "no fewer than 1", "/blocks/0/elements"),
    ([actions(*[button()] * 26)], "no more than 25", "/blocks/0/elements"),
    ([actions(button(text=plain("x" * 76)))], "less than 76", "/blocks/0/elements/0/text/text"),
    ([actions(button(value="x" * 2001))], "less than 2001", "/blocks/0/elements/0/value"),
    ([actions(button(style="green"))], "'primary' or 'danger'", "/blocks/0/elements/0/style"),
    ([actions(button(value=4))], "must provide a string", "/blocks/0/elements/0/value"),
    ([actions(button(action_id="x" * 256))], "less than 256", "/blocks/0/elements/0/action_id"),
    ([actions(button(action_id="a"), button(action_id="a"))], "more than once", "/blocks/0/elements"),
    ([actions({"type": "plain_text_input"})], "unsupported type", "/blocks/0/elements/0/type"),
    ([actions(select(options=[]))], "no fewer than 1", "/blocks/0/elements/0/options"),
    ([actions(select(options=options(101)))], "no more than 100", "/blocks/0/elements/0/options"),
    ([actions(select(option_groups=[]))], "no fewer than 1", "/blocks/0/elements/0/option_groups"),
    ([actions({"type": "static_select"})], "options and option_groups", "/blocks/0/elements/0"),
    (
        [actions(select(options=[{"text": plain("x"), "value": "x" * 76}]))],
        "less than 76",
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        [actions(select(options=[{"text": plain("x")}]))],
        "missing required field: value",
        "/blocks/0/elements/0/options/0",
    ),
    ([actions(select(initial_option=options(3)[2]))], "must be one of", "/blocks/0/elements/0"),
    (
        [actions({"type": "overflow", "options": options(6)})],
        "no more than 5",
        "/blocks/0/elements/0/options",
    ),
    ([actions({"type": "radio_buttons", "options": options(11)})], "than 10", "/blocks/0/elements/0/options"),
    ([actions({"type": "datepicker", "initial_date": "12 June"})], "pattern", "/initial_date"),
    ([actions({"type": "datepicker", "initial_date": "2026-02-31"})], "of the calendar", "/initial_date"),
    ([actions({"type": "timepicker", "timezone": "Mars/Base"})], "time zone", "/elements/0/timezone"),
    (
        [
            actions(
                {
                    "type": "multi_static_select",
                    "options": options(3),
                    "initial_options": options(2),
                    "max_selected_items": 1,
                }
            )
        ],
        "max_selected_items",
        "/blocks/0/elements/0",
    ),
    (
        [actions({"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1})],
        "max_selected_items",
        "/blocks/0/elements/0",
    ),
    *(
        ([field({"type": "number_input", "is_decimal_allowed": False, **numbers})], said, "/blocks/0/element")
        for numbers, said in (
            ({"min_value": "5", "max_value": "1"}, "min_value must not be greater"),
            ({"min_value": "5", "initial_value": "4"}, "initial_value must be between"),
            ({"max_value": "5", "initial_value": "10"}, "initial_value must be between"),
            ({"initial_value": "4.5"}, "whole numbers"),
        )
    ),
    (
        [section(accessory=button(confirm={"title": plain("Sure?"), "text": plain("x")}))],
        "missing required field: confirm",
        "/blocks/0/accessory/confirm",
    ),
    ([section(block_id="a"), section(block_id="a")], "more than once", "/blocks/1/block_id"),
    ([section(block_id="x" * 256)], "less than 256", "/blocks/0/block_id"),
    ([{"type": "divider"}] * 51, "no more than 50", "/blocks"),
    ([{"type": "alert", "text": plain("x")}], "unsupported type: alert on a message", "/blocks/0/type"),
    ([{"type": "image", "image_url": "ftp://x", "alt_text": "x"}], "pattern", "/blocks/0/image_url"),
    (
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        "no fewer than 1",
        "/blocks/0/elements/0/elements",
    ),
    (
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "x", "style": "bold"}],
                    }
                ],
            }
        ],
        "must provide an object",
        "/blocks/0/elements/0/elements/0/style",
    ),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "all markdown blocks", "/blocks"),
]


@pytest.mark.parametrize(("blocks", "words", "pointer"), REFUSED_IN_A_MESSAGE)
def test_a_message_is_refused_with_the_place(blocks: list[Json], words: str, pointer: str) -> None:
    with pytest.raises(BlocksRefusedError) as refusal:
        check_blocks(blocks, Surface.MESSAGE)
    first = refusal.value.messages[0]
    assert first.startswith("[ERROR] ")
    assert words in first
    assert first.endswith(f"{pointer}]")


def test_pickers_and_numbers_within_bounds_are_taken() -> None:
    number = {"type": "number_input", "is_decimal_allowed": True, "initial_value": "4.5", "max_value": "10"}
    several = {"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 1}
    pickers = [
        {"type": "datepicker", "initial_date": "2028-02-29"},
        {"type": "timepicker", "timezone": "America/Chicago"},
    ]
    assert check_blocks([field(number), actions(several, *pickers)], Surface.MESSAGE)


def test_every_rule_says_which_page_it_is_from() -> None:
    models = [
        one
        for module in (blockkit, elements, parts, richtext)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, parts.Part) and "type" in one.model_fields
    ]
    assert len(models) > 40
    silent = {one.__name__ for one in models if "https://docs.slack.dev/" not in (one.__doc__ or "")}
    assert silent == set()


MODAL: Json = {"type": "modal", "title": plain("Title"), "blocks": [section()]}
TEXT_INPUT: Json = {"type": "plain_text_input", "action_id": "input"}
REFUSED_AS_A_MODAL: list[tuple[Json, str, str]] = [
    ({"title": "Title"}, "must provide an object", "/view/title"),
    ({"submit": None}, "must not be null", "/view/submit"),
    ({"title": plain("x" * 25)}, "less than 25", "/view/title/text"),
    ({"submit": plain("x" * 25)}, "less than 25", "/view/submit/text"),
    ({"type": "home"}, "invalid additional property: title", "/view"),
    ({"blocks": []}, "no fewer than 1", "/view/blocks"),
    ({"blocks": [{"type": "divider"}] * 101}, "no more than 100", "/view/blocks"),
    ({"blocks": [field(TEXT_INPUT)]}, "missing required field: submit", "/view"),
    ({"private_metadata": "x" * 3001}, "less than 3001", "/view/private_metadata"),
    ({"callback_id": "x" * 256}, "less than 256", "/view/callback_id"),
    ({"id": "V1"}, "invalid additional property: id", "/view"),
    ({"blocks": [{"type": "markdown", "text": "x"}]}, "markdown on a modal", "/view/blocks/0/type"),
    (
        {
            "submit": plain("Add"),
            "blocks": [
                field({**TEXT_INPUT, "focus_on_load": True}),
                field({**TEXT_INPUT, "focus_on_load": True}),
            ],
        },
        "only one element can have focus_on_load",
        "/view/blocks",
    ),
    (
        {"submit": plain("Add"), "blocks": [field({**TEXT_INPUT, "max_length": 3001})]},
        "less than or equal to 3000",
        "/view/blocks/0/element/max_length",
    ),
    (
        {"submit": plain("Add"), "blocks": [field({"type": "button", "text": plain("no")})]},
        "unsupported type: button",
        "/view/blocks/0/element/type",
    ),
    (
        {"submit": plain("Add"), "blocks": [field({"type": "number_input"})]},
        "missing required field: is_decimal_allowed",
        "/view/blocks/0/element",
    ),
]


@pytest.mark.parametrize(("change", "words", "pointer"), REFUSED_AS_A_MODAL)
def test_a_modal_is_refused_with_the_place(change: Json, words: str, pointer: str) -> None:
    with pytest.raises(BlocksRefusedError) as refusal:
        check_view({**MODAL, **change}, Surface.MODAL)
    first = refusal.value.messages[0]
    assert words in first
    assert first.endswith(f"[json-pointer:{pointer}]")
