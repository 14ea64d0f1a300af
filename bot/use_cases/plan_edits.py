"""Changing a plan: its name, its day, its leads, its calendars, and what Tandem sends by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from blocks.ids import Field
from bot.use_cases.anchors import Edited, ask_about_anchor, move_anchor, must_not_change_kind
from bot.use_cases.common import Refused, Work, arm_all, needs, take_a_seat
from bot.use_cases.plans import COMPANY_LENGTH, anchor_must_lie_ahead, must_fit
from bot.use_cases.proposing import Why
from bot.use_cases.slips import landing
from bot.use_cases.typed import REASON_LENGTH, clean_reason, clean_text
from plan.countries import country_name
from plan.rights import Action
from plan.zones import is_time_zone
from storage import plans
from storage.models import TITLE_LENGTH, AnchorKind, PlanPerson, Side

# What can be edited: the plan's attribute, and the field that it is asked in.
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "name": Field.NAME,
        "anchor_kind": Field.ANCHOR_KIND,
        "anchor_date": Field.ANCHOR_DATE,
        "anchor_reason": Field.ANCHOR_REASON,
        "buyer_company": Field.BUYER_COMPANY,
        "seller_lead_id": Field.SELLER_LEAD,
        "buyer_lead_id": Field.BUYER_LEAD,
        "seller_country": Field.SELLER_COUNTRY,
        "buyer_country": Field.BUYER_COUNTRY,
        "seller_time_zone": Field.SELLER_ZONE,
        "buyer_time_zone": Field.BUYER_ZONE,
    }
)
# These say when somebody hears of a step, or who does.
ARMS = {name for name in FIELDS if name.endswith(("_lead_id", "_country", "_time_zone"))}
LEADS: Mapping[str, Side] = {"seller_lead_id": Side.SELLER, "buyer_lead_id": Side.BUYER}


@needs(Action.CHANGE_PLAN)
def edit_plan(
    work: Work, wanted: Mapping[str, Any], reason: str = "", *, move_along: bool = False, code: str = ""
) -> Edited:
    """Change what `wanted` names, by the keys of `FIELDS`. A new anchor date needs a reason; `code` is one of
    `ReasonCode`.

    With `move_along` the open steps that nobody has started keep their distance to the anchor. Once both
    sides agreed, the other one is asked about the anchor instead. Raises `Refused` at the field that cannot
    be.
    """
    plan = work.plan
    new = {name: _checked(work, name, value) for name, value in wanted.items()}
    new = {name: value for name, value in new.items() if value != getattr(plan, name)}
    if "anchor_date" in new and not clean_reason(reason) and work.agreed_by is None:
        raise Refused("reason_missing", field=Field.REASON)
    _check_leads(work, new)
    must_not_change_kind(work, new)
    asked = ask_about_anchor(work, new.pop("anchor_date", None), reason, move_along=move_along, code=code)
    if isinstance(asked, date):
        new["anchor_date"] = asked
    if not new:
        return asked if isinstance(asked, Edited) else Edited(False, plan.anchor_date)
    edited = _write(work, new, reason, move_along=move_along, code=code)
    return replace(edited, proposal=asked.proposal) if isinstance(asked, Edited) else edited


def _write(work: Work, new: Mapping[str, Any], reason: str, *, move_along: bool, code: str) -> Edited:
    plan = work.plan
    old = {name: getattr(plan, name) for name in new}
    lands = landing(work)
    for name, value in new.items():
        setattr(plan, name, value)
        if name.endswith("_country"):  # its regions are others
            setattr(plan, name.replace("_country", "_region"), "")
    if plan.time_zone == old.get("seller_time_zone"):  # the plan's days begin where its seller is
        plan.time_zone = plan.seller_time_zone
    why = Why(code, clean_reason(reason))
    edited = move_anchor(work, old.get("anchor_date"), why, lands, move_along=move_along)
    if "anchor_date" in old and plan.anchor_date == old["anchor_date"]:
        del old["anchor_date"]  # the working day before the day wanted is the day it was
    more = {"agreed_by": work.agreed_by} if work.agreed_by else {}
    if "anchor_date" in old and why.code:
        more["code"] = why.code
    work.record("plan_edited", None, reason=why.words, **_told(work, old), **more)
    if ARMS & old.keys():
        arm_all(work)
    return edited


def _checked(work: Work, name: str, value: Any) -> Any:
    """The value as it is kept. Raises `Refused` for one that cannot be."""
    field = FIELDS[name]
    if name in ("name", "buyer_company"):
        return must_fit(field, value, TITLE_LENGTH if name == "name" else COMPANY_LENGTH)
    if name == "anchor_reason":
        return clean_text(value, field, REASON_LENGTH)
    if name == "anchor_kind":
        return AnchorKind(value)
    if name == "anchor_date":
        if value is None:
            raise Refused("date_missing", field=field)
        if value != work.plan.anchor_date:
            anchor_must_lie_ahead(value, work.today)
        return value
    if name.endswith("_time_zone") and not is_time_zone(value or ""):
        raise Refused("zone_unknown", field=field)
    if name.endswith("_country") and country_name(value or "") == (value or ""):
        raise Refused("country_unknown", field=field)
    return value


def _check_leads(work: Work, new: Mapping[str, Any]) -> None:
    """A lead is in the channel, one side's only, and of the company that they lead for."""
    for name, side in LEADS.items():
        if name not in new:
            continue
        user_id, field = new[name], FIELDS[name]
        if user_id is None and side is Side.SELLER:
            raise Refused("lead_missing", field=field)  # somebody is asked when nobody else is
        if user_id is None:
            continue
        if not plans.is_in_channel(work.session, work.plan.channel_id, user_id):
            raise Refused("not_in_this_channel", field=field)
        across = "buyer_lead_id" if side is Side.SELLER else "seller_lead_id"
        if user_id == new.get(across, getattr(work.plan, across)):
            raise Refused("same_person_twice", field=field)
        _seat_lead(work, user_id, side, field)


