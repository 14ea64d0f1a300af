"""Where everything in the picture of a timeline stands, in pixels of a canvas `WIDTH` wide.

Slack shows a picture 360 to 480 pixels wide and larger when it is opened: so the letters are large for the
canvas, and what does not fit is cut or left out here, where the room is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from blocks.lettering import clipped, drawn, width_of
from blocks.text import Day
from blocks.timeline import TimelineView
from blocks.timeline_shapes import FLAG, GAP, Box, Flag, Key, Layout, Line, Mark, Text
from blocks.words import plain
from plan.readings import MONTHS
from plan.timeline import Axis, Row, RowKind, TimelineStep, axis_of, rows_of
from storage.models import Side, StepState

WIDTH = 560
MARGIN = 14
LABELS = 200  # from the left margin to where the bars begin
LEFT = MARGIN + LABELS
RIGHT = WIDTH - MARGIN
ROW = 19
BAR = 10
AGREED = 3.0  # the height of what was agreed, under a bar
GATE = 5.5  # from the middle of a gate to each of its corners
LANE = FLAG + 3  # of the flags above the axis
TITLE, HEAD, LABEL, SMALL = 16.0, 11.5, 11.5, 9.5  # sizes of letters
NUMBER = 20  # the room of a step's number
TICK = 12  # of a tick before what is done
LEAST_WEEK = 6.0  # pixels; narrower, and there are lines for months only


def lay_out(view: TimelineView) -> Layout:
    shown = [view.board.anchor, *([view.lands] if view.lands else [])]
    axis = axis_of(view.steps, view.today, *shown)
    place = Place(axis)
    head = _head(view)
    top = head[-1].y + 10
    flags = _flags(view, place, top)
    axis_top = max((flag.top for flag in flags), default=top) + LANE
    rows_top = axis_top + 30
    lines, rows_end = _lines(view, place, rows_top)
    keys = _keys(view, rows_end + 16)
    end = keys[-1].box.y + BAR + 12
    return Layout(
        height=round(end),
        head=head,
        flags=flags,
        axis_top=axis_top,
        rows_top=rows_top,
        rows_end=rows_end,
        months=tuple(_months(place, axis_top + 12)),
        weeks=tuple(_weeks(place, axis_top + 25)),
        lines=lines,
        keys=keys,
        width=WIDTH,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Days as pixels."""

    axis: Axis

    @property
    def a_day(self) -> float:
        return (RIGHT - LEFT) / self.axis.days

    def of(self, day: date) -> float:
        """Where a day begins."""
        return LEFT + (day - self.axis.first).days * self.a_day

    def end_of(self, day: date) -> float:
        return self.of(day) + self.a_day

    def middle_of(self, day: date) -> float:
        return self.of(day) + self.a_day / 2


def _head(view: TimelineView) -> tuple[Text, ...]:
    room = RIGHT - MARGIN
    said = (
        (drawn(view.board.name), TITLE, True, "ink"),
        (drawn(plain("timeline", "drawn_lands", view=view)), HEAD, False, "ink"),
        (drawn(plain("timeline", "ball", view=view)), HEAD, False, "quiet"),
    )
    texts: list[Text] = []
    y = 8.0
    for words, size, bold, tone in said:
        if words:
            y += size + 5
            texts.append(Text(MARGIN, y, clipped(words, size, room, bold=bold), size, bold=bold, tone=tone))
    return tuple(texts)


def _flags(view: TimelineView, place: Place, top: float) -> tuple[Flag, ...]:
    """Today, the anchor, and where the plan lands if that is another day: each beside the others or above."""
    board = view.board
    anchor = plain("timeline", "drawn_day", view=view, kind=board.anchor_kind)
    days = [
        ("today", place.middle_of(view.today), drawn(plain("timeline", "today"))),
        ("anchor", place.end_of(board.anchor), f"{drawn(anchor)} {short(board.anchor)}"),
    ]
    if view.lands is not None and view.lands > board.anchor:
        landing = f"{drawn(plain('timeline', 'landing'))} {short(view.lands)}"
        days.append(("lands", place.end_of(view.lands), landing))
    taken: list[list[Box]] = []
    flags: list[Flag] = []
    for kind, x, said in days:
        half = width_of(said, SMALL, bold=True) / 2 + GAP
        at = min(max(x, MARGIN + half), RIGHT - half)
        lane = 0
        while lane < len(taken) and any(
            box.x < at + half + 2 and at - half - 2 < box.right for box in taken[lane]
        ):
            lane += 1
        if lane == len(taken):
            taken.append([])
        y = top + lane * LANE
        text = Text(at, y + 9.5, said, SMALL, "middle", bold=True, tone="paper")
        flag = Flag(x, y, text, kind)
        taken[lane].append(flag.box)
        flags.append(flag)
    return tuple(flags)


