"""What the picture of a timeline costs: `blocks.picture.draw_png` beside the same bars drawn by matplotlib.

    python -m bench.picture

Both draw one plan of 22 steps into a PNG of the same size in pixels: bars at the same days with the same
titles and ends, what was agreed, gates, today, the anchor and where it lands, months and weeks, a legend.
matplotlib gets the days and all words for nothing; ours pays for the layout, the template and the escaping.
Both are warm: the first picture of each, with its imports and its search for fonts, does not count. Rounds
alternate, and the best round of each counts. The target is 0.6.
"""

import io
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from blocks.picture import SCALE, draw_png, draw_svg
from blocks.timeline import LIGHT, TimelineView
from blocks.timeline_layout import lay_out
from blocks.timeline_shapes import Layout, Line
from plan.timeline import RowKind
from storage.models import Side
from tests.blocks.timelines import usual_timeline

ROUNDS = 15
TARGET = 0.6
DPI = 100.0
A_DAY = timedelta(days=1)
COLOURS = {Side.SELLER: LIGHT.seller, Side.BUYER: LIGHT.buyer, Side.JOINT: LIGHT.seller}


def draw_with_matplotlib(view: TimelineView, layout: Layout) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = (layout.width * SCALE / DPI, layout.height * SCALE / DPI)
    figure = Figure(figsize=size, dpi=DPI, facecolor=LIGHT.paper)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.34, right=0.97, top=0.8, bottom=0.1)
    title, *below = (text.said for text in layout.head)
    figure.text(0.03, 0.96, title, fontweight="bold", fontsize=20)
    for place, words in enumerate(below):
        figure.text(0.03, 0.93 - 0.03 * place, words, fontsize=15)
    for at, line in enumerate(layout.lines):
        _draw_row(axes, at, line)
    _draw_days(axes, view, layout)
    axes.set_yticks(range(len(layout.lines)), [_title(line) for line in layout.lines], fontsize=15)
    axes.invert_yaxis()
    figure.legend(handles=_legend(layout), loc="lower left", ncols=6, fontsize=12, frameon=False)
    png = io.BytesIO()
    FigureCanvasAgg(figure).print_png(png)
    return png.getvalue()


def _title(line: Line) -> str:
    return " ".join(text.said for text in line.texts)


def _draw_row(axes: Any, at: int, line: Line) -> None:
    row = line.row
    if row.kind is not RowKind.STEP:
        _bar(axes, at, row.starts, row.ends, color=LIGHT.folded, height=0.2)
        return
    [step] = row.steps
    edge = LIGHT.ink if step.is_critical else LIGHT.mark
    if step.agreed:
        _bar(axes, at + 0.38, *step.agreed, color=LIGHT.agreed, height=0.15)
    if step.gate:
        axes.plot([step.ends], [at], marker="D", color=COLOURS[step.side], markeredgecolor=edge, markersize=9)
    else:
        hatch = "//" if step.side is Side.BUYER else None
        faded = 0.42 if step.is_done else 1.0
        _bar(
            axes, at, step.starts, step.ends,
            height=0.5, color=COLOURS[step.side], hatch=hatch, edgecolor=edge, alpha=faded,
        )  # fmt: skip
    if line.end:
        axes.annotate(line.end.said, (step.ends + A_DAY, at), fontsize=12, va="center", color=LIGHT.quiet)


def _bar(axes: Any, at: float, start: date, end: date, **how: Any) -> None:
    axes.barh(at, end - start + A_DAY, left=start, **how)


def _draw_days(axes: Any, view: TimelineView, layout: Layout) -> None:
    """The axis above the bars, and the days that matter with a word each."""
    from matplotlib.dates import DateFormatter, MonthLocator, WeekdayLocator

    days = (view.today, view.board.anchor, view.lands or view.today)
    for day, flag in zip(days, layout.flags, strict=True):
        colour = LIGHT.today if flag.kind == "today" else LIGHT.ink
        axes.axvline(day, color=colour, linestyle="--" if flag.kind == "lands" else "-")
        box = {"boxstyle": "round", "facecolor": colour}
        axes.annotate(
            flag.text.said, (day, -3), color=LIGHT.paper, bbox=box, ha="center", annotation_clip=False
        )
    axes.xaxis.tick_top()
    axes.xaxis.set_major_locator(MonthLocator())
    axes.xaxis.set_major_formatter(DateFormatter("\n%b"))
    axes.xaxis.set_minor_locator(WeekdayLocator(byweekday=0))
    axes.xaxis.set_minor_formatter(DateFormatter("%d"))
    axes.grid(axis="x", which="both", color=LIGHT.line)


def _legend(layout: Layout) -> list[Any]:
    from matplotlib.patches import Patch

    colours = {Side.SELLER: LIGHT.seller, Side.BUYER: LIGHT.buyer}
    return [
        Patch(
            color=colours.get(key.side or Side.JOINT, LIGHT.quiet),
            label=key.text.said,
            hatch="//" if key.side is Side.BUYER else None,
        )
        for key in layout.keys
    ]


def _milliseconds(draw: Callable[[], object]) -> float:
    # Processor time: what else runs on the machine is not the picture's cost.
    began = time.process_time_ns()
    draw()
    return (time.process_time_ns() - began) / 1e6


def main() -> int:
    view = usual_timeline()
    layout = lay_out(view)
    with tempfile.TemporaryDirectory() as folder:  # what matplotlib keeps of its fonts
        os.environ.setdefault("MPLCONFIGDIR", folder)
        ours, reference = draw_png(view), draw_with_matplotlib(view, layout)
        sizes = [int.from_bytes(png[16:20]) for png in (ours, reference)]
        if abs(sizes[0] - sizes[1]) > 2:
            print(f"The two pictures are {sizes[0]} and {sizes[1]} pixels wide: nothing to compare.")
            return 1
        mine, svg, theirs = [], [], []
        for _ in range(ROUNDS):
            mine.append(_milliseconds(lambda: draw_png(view)))
            svg.append(_milliseconds(lambda: draw_svg(view)))
            theirs.append(_milliseconds(lambda: draw_with_matplotlib(view, layout)))
    ratio = min(mine) / min(theirs)
    print(f"a timeline of {len(view.steps)} steps, {len(layout.lines)} rows, {sizes[0]} pixels wide")
    print(f"draw_png              {min(mine):8.1f} ms, {len(ours):,} bytes")
    print(f"  of these the SVG    {min(svg):8.1f} ms")
    print(f"matplotlib            {min(theirs):8.1f} ms, {len(reference):,} bytes")
    print(f"picture_ratio: {ratio:.3f}")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
