"""docs/words.md: every word there is, every example read as it says, and words for every button and form."""

import re
from pathlib import Path

import pytest

from blocks.ids import Act, View
from bot.listeners.several import orders_in
from bot.listeners.verbs import VERBS
from bot.listeners.word_order import read_order, verb_and_rest
from bot.use_cases.common import Refused

PAGE = (Path(__file__).parents[2] / "docs" / "words.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]
EXAMPLES = [example for row in ROWS for example in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
# Told where they belong: who only posts reads nothing in private, and these are for one side's eyes, or the
# seller's own.
ELSEWHERE = {"", "private", "share", "preview", "move-plan", "hand-off", "hand-over", "handover"}

# What each act and each form is in words. "" is a part of another one: a page, a filter, a field of a form.
IN_WORDS: dict[Act | View, str] = {
    Act.STEP_DONE: "done",
    Act.STEP_REOPEN: "reopen",
    Act.STEP_DATE: "date",
    Act.STEP_DATE_TO: "date",
    Act.STEP_DUE_PICK: "",
    Act.STEP_OWNER: "owner",
    Act.STEP_BLOCK: "block",
    Act.STEP_UNBLOCK: "unblock",
    Act.STEP_SKIP: "skip",
    Act.STEP_START: "start",
    Act.STEP_EDIT: "edit",
    Act.STEP_NOTE: "note",
    Act.STEP_NOTES: "notes",
    Act.STEP_NOTES_TURN: "notes",
    Act.STEP_DELETE: "delete",
    Act.STEP_UP: "up",
    Act.STEP_DOWN: "down",
    Act.STEP_OPEN: "open",
    Act.STEP_MORE: "",
    Act.PLAN_ADD: "add",
    Act.PLAN_TRACK: "track",
    Act.PLAN_STEPS: "steps",
    Act.PLAN_STEPS_PAGE: "steps",
    Act.PLAN_STEPS_CLEAR: "steps",
    Act.PLAN_FILTER_SIDE: "steps",
    Act.PLAN_FILTER_OWNER: "steps",
    Act.PLAN_FILTER_PHASE: "steps",
    Act.PLAN_FILTER_STATE: "steps",
    Act.PLAN_MINE: "mine",
    Act.PLAN_HISTORY: "history",
    Act.PLAN_SLIPS: "slips",
    Act.PLAN_SLIPS_PAGE: "slips",
    Act.PLAN_AGREE: "agree",
    Act.PLAN_KEEP: "keep",
    Act.PLAN_ANCHOR_PICK: "",
    Act.PLAN_TIMELINE: "timeline",
    Act.PLAN_TIMELINE_SHOW: "timeline",
    Act.PLAN_HELP: "help",
    Act.PLAN_SHOW: "status",
    Act.PLAN_EDIT: "anchor",
    Act.PLAN_PEOPLE: "people",
    Act.PLAN_PEOPLE_PAGE: "people",
    Act.PLAN_SETTINGS: "settings",
    Act.PLAN_CALENDAR: "closed",
    Act.PLAN_CLOSE: "close",
    Act.PLAN_REOPEN: "reopen",
    Act.NUDGE_DONE: "done",
    Act.NUDGE_DATE: "date",
    Act.NUDGE_BLOCK: "block",
    Act.NUDGE_NOT_ME: "pass",
    Act.NUDGE_SNOOZE: "snooze",
    Act.NUDGE_OWNER: "owner",
    Act.PROPOSAL_OPEN: "open",
    Act.PROPOSAL_ACCEPT: "accept",
    Act.PROPOSAL_COUNTER: "counter",
    Act.PROPOSAL_TALK: "talk",
    Act.PROPOSAL_WITHDRAW: "withdraw",
    Act.SIDE_SELLER: "with",
    Act.SIDE_BUYER: "with",
    Act.SIDE_READS: "with",
    Act.CLOSED_ADD: "closed",
    Act.CLOSED_REMOVE: "works",
    Act.REGION_PICK: "holidays",
    Act.PERSON_PICK: "",
    Act.ZONE_PICK: "zone",
    Act.INPUT: "",
    View.PLAN_ADD: "add",
    View.PLAN_STEPS: "steps",
    View.PLAN_MINE: "mine",
    View.PLAN_HISTORY: "history",
    View.PLAN_SLIPS: "slips",
    View.PLAN_KEEP: "keep",
    View.PLAN_EDIT: "anchor",
    View.PLAN_PEOPLE: "people",
    View.PLAN_SETTINGS: "settings",
    View.PLAN_CALENDAR: "calendar",
    View.PLAN_CLOSED: "closed",
    View.PLAN_CLOSE: "close",
    View.PLAN_AGREE: "agree",
    View.PROPOSAL: "open",
    View.PROPOSAL_COUNTER: "counter",
    View.STEP_DETAILS: "open",
    View.STEP_DATE: "date",
    View.STEP_OWNER: "owner",
    View.STEP_BLOCK: "block",
    View.STEP_SKIP: "skip",
    View.STEP_EDIT: "edit",
    View.STEP_NOTE: "note",
    View.STEP_NOTES: "notes",
    View.STEP_DELETE: "delete",
    View.NOTICE: "",
}
# The seller's: a plan is started and its list kept by who brought Tandem.
NOT_A_BUYERS = {
    *(Act.PLAN_START, Act.PLAN_FIT_PICK, Act.PLAN_HONEST_DATE, Act.PLAN_SAVE_LIST, Act.PLAN_DROP_LIST),
    *(Act.SIDE_YES, Act.SIDE_NO, View.PLAN_NEW, View.PLAN_SAVE_LIST),
}


# For the eyes of one side, of the lead or of one person: asked and answered in private, with what can be said
# of it in a channel beside it (`handoff @old @new`, `timezone Berlin`).
OF_ONE_SIDE = {
    *("STEP_HIDE", "STEP_SHOW", "NOTE_SHOW", "PLAN_PREVIEW", "PLAN_MOVE"),
    *("SIDE_CHANGE", "SIDE_FOR_ALL", "SIDE_FOR_ONE", "SIDE_ON_SELLER", "SIDE_ON_BUYER"),
    *("HANDOFF_OPEN", "HANDOFF_ALL", "HANDOFF_CHOOSE", "HANDOFF_STAYS", "HANDOFF", "ZONE_OPEN", "ZONE"),
}


def words_of_the_page() -> set[str]:
    return {_verb(example) for example in EXAMPLES}


def _verb(example: str) -> str:
    reading = read_order(example)
    return reading.verb if reading else verb_and_rest(example)[0]


def test_every_word_there_is_stands_on_the_page() -> None:
    assert set(VERBS) - ELSEWHERE <= words_of_the_page()


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_read(example: str) -> None:
    plain = example.replace("@Ravi", "<@U0RAVI>").replace("@Rae", "<@U0RAE>").replace("@Bea", "<@U0BEA>")
    assert _verb(plain) in VERBS
    try:
        lines = orders_in(f"{plain}\ndone 5")
    except Refused as refused:
        raise AssertionError(refused.code) from refused
    assert lines is not None


def test_there_are_words_for_every_button_and_every_form() -> None:
    missing = {word for word in IN_WORDS.values() if word} - words_of_the_page()
    assert missing == set()
    everything = {*Act, *View}
    assert {one.name for one in everything - set(IN_WORDS) - NOT_A_BUYERS} <= OF_ONE_SIDE
    assert not set(IN_WORDS) & NOT_A_BUYERS
