"""The modals about a whole plan: to start it, add to it and close it. The long lists are in `plan_lists`."""

from collections.abc import Sequence
from datetime import date

from blocks import limits
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Element,
    Option,
    ViewDict,
    ask,
    checkbox,
    date_input,
    labelled_option,
    modal,
    option,
    option_group,
    person_select,
    radio_buttons,
    section,
    static_select,
    telling,
    text_input,
)
from blocks.list_forms import list_select
from blocks.privacy import who_sees_it
from blocks.view_models import Companies, CountryGroup, NewPlanForm
from blocks.words import mrkdwn, plain
from storage.models import TITLE_LENGTH, AnchorKind, Outcome, Side

COMPANY_LENGTH = 80  # characters, like the columns they end in
ROLE_LENGTH = 80
REASON_LENGTH = 500
TICKED = "gate"  # the value of the one box there is


def build_new_plan(form: NewPlanForm) -> ViewDict:
    """`/map new`: from nothing to a plan in one form. What can be guessed is filled in."""
    kinds = [
        labelled_option("anchor_go_live", AnchorKind.GO_LIVE),
        labelled_option("anchor_signature", AnchorKind.SIGNATURE),
    ]
    blocks = [
        telling(ask(Field.TEMPLATE, "template", list_select(form.own, form.templates, form.template))),
        ask(
            Field.NAME,
            "plan_name",
            text_input(form.deal_name, length=TITLE_LENGTH),
            hint=plain("modals", "name_hint"),
        ),
        ask(Field.BUYER_COMPANY, "buyer_company", text_input(form.buyer_company, length=COMPANY_LENGTH)),
        ask(Field.ANCHOR_KIND, "anchor_kind", radio_buttons(kinds, _chosen(kinds, form.anchor_kind))),
        telling(ask(Field.ANCHOR_DATE, "anchor_date", date_input(form.anchor, Act.PLAN_FIT_PICK))),
        ask(
            Field.ANCHOR_REASON,
            "anchor_reason",
            text_input(form.anchor_reason, length=REASON_LENGTH),
            optional=True,
            hint=plain("modals", "anchor_hint"),
        ),
        ask(
            Field.SELLER_LEAD,
            "seller_lead",
            person_select(form.seller_lead),
            optional=True,
            hint=plain("modals", "lead_hint"),
        ),
        ask(Field.BUYER_LEAD, "buyer_lead", person_select(form.buyer_lead), optional=True),
        _country(Field.SELLER_COUNTRY, "seller_country", form.country_groups, form.seller_country),
        _country(Field.BUYER_COUNTRY, "buyer_country", form.country_groups, form.buyer_country),
    ]
    title = plain("modals", "new_plan_title")
    return modal(View.PLAN_NEW, title, blocks, metadata=form.metadata, submit="create", close="cancel")


def _chosen(options: Sequence[Option], value: str) -> Option:
    """The option of that value; the first where there is none."""
    return next((one for one in options if one["value"] == value), options[0])


def _country(field: Field, text: str, groups: Sequence[CountryGroup], chosen: str) -> Block:
    return ask(field, text, country_select(groups, chosen), hint=plain("modals", "country_hint"))


def country_select(groups: Sequence[CountryGroup], chosen: str) -> Element:
    shown = [
        option_group(group.label, [option(name, code) for code, name in group.countries[: limits.OPTIONS]])
        for group in groups[: limits.OPTION_GROUPS]
    ]
    first = next((one for group in shown for one in group["options"] if one["value"] == chosen), None)
    return static_select(Act.INPUT, "pick_country", groups=shown, initial=first)


def build_add_step(
    metadata: str,
    phases: list[str],
    *,
    title: str = "",
    due: date | None = None,
    owner: tuple[str, str] | None = None,
    side: Side | None = None,
    description: str = "",
    link: str = "",
    firms: Companies | None = None,
    viewer: Side | None = None,
    is_private: bool = False,
) -> ViewDict:
    """Asks for a new step. Only its title is needed; what is left open is worked out.

    `phases` are those of the plan, in order. `owner` is (user id, name). `viewer`, of a side of `firms`, may
    keep it to that side.
    """
    blocks = [
        ask(Field.TITLE, "title", text_input(title)),  # too long a title comes back whole
        ask(
            Field.OWNER, "step_owner", person_select(owner), optional=True, hint=plain("modals", "owner_hint")
        ),
        ask(Field.DUE, "due", date_input(due), optional=True),
        ask(Field.SIDE, "side", _side(firms, side), optional=True, hint=plain("modals", "side_hint")),
        *(who_sees_it(viewer, firms, is_private=is_private) if viewer and firms else ()),
        ask(Field.DESCRIPTION, "description", text_input(description, lines=True), optional=True),
        ask(Field.LINK, "link", text_input(link), optional=True),
    ]
    named = [phase for phase in dict.fromkeys(phases) if phase.strip()][: limits.OPTIONS]
    if named:
        options = [option(phase, phase[: limits.OPTION_VALUE]) for phase in named]
        blocks.append(
            ask(Field.PHASE, "phase", static_select(Act.INPUT, "pick_phase", options), optional=True)
        )
    role_hint = plain("modals", "role_hint")
    blocks.append(ask(Field.ROLE, "role", text_input(length=ROLE_LENGTH), optional=True, hint=role_hint))
    gate = checkbox(labelled_option("gate_choice", TICKED), ticked=False)
    blocks.append(ask(Field.GATE, "gate", gate, optional=True, hint=plain("modals", "gate_hint")))
    add_title = plain("modals", "add_title")
    return modal(View.PLAN_ADD, add_title, blocks, metadata=metadata, submit="add", close="cancel")


def _side(firms: Companies | None, chosen: Side | None) -> Element:
    options = [option(plain("modals", "side_option", side=side, firms=firms), side.value) for side in Side]
    initial = next((one for one in options if chosen and one["value"] == chosen.value), None)
    return radio_buttons(options, initial)


def build_close(metadata: str, plan_name: str, reason: str = "") -> ViewDict:
    """Asks before a plan is closed: how it ended, and why. `reason` is what was said of it already."""
    endings: list[Option] = [
        labelled_option("outcome_won", Outcome.WON),
        labelled_option("outcome_lost", Outcome.LOST),
        labelled_option("outcome_cancelled", Outcome.CANCELLED),
    ]
    blocks = [
        section(mrkdwn("modals", "close_intro", name=plan_name), "close.intro"),
        ask(Field.OUTCOME, "outcome", radio_buttons(endings)),
        ask(Field.REASON, "close_reason", text_input(reason, lines=True, length=REASON_LENGTH)),
    ]
    title = plain("modals", "close_title")
    return modal(View.PLAN_CLOSE, title, blocks, metadata=metadata, submit="close_plan", close="cancel")