def short(day: date) -> str:
    """ "12 Jun", with the year where it could be mistaken."""
    return (day if isinstance(day, Day) else Day.seen(day, day)).words.partition(" ")[2]


def _months(place: Place, y: float) -> Iterator[tuple[float, Text | None]]:
    """Where each month begins, with its name where there is room for it."""
    a_month = place.a_day * 30
    every = next((n for n in (1, 2, 3, 6) if a_month * n >= 40), 12)
    first = place.axis.first
    names = [(LEFT, first), *((place.of(day), day) for day in place.axis.months(every))]
    for at, (x, day) in enumerate(names):
        said = MONTHS[day.month - 1][:3].title()
        if day.month == 1 or at == 0:
            said += f" {day.year}"
        text = Text(x + 3, y, said, SMALL, bold=True, tone="quiet")
        limit = names[at + 1][0] if at + 1 < len(names) else RIGHT
        is_line = at > 0
        yield (x if is_line else LEFT), (text if text.right <= limit else None)


def _weeks(place: Place, y: float) -> Iterator[tuple[float, Text | None]]:
    """A line for each Monday, its day where there is room for all of them."""
    a_week = place.a_day * 7
    if a_week < LEAST_WEEK:
        return
    named = next((n for n in (1, 2, 4) if a_week * n >= 18), 0)
    for at, day in enumerate(place.axis.mondays()):
        x = place.of(day)
        text = Text(x + 3, y, str(day.day), SMALL, tone="quiet")
        is_named = named and at % named == 0 and text.right <= RIGHT
        yield x, (text if is_named else None)


def _lines(view: TimelineView, place: Place, top: float) -> tuple[tuple[Line, ...], float]:
    y = top
    lines: list[Line] = []
    for row in rows_of(view.steps, view.today):
        box = Box(MARGIN, y, RIGHT - MARGIN, ROW)
        lines.append(
            _step_line(view, row, place, box) if row.kind is RowKind.STEP else _group_line(row, place, box)
        )
        y += ROW
    if not lines:
        said = drawn(plain("timeline", "nothing_dated"))
        text = Text(MARGIN, y + 13.2, clipped(said, LABEL, LABELS - GAP), LABEL, tone="quiet")
        empty = Row(RowKind.PHASE, "", ())
        lines.append(Line(empty, Box(MARGIN, y, RIGHT - MARGIN, ROW), (text,)))
        y += ROW
    return tuple(lines), y


def _step_line(view: TimelineView, row: Row, place: Place, box: Box) -> Line:
    [step] = row.steps
    base = box.y + 13.2
    tone = "quiet" if step.is_done else "ink"
    number = Text(MARGIN + NUMBER - 5, base, str(step.number), SMALL, "end", tone="quiet")
    start = MARGIN + NUMBER + (TICK if step.is_done else 0)
    bold = step.is_critical and not step.is_done
    said = clipped(drawn(step.title), LABEL, LEFT - GAP - start, bold=bold)
    title = Text(start, base, said, LABEL, bold=bold, tone=tone)
    bar = _bar_box(view, place, box, step.starts, step.ends)
    is_long = (step.ends - step.starts).days > 0
    bars = (_mark(step, bar),) if is_long or not step.gate else ()
    gates = (_gate(step, place, bar.middle),) if step.gate else ()
    right = max([mark.box.right for mark in (*bars, *gates)])
    left = min([mark.box.x for mark in (*bars, *gates)])
    return Line(
        row,
        box,
        (number, title),
        ticked_at=MARGIN + NUMBER if step.is_done else None,
        bars=bars,
        gates=gates,
        agreed=_agreed(step, place, bar),
        end=None if step.is_done else _end(view.day(step.ends), left, right, base - 0.8),
    )


def _bar_box(view: TimelineView, place: Place, box: Box, starts: date, ends: date) -> Box:
    x, right = place.of(starts), place.end_of(ends)
    return Box(x, box.y + (2.5 if view.is_agreed else 4.5), max(right - x, 4.0), BAR)


def _mark(step: TimelineStep, box: Box) -> Mark:
    is_critical = step.is_critical and not step.is_done
    return Mark(box, step.side, step.is_done, is_critical, step.state is StepState.BLOCKED)


