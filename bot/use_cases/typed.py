"""What people type about a step, made fit to keep. What does not fit is refused and handed back whole."""

import re
from urllib.parse import urlsplit

from blocks.ids import Field
from blocks.text import is_seen
from bot.use_cases.common import Refused
from storage.models import TITLE_LENGTH

TEXT_LENGTH = 2000  # characters of a description or a note
LINK_LENGTH = 1000
PHASE_LENGTH = 60
ROLE_LENGTH = 80
REASON_LENGTH = 500
EMOJI_JOINER = "\u200d"  # invisible, but a family emoji falls apart without it
BLANK_LINES = re.compile(r"\n{3,}")


def clean_title(raw: str) -> str:
    """One line without the characters nobody sees. Raises `Refused` when nothing is left, or too much."""
    title = _one_line(raw)
    if not is_seen(title):
        raise Refused("title_missing", field=Field.TITLE)
    if len(title) > TITLE_LENGTH:
        raise Refused("title_long", field=Field.TITLE, length=len(title), most=TITLE_LENGTH, title=title)
    return title


def clean_words(raw: str, field: Field, most: int) -> str:
    """One line, "" for nothing. Raises `Refused` when it is too long."""
    words = _one_line(raw)
    return _fitting(words if is_seen(words) else "", field, most)


def clean_text(raw: str, field: Field, most: int = TEXT_LENGTH) -> str:
    """Lines as they were typed, "" for nothing anybody could see. Raises `Refused` when they are too long."""
    lines = [
        "".join(c for c in line if c.isprintable() or c in f"\t{EMOJI_JOINER}") for line in raw.splitlines()
    ]
    text = BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
    return _fitting(text if is_seen(text) else "", field, most)


def clean_reason(raw: str) -> str:
    return clean_text(raw, Field.REASON, REASON_LENGTH)


def clean_link(raw: str, field: Field) -> str:
    """A link to show to both companies, "" for none. Raises `Refused` unless it is plain http or https.

    Its scheme is kept in small letters, which is how Slack opens it; a phone writes "Https://".
    A name and a password before the host are refused as well: what stands there can pass for the host.
    """
    link = raw.strip()
    if not link:
        return ""
    if len(link) > LINK_LENGTH:
        raise Refused("text_long", field=field, length=len(link), most=LINK_LENGTH)
    try:
        parts = urlsplit(link)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an address in brackets that is none, a port that is no number
        raise Refused("link_bad", field=field) from None
    is_plain = all(c.isprintable() and not c.isspace() and c not in '<>|"' for c in link)
    if parts.scheme.lower() not in ("http", "https") or not has_host or "@" in parts.netloc or not is_plain:
        raise Refused("link_bad", field=field)
    return parts.scheme.lower() + link[len(parts.scheme) :]


def _one_line(raw: str) -> str:
    return " ".join("".join(c for c in raw if c.isprintable() or c.isspace() or c == EMOJI_JOINER).split())


def _fitting(text: str, field: Field, most: int) -> str:
    if len(text) > most:
        raise Refused("text_long", field=field, length=len(text), most=most)
    return text
