"""Several orders in one message: a line each, or the numbers of several steps. Text is still escaped.

Each stands by itself, is carried out at most once, and says in one common answer what came of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from blocks import replies
from blocks.replies import LineResult
from bot.desk import AlreadyCarriedOut
from bot.listeners.in_thread import Told, first_words
from bot.listeners.lines import begins_with_a_step
from bot.listeners.names import as_typed, facts_of
from bot.listeners.spoken import Answer, Spoken
from bot.listeners.text import GREETING
from bot.listeners.word_order import (
    MOST_STEPS,
    OF_A_STEP,
    is_plain_order,
    numbers_of_done,
    read_order,
    verb_and_rest,
)
from bot.use_cases.common import Refused

MOST_LINES = MOST_STEPS
# What stands before a line and is none of its words: "• ", "- ", a quote, a box to tick.
BEFORE_A_LINE = re.compile(r"\s*(?:(?:&gt;|[•◦▪·*–—-]|☐|☑|✅|:\w+:)\s+|&gt;)*\s*")
QUOTED = re.compile(r"\s*&gt;")
AROUND_A_LINE = ("**", "__", "``", '""', "“”", "„“", "''", "‘’")  # bold, code; out of a text that quotes it
A_MARKED_NUMBER = re.compile(r"^([*_`])(#?\d+)\1(?!\w)")
# Beside one of these in a thread an order is only spoken of: "once / 4 done / we can go on".
TALKED_OF = re.compile(
    r"(?:once|if|when|unless|until|after|not|wait|no|still|(?:to ?do|open|missing)\b(?=.*:$))\b",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"\s*(?P<number>\d{1,2})[.)]\s+(?P<line>\S.*)")
# Orders as they stand, and with words of their own.
ALONE = frozenset(
    ("status", "mine", "help", "steps", "history", "slips", "keep", "board", "agree", "calendar")
)
TO_THE_FORM = frozenset(("people", "settings"))
TAKES_WORDS = frozenset(
    [
        "add",
        "track",
        "closed",
        "holidays",
        "anchor",
        "lead",
        "with",
        "settings",
        "people",
        "steps",
        "name",
        "zone",
        "handoff",
        "timezone",
    ]
)
# Their words may have lines of their own, where nothing else is ordered beside them.
MAY_HAVE_LINES = frozenset(("note", "block", "skip", "describe", "track", "closed", "close", "new"))
ONLY_BY_ITSELF = frozenset(("timeline", "new", "close", "save-template"))


@dataclass(frozen=True, slots=True)
class Order:
    """One of several. `typed` is the line as it stands in the message, `text` what is carried out for it."""

    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class Orders:
    """`left` are lines that order nothing: a greeting, a signature."""

    orders: tuple[Order, ...]
    left: tuple[str, ...] = ()


def orders_in(text: str, bot_user_id: str = "") -> Orders | None:
    """What is ordered one by one; `None` where it is one thing, to be read as a whole.

    Raises `Refused`: too_many_lines.
    """
    stripped = _said_now(text, bot_user_id)
    lines = [line for line in stripped if line]
    if len(lines) < 2:
        return _of_one_line(lines[0]) if lines else None
    found = _sorted_out(_without_numbering(stripped), text.splitlines())
    if len(found.orders) > MOST_LINES:
        raise Refused("too_many_lines", count=len(found.orders), most=MOST_LINES)
    if not found.orders:
        return None
    if len(found.orders) == 1:
        verb = verb_and_rest(found.orders[0].text)[0]
        is_first = found.orders[0].typed.splitlines()[0] == lines[0]
        if not found.left or (verb in MAY_HAVE_LINES and is_first):
            return None
    return replace(found, orders=tuple(one for order in found.orders for one in _each(order)))


def as_a_whole(text: str, bot_user_id: str = "") -> str:
    """The words as one thing to do, without what stands around the first line and is no part of it."""
    first, *others = text.strip().splitlines() or [""]
    return "\n".join([_stripped(first, bot_user_id), *others])


def plain_orders_in(text: str) -> str:
    """The lines that are plainly orders, without what else was said; "" where none is. A quote says what
    somebody else did."""
    said = [BEFORE_A_LINE.sub("", line, count=1) for line in text.splitlines() if not QUOTED.match(line)]
    lines = _without_numbering([line.strip() for line in said])
    orders = [line for line in lines if is_plain_order(line)]
    if any(TALKED_OF.match(line) for line in lines if line not in orders):
        return ""
    return "\n".join(orders)


def _of_one_line(line: str) -> Orders | None:
    each = _each(Order(line, line))
    return Orders(each) if len(each) > 1 else None


def _each(order: Order) -> tuple[Order, ...]:
    """ "done 4, 5 and 7" is three of them. Where its numbers are unclear it stays one, and is asked back."""
    try:
        reading = read_order(order.text)
        numbers = numbers_of_done(reading.rest) if reading and reading.verb == "done" else ()
    except Refused:
        return (order,)
    if not numbers:
        return (order,)
    return tuple(Order(f"done {number}", f"done {number}") for number in numbers)


def begins_with_orders(text: str) -> bool:
    """Whether a line of these orders something, and is nobody's quoted words."""
    lines = [line for line in text.splitlines() if line.strip() and not QUOTED.match(line)]
    return any(_is_order(_stripped(line, "")) for line in lines)


