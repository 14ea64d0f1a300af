"""What may stand behind a new step, each after a comma: "Security review @Ravi next Fri, 3 days, after 2"."""

import re
from typing import NamedTuple

DAYS = re.compile(r"(?:for |takes )?(\d{1,3}) ?(?:(?:working |business |work)?days?|wd)\.?", re.IGNORECASE)
AFTER = re.compile(
    r"after ((?:step ?)?#?\d{1,4}(?:\s*(?:\+\s*\d{1,3}|and\s*(?:step ?)?#?\d{1,4}))*)\.?", re.IGNORECASE
)
MORE_NUMBERS = re.compile(r"#?\d{1,4}(?:\s*\+\s*\d{1,3})?(?:\s+and\s+#?\d{1,4})?", re.IGNORECASE)
NAMED = re.compile(r"(?P<what>phase|role|side) (?P<words>.+)", re.IGNORECASE | re.DOTALL)


class Asides(NamedTuple):
    """`days` and `after` are `None` where nothing is said of them; the others are ""."""

    days: int | None = None
    after: str | None = None
    phase: str = ""
    role: str = ""
    side: str = ""


def take_asides(text: str) -> tuple[str, Asides]:
    """The line without them, and what they say. Only whole pieces at the end, after a comma or a semicolon,
    are taken: "Plan the 3 days after 2 Jun" is a title. Each once: a second one of a kind stays in the title.
    """
    pieces = re.split(r"\s*[,;]\s+", text)
    found: dict[str, str] = {}
    numbers: list[str] = []  # "after 2, 3": what stands behind the comma belongs to it
    while len(pieces) > 1:
        piece = pieces[-1].strip()
        if MORE_NUMBERS.fullmatch(piece) and _has_after(pieces[:-1]):
            numbers.insert(0, piece)
            pieces.pop()
            continue
        named = NAMED.fullmatch(piece)
        if (days := DAYS.fullmatch(piece)) and "days" not in found:
            found["days"] = days[1]
        elif (after := AFTER.fullmatch(piece)) and "after" not in found:
            found["after"] = ", ".join([after[1], *numbers])
            numbers = []
        elif named and named["what"].lower() not in found:
            found[named["what"].lower()] = named["words"]
        else:
            break
        pieces.pop()
    line = text if not found else _before(text, len(pieces))
    days_said = int(found["days"]) if "days" in found else None
    asides = Asides(days_said, found.get("after"), *(found.get(one, "") for one in ("phase", "role", "side")))
    return line, asides


def _has_after(pieces: list[str]) -> bool:
    """Whether the piece that these numbers go on with comes before them."""
    for piece in reversed(pieces[1:]):
        if AFTER.fullmatch(piece.strip()):
            return True
        if not MORE_NUMBERS.fullmatch(piece.strip()):
            return False
    return False


def _before(text: str, count: int) -> str:
    """The first `count` pieces as they stand in the text."""
    marks = list(re.finditer(r"\s*[,;]\s+", text))
    return text[: marks[count - 1].start()]
