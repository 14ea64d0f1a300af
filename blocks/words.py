"""The words people read: one macro for each saying, in `blocks/words/<room>.j2`.

A template is read in two ways. `mrkdwn` escapes every value it prints, so that no template can forget to, and
the only doors for a mention are the `mention` and `channel` filters. `plain` leaves `&`, `<` and `>` as they
are, for `plain_text` objects. Both put a value on one line and take its power to ping. Words of our own stand
in a template as text, not as a string inside `{{ }}`, where they would be treated as somebody's.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr, Getattr, Name
from markupsafe import Markup

from blocks.text import clip, day, day_and_year, for_mrkdwn, for_plain, option_label
from storage.models import Side

FACTS = "facts"  # what a refusal or a notice is about: a mapping
COMPANY = 60  # characters of a company's name in a sentence


class Firms(Protocol):
    """The two companies of a plan: a `BoardView`, or `Companies` where there is no plan at hand."""

    @property
    def seller_company(self) -> str: ...
    @property
    def buyer_company(self) -> str: ...


_ROOMS = FileSystemLoader(Path(__file__).parent / "words")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,20}")


def mrkdwn(room: str, saying: str, /, **values: Any) -> str:
    """Words for a mrkdwn text. `jinja2.UndefinedError` when a template asks for what is not there."""
    return str(_saying("mrkdwn", room, saying)(**values))


def plain(room: str, saying: str, /, **values: Any) -> str:
    """Words for a `plain_text`: a header, a button, an option, an error under a field."""
    return str(_saying("plain", room, saying)(**values))


@cache
def label(name: str) -> str:
    """A fixed label of `labels.j2`. `LookupError` for one that is not there."""
    return str(_saying("plain", "labels", name))


def has_saying(room: str, saying: str) -> bool:
    return hasattr(_ENVIRONMENTS["plain"].get_template(f"{room}.j2").module, saying)


def forget_texts() -> None:
    """Drop the escaped texts that are kept from board to board: what a measurement without them needs."""
    _clipped.cache_clear()
    option_label.cache_clear()


@cache
def _saying(kind: str, room: str, saying: str) -> Callable[..., object]:
    module = _ENVIRONMENTS[kind].get_template(f"{room}.j2").module
    try:
        found: Callable[..., object] = getattr(module, saying)
    except AttributeError as error:
        raise LookupError(f"blocks/words/{room}.j2 says nothing for {saying!r}") from error
    return found


def _print_mrkdwn(value: object) -> str:
    if type(value) is Markup:  # words of ours already: a macro's answer, a day, a mention
        return value
    return str(value) if type(value) is int else for_mrkdwn(str(value))


def _print_plain(value: object) -> str:
    return for_plain(str(value))


class _PrintedOnce(CodeGenerator):
    """`finalize` is our escaping; Jinja's `escape()` after it would find nothing and cost a third more.

    What is drawn are objects, whose attributes Python finds faster by itself; `facts` alone are a mapping.
    """

    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:
        if isinstance(node.node, Name) and node.node.name == FACTS:
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write(f"({finalize.src}")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write("))")


class _Environment(Environment):
    code_generator_class = _PrintedOnce


def _mention(user_id: str) -> Markup:
    """`<@U…>`, the one thing here that pings. `ValueError` for what is no user id."""
    if not _USER_ID.fullmatch(user_id):
        raise ValueError(f"not the id of a person: {user_id!r}")
    return Markup(f"<@{user_id}>")


def _channel(channel_id: str) -> Markup:
    """`<#C…>`, a link to a channel by its name. `ValueError` for what is no channel id."""
    if not _CHANNEL_ID.fullmatch(channel_id):
        raise ValueError(f"not the id of a channel: {channel_id!r}")
    return Markup(f"<#{channel_id}>")


_marked = lru_cache(maxsize=4096)(Markup)  # of days, of which a board holds one in every line


def _marked_day(when: date, today: date | None = None) -> Markup:
    return _marked(day(when, today))


def _marked_day_and_year(when: date) -> Markup:
    return _marked(day_and_year(when))


@lru_cache(maxsize=4096)
def _clipped(text: str, length: int) -> Markup:
    # Kept for a while: a board is drawn again whenever one of its steps changes, with the same names.
    return Markup(for_mrkdwn(clip(text, length)))


def _company(side: Side, firms: Firms, joiner: str = "") -> str:
    """The company of a side, raw; of a joint step both, with `joiner` between them."""
    if side is Side.JOINT:
        return f"{clip(firms.seller_company, COMPANY)}{joiner}{clip(firms.buyer_company, COMPANY)}"
    return clip(firms.buyer_company if side is Side.BUYER else firms.seller_company, COMPANY)


def _numbers(items: Sequence[int], joiner: str, more: str) -> str:
    """ "4, 5 and 6"; of more than six the first five and how many more there are."""
    named = [str(item) for item in items]
    if len(named) > 6:
        named = [*named[:5], f"{len(named) - 5}{more}"]
    return f"{', '.join(named[:-1])}{joiner}{named[-1]}" if len(named) > 1 else "".join(named)


def _environment(*, escapes: bool) -> Environment:
    environment = _Environment(
        loader=_ROOMS,
        autoescape=escapes,
        finalize=_print_mrkdwn if escapes else _print_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["clip"] = _clipped if escapes else clip
    environment.filters["day"] = _marked_day if escapes else day
    environment.filters["day_and_year"] = _marked_day_and_year if escapes else day_and_year
    environment.filters["company"] = _company
    environment.filters["numbers"] = _numbers
    environment.filters["mention"] = _mention
    environment.filters["channel"] = _channel
    return environment


_ENVIRONMENTS = {"mrkdwn": _environment(escapes=True), "plain": _environment(escapes=False)}
