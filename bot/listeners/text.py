"""What people typed, as Slack hands it over: escaped in commands and events, raw in modals.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plan.when import INVISIBLE

ENTITY = re.compile(r"<([@#!]?)([^>|]+)(?:\|([^>]*))?>")
MARKS = " \t\r\n*_~•"  # "*@Tandem done 4*", "• @Tandem done 4"
# What stands before an order and is no part of it: "Hi all,", "Thanks Rae!", "please".
# Possessive: "Hi Hi Hi …" can be read in one way only, and so ends in no time where it is none.
GREETING = re.compile(
    r"(?:(?:(?:hi|hey|hello|hallo|dear|thanks|thank you|thx|good (?:morning|afternoon|evening))"
    r"(?: (?:there|all|team|everyone|everybody|both|again|<@[UW]\w+(?:\|[^>]*)?>|(?-i:[A-Z])[\w-]*))?+"
    r"|ok(?:ay)?|please|pls|fyi)(?![\w'’])[\s,.!:–-]*+)*+",
    re.IGNORECASE,
)
# Of these the ones that are for whoever is named next. "Hi all," and "Thanks" are for people as well.
FOR_WHO_IS_NAMED = re.compile(
    r"(?:(?:hi|hey|hello|hallo|good (?:morning|afternoon|evening)|ok(?:ay)?|please)(?: there)?[\s,.!–-]*)?",
    re.IGNORECASE,
)
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class Escaped(str):
    """Words still as Slack handed them over, kept by a refusal that quotes them."""

    __slots__ = ()


def unescape(text: str) -> str:
    """Undo Slack's escaping, once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """The ids of the people mentioned, in order."""
    return MENTION.findall(text)


def seen(text: str) -> str:
    """The text without marks that nobody sees and nobody typed: they come along from where it was copied."""
    return INVISIBLE.sub("", text)


def plain_words(text: str, names: Mapping[str, str]) -> str:
    """Escaped text as a person reads it: `<@U1>` becomes `@Bea`, `&amp;` a `&`, a link what was typed."""

    def word(match: re.Match[str]) -> str:
        sign, target, label = match.groups()
        if sign == "@":
            return "@" + (names.get(target) or label or target)
        if sign == "#":
            return "#" + (label or target)
        if sign == "!" and target.startswith("date^"):
            return label or target
        if sign == "!":
            return "@" + (label or target).removeprefix("@")
        if label and not target.endswith(label):  # Slack labels a bare "acme.example" itself
            return f"{label} ({target})"
        return label or target

    return unescape(ENTITY.sub(word, text))


@dataclass(frozen=True, slots=True)
class Said:
    """A message that names Tandem. `before` is what stands before the name, "" for a mere greeting;
    `greets_others`: one that may be for other people."""

    before: str
    after: str
    greets_others: bool = False

    @property
    def text(self) -> str:
        """The words without the name, wherever it stood."""
        return f"{self.before} {self.after}".strip()


def split_at_bot(text: str, bot_user_id: str) -> Said:
    """The words around a mention of Tandem. Marks that made it bold, or a list of it, are no words."""
    before, *rest = re.split(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>[,:;]?", text, maxsplit=1)
    after = rest[0] if rest else ""
    unmarked = before.lstrip(MARKS)
    if unmarked != before.lstrip() and not unmarked:
        after = after.rstrip(MARKS)
    if not GREETING.fullmatch(unmarked):
        return Said(before, after.strip())
    return Said("", after.strip(), greets_others=not FOR_WHO_IS_NAMED.fullmatch(unmarked))
