"""What people typed, as Slack hands it over: escaped in commands and events, raw in modals.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

ENTITY = re.compile(r"<([@#!]?)([^>|]+)(?:\|([^>]*))?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def unescape(text: str) -> str:
    """Undo Slack's escaping, once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """The ids of the people mentioned, in order."""
    return MENTION.findall(text)


def plain_words(text: str, names: Mapping[str, str]) -> str:
    """Escaped text as a person reads it: `<@U1>` becomes `@Bea`, `&amp;` a `&`, a link what was typed."""

    def word(match: re.Match[str]) -> str:
        sign, target, label = match.groups()
        if sign == "@":
            return "@" + (names.get(target) or label or target)
        if sign == "#":
            return "#" + (label or target)
        if sign == "!":
            return "@" + (label or target).removeprefix("@")
        if label and not target.endswith(label):  # Slack labels a bare "acme.example" itself
            return f"{label} ({target})"
        return label or target

    return unescape(ENTITY.sub(word, text))


def without_bot(text: str, bot_user_id: str) -> str:
    """The words of a mention of Tandem, wherever in the message the mention stands."""
    return re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>:?", " ", text, count=1).strip()
