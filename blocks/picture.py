"""The timeline as a picture: SVG from a template that escapes what people typed, PNG from the SVG."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from blocks.timeline import LIGHT, THEMES, Theme, TimelineView
from blocks.timeline_layout import lay_out

PICTURES = Path(__file__).parent / "pictures"
# Lato, under the SIL Open Font License: see OFL.txt beside them.
FONTS = [str(PICTURES / "fonts" / name) for name in ("Lato-Regular.ttf", "Lato-Bold.ttf")]
SCALE = 2.0  # Slack's clients have screens of two pixels to a point, and people open the picture


class NoPictures(Exception):
    """What makes pictures is not installed here, or could not make this one."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PICTURES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def draw_svg(view: TimelineView, theme: Theme = LIGHT) -> str:
    """The picture as SVG, `timeline_layout.WIDTH` wide. Its letters are Lato's."""
    template = _environment().get_template("timeline.svg.j2")
    return template.render(layout=lay_out(view), theme=theme, plain_colours=_colours(theme))


def _colours(theme: Theme) -> Mapping[str, str]:
    return {name: getattr(theme, name) for name in theme.__slots__}


def draw_png(view: TimelineView, theme: str = "light") -> bytes:
    """The picture as PNG, at `SCALE`. Raises `NoPictures`, also where the library is not installed.

    `theme` is a key of `THEMES`; anything else is the light one.
    """
    try:
        import resvg_py  # 7 ms that most processes never need
    except ImportError as error:
        raise NoPictures("resvg-py is not installed") from error
    svg = draw_svg(view, THEMES.get(theme, LIGHT))
    try:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=SCALE,
            skip_system_fonts=True,
            font_files=FONTS,
            font_family="Lato",
            sans_serif_family="Lato",
        )
    except BaseException as error:  # a panic of what draws it is no `Exception`
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise NoPictures(str(error)) from error
