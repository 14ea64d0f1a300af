"""Where a title ends, and whether a day behind it is one to take off.

A title must never be cut in a surprising way: in doubt the line stays whole, and no day is taken.
"""

import re
from collections.abc import Sequence

from plan.phrases import LONGEST_PHRASE, kind_of
from plan.readings import MONTHS, WEEKDAYS

# What comes after one of these belongs to the title: "Call with @Ravi", "Plan for Q1", "Sync every Monday".
JOINS = re.compile(
    "a|about|after|an|and|around|as|at|before|between|cc|during|each|every|for|from|in|into|like|of|or|our|per"
    "|since|than|the|through|thru|till|to|until|via|vs|with|within|without|w/|w/o|&|&amp;|\\+",
    re.IGNORECASE,
)
JOINS_A_PERSON = re.compile(rf"{JOINS.pattern}|on", re.IGNORECASE)  # "Wait on @Ravi"; "on Friday" is a day
# Days that are names: "Prepare Black Friday".
NAMED_DAY = re.compile(
    "(?:ash wednesday|(?:black|casual|good) friday|(?:cyber|easter) monday|(?:easter|palm) sunday"
    "|(?:giving|shrove|super) tuesday)",
    re.IGNORECASE,
)
ROUND_THE_CLOCK = "24/7"  # a day in July to the grammar, and a word to everybody else
SHOUTED = ("SAT", "SUN")  # a test on site, a firm: who means the day seldom writes it so
# What is numbered: "Read section H2", "Step 1/2", "Phase 2 – 10 Jun".
NUMBERED = re.compile(
    "appendix|annex|article|chapter|clause|exhibit|item|module|option|page|paragraph|part|phase|question"
    "|section|soc|sprint|stage|step|task|tier|wave",
    re.IGNORECASE,
)
A_SPAN = re.compile(r"[hq]\d|[12]\d{3}[ /-]?[hq]\d", re.IGNORECASE)  # "Close Q2 – Fri"
PART = re.compile(r"[hq]\d|(\d{1,2})/(\d{1,2})", re.IGNORECASE)

# A day after one of these is half of what was meant, or a guess: "two weeks on Monday" is not that Monday.
CHANGES_A_DAY = re.compile(
    r"(?:^| )(?:(?:an?|one|1) (?:week|fortnight)|(?:this|next|nxt|last) week,?|weeks|wks|fortnights"
    r"|(?:close|end|start) of (?:the )?(?:day|business|play)|early|mid|late|(?<!the )latest|not"
    r"|maybe|perhaps|probably|roughly|approx\.?|approximately|beginning|commencing|starting|ending|w/c)$",
    re.IGNORECASE,
)
# So is one that has a name: "next 12 Jun", "every other Monday". "Agree what is next today" is not.
CHANGES_A_NAMED_DAY = re.compile(
    r"(?:^| )(?:next|nxt|last|previous|other|first|second|third|fourth|[1-4](?:st|nd|rd|th)"
    r"|fy ?'?(?:\d\d)?\d\d)$",
    re.IGNORECASE,
)
HAS_A_NAME = re.compile(rf"\d|[hq]\d|{'|'.join(WEEKDAYS + MONTHS)}", re.IGNORECASE)
STANDS_ALONE = re.compile(r"(?:by|due|not?|at)\b", re.IGNORECASE)  # "what is next by Monday" is that Monday

# The first of several days, and the last: "8 – 10 Jun", "1, 2 Dec", "8 until 10 Jun".
NUMBER_BEFORE = re.compile(
    r"(?:^|(?<!\S)(?P<noun>\S+) )\d{1,2}(?:st|nd|rd|th|\.)?(?P<mark> ?(?:[-–—/,;]|→|->|-&gt;))?$",
    re.IGNORECASE,
)
NUMBER_OF_A_DAY = re.compile(
    rf"(?P<until>(?:until|till) )?(?:the )?\d{{1,2}}"
    rf"(?:(?:st|nd|rd|th|\.)?(?: of)?[ -]?(?:{'|'.join(MONTHS)})|[./-]\d)",
    re.IGNORECASE,
)

