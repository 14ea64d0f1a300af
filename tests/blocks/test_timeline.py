"""The picture of a timeline: where everything stands, what is in it, and words that say the same."""

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from blocks import timeline_layout as layouts
from blocks.lettering import clipped, drawn, width_of
from blocks.picture import SCALE, NoPictures, draw_png, draw_svg
from blocks.text import day
from blocks.timeline import (
    ALT_TEXT,
    DARK,
    LIGHT,
    THEMES,
    Theme,
    TimelineView,
    alt_text,
    build_timeline_words,
    comment,
)
from blocks.timeline_layout import LEFT, RIGHT, everything_said, lay_out
from blocks.timeline_shapes import Layout, Text
from plan.timeline import RowKind
from storage.models import Side
from tests.blocks.plans import NASTY
from tests.blocks.timelines import long_timeline, nasty_timelines, small_timeline, usual_timeline

ALL = {
    "5 steps": small_timeline(),
    "22 steps": usual_timeline(),
    "60 steps": long_timeline(),
    "200 steps": long_timeline(200, 40),
    **{f"nasty {place}": view for place, view in enumerate(nasty_timelines())},
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=list(ALL.values()), ids=list(ALL))
def view(request: pytest.FixtureRequest) -> TimelineView:
    found: TimelineView = request.param
    return found


@pytest.fixture
def layout(view: TimelineView) -> Layout:
    return lay_out(view)


def test_everything_is_inside_the_frame(layout: Layout) -> None:
    for line in layout.lines:
        boxes = [mark.box for mark in (*line.bars, *line.gates)]
        boxes += [box for box in (line.agreed, line.span) if box is not None]
        for box in boxes:
            assert LEFT <= box.x < box.right <= layout.width
            assert line.box.y <= box.y <= box.y + box.h <= line.box.y + line.box.h + 0.5
    for text in everything_said(layout):
        assert 0 <= text.left <= text.right <= layout.width, text
        assert 0 < text.y < layout.height


def test_lines_stand_one_under_the_other(layout: Layout) -> None:
    assert layout.lines[0].box.y >= layout.rows_top
    for above, below in pairwise(layout.lines):
        assert below.box.y == above.box.y + above.box.h
    assert layout.lines[-1].box.y + layout.lines[-1].box.h == layout.rows_end < layout.height


def test_days_that_matter_are_between_the_bars_ends(view: TimelineView, layout: Layout) -> None:
    flags = {flag.kind: flag for flag in layout.flags}
    assert all(LEFT <= flag.x <= RIGHT for flag in flags.values())
    assert flags["today"].x <= flags["anchor"].x
    assert ("lands" in flags) == (view.lands is not None and view.lands > view.board.anchor)
    if "lands" in flags:
        assert flags["anchor"].x < flags["lands"].x


def test_no_words_lie_over_others(layout: Layout) -> None:
    flags = [flag.box for flag in layout.flags]
    for place, one in enumerate(flags):
        for other in flags[place + 1 :]:
            assert one.y != other.y or one.right <= other.x or other.right <= one.x
    for texts in (
        [text for _, text in layout.months if text],
        [text for _, text in layout.weeks if text],
        *([*line.texts, *([line.end] if line.end else [])] for line in layout.lines),
        *([key.text for key in layout.keys if key.box.y == y] for y in {key.box.y for key in layout.keys}),
    ):
        assert_apart(texts)


def assert_apart(texts: list[Text]) -> None:
    for left, right in pairwise(sorted(texts, key=lambda text: text.left)):
        assert left.right <= right.left + 0.01, (left, right)


def test_the_words_on_the_left_end_before_the_bars_begin(layout: Layout) -> None:
    for line in layout.lines:
        assert all(text.right <= LEFT for text in line.texts)
        if line.end is not None:
            assert line.end.left >= LEFT
            assert line.end.right <= RIGHT
            for mark in (*line.bars, *line.gates):
                assert line.end.right <= mark.box.x or mark.box.right <= line.end.left


def test_a_bar_reaches_from_its_first_day_to_its_last() -> None:
    view = usual_timeline()
    lines = [line for line in lay_out(view).lines if line.row.kind is RowKind.STEP and line.bars]
    by_days = sorted(lines, key=lambda line: line.row.starts)
    assert [line.bars[0].box.x for line in by_days] == sorted(line.bars[0].box.x for line in lines)
    by_end = sorted(lines, key=lambda line: line.row.ends)
    assert [line.bars[0].box.right for line in by_end] == sorted(line.bars[0].box.right for line in lines)