def _said_now(text: str, bot_user_id: str) -> list[str]:
    """The lines as orders stand in them. Those that quote somebody stay as they are, and so order nothing,
    unless they are all there is."""
    lines = text.splitlines()
    quotes_only = all(QUOTED.match(line) for line in lines if line.strip())
    return [
        line.strip() if QUOTED.match(line) and not quotes_only else _stripped(line, bot_user_id)
        for line in lines
    ]


def _stripped(line: str, bot_user_id: str) -> str:
    line = BEFORE_A_LINE.sub("", line, count=1)
    if bot_user_id:
        line = re.sub(rf"^(?:<@{re.escape(bot_user_id)}(?:\|[^>]*)?>[,:;]?\s*)+", "", line)
    line = line.strip()
    while len(line) > 2 and line[0] + line[-1] in AROUND_A_LINE:
        line = line[1:-1].strip()
    return A_MARKED_NUMBER.sub(r"\2", GREETING.sub("", line, count=1) or line, count=1)


def _without_numbering(lines: list[str]) -> list[str]:
    """ "1. done 4", "2. done 5": a list's own numbers go, where they count from 1 and orders follow them."""
    found = [match for line in lines if (match := NUMBERING.fullmatch(line))]
    counts = [int(match["number"]) for match in found]
    if len(found) < 2 or counts != list(range(1, len(found) + 1)):
        return lines
    if not all(_is_order(match["line"]) for match in found):
        return lines
    return [match["line"] if (match := NUMBERING.fullmatch(line)) else line for line in lines]


def _sorted_out(lines: list[str], typed: list[str]) -> Orders:
    """`typed` are the same lines with all that stands around them."""
    orders: list[Order] = []
    left: list[str] = []
    goes_on = False  # a note, as long as no empty line ends it
    is_a_list = False  # "note 4 Minutes:": what comes then is noted, be it like an order
    for line, whole in zip(lines, typed, strict=True):
        if not line:
            goes_on = is_a_list = False
        elif _is_order(line) and not is_a_list:
            orders.append(Order(line, line))
            goes_on = verb_and_rest(line)[0] in ("note", "describe")
            is_a_list = goes_on and line.endswith(":")
        elif goes_on:
            words = f"{orders[-1].text}\n{whole.strip()}"
            orders[-1] = Order(words, words)
        else:
            left.append(line)
    return Orders(tuple(orders), tuple(left))


def _is_order(line: str) -> bool:
    verb, rest = verb_and_rest(line)
    if verb in OF_A_STEP and begins_with_a_step(rest):
        return True
    if (verb in ALONE | TO_THE_FORM and not rest.strip(" .!")) or (verb in TAKES_WORDS and rest):
        return verb != "with" or len(rest.split()) <= 3
    if verb == "history":
        return rest.isdigit()
    try:
        return read_order(line) is not None
    except Refused:
        return True  # asked back in its place


def carry_out(spoken: Spoken, found: Orders, answer: Callable[[Spoken, str], Answer]) -> Answer:
    """Do each of them, and answer once. After a mention the answer grows with each, in its transaction."""
    orders = tuple(as_typed(spoken.desk, order.typed) for order in found.orders)
    told = Told(orders, tuple(as_typed(spoken.desk, line) for line in found.left))
    said: list[LineResult] = []
    for place, order in enumerate(found.orders):
        one = replace(spoken, request_key=f"{spoken.request_key}:{place}")
        if spoken.thread is not None:
            if spoken.thread.has_said(place):
                continue
            one = replace(one, leave_reply=spoken.thread.leaver_of(told, place))
        try:
            result = _result(one, order.text, orders[place], answer)
        except AlreadyCarriedOut:
            continue  # its result was written down with what it did
        if spoken.thread is None:
            said.append(result)
        else:
            spoken.thread.leave_part(told, place, result)
    return Answer(replies.reply_lines(said, told.left)) if spoken.thread is None else Answer()


def _result(spoken: Spoken, order: str, typed: str, answer: Callable[[Spoken, str], Answer]) -> LineResult:
    try:
        if verb_and_rest(order)[0] in ONLY_BY_ITSELF:
            raise Refused("say_alone")
        given = answer(spoken, order)
        if given.message is None:
            raise Refused("say_alone")
    except Refused as refused:
        return LineResult(replies.refused_words(refused.code, facts_of(spoken.desk, refused)), typed)
    return LineResult(first_words(given.message))
