"""A line in the order people type it: "4 done", "#4 Friday", "step 4 is blocked". Text is still escaped.

Strict: what can be meant in two ways is asked back with both of them, and never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.listeners.lines import (
    LINK,
    SEVERAL,
    TRIMMINGS,
    StepLine,
    begins_with_a_step,
    read_mention,
    read_step_line,
)
from bot.listeners.text import Escaped, unescape
from bot.use_cases.common import Refused
from plan.phrases import kind_of

AROUND = ",.:;!?…\"'“”‘’()"
# Other words for the same, as people say them.
SAME: Mapping[str, str] = {
    **dict.fromkeys(("complete", "completed", "finish", "finished", "tick", "ticked"), "done"),
    **dict.fromkeys(("move", "moved", "due", "postpone", "postponed", "reschedule", "rescheduled"), "date"),
    **dict.fromkeys(("push", "pushed", "delay", "delayed"), "date"),
    **dict.fromkeys(("assign", "assigned", "give"), "owner"),
    **dict.fromkeys(("remove", "removed", "deleted"), "delete"),
    **dict.fromkeys(("slip", "ledger"), "slips"),
    "started": "start",
    "sign": "agree",
    "blocked": "block",
    "unblocked": "unblock",
    "skipped": "skip",
    "reopened": "reopen",
    "rename": "title",
    "list": "steps",
    "show": "open",
}
# What is said of one step, and so may stand behind its number.
OF_A_STEP = frozenset(
    (
        *(
            "done",
            "date",
            "owner",
            "counterpart",
            "pass",
            "snooze",
            "block",
            "unblock",
            "skip",
            "start",
            "reopen",
        ),
        *("note", "notes", "open", "edit", "delete", "after", "only", "place", "up", "down", "gate", "side"),
        *(
            "title",
            "describe",
            "phase",
            "days",
            "role",
            "link",
            "proof",
            "accept",
            "withdraw",
            "counter",
            "talk",
        ),
    )
)
TAKES_NO_MORE = frozenset(("start", "unblock", "reopen", "up", "down", "accept", "withdraw", "talk"))
SHORT_FOR_MUCH = frozenset(("up", "down"))  # "4 down" says how many more often than where
# "mark 4 as done", "set 4 to Friday" say what stands behind the number.
MARK = re.compile(r"(?:mark|set|put|change)\s+(?=(?:step\s*)?#?\d)", re.IGNORECASE)
DONE_WITH = re.compile(r"\s*(?:with|off)\s+(?=(?:step\s*)?#?\d)", re.IGNORECASE)  # "tick off 4"
NEW = re.compile(r"new\s+(?:(?P<step>(?:step|task)\b[\s:]*)|(?=date\b))", re.IGNORECASE)
# What was blocked once is not ordered to be; what was done is done.
IS = re.compile(r"(?:(?:is|are|as|has been|got)|was(?=\s+(?:done|complete|finish)))\s+(?=\S)", re.IGNORECASE)
TO_A_DAY = re.compile(r"(?:to|on|by)\s+(?=\S)", re.IGNORECASE)
BECAUSE = re.compile(r"(?:,?\s+because\b|\s*:\s+).*", re.DOTALL | re.IGNORECASE)
DAY_AFTER_A_MARK = re.compile(
    r"\s*(?:[,;/–—-]|to\b|and\b)\s*\d"
)  # "4, 5 Jun", "4 - 5 Jun": two days, perhaps
# "move #acme-rollout" is about the plan; "move 4 Friday" and "move #4 Friday" are about a step.
ANOTHER_CHANNEL = re.compile(
    r"(?:(?:the|this) )?plan\b|(?:(?:over )?to )?(?:<#[CG][A-Z0-9]+[|>]|#[^\W\d])", re.IGNORECASE
)
A_RANGE = re.compile(r"(?:steps? ?)?#?(\d+) ?(?:[–-]|to) ?#?(\d+)[.!]?", re.IGNORECASE)
DONE_OF_SEVERAL = re.compile(
    rf"(?P<numbers>{SEVERAL.pattern.removesuffix('[.!]?')}) (?:are |is )?(?P<word>\w+)[.!]?", re.IGNORECASE
)
# A number before one of these counts something: "blocked 4 times", "skip 4 weeks", "note 4 people join".
COUNTED = re.compile(
    r"(?:if|unless|when|once|times|days?|weeks?|months?|quarters?|hours?|minutes?|mins?|years?|people|persons?|of|or|more|other|others"
    r"|steps?|things?|points?|items?|questions?|issues?|tickets?|seats?|users?|calls?|and|percent|pm|am|o.clock"
    r"|k|m|dollars|euros|us|me|them|you|our|your)\b|[%:/.,]",
    re.IGNORECASE,
)
# "4, 5 and 7 not needed": what is said of several, or of one with words that begin with a number.
SAID_OF_ONE = frozenset(("block", "skip", "note"))
OTHERS_TOO = re.compile(
    r"(?:steps?\s*)?#?\d+(?P<others>(?:\s*(?:[,;/]|and\b|&amp;)\s*|\s+)(?:steps?\s*)?#?\d+\b)+\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
OF_THE_CLOCK = re.compile(r"(?:today|tomorrow|tmrw|tmr|tonight|eod|eob|cob)\b", re.IGNORECASE)
MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """A line with its verb first. `is_plain`: so plainly an order that it needs no mention beside it."""

    verb: str
    rest: str
    is_plain: bool

    @property
    def text(self) -> str:
        return f"{self.verb} {self.rest}".rstrip()


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word as the verbs have it, and what follows it."""
    text = MARK.sub("", text.lstrip(), count=1) if MARK.match(text.lstrip()) else text
    if new := NEW.match(text.lstrip()):  # "new step …", "new date 4 …"; "new" alone begins a plan
        text = f"{'add ' if new['step'] else ''}{text.lstrip()[new.end() :]}"
    word, rest = (*text.split(None, 1), "", "")[:2]
    word = word.lower().strip(AROUND)
    if SAME.get(word, word) == "done":
        rest = DONE_WITH.sub("", rest, count=1)
    if word in ("move", "moved") and ANOTHER_CHANNEL.match(rest.strip()):
        return "move-plan", rest.strip()
    return SAME.get(word, word), rest.strip()


