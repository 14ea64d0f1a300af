"""What people typed, made safe to show. Nothing in it can ping, format, or break out of its line.

There are two doors. `for_mrkdwn` is for text that Slack parses, `for_plain` for text that it does not. Each
takes raw text and is passed once; `blocks.words` does so for every value that a template prints.
"""

import re
from datetime import date
from functools import lru_cache

from blocks import limits
from plan.when import describe_day

ELLIPSIS = "…"

LINK_LABEL = 60  # characters of an address that are shown

# Most names and titles hold nothing that needs care, and a board shows a hundred of them.
_HARMLESS = re.compile(r"(?! )[A-Za-zÀ-ÖØ-öø-ſ0-9 ,.;:()/+\-'’–—·…×]*(?<! )")
_SPACE = re.compile(r"[\s\u2028\u2029]+")
# Control characters, direction overrides and what has no width.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# The joiners stay between letters that need them (Persian, Hindi, an emoji of several people) and go where
# they could only hide: once what has no width is gone from between them and such letters.
_LOOSE_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")
# Letters and signs to Unicode, and nothing to the eye: fillers, and what only varies the sign before it.
# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
_BLANK = re.compile(
    r"[\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    r"\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# https://docs.slack.dev/messaging/formatting-message-text#special-mentions
# In blocks Slack's own preprocessing is off as well (`verbatim`), but a fallback text has no such switch.
_PING = re.compile(r"@(?=(?:here|channel|everyone|group)\b)|<(?=[!@#])", re.IGNORECASE)
_WORD_JOINER = "\u2060"
# mrkdwn cannot escape a formatting mark: one that could open or close a run is shown by its look-alike, and
# one that would make a quote of the line does not stand first on it. To Slack the wide ones are marks too.
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "＊": "﹡", "｀": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])[_＿]|[_＿](?![^\W_])")
_QUOTES = (">", "＞")


def escape(text: str) -> str:
    """Exactly the three characters Slack asks for, `&` first.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """The text on one line, trimmed, without control characters, direction overrides or hidden characters."""
    if _HARMLESS.fullmatch(text):
        return text
    return _LOOSE_JOINER.sub("", _UNSEEN.sub("", _SPACE.sub(" ", text))).strip()


def is_seen(text: str) -> bool:
    """Whether there is anything in it that an eye could find."""
    return bool(_BLANK.sub("", one_line(text)))


def clip(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis for what was cut."""
    if len(text) <= length:
        return text
    return text[: length - 1].rstrip(" \u200d\ufe0f") + ELLIPSIS


def for_mrkdwn(text: str) -> str:
    """Raw text as Slack's mrkdwn shows it literally, on one line."""
    if _HARMLESS.fullmatch(text):
        return text
    cleaned = _without_pings(one_line(text)).translate(_MARKS)
    if cleaned.startswith(_QUOTES):
        cleaned = _WORD_JOINER + cleaned
    return _isolated(escape(_EDGE_UNDERSCORE.sub("ˍ", cleaned)))


def for_plain(text: str) -> str:
    """Raw text for a `plain_text` object, on one line. Not escaped: Slack would show the entities."""
    if _HARMLESS.fullmatch(text):
        return text
    return _isolated(_without_pings(one_line(text)))


def for_quoting(text: str, length: int) -> str:
    """Raw text of several lines for a text that is not parsed, at most `length` characters of it."""
    return clip("\n".join(for_plain(line) for line in text.strip().splitlines()), length)


@lru_cache(maxsize=4096)
def option_label(text: str) -> str:
    """Raw text as the label of an option: one line, at most 75 characters, never empty to the eye."""
    return clip(for_plain(text), limits.OPTION) if is_seen(text) else ELLIPSIS


def fit(rendered: str, length: int = limits.TEXT) -> str:
    """Finished mrkdwn cut to `length`, never inside an entity. Only what nobody foresaw is too long here."""
    if len(rendered) <= length:
        return rendered
    return re.sub(r"(&\w{0,3}|<[^>]*)$", "", rendered[: length - 1]) + ELLIPSIS


def pack(lines: list[str], length: int = limits.TEXT) -> list[str]:
    """Finished lines joined into as few texts of at most `length` characters as keep their order."""
    texts: list[str] = []
    size = length
    for line in lines:
        line = fit(line, length)
        if size + 1 + len(line) > length:
            texts.append(line)
            size = len(line)
        else:
            texts[-1] += "\n" + line
            size += 1 + len(line)
    return texts


_described = lru_cache(maxsize=4096)(describe_day)


class Day(date):
    """A day in a sentence. `words` hold the year where it could be mistaken on the day they are `read_on`.

    What is drawn holds these and no plain dates, so that no template can forget the year.
    """

    __slots__ = ("read_on", "words")

    read_on: date
    words: str  # "Fri 12 Jun", "Wed 15 Mar 2028"

    @classmethod
    def seen(cls, when: date, today: date) -> "Day":
        day = cls(when.year, when.month, when.day)
        day.read_on, day.words = today, _described(when, today)
        return day


def day(when: date, today: date | None = None) -> str:
    """The words for a day: of a `Day` its own, of a plain date those for who reads it on `today`.

    `TypeError` for a plain date without that.
    """
    if today is not None:
        return _described(when, today)
    if isinstance(when, Day):
        return when.words
    raise TypeError(f"a day without the day it is read on: {when!r}")


def day_and_year(when: date) -> str:
    """ "Fri 12 Jun 2026", where nobody knows what day it is, or the year is what matters."""
    return f"{_described(when, when)} {when.year}"


def _without_pings(text: str) -> str:
    return _PING.sub(lambda found: found.group() + _WORD_JOINER, text)


def _isolated(text: str) -> str:
    """Hebrew or Arabic keeps its own direction and cannot turn the date beside it around (Unicode UAX 9)."""
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text
