"""App Home: what one person has to do, over all their plans."""

from collections.abc import Callable, Sequence

from blocks.board import headline
from blocks.channel_changes import stands_still_line
from blocks.ids import Act, step_value
from blocks.kit import Block, Element, ViewDict, actions, button, context, divider, header, home, section
from blocks.sides import claim_value
from blocks.text import fit
from blocks.view_models import HomeClaim, HomePlan, HomeStep, HomeView
from blocks.words import mrkdwn, plain

# Together at most 86 blocks, within the 100 of a home: https://docs.slack.dev/surfaces/app-home
TO_CONFIRM = 6
NAMELESS = 3
OWN_WITH_BUTTONS = 10  # at hand; those behind them have a way in
OWN = 30
CLAIMS = 3
LED = 10


def build_home(view: HomeView) -> ViewDict:
    """Who has nothing on any plan reads how to begin; who has a lot sees what comes first, and a count."""
    if not (view.to_confirm or view.claims or view.nameless or view.own or view.led):
        return _start_here()
    yours = (*view.to_confirm, *view.own)
    waiting = sum(one.step.is_waiting for one in yours)
    summary = mrkdwn("home", "summary", open=len(yours), waiting=waiting, plans=len(view.led))
    blocks = [header(plain("home", "title"), "home.title"), context("home.summary", summary)]
    blocks += _list("to_confirm", view.to_confirm, TO_CONFIRM, _to_confirm)
    blocks += _claims(view.claims)
    blocks += _list("nameless", view.nameless, NAMELESS, _nameless)
    blocks += _list("own", view.own, OWN, _own)
    if not (yours or view.claims or view.nameless):
        blocks.append(section(mrkdwn("home", "quiet"), "home.quiet"))
    blocks += _led(view.led)
    return home(blocks)


def _start_here() -> ViewDict:
    return home(
        [
            header(plain("home", "start_title"), "home.title"),
            section(mrkdwn("home", "start"), "home.start"),
            actions("home.doors", [button("help", Act.PLAN_HELP)]),
        ]
    )


def _claims(claims: Sequence[HomeClaim]) -> list[Block]:
    """The first few: who waits behind them is asked about when these are answered."""
    blocks: list[Block] = [divider("claims.line")] if claims else []
    for one in claims[:CLAIMS]:
        value = claim_value(one.plan.board.plan_id, one.team_id, one.side)
        name = f"claim.{one.plan.board.plan_id}.{one.team_id}"
        blocks.append(section(mrkdwn("home", "claim", claim=one), name))
        answers = [button("side_yes", Act.SIDE_YES, value), button("side_no", Act.SIDE_NO, value)]
        blocks.append(actions(f"{name}.do", answers))
    return blocks


def _list(
    name: str, steps: Sequence[HomeStep], most: int, draw: Callable[[HomeStep, int], list[Block]]
) -> list[Block]:
    """A heading and the first steps. `more_…` says how many are left and where they are."""
    if not steps:
        return []
    blocks = [divider(f"{name}.line"), section(mrkdwn("home", f"{name}_title"), f"{name}.title")]
    for place, one in enumerate(steps[:most]):
        blocks += draw(one, place)
    if len(steps) > most:
        saying = "more_steps" if name == "own" else f"more_{name}"
        blocks.append(context(f"{name}.more", mrkdwn("home", saying, n=len(steps) - most)))
    return blocks


def _to_confirm(one: HomeStep, place: int) -> list[Block]:
    style = "primary" if place == 0 else ""
    buttons = [button("confirm_half", Act.STEP_DONE, _value(one), style), _way_in(one)]
    return _row("to_confirm", one, buttons)


def _nameless(one: HomeStep, _place: int) -> list[Block]:
    choose = button("choose_owner", Act.NUDGE_OWNER, _value(one))
    return [section(mrkdwn("home", "nameless", item=one), f"nameless.{one.step.id}", choose)]


def _own(one: HomeStep, place: int) -> list[Block]:
    if place >= OWN_WITH_BUTTONS:
        return [section(mrkdwn("home", "own", item=one), f"own.{one.step.id}", _way_in(one))]
    if one.step.half_missing:  # their half is there: the next word is the other side's
        return _row("own", one, [_way_in(one)])
    done = button("confirm_half" if one.step.gate else "done", Act.STEP_DONE, _value(one))
    return _row("own", one, [done, _way_in(one)])


def _row(name: str, one: HomeStep, buttons: list[Element]) -> list[Block]:
    text = mrkdwn("home", name, item=one)
    return [section(text, f"{name}.{one.step.id}"), actions(f"{name}.{one.step.id}.do", buttons)]


def _way_in(one: HomeStep) -> Element:
    return button("open", Act.STEP_OPEN, _value(one))


def _value(one: HomeStep) -> str:
    return step_value(one.step.plan_id, one.step.id)


def _led(plans: Sequence[HomePlan]) -> list[Block]:
    if not plans:
        return []
    blocks = [divider("led.line"), section(mrkdwn("home", "led_title"), "led.title")]
    for one in plans[:LED]:
        steps = button("all_steps", Act.PLAN_STEPS, str(one.board.plan_id))
        below = stands_still_line(one.board) if one.board.stands_still else headline(one.board)
        text = fit(f"{mrkdwn('home', 'led', item=one)}\n{below}")
        blocks.append(section(text, f"led.{one.board.plan_id}", steps))
    if len(plans) > LED:
        blocks.append(context("led.more", mrkdwn("home", "more_led", n=len(plans) - LED)))
    return blocks