def read_order(text: str) -> Reading | None:
    """What is said of one step, the number first or the verb; `None` for anything else.

    Raises `Refused`: two_readings where two are as likely, day_without_step for "4 May".
    """
    verb, rest = verb_and_rest(text)
    if verb in OF_A_STEP:
        return _verb_first(verb, rest)
    text = MARK.sub("", text, count=1) if MARK.match(text) else text
    if not begins_with_a_step(text):
        return None
    if kind_of(unescape(text)):  # "4 May"
        raise Refused("day_without_step", when=Escaped(text))
    try:
        line = read_step_line(text)
    except Refused:
        return _several_first(text)
    return _several_first(text) or _number_first(text, line)


def is_plain_order(text: str) -> bool:
    """Whether these words order something all by themselves: people's talk never does, nor a question."""
    if "?" in LINK.sub("", text):
        return False
    try:
        reading = read_order(text)
    except Refused:
        return False
    return reading is not None and reading.is_plain


def numbers_of_done(text: str) -> tuple[int, ...]:
    """The steps of "4, 5 and 7", each once; none where it is not several of them.

    Raises `Refused`: two_readings for "3-5", too_many_lines for more than `MOST_STEPS`.
    """
    words = " ".join(text.split())
    if SEVERAL.fullmatch(words) is None:
        return ()
    if found := A_RANGE.fullmatch(words):
        first, last = int(found[1]), int(found[2])
        if first < last <= first + MOST_STEPS:
            everything = ", ".join(str(one) for one in range(first, last + 1))
            raise two_readings(text, f"done {everything}", f"done {first} and {last}")
    numbers = tuple(dict.fromkeys(int(one) for one in re.findall(r"\d+", words)))
    if len(numbers) > MOST_STEPS:
        raise Refused("too_many_lines", count=len(numbers), most=MOST_STEPS)
    return numbers


def must_be_one_step(verb: str, rest: str) -> None:
    """Raises `Refused`: one_at_a_time for "skip 4, 5", of which 5 is no reason."""
    found = OTHERS_TOO.fullmatch(rest) if verb in SAID_OF_ONE else None
    if found is None or COUNTED.match(found["rest"]):
        return
    has_mark = re.search(r"[,;/]", rest[: found.start("rest")]) is not None
    if has_mark or TRIMMINGS.fullmatch(found["rest"]):
        raise Refused("one_at_a_time")