def _seat_lead(work: Work, user_id: str, side: Side, field: Field) -> None:
    """Who leads for a side is on it. Somebody of the other company cannot, where there are two."""
    person = plans.people(work.session, [user_id])[user_id]
    now_on = work.sides.of(person)
    if now_on is side:
        return
    if now_on is None and side is Side.BUYER:
        work.sides = take_a_seat(work.session, work.plan, work.sides, person)
    elif side is Side.BUYER and Side.BUYER not in work.sides.organizations.values():
        # One workspace for both companies: the side is the person's own.
        work.session.merge(PlanPerson(plan_id=work.plan_id, user_id=user_id, side=side))
        work.session.flush()
        work.sides = plans.sides(work.session, work.plan)
    if work.sides.of(person) is not side:
        raise Refused("wrong_side", field=field, name=person.name, company=work.plan.company_of(side))


def _told(work: Work, old: Mapping[str, Any]) -> dict[str, str]:
    """For the log: `<attribute>_old` and `<attribute>_new` of everything that changed."""
    details = {}
    for name, before in old.items():
        for when, value in (("old", before), ("new", getattr(work.plan, name))):
            details[f"{name}_{when}"] = _in_log(name, value)
    return details


def _in_log(name: str, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return country_name(value) if name.endswith("_country") else str(value or "")


@needs(Action.CHANGE_PLAN)
def change_settings(work: Work, wanted: Mapping[str, bool]) -> bool:
    """Switch what Tandem sends by itself: those of `SETTINGS` that `wanted` names. Says whether any changed.

    Reminders that were off begin anew.
    """
    plan = work.plan
    changed = {name: is_on for name, is_on in wanted.items() if is_on != getattr(plan, name)}
    if not changed:
        return False
    for name, is_on in changed.items():
        setattr(plan, name, is_on)
    work.record(
        "settings_changed", None, **{name: "on" if is_on else "off" for name, is_on in changed.items()}
    )
    if "reminds" in changed:
        arm_all(work)
    return True
