"""The modals: what they ask, what they offer, and that they come back to the right place."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from blocks import notes, notices, plan_lists, plan_modals, step_details, step_edit, step_forms
from blocks.agreement_views import DateForm
from blocks.date_form import build_date_modal
from blocks.ids import Act, Field, View
from blocks.plan_lists import STEPS_A_PAGE
from blocks.view_models import Companies, NotesView, NoteView, PhaseView, StepChoices
from storage.models import AnchorKind, Side, StepState
from tests.blocks import agreements
from tests.blocks.everything import change, form
from tests.blocks.plans import TODAY, board, on, step

MENU = ["Skip", "Move up", "Move down", "Delete", "Only for our side"]
FIRMS: dict[str, Any] = {"seller_company": "Northwind", "buyer_company": "Acme"}


def details(viewer: Side | None = Side.BUYER, **facts: Any) -> dict[str, Any]:
    return step_details.build_step_details(step(4, **facts), "Acme × Northwind", "{}", viewer=viewer, **FIRMS)


def acts(view: dict[str, Any]) -> list[str]:
    return [
        one["action_id"]
        for block in view["blocks"]
        for one in block.get("elements", [])
        if "action_id" in one
    ]


def said(view: dict[str, Any]) -> str:
    texts = [block["text"]["text"] for block in view["blocks"] if "text" in block]
    return "\n".join(texts + [one["text"] for block in view["blocks"] for one in block.get("fields", [])])


def asked(view: dict[str, Any]) -> dict[str, bool]:
    """Each field, and whether it must be filled in."""
    return {block["block_id"]: not block["optional"] for block in view["blocks"] if block["type"] == "input"}


def element(view: dict[str, Any], field: Field) -> dict[str, Any]:
    found: dict[str, Any] = next(one["element"] for one in view["blocks"] if one["block_id"] == field)
    return found


def test_a_step_shows_all_there_is_to_know() -> None:
    view = details(after=(2, 3), holds_up=(5,), days=3)
    for fact in ("Ravi Shah, Buyer IT", "Fri 12 Jun, takes 3 working days", "Acme", "Security", "2 and 3"):
        assert fact in said(view)
    assert view["title"]["text"] == "Step 4"


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (StepState.OPEN, ["Done", "Start", "New date", "Owner", "Blocked", *MENU]),
        (StepState.STARTED, ["Done", "New date", "Owner", "Blocked", *MENU]),
        (StepState.BLOCKED, ["Done", "New date", "Owner", "Unblock", *MENU]),
        (StepState.DONE, ["Reopen", *MENU[1:]]),
        (StepState.SKIPPED, ["Reopen", *MENU[1:]]),
    ],
)
def test_its_buttons_fit_its_state(state: StepState, offered: list[str]) -> None:
    view = details(state=state)
    row = next(block["elements"] for block in view["blocks"] if block["block_id"] == "step.do")
    assert [words["text"]["text"] for one in row for words in one.get("options", [one])] == offered
    assert [one["accessory"]["text"]["text"] for one in view["blocks"] if "accessory" in one] == [
        "Edit",
        "Add a note",
    ]


def test_a_step_shows_what_was_written_about_it_and_leads_to_the_rest() -> None:
    conversation = NotesView(
        tuple(NoteView(n, on(TODAY), "Bea", "Acme", f"line {n}\nand more") for n in range(17, 7, -1)), 17
    )
    view = step_details.build_step_details(
        step(
            4,
            description="Two lines\nof it",
            link="https://example.com/a",
            proof="https://x.slack.com/archives/C0DEAL/p1583636382000300",
        ),
        "Acme × Northwind",
        "{}",
        viewer=Side.BUYER,
        conversation=conversation,
        **FIRMS,
    )
    told = json.dumps(view, ensure_ascii=False)
    for words in ("Two lines\\nof it", "example.com/a", "the message that says so", "line 17\\nand more"):
        assert words in told
    assert told.index("line 17") < told.index("line 8")
    assert "… and 7 earlier" in told
    [way] = [one["accessory"] for one in view["blocks"] if one["block_id"] == "notes.earlier"]
    assert (way["action_id"], way["value"]) == (Act.STEP_NOTES, "7:1004")


def test_at_least_five_notes_are_shown_whatever_stands_in_them() -> None:
    text = "🙂" * notes.NOTE_LENGTH
    conversation = NotesView(tuple(NoteView(n, on(TODAY), "Bea", "Acme", text) for n in range(50)), 50)
    view = step_details.build_step_details(
        step(4), "Acme × Northwind", "{}", viewer=Side.BUYER, conversation=conversation, **FIRMS
    )
    assert len([one for one in view["blocks"] if one["block_id"].startswith("note.")]) == notes.LEAST
    assert "… and 45 earlier" in said(view)


def test_notes_come_in_pages_that_lead_on_and_back() -> None:
    newest = NotesView(tuple(NoteView(n, on(TODAY), "Bea", "Acme", "x") for n in range(60, 10, -1)), 60)
    rest = NotesView(tuple(NoteView(n, on(TODAY), "Bea", "Acme", "x") for n in range(10, 0, -1)), 60, 50)
    firms = Companies(**FIRMS)
    first, last = (notes.build_notes(step(4), page, "{}", firms, may_act=True) for page in (newest, rest))
    assert [
        one["value"] for block in first["blocks"] for one in block.get("elements", []) if "value" in one
    ] == ["7:1004:50"]
    assert [
        one["value"] for block in last["blocks"] for one in block.get("elements", []) if "value" in one
    ] == ["7:1004:0"]
    assert "Notes 51 to 60 of 60" in json.dumps(last)


def edit_form(**facts: Any) -> dict[str, Any]:
    return step_edit.build_edit_modal(
        step(4, **facts),
        "{}",
        phases=["Fit", "Security", "Fit"],
        place=3,
        firms=Companies("Northwind", "Acme"),
    )


def test_an_edit_starts_with_what_the_step_says_and_cuts_nothing_that_is_typed() -> None:
    view = edit_form(description="a & b", link="https://example.com", days=3)
    assert asked(view)[Field.TITLE]
    assert element(view, Field.TITLE)["max_length"] == 3000
    assert element(view, Field.PHASE)["initial_option"]["value"] == "Security"
    assert [one["value"] for one in element(view, Field.PHASE)["options"]] == ["Security", "Fit"]
    starts = {field: element(view, field)["initial_value"] for field in (Field.PLACE, Field.DAYS, Field.LINK)}
    assert starts == {Field.PLACE: "3", Field.DAYS: "3", Field.LINK: "https://example.com"}
    assert element(view, Field.SIDE)["initial_option"]["value"] == "buyer"


def test_a_finished_step_is_nobodys_to_hand_over_any_more() -> None:
    assert {Field.SIDE, Field.GATE, Field.DAYS}.isdisjoint(asked(edit_form(state=StepState.DONE)))


def test_who_said_yes_is_named_before_the_terms_of_a_gate_change() -> None:
    half = edit_form(gate=True, seller_confirmed_by="Rae Lindqvist")
    [gate] = [one for one in half["blocks"] if one["block_id"] == Field.GATE]
    assert gate["hint"]["text"].startswith("Rae Lindqvist has said yes")


@pytest.mark.parametrize(
    ("around", "said_of_them"),
    [
        ({}, "No other step waits for it"),
        ({"holds_up": (5,)}, "Step 5 waits for it. Then nothing holds it up any more."),
        (
            {"holds_up": (5, 6), "after": (2, 3)},
            "Steps 5 and 6 wait for it. Then they come after steps 2 and 3.",
        ),
    ],
)
def test_deleting_asks_first_and_says_what_depends_on_it(around: dict[str, Any], said_of_them: str) -> None:
    view = step_forms.build_delete_modal(step(4, **around), "{}")
    assert said_of_them in said(view)
    assert asked(view) == {Field.REASON: False}


def test_who_may_only_read_gets_no_buttons() -> None:
    view = step_details.build_step_details(
        step(4), "Acme × Northwind", "{}", viewer=None, may_act=False, **FIRMS
    )
    assert acts(view) == []


def test_of_a_gate_each_side_confirms_its_own_half_and_can_take_it_back() -> None:
    half = {"gate": True, "side": Side.JOINT, "seller_confirmed_by": "Rae"}
    buyers, sellers = details(Side.BUYER, **half), details(Side.SELLER, **half)
    assert acts(buyers)[0] == Act.STEP_DONE
    assert acts(sellers)[0] == Act.STEP_REOPEN
    assert "✅  Northwind: Rae\n⚪  Acme" in said(buyers)


def test_a_new_date_starts_from_a_day_and_asks_why_without_insisting() -> None:
    form = DateForm("{}", step(4), AnchorKind.GO_LIVE, date(2026, 6, 12))
    view = build_date_modal(form)
    assert asked(view) == {Field.DUE: True, Field.REASON_CODE: False, Field.REASON: False}
    assert element(view, Field.DUE)["initial_date"] == "2026-06-12"
    assert asked(build_date_modal(replace(form, needs_reason=True)))[Field.REASON_CODE]


def test_a_form_drawn_again_asks_under_the_same_names_and_holds_what_was_typed() -> None:
    """Slack keeps what is in a field as long as its block and its element keep their ids."""

    def ids(view: dict[str, Any]) -> dict[str, str]:
        return {one["block_id"]: one["element"]["action_id"] for one in view["blocks"] if "element" in one}

    plain = build_date_modal(DateForm("{}", step(4), AnchorKind.GO_LIVE, date(2026, 6, 12)))
    forms = [build_date_modal(form) for form in agreements.date_forms("words")]
    for view in forms:
        assert ids(plain).items() <= ids(view).items()
        assert next(one for one in view["blocks"] if one["block_id"] == Field.DUE)["dispatch_action"]
    [typed] = [view for view in forms if element(view, Field.REASON).get("initial_value")]
    assert element(typed, Field.REASON_CODE)["initial_option"]["value"] == "other"
    assert element(typed, Field.ALONG)["initial_options"]
    untouched = [view for view in forms if view is not typed and Field.ALONG in asked(view)]
    assert untouched
    assert not any("initial_options" in element(view, Field.ALONG) for view in untouched)


def test_only_a_shared_step_asks_for_somebody_on_the_other_side() -> None:
    assert asked(step_forms.build_owner_modal(step(4), "{}")) == {Field.OWNER: False}
    joint = step_forms.build_owner_modal(step(4, side=Side.JOINT), "{}", owner=("U0BEA", "Bea"))
    assert set(asked(joint)) == {Field.OWNER, Field.COUNTERPART}
    search = element(joint, Field.OWNER)
    assert search["action_id"] == Act.PERSON_PICK
    assert search["min_query_length"] == 0
    assert search["initial_option"]["value"] == "U0BEA"


def test_blocked_and_skipped_need_a_reason() -> None:
    assert asked(step_forms.build_block_modal(step(4), "{}")) == {Field.REASON: True, Field.UNTIL: False}
    assert asked(step_forms.build_skip_modal(step(4), "{}")) == {Field.REASON: True}


def test_a_plan_is_started_in_one_form_with_little_to_type() -> None:
    view = plan_modals.build_new_plan(form())
    must = {field for field, needed in asked(view).items() if needed}
    assert must == {
        Field.TEMPLATE,
        Field.NAME,
        Field.BUYER_COMPANY,
        Field.ANCHOR_KIND,
        Field.ANCHOR_DATE,
        Field.SELLER_COUNTRY,
        Field.BUYER_COUNTRY,
    }
    assert element(view, Field.SELLER_COUNTRY)["initial_option"]["value"] == "GB"
    assert "initial_option" not in element(view, Field.BUYER_COUNTRY)  # a country nobody offers
    assert element(view, Field.TEMPLATE)["initial_option"]["value"] == "t-1"
    gone = plan_modals.build_new_plan(replace(form(), template="a-list-of-last-year"))
    assert element(gone, Field.TEMPLATE)["initial_option"]["value"] == "t-0"
    assert element(view, Field.SELLER_LEAD)["initial_option"]["value"] == "U0RAE"


def test_a_step_needs_only_its_title() -> None:
    view = plan_modals.build_add_step("{}", ["Fit", "Legal", "Fit"])
    assert [field for field, needed in asked(view).items() if needed] == [Field.TITLE]
    assert [one["value"] for one in element(view, Field.PHASE)["options"]] == ["Fit", "Legal"]
    assert [one["value"] for one in element(view, Field.SIDE)["options"]] == ["seller", "buyer", "joint"]
    assert Field.PHASE not in asked(plan_modals.build_add_step("{}", []))


def test_closing_asks_first_and_wants_to_know_why() -> None:
    view = plan_modals.build_close("{}", "Acme × Northwind")
    assert "*Close Acme × Northwind?*" in said(view)
    assert asked(view) == {Field.OUTCOME: True, Field.REASON: True}


def test_a_closed_form_can_carry_what_it_is_about() -> None:
    assert step_forms.build_skip_modal(step(4), "m" * 3000)["private_metadata"] == "m" * 3000
    with pytest.raises(ValueError, match="3001"):
        step_forms.build_skip_modal(step(4), "m" * 3001)


def test_all_steps_come_in_pages_each_step_with_a_way_in() -> None:
    steps = tuple(step(n) for n in range(1, 2 * STEPS_A_PAGE + 2))
    from_many = board((PhaseView("Fit", steps),))
    pages = [plan_lists.build_all_steps(from_many, steps, page, "{}", StepChoices()) for page in range(3)]
    opened = [
        block["accessory"]["value"] for view in pages for block in view["blocks"][1:] if "accessory" in block
    ]
    assert opened == [f"7:{one.id}" for one in steps]
    turns = [
        [one["value"] for block in view["blocks"] for one in block.get("elements", []) if "value" in one]
        for view in pages
    ]
    assert turns == [["7:1"], ["7:0", "7:2"], ["7:1"]]
    assert plan_lists.build_all_steps(from_many, steps, 99, "{}", StepChoices()) == pages[2]


def test_history_tells_the_newest_first_under_the_day_it_happened() -> None:
    view = plan_lists.build_history(
        [change("step_moved", reason="Portal closed"), change("step_done", reason="")], "Acme × Northwind"
    )
    assert said(view).splitlines()[1:] == [
        "*Mon 8 Jun*",
        "•  Bea Alvarez (Acme) moved *4  Security review* from Fri 12 Jun to Wed 17 Jun: Portal closed",
        "•  Bea Alvarez (Acme) ticked *4  Security review*",
    ]


def test_a_kind_of_change_nobody_wrote_words_for_is_still_told() -> None:
    view = plan_lists.build_history([change("step_painted", details={}, reason="")], "Acme × Northwind")
    assert "Bea Alvarez (Acme) changed *4  Security review*" in said(view)


def test_a_notice_says_the_good_news_or_why_not() -> None:
    facts = {"steps": 11, "anchor": date(2026, 6, 26), "moved_from": date(2026, 6, 28), "too_near": None}
    started = notices.build_notice("plan_started", facts)
    assert "11 steps, laid out back from Fri 26 Jun." in said(started)
    assert "Sun 28 Jun is a day off somewhere" in said(started)
    assert "submit" not in started
    refused = notices.build_notice("date_past", {"day": date(2026, 6, 1), "today": TODAY})
    assert said(refused) == "Mon 1 Jun is over. Choose Mon 8 Jun or a day after it."
    assert refused["callback_id"] == View.NOTICE
    with pytest.raises(LookupError, match="never_heard_of"):
        notices.build_notice("never_heard_of", {})
