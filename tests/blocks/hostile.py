"""The worst anybody could type, in the place of every text of every builder, and what may not come of it.

The oracle here shares nothing with `blocks.text`: it reads what is drawn the way Slack and an eye do.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

# Texts that a builder is handed and nobody types: ids, codes, the names of sayings. All others are typed.
NOT_TYPED = {
    *("metadata", "query", "theme", "kind", "code", "key", "value", "what", "ending", "saying", "answer"),
    *("user_id", "channel_id", "team_id", "chosen", "template", "reason_code", "on", "id", "dark", "ts"),
    *("ended", "how", "stands_still", "again"),
    *("seller_zone", "buyer_zone", "zone", "zones", "holder_id", "bot_name"),
}
# Words of ours that come finished, out of `blocks.words`; and why a plan stands still, by its code.
FINISHED = {"said", "message", "terms", "LineResult.text", "facts[reason]"}
LENGTHS = {"phase": 60, "phases": 60}  # what `clean_words` lets through, where a menu counts on it
LINKS = {"link", "proof"}  # typed, and let through by `clean_link` only as one plain address
ID = re.compile(r"[A-Z][A-Z0-9]{1,20}|(?:t-|team:)\d+|=.*")
OF_SIDE = re.compile(r"(seller|buyer|other):(.*)", re.DOTALL)
FEW = 3  # of each sequence: what holds of three holds of two hundred

HIDDEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
TURNS_AROUND = re.compile("[\u202a-\u202e\u2066\u2067]")
LOOK_ALIKES = str.maketrans("∗∼ˋˍ﹡", "*~`_*")
FULL_WIDTH = str.maketrans("＊＿｀", "*_`")  # to Slack a mark like the narrow one
RIGHT_TO_LEFT = ("R", "AL")

EVIL = (
    "<!channel> <!everyone> <!here|x> <!subteam^S1|x>",
    "<@U0BEA> <#C0DEAL> @everyone @here @Channel @group",
    "<https://evil.example|click> http://evil.example",
    "&amp; &lt;b&gt; a & b < c > d",
    "> said somebody",
    ">>> and all that follows",
    "＞ in full width",
    "*bold* _it_ ~gone~ `code` ```fence",
    "＊bold＊ ＿it＿ ｀code｀",
    "a*b* c_d_ e~f~ g`h` snake_case",
    "invoice\u202efdp.exe \u2066x\u2067y\u202a z",
    "סקירת אבטחה",
    "مراجعة \u202b الأمان",
    "\U0001e900\U0001e901\U0001e902",
    "zero\u200bwidth\ufeff @\u200beveryone @\u00adhere",
    "two\nlines\r\n> and\u2028three\x85four\x0bfive",
    "ring\x07 \x1b[31mred \x00nul",
    "{{ 7 * 7 }} {% raw %} \" ' \\n |",
)
LONG = ("W" * 3000, "&" * 3000, "<!channel>" * 300, "סקירה" * 600)
UNSEEN = (
    "\u200b\u200d\u2060",
    "\u202e\u2066",
    "\u3164\ufe0f",
    "\u2800",
    "\u115f\u1160",
    "\u00a0 \u2003",
    "\u034f",
)


class Planter:
    """Puts a text in the place of each one somebody typed, each with a mark of its own to be found by."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make
        self.planted: dict[str, tuple[str, str]] = {}  # the mark: where it was put, and what

    def in_place_of(self, value: Any, name: str) -> Any:
        if isinstance(value, Enum) or value is None or name in FINISHED:
            return value
        if isinstance(value, str):
            return self._text(value, name)
        if is_dataclass(value) and not isinstance(value, type):
            kind = type(value).__name__
            parts = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
            return replace(value, **{k: self.in_place_of(v, f"{kind}.{k}") for k, v in parts.items()})
        if isinstance(value, tuple | list):
            return type(value)(self.in_place_of(one, name) for one in value[:FEW])
        if isinstance(value, dict):
            return {key: self.in_place_of(one, f"{name}[{key}]") for key, one in value.items()}
        return value

    def _text(self, value: str, name: str) -> str:
        last = re.findall(r"\w+", name)[-1]
        if not value or last in NOT_TYPED or ID.fullmatch(value):
            return value
        mark = f"Q{len(self.planted)}Z"
        if last in LINKS:
            self.planted[mark] = (name, f"evil.example/{mark}?a=1&b=@everyone#*_~`")
            return f"https://{self.planted[mark][1]}"
        if of_side := OF_SIDE.fullmatch(value):
            typed = self._make(mark)
            self.planted[mark] = (name, typed)
            return f"{of_side[1]}:{typed}"
        typed = self._make(mark)[: LENGTHS.get(last)]
        self.planted[mark] = (name, typed)
        return typed


