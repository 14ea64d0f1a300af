"""What people type that cannot be done: each is answered where they are, in plain words, and nothing is lost.

One plan for all of it: a refusal leaves the plan as it was, which every test here looks at.
"""

from collections.abc import Iterator

import pytest

from bot.listeners.text import unescape
from tests.scenario.conftest import Stage
from tests.scenario.doors import DOORS, open_stage, state_of

LONG = "word " * 800  # 4,000 characters
BLAMING = ("invalid", "error", "illegal", "wrong", "fail", "you must", "exception", "traceback")

WORDS = {
    # which step
    "done": "Which step?",
    "done x": "Which step?",
    "done four": "Which step?",
    "done 99": "no step 99",
    "done 0": "Which step?",
    "done -4": "Which step?",
    "done 04": "Which step?",
    "done 12345": "Which step?",
    "done 4 thanks a lot": "only a link",
    "done 4 @Ravi": "only a link",
    f"done {LONG}": "Which step?",
    # what is to be done
    "add \u2800\u3164": "What is to be done?",
    "add \u034f \ufe0f": "What is to be done?",
    'add "   " fri': "What is to be done?",
    "add next Fri": "What is to be done?",
    "add @Ravi": "What is to be done?",
    f"add {LONG}": "a title holds 150",
    f"add {'x' * 151}": "These are 151 characters",
    f"add {LONG} @Ravi next Fri": "a title holds 150",
    # until when
    "add Call them 31 Feb": "on no calendar",
    "add Call them 3/4": "could be",
    "add Call them Mon 12 Jun": "could be",
    "add Call them yesterday": "is over",
    "add Call them 31 May": "write the year",
    "add Call them 15 Dec 2126": "five years",
    "date 2 31 Feb": "on no calendar",
    "date 2 3/4": "could be Sat 3 Apr 2027 or Thu 4 Mar 2027",
    "date 2 R&D": "cannot read “R&D”",
    "date 2 @Ravi": "cannot read “@Ravi Shah”",
    "date 2 yesterday": "is over",
    "date 2 15 Dec 2126": "five years",
    "date 2 soon": "cannot read “soon” as a day",
    f"date 2 {LONG}": "cannot read",
    # who
    "owner 2 @nobody": "who “nobody” is",
    "owner 2 everybody": "who “everybody” is",
    "owner 2 <!channel>": "who “<!channel>” is",
    "owner 2 @Ravi and @Bea": "who “@Ravi Shah and @Bea Alvarez”",
    "owner 2 @Ines": "who is in this channel",
    "add Call them @nobody": "who “nobody” is",
    "add Call them @Ines": "who is in this channel",
    "add Call them @Ines next Fri": "who is in this channel",
    # why, and what else there is to say
    "block 2 \u2800": "why",
    "skip 2 \u3164": "why",
    "note 2 \u2800": "Write a few words",
    f"block 2 {LONG}": "500 fit",
    f"skip 2 {LONG}": "500 fit",
    f"note 2 {LONG}": "2000 fit",
    # how much
    "history x": "no number of changes",
    "history 0": "from 1 to 200",
    "history 999": "from 1 to 200",
    # nothing known
    "dance": "I do not know “dance”",
    "@Ravi done 4": "What about step 4?",
    "done @Ravi": "“@Ravi Shah” is no number",
    "history @Ravi": "“@Ravi Shah” is no number",
    "done\u200b 99": "no step 99",
    "\u202edone 99\u200b": "no step 99",
    "start 4 now": "nothing else fits",
    "close 4": "ends the whole plan",
    "<b>&amp;": "I do not know",
    "/map done 4": "What about step 4?",
    LONG: "I do not know “word”",
}
# Every word that is about a step, and what else it takes.
ON_A_STEP = {
    "done": "",
    "start": "",
    "unblock": "",
    "reopen": "",
    "open": "",
    "edit": "",
    "delete": "",
    "date": "next Fri",
    "owner": "@Ravi",
    "block": "Legal is away",
    "skip": "Not needed",
    "note": "Called them",
}
MEAN_THE_PLAN_ALONE = {"reopen", "edit"}
for verb, rest in ON_A_STEP.items():
    WORDS |= {f"{verb} {number} {rest}".strip(): "Which step?" for number in ("x", "04")}
    WORDS[f"{verb} 99 {rest}".strip()] = "no step 99"
    if verb not in MEAN_THE_PLAN_ALONE:
        WORDS[verb] = "Which step?"
    if not rest and verb != "done":  # that means both
        WORDS[f"{verb} 3 4"] = "One step at a time"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Ines has left the channel; everybody still knows who she is."""
    with open_stage(tmp_path_factory.mktemp("plan")) as stage:
        stage.slack.leave("U0INES")
        stage.settle()
        yield stage


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("words", "said"), WORDS.items(), ids=lambda one: repr(one[:40]))
def test_it_is_answered_and_handed_back(plan: Stage, door: str, words: str, said: str) -> None:
    before = state_of(plan)
    answer = DOORS[door](plan, words).replace("\u2060", "")
    assert said in unescape(answer)
    assert_kind(answer)
    assert state_of(plan) == before
    handed_back = " ".join(answer.split())
    assert as_read(words) in handed_back or as_read(words) in unescape(handed_back)


def as_read(words: str) -> str:
    """What a reader sees of it: a mention shows who was meant, a mark without width shows nothing."""
    seen = words.translate(dict.fromkeys(map(ord, "\u200b\u202e\u2066")))
    for name in ("Ravi Shah", "Ines Costa", "Bea Alvarez"):
        seen = seen.replace(f"@{name.split()[0]}", f"@{name}")
    return " ".join(seen.split())


def assert_kind(answer: str) -> None:
    """Nobody is told off, or shown how Slack writes a mention, a link or an ampersand."""
    for raw in ("<@", "&lt;@", "&lt;#", "&lt;http"):
        assert raw not in answer
    for word in BLAMING:
        assert word not in answer.lower()
