"""How wide a text is in the letters of the pictures, so that it can be cut before it runs into something.

The widths are those of Lato 2.007, in thousandths of the size. A letter that is not there is drawn as a box.
"""

import re
import unicodedata
from functools import lru_cache

from blocks.text import ELLIPSIS, one_line

FIRST = 32
REGULAR = (
    *(256, 269, 370, 580, 580, 802, 712, 204, 267, 267, 425, 580, 227, 372, 236, 452),
    *(580, 580, 580, 580, 580, 580, 580, 580, 580, 580, 250, 262, 580, 580, 580, 448),
    *(836, 677, 646, 668, 760, 578, 566, 730, 764, 280, 422, 662, 514, 928, 764, 800),
    *(600, 800, 626, 542, 590, 736, 677, 1036, 649, 624, 602, 306, 452, 306, 580, 459),
    *(400, 497, 560, 478, 560, 528, 350, 520, 558, 240, 240, 508, 236, 822, 558, 567),
    *(560, 560, 364, 433, 358, 558, 516, 786, 498, 516, 452, 301, 250, 301, 580),
)
BOLDER = 1.035  # the widest that any line of the bold letters gets beside the regular ones
LETTER = 620  # of another alphabet
WIDE = 1400  # the widest letter there is, and more than the box
DOTS = 750
# What no picture can hold: halves of a pair, what is no character, and the marks that our plain texts keep.
_UNDRAWN = re.compile("[\ud800-\udfff\ufffe\uffff\u2060\u2068\u2069\u200c\u200d\ufe0e\ufe0f]")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def drawn(text: str) -> str:
    """The text on one line, without what has no shape in a picture."""
    return _NO_XML.sub("", _UNDRAWN.sub("", one_line(text))).strip()


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels, rather too many than too few."""
    return sum(map(_letter, text)) * size / 1000 * (BOLDER if bold else 1)


def clipped(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """As much of the text as there is room for, with an ellipsis for what was cut."""
    if width_of(text, size, bold=bold) <= room:
        return text
    left = room - width_of(ELLIPSIS, size, bold=bold)
    kept = ""
    for letter in text:
        left -= width_of(letter, size, bold=bold)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def _letter(letter: str) -> int:
    place = ord(letter) - FIRST
    if 0 <= place < len(REGULAR):
        return REGULAR[place]
    if letter == ELLIPSIS:
        return DOTS
    if unicodedata.combining(letter):
        return 0
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain != letter:
        return _letter(plain)
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return WIDE
    return LETTER if letter.islower() else WIDE * 5 // 8
