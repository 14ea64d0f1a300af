"""What the picture of a timeline is made of: every part with its place, in pixels of the canvas."""

from dataclasses import dataclass

from blocks.lettering import width_of
from plan.timeline import Row
from storage.models import Side

GAP = 4.0  # between a thing and the words beside it
FLAG = 13.0  # the height of a flag


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float  # of its baseline
    said: str
    size: float
    anchor: str = "start"  # as in SVG
    bold: bool = False
    tone: str = "ink"  # a colour of the theme

    @property
    def left(self) -> float:
        return self.x - self.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def width(self) -> float:
        return width_of(self.said, self.size, bold=self.bold)


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def middle(self) -> float:
        return self.y + self.h / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or a gate of one step: the colour and the pattern of its side, framed where it is critical."""

    box: Box
    side: Side
    is_calm: bool
    is_critical: bool
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture: its words on the left, its bars, its gates, and the day it ends."""

    row: Row
    box: Box
    texts: tuple[Text, ...]
    ticked_at: float | None = None  # where a tick stands, of what is done
    bars: tuple[Mark, ...] = ()
    gates: tuple[Mark, ...] = ()
    agreed: Box | None = None
    span: Box | None = None  # from the first to the last day of several steps
    end: Text | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A day that matters: a line through all rows, with a word above it."""

    x: float
    top: float
    text: Text
    kind: str  # "today", "anchor" or "lands"

    @property
    def box(self) -> Box:
        return Box(self.text.left - GAP, self.top, self.text.width + 2 * GAP, FLAG)


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    kind: str
    box: Box
    text: Text
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    height: float
    head: tuple[Text, ...]
    flags: tuple[Flag, ...]
    axis_top: float
    rows_top: float
    rows_end: float
    months: tuple[tuple[float, Text | None], ...]
    weeks: tuple[tuple[float, Text | None], ...]
    lines: tuple[Line, ...]
    keys: tuple[Key, ...]
    width: float