def test_sides_differ_by_colour_and_by_pattern_and_what_decides_is_framed() -> None:
    view = usual_timeline()
    marks = {
        line.row.steps[0].number: (*line.bars, *line.gates)[0]
        for line in lay_out(view).lines
        if line.bars or line.gates
    }
    svg = draw_svg(view)
    assert f'fill="{LIGHT.seller}"' in svg
    assert 'fill="url(#buyer)"' in svg
    assert 'fill="url(#joint)"' in svg
    assert marks[10].is_critical
    assert not marks[10].is_calm
    assert marks[8].is_calm
    assert not marks[8].is_critical
    assert marks[15].side is Side.BUYER


def test_the_agreed_days_are_drawn_only_where_both_agreed() -> None:
    agreed, free = usual_timeline(), small_timeline()
    assert any(line.agreed for line in lay_out(agreed).lines)
    assert not any(line.agreed for line in lay_out(free).lines)
    assert "as agreed" in draw_svg(agreed)
    assert "as agreed" not in draw_svg(free)


@pytest.mark.parametrize("theme", list(THEMES.values()), ids=list(THEMES))
def test_the_svg_is_well_formed_whatever_people_typed(view: TimelineView, theme: Theme) -> None:
    root = ET.fromstring(draw_svg(view, theme))
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "defs", "pattern", "linearGradient", "stop", "rect", "path", "g", "text"}
    words = [node.text or "" for node in root.iter(f"{SVG}text")]
    assert all(words)
    # Neither an attribute nor an address came from somebody's words.
    assert not [name for node in root.iter() for name in node.attrib if name.startswith(("on", "href"))]


def test_a_title_that_is_markup_is_shown_as_it_was_typed() -> None:
    view = small_timeline()
    first, *rest = view.steps
    nasty = replace(first, title="<script>&amp; x")
    svg = draw_svg(replace(view, steps=(nasty, *rest)))
    assert "<script" not in svg
    assert "&lt;script&gt;&amp;amp; x" in svg


@pytest.mark.parametrize(
    "title", [*NASTY, "要件定義と契約レビュー", "مراجعة الأمان", "🚀🔒 go", "\ud800\uffff", ""]
)
def test_a_picture_is_a_png_of_the_size_it_was_laid_out_in(title: str) -> None:
    view = small_timeline()
    steps = tuple(replace(step, title=title, phase=title or "Phase") for step in view.steps)
    view = replace(view, steps=steps)
    png = draw_png(view, "dark")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    layout = lay_out(view)
    assert (width, height) == (layout.width * SCALE, layout.height * SCALE)


def test_light_and_dark_are_two_pictures() -> None:
    view = small_timeline()
    assert draw_png(view, "light") != draw_png(view, "dark")
    assert draw_png(view, "pink") == draw_png(view, "light")
    assert DARK.paper in draw_svg(view, DARK)


def test_without_the_library_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(NoPictures):
        draw_png(small_timeline())


def test_the_words_say_what_the_picture_shows() -> None:
    view = usual_timeline()
    said = alt_text(view)
    assert view.lands is not None
    for words in (
        view.board.name,
        f"Go-live {day(view.board.anchor)}",
        f"lands on {day(view.lands)}, 5 working days after",
        "The ball is with Northwind: 10",
        *(f"{step.number} {step.title}" for step in view.board.next_steps),
        *(f"{gate.number} {gate.title}, {day(view.day(gate.ends))}" for gate in view.gates),
        "Fit done",
        "Procurement Fri 12 Jun to",
    ):
        assert words in said
    shown = " ".join(text.said for text in everything_said(lay_out(view)))
    for words in (
        "Go-live Tue 30 Jun",
        "lands Tue 7 Jul, 5 working days after",
        "The ball is with Northwind",
    ):
        assert words in shown


def test_days_to_spare_are_told() -> None:
    view = small_timeline()
    assert "as planned, with 2 working days to spare." in alt_text(view)
    assert "lands as planned, with 2 working days to spare" in draw_svg(view)
    assert "to spare" not in alt_text(replace(view, days_late=0))


def test_words_fit_and_hold_no_marks_of_ours(view: TimelineView) -> None:
    said = alt_text(view)
    assert 0 < len(said) <= ALT_TEXT
    assert "\n" not in said
    assert comment(view)
    words = build_timeline_words(view, private=True)
    assert words["text"]
    assert words["blocks"]


def test_letters_take_at_least_the_room_they_take() -> None:
    assert width_of("Security review", 10) == pytest.approx(68.0, abs=0.1)  # of Lato, without kerning
    assert width_of("é", 10) == width_of("e", 10)
    assert width_of("要", 10) >= 10
    assert clipped("Security review", 10, 40).endswith("…")
    assert width_of(clipped("W" * 99, 10, 40), 10) <= 40
    assert clipped("short", 10, 100) == "short"
    assert not re.search("[\u2060\u2068\u2069]", drawn("\u2068שלום\u2069\u2060"))
    assert layouts.short(usual_timeline().board.anchor) == "30 Jun"
