"""Which steps a step comes after, as people type it: "3, 5 + 2" is after 3, and two working days after 5."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from plan.when import INVISIBLE

NOBODY = ("none", "nothing", "no step", "no steps", "0", "-", "–")
UNIT = r"(?:\s*(?:(?:working |business |work)?days?|wd|bd|d)\b)?"
ONE = re.compile(
    rf"(?:steps?\s*)?#?(?P<number>\d{{1,4}})(?:\s*\+\s*(?P<lag>\d{{1,3}}){UNIT})?", re.IGNORECASE
)
BETWEEN = re.compile(r"[\s,;.&]*(?:\band\b[\s,;.&]*)?", re.IGNORECASE)


class Before(NamedTuple):
    """A step that comes first, by its number. `lag`: working days left between."""

    number: int
    lag: int = 0


def read_after(text: str) -> tuple[Before, ...]:
    """The steps in the order typed, each once: the last lag said of it counts. "" and "none" are no steps.

    Raises `ValueError` for anything else.
    """
    text = INVISIBLE.sub("", text).replace("(", " ").replace(")", " ").strip()
    if text.rstrip(".!").lower() in NOBODY:
        return ()
    found: dict[int, int] = {}
    at = 0
    while at < len(text):
        one = ONE.match(text, at)
        if one is None:
            raise ValueError(text)
        found[int(one["number"])] = int(one["lag"] or 0)
        between = BETWEEN.match(text, one.end())
        at = between.end() if between else one.end()
        if at == one.end() and at < len(text):  # "3x", "12345"
            raise ValueError(text)
    return tuple(Before(number, lag) for number, lag in found.items())


def write_after(steps: Iterable[Before]) -> str:
    """The same as `read_after` reads it."""
    return ", ".join(f"{one.number} + {one.lag}" if one.lag else str(one.number) for one in steps)
