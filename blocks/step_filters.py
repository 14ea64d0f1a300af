"""The menus above the list of all steps: whose, in which phase, in which state."""

import zlib
from collections.abc import Iterable

from blocks import limits
from blocks.ids import Act
from blocks.kit import Block, Element, Option, actions, option, static_select
from blocks.view_models import BoardView, StepChoices
from blocks.words import plain
from plan.step_filter import ANY, EQUALS, STATES
from storage.models import Side


def build_filters(view: BoardView, choices: StepChoices) -> Block:
    chosen = choices.chosen
    sides = [_option(plain("lists", "filter_side", view=view, side=side), side.value) for side in Side]
    owners = [_option(plain("lists", "filter_nobody"), "")]
    owners += [_option(name or user_id, user_id) for user_id, name in choices.owners]
    phases = [_option(plain("lists", "filter_phase", name=name), name) for name in choices.phases]
    states = [_option(plain("lists", "filter_state", state=state), state) for state in STATES]
    menus = [
        _menu(Act.PLAN_FILTER_SIDE, "filter_side", "filter_any_side", sides, chosen.side),
        _menu(Act.PLAN_FILTER_OWNER, "filter_owner", "filter_any_owner", owners, chosen.owner),
        _menu(Act.PLAN_FILTER_PHASE, "filter_phase", "filter_any_phase", phases, chosen.phase),
        _menu(Act.PLAN_FILTER_STATE, "filter_state", "filter_any_state", states, chosen.state),
    ]
    # Slack keeps what stands in a menu while its block keeps its name, whatever the update says is chosen:
    # https://docs.slack.dev/surfaces/modals#updating_views
    state = zlib.crc32(repr(chosen).encode())
    return actions(f"steps.filters.{state}", menus)


def _option(text: str, value: str) -> Option:
    return option(text, f"{EQUALS}{value}")


def _menu(act: Act, placeholder: str, any_of: str, options: Iterable[Option], chosen: str) -> Element:
    offered = [option(plain("lists", any_of), ANY), *options][: limits.OPTIONS]
    initial = next((one for one in offered if one["value"] == (chosen or ANY)), offered[0])
    return static_select(act, placeholder, offered, initial=initial)
