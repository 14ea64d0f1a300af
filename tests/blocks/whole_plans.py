"""What is drawn of a whole plan, for the oracles: the private answers, the lists, the forms."""

from collections.abc import Iterator, Sequence
from typing import Any

from blocks import my_steps, notices, plan_forms, plan_lists, replies, status
from blocks.view_models import (
    BoardView,
    Companies,
    CountryGroup,
    EditPlanForm,
    NextThingView,
    PeopleForm,
    RoleView,
    StepChoices,
    StepView,
)
from plan.next_thing import Thing
from plan.step_filter import StepFilter
from storage.models import AnchorKind, Side
from tests.blocks.plans import NASTY, TODAY, nasty_step, step

Payload = tuple[str, dict[str, Any]]

OF_A_STEP = (Thing.CONFIRM, Thing.DO, Thing.UNBLOCK, Thing.WATCH)


def next_things(one: StepView) -> Iterator[NextThingView]:
    for thing in Thing:
        yield NextThingView(thing, one if thing in OF_A_STEP else None, 3)


def messages(plans: Sequence[BoardView]) -> Iterator[Payload]:
    for place, plan in enumerate(plans):
        mine, name = plan.steps[:20], NASTY[place % len(NASTY)]
        asked = NextThingView(Thing.DO, plan.ball_step) if plan.ball_step else None
        yield f"status {place}", dict(status.build_status(plan, mine, asked))
        yield f"status of nothing {place}", dict(status.build_status(plan, (), None))
        yield f"what next {place}", dict(status.build_what_next(plan, asked))
        for viewer in (Side.SELLER, None):
            yield f"my steps {place}", dict(my_steps.reply_my_steps(plan, plan.steps, name, viewer))
        yield f"no steps {place}", dict(my_steps.reply_my_steps(plan, (), name, None))
        yield f"none of mine {place}", dict(my_steps.reply_my_steps(plan, (), "", None))
        if plan.ball:  # one of the sides has something to do
            gate = nasty_step(4, gate=True, buyer_confirmed_by=name, seller_confirmed_by="")
            for thing in next_things(gate):
                yield f"what next {place}, {thing.thing}", dict(status.build_what_next(plan, thing))
        yield "what next, the end", dict(status.build_what_next(plan, NextThingView(Thing.REOPEN)))
    for count in (0, 1, 20, 300):
        elsewhere = replies.reply_refused("not_here", {"typed": NASTY[0]})
        channels = [f"C0DEAL{number}" for number in range(count)]
        yield f"elsewhere {count}", dict(replies.with_channels(elsewhere, channels))
    yield "history door", dict(plan_lists.reply_history_door(7, 200))


def views(plans: Sequence[BoardView]) -> Iterator[Payload]:
    for place, plan in enumerate(plans):
        for viewer in (Side.BUYER, None):
            yield f"my steps {place}", my_steps.build_my_steps(plan, plan.steps, viewer, "{}")
        yield f"no steps {place}", my_steps.build_my_steps(plan, (), None, "{}")
        owners = tuple((f"U0{n}", NASTY[n % len(NASTY)][:120]) for n in range(130))
        phases = tuple(dict.fromkeys(phase.name for phase in plan.phases))
        for page in (-1, 0, 2, 9):
            choices = StepChoices(owners, phases)
            yield (
                f"all steps {place}.{page}",
                plan_lists.build_all_steps(plan, plan.steps, page, "{}", choices),
            )
        chosen = StepFilter("=buyer", "=U05", f"={phases[0]}" if phases else "=gone", "=waiting")
        some = StepChoices(owners[:3], phases, chosen)
        for shown in (plan.steps[:1], plan.steps[:31], ()):
            yield f"chosen steps {place}", plan_lists.build_all_steps(plan, shown, 0, "{}", some)
    yield from _forms()
    yield "one of mine", my_steps.build_my_steps(plans[0], (step(4, holds_up=(5,)),), Side.BUYER, "{}")


def _forms() -> Iterator[Payload]:
    for place, text in enumerate(("Acme", *NASTY)):
        lead, firms = ("U0BEA", text), Companies(text[:80], text[:80])
        groups = (CountryGroup("Often used", (("US", "United States"), ("GB", "United Kingdom"))),)
        for kind, who in ((AnchorKind.GO_LIVE, lead), (AnchorKind.SIGNATURE, None)):
            places = ("GB", "ZZ", "Europe/London", "America/Argentina/ComodRivadavia")
            form = EditPlanForm("{}", groups, text[:150], kind, TODAY, text * 3, firms, who, who, *places)
            yield "edit plan", plan_forms.build_edit_plan(form)
        for count in (0, 1, 40, 41, 130):
            roles = tuple(_role(number, NASTY[(number + place) % len(NASTY)]) for number in range(count))
            people = PeopleForm("{}", 7, firms, lead, None, roles)
            for page in (-1, 0, 1, 99):
                yield f"people {count}", plan_forms.build_people(people, page)
        for on in ((), plan_forms.SETTINGS, ("reminds",)):
            yield "settings", plan_forms.build_settings("{}", text, on)
    for keeps in (True, False):
        said = status.build_help(True)
        yield "help, with the plan", notices.build_help_modal(said, 7, "{}", keeps_lists=keeps)
    for steps, squeezed, moved_from in ((0, 0, TODAY), (1, 0, None), (9, 1, None), (9, 3, TODAY)):
        facts = {"anchor": TODAY, "moved_from": moved_from, "steps": steps, "squeezed": squeezed}
        yield "edited", notices.build_notice("plan_edited", facts)


def _role(number: int, text: str) -> RoleView:
    holder = ("U0BEA", text) if number % 3 else None
    name = text[:80] if number % 5 else ""
    return RoleView(
        f"{number:08x}", name, (Side.SELLER, Side.BUYER)[number % 2], number + 1, holder, number % 4
    )