def as_seen(typed: str) -> str:
    """What an eye gets of it, on one line."""
    seen = "".join(" " if c.isspace() or c in "\u2028\u2029" else c for c in typed)
    seen = re.sub(f"[{HIDDEN}\x00-\x1f\x7f-\x9f]", "", seen)
    return " ".join(seen.split())


def as_seen_by_line(typed: str) -> str:
    return "\n".join(as_seen(line) for line in typed.splitlines())


def as_read(shown: str, *, parsed: bool) -> str:
    """What an eye gets of what is drawn. `parsed`: Slack undoes its escaping."""
    if parsed:
        shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return as_seen(shown.translate(LOOK_ALIKES)).translate(FULL_WIDTH)


def reads_as_typed(read: str, mark: str, typed: str) -> bool:
    """Whether what was typed stands there: whole, or with an ellipsis for its end."""
    whole = as_seen(typed).translate(FULL_WIDTH)
    if whole in read:
        return True
    at, start = read.index(mark), whole.index(mark)
    same = 0
    for a, b in zip(read[at - start :] if at >= start else "", whole, strict=False):
        if a != b:
            break
        same += 1
    return same >= start + len(mark) and read[at - start :][same:].lstrip().startswith("…")


def nodes(drawn: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text that is drawn, with how Slack takes it: "mrkdwn", "plain", "rich", "typed" or "link"."""
    if isinstance(drawn, str):
        yield "plain", drawn
    elif isinstance(drawn, list | tuple):
        for one in drawn:
            yield from nodes(one)
    elif isinstance(drawn, dict):
        kind = drawn.get("type")
        for key, value in drawn.items():
            if key == "text" and isinstance(value, str):
                rich = "rich" if kind in ("text", "link") else "plain"
                yield ("mrkdwn" if kind in (None, "mrkdwn") else rich), value
            elif key == "alt_text":
                yield "plain", value
            elif key == "initial_value":
                yield "typed", value
            elif key == "url":
                yield "link", value
            elif isinstance(value, dict | list):
                yield from nodes(value)


def looks_empty(text: str) -> bool:
    """Whether an eye finds nothing: no letter, number, sign or symbol that has a shape."""
    fillers = "\u115f\u1160\u2800\u3164\uffa0"
    return not any(unicodedata.category(c)[0] in "LNPS" and c not in fillers for c in text)


def frame(shown: str, kind: str) -> dict[str, Any]:
    """What makes up a text to Slack: its entities, its marks, its lines, its quotes."""
    if kind in ("rich", "typed", "link"):
        return {}
    found: dict[str, Any] = {"lines": shown.count("\n")}
    if kind == "mrkdwn":
        found |= {mark: shown.count(mark) for mark in "*~`＊｀＿"}
        found["_"] = len(re.findall(r"(?<![^\W_])_|_(?![^\W_])", shown))
        found["entities"] = sorted(re.findall(r"<[^>]*>?", shown))
        found["quotes"] = len(re.findall(r"(?m)^\s*(?:&gt;|>|＞)", shown))
    return found


def check_text(kind: str, shown: str) -> None:
    """Raises `AssertionError` for what calls somebody, hides, or turns around what stands beside it."""
    if kind in ("typed", "link"):  # a field gives back what was typed; an address is no text
        return
    assert not re.search(r"@(here|channel|everyone|group)\b", shown, re.IGNORECASE), f"it pings: {shown!r}"
    if kind != "mrkdwn":
        assert not re.search(r"<[!@#]", shown), f"it may ping: {shown!r}"
    assert not TURNS_AROUND.search(shown), f"it turns around: {shown!r}"
    joined = re.sub(
        r"(?<=@)\u2060|(?<=<)\u2060|(?<=&lt;)\u2060|\u2060(?=&gt;|>|＞)|[\u2068\u2069]", "", shown
    )
    assert not re.search(f"[{HIDDEN}]", joined), f"it hides: {shown!r}"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", shown), f"it steers: {shown!r}"
    for line in shown.split("\n"):  # a new paragraph closes what is open, UAX 9
        depth = 0
        for c in line:
            depth += (c == "\u2068") - (c == "\u2069")
            assert depth >= 0, f"closed twice: {line!r}"
            assert depth or unicodedata.bidirectional(c) not in RIGHT_TO_LEFT, f"not apart: {line!r}"
        assert not depth or line.endswith("…"), f"left open: {line!r}"