SEPARATORS = ("-", "–", "—", ":", "·", ",", ";", "|", "/", "→", "->", "-&gt;")
EMOJI = re.compile(r"(?<!\w):[\w+'-]+:$")


def date_at_the_end(words: Sequence[str]) -> int:
    """How many of the last words are a date to take off, the longest phrase there is; 0 when none is."""
    length = _phrase_at_the_end(words)
    if not length or _is_of_the_title(words[:-length], words[-length:]):
        return 0
    return length


def without_separators(words: Sequence[str], marks: str = ",:") -> list[str]:
    """ "Security review –", "Security review,". The last colon of ":tada:" is none."""
    left = list(words)
    while left:
        bare = left[-1].rstrip(marks.replace(":", "") if EMOJI.search(left[-1].rstrip(",")) else marks)
        if bare and bare not in SEPARATORS:
            left[-1] = bare
            break
        left.pop()
    return left


def _phrase_at_the_end(words: Sequence[str]) -> int:
    lengths = range(min(LONGEST_PHRASE, len(words)), 0, -1)
    return next((n for n in lengths if words[-n].strip(",") and kind_of(" ".join(words[-n:]))), 0)


def _is_of_the_title(before: Sequence[str], phrase: Sequence[str]) -> bool:
    if _is_a_word(before, phrase):
        return True
    if not before:
        return False
    joined = JOINS.fullmatch(before[-1]) is not None
    return joined or _is_half_a_day(before, phrase) or _is_one_of_several(before, phrase)


def _is_a_word(before: Sequence[str], phrase: Sequence[str]) -> bool:
    """ "24/7", "Black Friday", "section H2", "step 1/2"."""
    text = " ".join(phrase).rstrip(".!")
    if text == ROUND_THE_CLOCK or not before:
        return text == ROUND_THE_CLOCK
    if text in SHOUTED or NAMED_DAY.fullmatch(f"{before[-1]} {phrase[0]}"):
        return True
    part = PART.fullmatch(text) if NUMBERED.fullmatch(before[-1]) else None
    return part is not None and int(part[1] or 0) <= int(part[2] or 0)  # 15/12 is no part


def _is_half_a_day(before: Sequence[str], phrase: Sequence[str]) -> bool:
    """ "two weeks on Monday", "next 12 Jun", "every other Monday", "maybe Friday"."""
    text, tail = " ".join(phrase), " ".join(before[-4:])
    if STANDS_ALONE.match(text):
        return False
    # "Ask who is coming Friday"; who means the day writes "this coming Friday"
    if phrase[0].lower() == "coming" or CHANGES_A_DAY.search(tail):
        return True
    return bool(HAS_A_NAME.match(text) and CHANGES_A_NAMED_DAY.search(tail))


def _is_one_of_several(before: Sequence[str], phrase: Sequence[str]) -> bool:
    """ "1 Dec – 3 Dec", "Mon, Wed", "8 – 10 Jun": no one day."""
    if _follows_a_number(before, phrase):
        return True
    words = without_separators(before, ",:;-–—/")
    if not (length := _phrase_at_the_end(words)):
        return False
    earlier, other = words[:-length], words[-length:]
    if _is_a_word(earlier, other):
        return False
    is_alike = kind_of(" ".join(other)) is kind_of(" ".join(phrase))
    if earlier and JOINS.fullmatch(earlier[-1]):  # "Plan for Q1, Fri", but "Sync every Monday, Wednesday"
        return is_alike and words != list(before)
    if A_SPAN.match(" ".join(other)):
        return is_alike
    is_one_day = kind_of(" ".join([*other, *phrase])) is not None  # "Friday – by EOD"
    return is_one_day or not STANDS_ALONE.match(" ".join(phrase))


def _follows_a_number(before: Sequence[str], phrase: Sequence[str]) -> bool:
    number = NUMBER_BEFORE.search(" ".join(before[-3:]))
    if number is None or NUMBERED.fullmatch(number["noun"] or ""):
        return False
    if number["mark"] and kind_of(number["noun"] or "") is kind_of("mon"):  # "Mon 8 – Wed 10 Jun"
        return True
    day = NUMBER_OF_A_DAY.match(" ".join(phrase))
    return day is not None and bool(number["mark"] or day["until"])
