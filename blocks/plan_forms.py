"""The forms that change a plan: its facts, its people, and what Tandem sends by itself."""

from collections.abc import Sequence

from blocks.date_form import reason_select
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    ViewDict,
    actions,
    ask,
    button,
    checkbox,
    checkboxes,
    context,
    date_input,
    labelled_option,
    modal,
    person_select,
    question,
    radio_buttons,
    section,
    telling,
    text_input,
    zone_select,
)
from blocks.plan_modals import TICKED, country_select
from blocks.view_models import Companies, EditPlanForm, PeopleForm, RoleView
from blocks.words import mrkdwn, plain
from storage.models import AnchorKind, Side

ROLES_A_PAGE = 40  # a block each, and Slack takes 100
SETTINGS = ("reminds", "gives_notice", "tells_news")  # the values of the boxes, named like the plan's own


def role_field(key: str) -> str:
    """The `block_id` of a role's input."""
    return f"role:{key}"


def build_edit_plan(form: EditPlanForm) -> ViewDict:
    """Everything about a plan that can be changed. A new day asks why, and whether the steps go along."""
    kinds = [
        labelled_option("anchor_go_live", AnchorKind.GO_LIVE),
        labelled_option("anchor_signature", AnchorKind.SIGNATURE),
    ]
    kind = kinds[form.anchor_kind is AnchorKind.SIGNATURE]
    along = checkbox(labelled_option("move_along_choice", TICKED), ticked=True)
    blocks = [
        ask(Field.NAME, "plan_name", text_input(form.name)),
        telling(ask(Field.ANCHOR_DATE, "anchor_date", date_input(form.anchor, Act.PLAN_ANCHOR_PICK))),
        *([reason_select(needed=False)] if form.is_agreed else []),
        ask(
            Field.REASON,
            "why_anchor_moves",
            text_input(),
            optional=True,
            hint=plain("plan_forms", "why_hint"),
        ),
        ask(Field.MOVE_ALONG, "move_along", along, optional=True, hint=plain("plan_forms", "along_hint")),
        ask(Field.ANCHOR_KIND, "anchor_kind", radio_buttons(kinds, kind)),
        ask(
            Field.ANCHOR_REASON,
            "anchor_reason",
            text_input(form.anchor_reason),
            optional=True,
        ),
        ask(
            Field.BUYER_COMPANY,
            "buying_company",
            text_input(form.firms.buyer_company),
        ),
        *_leads(form.firms, form.seller_lead, form.buyer_lead),
        *_places(form),
    ]
    return modal(
        View.PLAN_EDIT,
        plain("plan_forms", "edit_title"),
        blocks,
        metadata=form.metadata,
        submit="save",
        close="cancel",
    )


def _leads(
    firms: Companies, seller_lead: tuple[str, str] | None, buyer_lead: tuple[str, str] | None
) -> list[Block]:
    return [
        question(
            Field.SELLER_LEAD.value,
            plain("plan_forms", "lead", side=Side.SELLER, firms=firms),
            person_select(seller_lead),
        ),
        question(
            Field.BUYER_LEAD.value,
            plain("plan_forms", "lead", side=Side.BUYER, firms=firms),
            person_select(buyer_lead),
            optional=True,
            hint=plain("modals", "lead_hint"),
        ),
    ]


def _places(form: EditPlanForm) -> list[Block]:
    blocks = []
    for side, country, zone in (
        (Side.SELLER, form.seller_country, form.seller_zone),
        (Side.BUYER, form.buyer_country, form.buyer_zone),
    ):
        days, hours = (
            (Field.BUYER_COUNTRY, Field.BUYER_ZONE)
            if side is Side.BUYER
            else (Field.SELLER_COUNTRY, Field.SELLER_ZONE)
        )
        words = plain("plan_forms", "country", side=side, firms=form.firms)
        blocks.append(question(days.value, words, country_select(form.country_groups, country)))
        words = plain("plan_forms", "zone", side=side, firms=form.firms)
        hint = plain("plan_forms", "zone_hint") if side is Side.BUYER else ""
        blocks.append(question(hours.value, words, zone_select(zone), hint=hint))
    return blocks


def build_people(form: PeopleForm, page: int = 0) -> ViewDict:
    """The two leads, then a search for each role. `page` counts from 0; too far is the last."""
    last_page = max(0, (len(form.roles) - 1) // ROLES_A_PAGE)
    page = min(max(page, 0), last_page)
    shown = form.roles[page * ROLES_A_PAGE : (page + 1) * ROLES_A_PAGE]
    blocks = [section(mrkdwn("plan_forms", "people_intro"), "people.intro")]
    if page == 0:
        blocks += _leads(form.firms, form.seller_lead, form.buyer_lead)
    blocks += _roles(shown, form.firms)
    plan = str(form.plan_id)
    blocks.append(
        actions(
            "people.more",
            [button("change_side", Act.SIDE_CHANGE, plan), button("handoff", Act.HANDOFF_OPEN, plan)],
        )
    )
    if last_page:
        blocks.append(
            context("people.page", mrkdwn("plan_forms", "people_page", page=page + 1, of=last_page + 1))
        )
        blocks += _turns(form.plan_id, page, last_page)
    return modal(
        View.PLAN_PEOPLE,
        plain("plan_forms", "people_title"),
        blocks,
        metadata=form.metadata,
        submit="save",
        close="cancel",
    )


def _roles(roles: Sequence[RoleView], firms: Companies) -> list[Block]:
    if not roles:
        return [context("people.none", mrkdwn("plan_forms", "no_roles"))]
    return [
        question(
            role_field(role.key),
            plain("plan_forms", "role", role=role, firms=firms),
            person_select(role.holder),
            optional=True,
            hint=plain("plan_forms", "role_hint", role=role) if role.others else "",
        )
        for role in roles
    ]


def _turns(plan_id: int, page: int, last_page: int) -> list[Block]:
    turns = [("earlier_roles", page - 1)] if page > 0 else []
    turns += [("later_roles", page + 1)] if page < last_page else []
    return [
        actions(f"people.turn.{text}", [button(text, Act.PLAN_PEOPLE_PAGE, f"{plan_id}:{to}")])
        for text, to in turns
    ]


def build_settings(metadata: str, plan_name: str, on: Sequence[str]) -> ViewDict:
    """What Tandem sends by itself, each with a box. `on` are those of `SETTINGS` that are ticked."""
    options = [labelled_option(name, name) for name in SETTINGS]
    ticked = [one for one in options if one["value"] in on]
    blocks = [
        section(mrkdwn("plan_forms", "settings_intro", name=plan_name), "settings.intro"),
        ask(
            Field.SETTINGS,
            "settings_field",
            checkboxes(options, ticked),
            optional=True,
            hint=plain("plan_forms", "settings_hint"),
        ),
    ]
    title = plain("plan_forms", "settings_title")
    return modal(View.PLAN_SETTINGS, title, blocks, metadata=metadata, submit="save", close="cancel")