def two_readings(text: str, one: str, other: str) -> Refused:
    return Refused("two_readings", text=Escaped(text), readings=(Escaped(one), Escaped(other)))


def _verb_first(verb: str, rest: str) -> Reading | None:
    if not begins_with_a_step(rest):
        return None
    if verb == "done" and SEVERAL.fullmatch(" ".join(rest.split())):
        return Reading(verb, rest, is_plain="/" not in rest)  # "2/3" is a part of something, too
    try:
        line = read_step_line(rest)
    except Refused:
        return None
    return Reading(verb, rest, is_plain=_fits(verb, line.rest))


def _several_first(text: str) -> Reading | None:
    """ "4 and 5 are done"."""
    found = DONE_OF_SEVERAL.fullmatch(" ".join(text.split()))
    if found is None or SAME.get(found["word"].lower(), found["word"].lower()) != "done":
        return None
    return Reading("done", found["numbers"], is_plain="/" not in found["numbers"])


def _number_first(text: str, line: StepLine) -> Reading | None:
    said = line.rest
    if not said or TRIMMINGS.fullmatch(said):
        return None
    number = line.number
    if read_mention(said) is not None:
        return Reading("owner", f"{number} {said}", is_plain=True)
    if day := _day_of(said):
        behind = text.partition(str(number))[2]
        if DAY_AFTER_A_MARK.match(behind) and not TO_A_DAY.match(said):
            raise two_readings(text, f"date {number} {day}", f"date … {day}")
        is_span = DAY_AFTER_A_MARK.match(behind) is not None  # "10 to 12 June"
        is_plain = OF_THE_CLOCK.match(day) is None and not is_span
        return Reading("date", f"{number} {day}", is_plain=is_plain)
    return _said_of(text, number, said)


def _said_of(text: str, number: int, said: str) -> Reading | None:
    """ "is done", "blocked waiting for legal", "owner @Ravi"."""
    said = IS.sub("", said, count=1) if IS.match(said) else said
    verb, rest = verb_and_rest(said)
    if verb not in OF_A_STEP:
        return None
    if begins_with_a_step(rest) and verb not in ("date", "days", "after", "place", "snooze"):
        return _perhaps_numbered(text, number, verb, rest)
    if verb == "open" and said.split()[0].lower().strip(AROUND) == "open":
        raise two_readings(text, f"open {number}", f"reopen {number}")
    alone = verb == "done" or verb in TAKES_NO_MORE - SHORT_FOR_MUCH
    is_plain = _fits(verb, rest) and (bool(rest) or alone)
    return Reading(verb, f"{number} {rest}".rstrip(), is_plain=is_plain)


def _perhaps_numbered(text: str, number: int, verb: str, rest: str) -> Reading | None:
    """ "1. done 4" is the first line of a list, or not: nobody can tell."""
    other = read_step_line(rest).number if _is_step_line(rest) else 0
    if not other:
        return Reading(verb, f"{number} {rest}", is_plain=False)
    raise two_readings(text, f"{verb} {number}", f"{verb} {other}")


def _is_step_line(text: str) -> bool:
    try:
        read_step_line(text)
    except Refused:
        return False
    return True


def _day_of(said: str) -> str:
    """The words of a day, without "to" before it, and with why; "" where they are none."""
    when = TO_A_DAY.sub("", said, count=1) if TO_A_DAY.match(said) else said
    because = BECAUSE.search(when)
    bare = unescape(when[: because.start()] if because else when).rstrip(" ?!.,")
    bare = re.sub(r"[\s,]+(?:please|pls|thanks)$", "", bare, flags=re.IGNORECASE)
    return when if bare and kind_of(bare) else ""


def _fits(verb: str, rest: str) -> bool:
    """Whether what follows the step's number is what the verb takes, and nothing that people merely say."""
    if verb == "done":
        return (TRIMMINGS.fullmatch(rest) is not None) or LINK.fullmatch(rest) is not None
    if verb in TAKES_NO_MORE:
        return TRIMMINGS.fullmatch(rest) is not None
    if verb == "date":
        return bool(_day_of(rest))
    if verb in ("owner", "counterpart", "pass"):
        return read_mention(rest) is not None
    return bool(rest) and verb in ("block", "skip", "note") and COUNTED.match(rest) is None
