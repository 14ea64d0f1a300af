"""The form that keeps a plan as a list of steps of the team's own, and deletes such lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import limits
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Element,
    Option,
    ViewDict,
    actions,
    ask,
    button,
    context,
    divider,
    modal,
    option,
    option_group,
    section,
    static_select,
    text_input,
)
from blocks.text import Day
from blocks.view_models import TemplateChoice
from blocks.words import label, mrkdwn, plain

NAME_LENGTH = 60  # characters, like the columns they end in
SUMMARY_LENGTH = 75
FIT_PREVIEW = "new.fit"  # the id of the block that says how a list and a day go together


@dataclass(frozen=True, slots=True)
class SaveListForm:
    """What the form starts from. `own` are the lists that the team has."""

    metadata: str
    plan_id: int
    plan_name: str
    steps: int  # that will be in the list
    name: str = ""
    summary: str = ""
    own: tuple[TemplateChoice, ...] = ()


def build_save_list(form: SaveListForm) -> ViewDict:
    blocks = [
        section(mrkdwn("own_lists", "save_intro", form=form), "list.intro"),
        ask(
            Field.NAME,
            "list_name",
            text_input(form.name, length=NAME_LENGTH),
            hint=plain("own_lists", "name_hint"),
        ),
        ask(
            Field.SUMMARY,
            "list_summary",
            text_input(form.summary, length=SUMMARY_LENGTH),
            optional=True,
            hint=plain("own_lists", "summary_hint"),
        ),
        *(_own_lists(form) if form.own else ()),
    ]
    title = plain("own_lists", "save_title")
    return modal(
        View.PLAN_SAVE_LIST, title, blocks, metadata=form.metadata, submit="keep_list", close="cancel"
    )


def _own_lists(form: SaveListForm) -> list[Block]:
    options = list_options(form.own)
    return [
        divider("list.line"),
        ask(
            Field.OWN_LIST,
            "own_list",
            static_select(Act.INPUT, "pick_list", options),
            optional=True,
            hint=plain("own_lists", "drop_hint"),
        ),
        actions("list.drop", [button("drop_list", Act.PLAN_DROP_LIST, str(form.plan_id), "danger")]),
    ]


def list_options(choices: Sequence[TemplateChoice]) -> list[Option]:
    return [option(choice.title, choice.key, choice.summary) for choice in choices[: limits.OPTIONS]]


def list_select(own: Sequence[TemplateChoice], others: Sequence[TemplateChoice], chosen: str) -> Element:
    """A menu of lists to start a plan from: the team's own first, where it has any."""
    groups = [("own_lists", list_options(own)), ("ready_made", list_options(others))]
    every = [one for _, options in groups for one in options]
    initial = next((one for one in every if one["value"] == chosen), every[0])
    if not own:
        return static_select(Act.PLAN_FIT_PICK, "pick_template", every, initial=initial)
    shown = [option_group(label(name), options) for name, options in groups if options]
    return static_select(Act.PLAN_FIT_PICK, "pick_template", groups=shown, initial=initial)


def fit_preview(needs: int, there: int, honest: Day | None) -> Block:
    """How a list and a day go together, before a plan starts. In working days of both sides; `honest` is the
    earliest day by which it can be done, where that is a later one."""
    if honest is None:
        return context(FIT_PREVIEW, mrkdwn("own_lists", "fits", needs=needs, there=there))
    return context(FIT_PREVIEW, mrkdwn("own_lists", "fits_not", needs=needs, there=there, honest=honest))
