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
    stripped = [_stripped(line, bot_user_id) for line in text.splitlines()]
    lines = [line for line in stripped if line]
    if len(lines) < 2:
        return _of_one_line(lines[0]) if lines else None
    found = _sorted_out(_without_numbering(stripped))
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


def plain_orders_in(text: str) -> str:
    """The lines that are plainly orders, without what else was said; "" where none is."""
    lines = _without_numbering([_stripped(line, "") for line in text.splitlines()])
    return "\n".join(line for line in lines if is_plain_order(line))


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


def _stripped(line: str, bot_user_id: str) -> str:
    line = BEFORE_A_LINE.sub("", line, count=1)
    if bot_user_id:
        line = re.sub(rf"^<@{re.escape(bot_user_id)}(?:\|[^>]*)?>[,:;]?\s*", "", line)
    return line.strip()


def _without_numbering(lines: list[str]) -> list[str]:
    """ "1. done 4", "2. done 5": a list's own numbers go, where they count from 1 and orders follow them."""
    found = [match for line in lines if (match := NUMBERING.fullmatch(line))]
    counts = [int(match["number"]) for match in found]
    if len(found) < 2 or counts != list(range(1, len(found) + 1)):
        return lines
    if not all(_is_order(match["line"]) for match in found):
        return lines
    return [match["line"] if (match := NUMBERING.fullmatch(line)) else line for line in lines]


def _sorted_out(lines: list[str]) -> Orders:
    orders: list[Order] = []
    left: list[str] = []
    goes_on = False  # a note, as long as no empty line ends it
    for line in lines:
        if not line:
            goes_on = False
        elif _is_order(line):
            orders.append(Order(line, line))
            goes_on = verb_and_rest(line)[0] in ("note", "describe")
        elif goes_on:
            words = f"{orders[-1].text}\n{line}"
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
