"""What stands after a verb, read strictly: which step, and what is said of it. Text is still escaped."""

import re
from dataclasses import dataclass

from bot.listeners.text import Escaped, unescape
from bot.use_cases.common import Refused

A_STEP = r"(?:(?:step|task|item|number|no\.|nr\.?)\s*)?#?"
STEP = re.compile(rf"{A_STEP}(?P<number>\d+)[.,:;!?…)]*(?P<rest>\s.*)?", re.IGNORECASE | re.DOTALL)
FIRST_NUMBER = re.compile(rf"{A_STEP}\d", re.IGNORECASE)
NUMBER = re.compile(r"[1-9]\d{0,3}", re.ASCII)  # no board shows "04", and none goes to 10,000
# "3 4", "3, #4", "3 and 4", "3-5": several steps where one is meant.
SEVERAL = re.compile(
    r"(?:steps? ?)?#?\d+(?: ?(?:[,;/+–-]|and\b|to\b|&amp;| ) ?(?:step ?)?#?\d+)+[.!]?", re.IGNORECASE
)
# "4 – waiting for legal", but "4 -10% agreed"
BEFORE_WORDS = re.compile(r"\s*(?:(?:[-–—:·→=]+|-&gt;)(?:\s+|$))*")
# "3 and 4 …": what is said of several, or of one with words that begin with a number; nobody can tell.
AND_ANOTHER = re.compile(r"\s*(?:and|&amp;|&)\s*(?:step\s*)?#?\d", re.IGNORECASE)
# "4 ✅", "4 :tada: !", "4, thanks": nothing is said by it. "4 ?" and "4 ❌" say that it is not so.
TRIMMINGS = re.compile(
    r"(?:[^\w\s<>?❌✖❎👎🚫⛔🤔]|\s"
    r"|:(?!(?:x|-1|thumbsdown|no_entry|no_entry_sign|no_good|thinking_face|question):)[\w+-]+:"
    r"|\b(?:please|pls|thanks|thank you|thx|cheers)\b)*",
    re.IGNORECASE,
)
# https://docs.slack.dev/messaging/formatting-message-text#linking-urls
URL = r"https?://[^\s|<>]+"
NO_WORDS = re.compile(r"(?:\b(?:please|pls)\b|[\s?!.…])*", re.IGNORECASE)  # "skip 4 please" says no reason
LINK = re.compile(
    rf"\(?(?:<(?P<marked>{URL})(?:\|[^<>]*)?>|(?P<bare>{URL}?))[.,;!)]*", re.IGNORECASE
)  # a full stop after it ends the sentence
MENTION = re.compile(r"(?:to\s+)?(?:<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>|(?P<name>@\w[\w.-]*))[.,!]?")


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step's number, and the words after it, "" for none."""

    number: int
    rest: str


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A step's number, and the link that proves it done, unescaped; "" for none."""

    number: int
    link: str


def read_step_line(text: str) -> StepLine:
    """ "4 next Fri", "#4 <@U0BEA>", "step 4: why it is blocked".

    Raises `Refused`: one_at_a_time where only several numbers stand glued together, and for "3 and 4 …",
    else not_a_number.
    """
    found = STEP.fullmatch(text.strip())
    if found is None or not NUMBER.fullmatch(found["number"]):
        raise _no_step(text)
    if AND_ANOTHER.match(found["rest"] or ""):
        raise Refused("one_at_a_time")
    return StepLine(int(found["number"]), BEFORE_WORDS.sub("", found["rest"] or "", count=1).rstrip())


def begins_with_a_step(text: str) -> bool:
    """Whether words begin as `read_step_line` takes them, whatever comes then."""
    return FIRST_NUMBER.match(text) is not None


def read_step_alone(text: str) -> int:
    """ "4", "#4", "step 4.", "4 ✅" and nothing else.

    Raises `Refused`: one_at_a_time for several numbers, not_a_number for no number, only_the_number for more.
    """
    line = read_step_line(text)
    if TRIMMINGS.fullmatch(line.rest):
        return line.number
    if _names_several(text):
        raise Refused("one_at_a_time")
    raise Refused("only_the_number", number=line.number)


def read_done_line(text: str) -> DoneLine:
    """ "4", or "4 <https://…>" with the proof.

    Raises `Refused`: one_at_a_time for several numbers, only_a_link for other words after the number.
    """
    line = read_step_line(text)
    if TRIMMINGS.fullmatch(line.rest):
        return DoneLine(line.number, "")
    if _names_several(text):
        raise Refused("one_at_a_time")
    found = LINK.fullmatch(line.rest)
    if found is None:
        raise Refused("only_a_link", number=line.number)
    return DoneLine(line.number, unescape(found["marked"] or found["bare"]))


def read_mention(text: str) -> str | None:
    """A user id, or "@name" where Slack made none of it; `None` unless one mention is all there is."""
    found = MENTION.fullmatch(text.strip())
    return found["id"] or found["name"] if found else None


def _no_step(text: str) -> Refused:
    if _names_several(text):
        return Refused("one_at_a_time")
    return Refused("not_a_number", text=Escaped(text))


def _names_several(text: str) -> bool:
    return SEVERAL.fullmatch(" ".join(text.split())) is not None
