"""What is drawn of lists of steps to start from, for the oracles: the menu, the form that keeps one, a day
too near."""

from collections.abc import Iterator
from typing import Any

from blocks import list_forms, notices
from blocks.ids import Field, View
from blocks.kit import ask, modal, telling
from blocks.list_forms import SaveListForm
from blocks.notices import TooNearView
from blocks.view_models import Companies, TemplateChoice
from storage.models import Side
from tests.blocks.plans import NASTY, TODAY, on

Payload = tuple[str, dict[str, Any]]


def views() -> Iterator[Payload]:
    for text in ("Enterprise, ours", *NASTY):
        yield from _menus(text)
        yield from _forms(text)
        yield from _plan_is_there(text)


def choices(text: str, count: int) -> tuple[TemplateChoice, ...]:
    return tuple(TemplateChoice(f"team:{n}", text[:60], text if n % 2 else "") for n in range(count))


def _menus(text: str) -> Iterator[Payload]:
    for own, others in ((0, 6), (1, 6), (130, 130)):
        menu = list_forms.list_select(choices(text, own), choices(text, others), "team:1")
        asked = [ask(Field.TEMPLATE, "template", menu)]
        yield "lists", modal(View.PLAN_NEW, "Lists", asked, submit="create", close="cancel")


def _forms(text: str) -> Iterator[Payload]:
    for count in (0, 1, 130):
        form = SaveListForm("{}", 7, text, count, text, text, choices(text, count))
        yield "save list", list_forms.build_save_list(form)
    yield "save list, bare", list_forms.build_save_list(SaveListForm("m" * 3000, 7, text, 0))
    for honest in (None, on(TODAY)):
        preview = list_forms.fit_preview(50, 34 if honest else 0, honest)
        menu = list_forms.list_select((), choices(text, 1), "")
        asked = [telling(ask(Field.TEMPLATE, "template", menu)), preview]
        yield "lists, previewed", modal(View.PLAN_NEW, "Lists", asked, submit="create", close="cancel")
    for replaced, names in ((True, 0), (False, 1), (True, 12)):
        facts = {"title": text, "steps": 14, "replaced": replaced, "names_left_out": names, "seller": text}
        yield "list kept", notices.build_notice("list_kept", facts)


def too_near(text: str, count: int = 5, others: int = 0, there: int = 34) -> TooNearView:
    sides = (*Side, *Side)
    deciding = tuple((text, 5 + n, sides[n % len(sides)]) for n in range(count))
    return TooNearView(50, there, deciding, others, on(TODAY), Companies(text, text))


def _plan_is_there(text: str) -> Iterator[Payload]:
    for short in (None, too_near(text), too_near(text, 1, 0, 0), too_near(text, 5, 9, 1)):
        for moved_from in (TODAY, None):
            facts = {"steps": 13, "anchor": TODAY, "moved_from": moved_from, "too_near": short}
            yield "plan started", notices.build_plan_started(facts, 7, "{}")
    for steps in (0, 1, 30):
        yield "planned anew", notices.build_planned_anew({"anchor": TODAY, "steps": steps}, 7, "{}")