def _gate(step: TimelineStep, place: Place, y: float) -> Mark:
    x = place.middle_of(step.ends)
    return _mark(step, Box(x - GATE, y - GATE, 2 * GATE, 2 * GATE))


def _agreed(step: TimelineStep, place: Place, bar: Box) -> Box | None:
    if step.agreed is None:
        return None
    first, last = step.agreed
    x = place.of(first)
    return Box(x, bar.y + BAR + 1.7, max(place.end_of(last) - x, 4.0), AGREED)


def _end(day: Day, left: float, right: float, y: float) -> Text | None:
    """The day a step ends, after its bar or before it, wherever there is room."""
    said = short(day)
    after = Text(right + GAP, y, said, SMALL, tone="quiet")
    if after.right <= RIGHT:
        return after
    before = Text(left - GAP, y, said, SMALL, "end", tone="quiet")
    return before if before.left >= LEFT else None


def _group_line(row: Row, place: Place, box: Box) -> Line:
    """A heading with what is below it in one thin line, or folded steps in one bar."""
    base = box.y + 13.2
    x = place.of(row.starts)
    if row.kind is RowKind.PHASE:
        name = drawn(plain("timeline", "phase_title", name=row.phase)) or "·"
        text = Text(MARGIN + 5, base, clipped(name, LABEL, LABELS - 12, bold=True), LABEL, bold=True)
        span = Box(x, box.middle - 1.5, max(place.end_of(row.ends) - x, 4.0), 3)
        return Line(row, box, (text,), span=span)
    bar = Box(x, box.y + 4.5, max(place.end_of(row.ends) - x, 4.0), BAR)
    is_done = row.kind is RowKind.DONE
    open_gates = [step for step in row.steps if step.gate and not step.is_done]
    start = MARGIN + (5 if row.phases else NUMBER) + (TICK if is_done else 0)
    return Line(
        row,
        box,
        tuple(_folded_words(row, start, base)),
        ticked_at=start - TICK if is_done else None,
        gates=tuple(_gate(step, place, bar.middle) for step in open_gates),
        span=bar,
    )


def _folded_words(row: Row, start: float, base: float) -> Iterator[Text]:
    """ "Legal  6 steps": the name gives way to how many there are."""
    tone = "quiet" if row.kind is RowKind.DONE else "ink"
    name = drawn(plain("timeline", "folded", row=row))
    many = drawn(plain("timeline", "how_many", row=row))
    room = LEFT - GAP - start
    if name:
        of_name = room - width_of(many, SMALL) - GAP - 2
        bold = row.kind is RowKind.MORE
        text = Text(start, base, clipped(name, LABEL, of_name, bold=bold), LABEL, bold=bold, tone=tone)
        yield text
        start = text.right + GAP + 2
    yield Text(start, base, clipped(many, SMALL, room), SMALL, tone="quiet")


def _keys(view: TimelineView, y: float) -> tuple[Key, ...]:
    board = view.board
    said: list[tuple[str, str, Side | None]] = [
        ("bar", drawn(board.seller_company), Side.SELLER),
        ("bar", drawn(board.buyer_company), Side.BUYER),
        ("bar", plain("timeline", "both"), Side.JOINT),
        ("gate", plain("timeline", "legend_gate"), None),
    ]
    if any(step.is_critical and not step.is_done for step in view.steps):
        said.append(("critical", plain("timeline", "legend_critical"), None))
    if any(step.agreed for step in view.steps):
        said.append(("agreed", plain("timeline", "legend_agreed"), None))
    keys: list[Key] = []
    x = float(MARGIN)
    for kind, words, side in said:
        words = clipped(words, SMALL + 0.5, 110)
        width = 22 + width_of(words, SMALL + 0.5)
        if x + width > RIGHT and keys:
            x, y = float(MARGIN), y + 17
        text = Text(x + 22, y + 8.5, words, SMALL + 0.5, tone="quiet")
        keys.append(Key(kind, Box(x, y, 17, BAR), text, side))
        x += width + 13
    return tuple(keys)


def everything_said(layout: Layout) -> Sequence[Text]:
    """All texts of the picture."""
    return [
        *layout.head,
        *(flag.text for flag in layout.flags),
        *(text for _, text in (*layout.months, *layout.weeks) if text is not None),
        *(text for line in layout.lines for text in (*line.texts, *([line.end] if line.end else []))),
        *(key.text for key in layout.keys),
    ]
