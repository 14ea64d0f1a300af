"""Words that change the plan as a whole: its name, its day, who leads, what Tandem sends, and its end."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from blocks.ids import Act
from blocks.in_words import reply_notice, reply_said
from bot.listeners.asking import in_words
from bot.listeners.lines import begins_with_a_step, read_mention
from bot.listeners.modals.manage import people, settings
from bot.listeners.said.manage import edit_plan, opening
from bot.listeners.said.meanings import day_meant, person_meant, side_meant, words_meant
from bot.listeners.said.plans import close_plan as ask_to_close
from bot.listeners.spoken import Answer, Message, Spoken, Verb, any_plan_id, open_plan_id
from bot.listeners.text import Escaped, unescape
from bot.use_cases import people as people_cases
from bot.use_cases import plan_edits
from bot.use_cases import plans as plan_cases
from bot.use_cases import sides as side_cases
from bot.use_cases.common import Refused, Work
from plan.agreement import ReasonCode
from plan.roles import roles_of
from plan.zones import find_time_zones
from storage import plans
from storage.models import Outcome, PlanState, Side

DAY_AND_WHY = re.compile(
    r"(?:to\s+)?(?P<when>.+?)(?:,?\s+because:?(?:\s+of)?\s+|\s*:\s+)(?P<why>.+)", re.DOTALL | re.IGNORECASE
)
OUTCOMES: Mapping[str, Outcome] = {
    **dict.fromkeys(("won", "signed"), Outcome.WON),
    "lost": Outcome.LOST,
    **dict.fromkeys(("cancelled", "canceled", "off"), Outcome.CANCELLED),
}
SETTINGS: Mapping[str, str] = {
    **dict.fromkeys(("reminders", "reminder", "reminds"), "reminds"),
    **dict.fromkeys(("notice", "notices"), "gives_notice"),
    **dict.fromkeys(("news", "thread"), "tells_news"),
}
SWITCH = re.compile(r"(?P<what>\w+)\s+(?P<how>on|off)[.!]?", re.IGNORECASE)
CLOSING = re.compile(r"(?P<how>\w+)[\s:,–-]+(?P<why>\S.*)", re.DOTALL)
NOT_YET = re.compile(r"(?:not|but|if|when|once|unless|after|until)\b|[^?]*\?", re.IGNORECASE)  # the form asks
NAMED_LAST = re.compile(r"(?P<role>\S.*?)[\s:]+(?P<who><@[^>]+>|@\S+|nobody)[.!]?", re.DOTALL | re.IGNORECASE)
READS = ("nobody", "neither", "reading", "reader", "none")


def _about(act: Callable[[Work, str], Message], otherwise: Verb) -> Verb:
    """Words about the plan; alone they lead to the form."""

    def handle(spoken: Spoken) -> Answer:
        if not spoken.rest:
            return otherwise(spoken)
        return spoken.carry_out(open_plan_id(spoken), lambda work: act(work, spoken.rest))

    return handle


def _edited(work: Work, saying: str, wanted: Mapping[str, Any], **facts: Any) -> Message:
    before = work.plan.revision
    plan_edits.edit_plan(work, wanted)
    return reply_said(saying, {**facts, "changed": work.plan.revision != before})


def _name(work: Work, words: str) -> Message:
    name = " ".join(words_meant(work, words).split())
    return _edited(work, "named", {"name": name}, name=name)


def _anchor(work: Work, words: str) -> Message:
    """ "anchor 14 Aug because the board meets later": a day that everything hangs on moves for a reason."""
    found = DAY_AND_WHY.fullmatch(words.strip())
    day: date = day_meant(work, found["when"] if found else words, Side.JOINT)
    why = words_meant(work, found["why"]) if found else ""
    if day == work.plan.anchor_date:
        return reply_said("anchored", {"day": day, "today": work.today})
    code = ReasonCode.OTHER if work.plan.agreed_round else ""
    edited = plan_edits.edit_plan(work, {"anchor_date": day}, why, move_along=True, code=code)
    if edited.proposal:
        return in_words(work, edited.proposal)
    facts = {
        "anchor": edited.anchor,
        "moved_from": edited.anchor_moved_from,
        "steps": edited.steps_moved,
        "squeezed": edited.squeezed,
        "today": work.today,
    }
    return reply_notice("plan_edited", facts)


def _lead(work: Work, words: str) -> Message:
    """Of the side of who is named; a company's name before the person says whose."""
    found = NAMED_LAST.fullmatch(words.strip())
    who = person_meant(work, read_mention(found["who"] if found else words) or words)
    person = plans.people(work.session, [who]).get(who)
    side = side_meant(work, found["role"]) if found else work.sides.of(person) or work.actor.side
    name = "buyer_lead_id" if side is Side.BUYER else "seller_lead_id"
    company = work.plan.company_of(side or Side.SELLER)
    return _edited(work, "led", {name: who}, who=person.name if person else "", company=company)


def _zone(work: Work, words: str) -> Message:
    """ "zone New York", of one's own side; "zone Acme New York" of that company."""
    side, wanted = work.actor.side or Side.SELLER, unescape(words)
    first, _, rest = wanted.strip().partition(" ")
    if rest and first.casefold() in ("seller", "buyer", *_companies(work)):
        side, wanted = side_meant(work, first), rest
    found = find_time_zones(wanted.strip(" .").removeprefix("in "), 2)
    if len(found) != 1 and wanted not in found:
        raise Refused("zone_unclear", text=Escaped(words), zones=tuple(found))
    zone = wanted if wanted in found else found[0]
    name = "buyer_time_zone" if side is Side.BUYER else "seller_time_zone"
    return _edited(work, "zoned", {name: zone}, company=work.plan.company_of(side), zone=zone)


def _companies(work: Work) -> tuple[str, str]:
    return work.plan.seller_company.casefold(), work.plan.buyer_company.casefold()


def _switch(work: Work, words: str) -> Message:
    found = SWITCH.fullmatch(words.strip())
    name = SETTINGS.get(found["what"].lower()) if found else None
    if found is None or name is None:
        raise Refused("which_setting")
    is_on = found["how"].lower() == "on"
    changed = plan_edits.change_settings(work, {name: is_on})
    return reply_said("settled", {"what": found["what"], "is_on": is_on, "changed": changed})


def _role(work: Work, words: str) -> Message:
    """ "people CFO @Bea": with the role all its open steps."""
    found = NAMED_LAST.fullmatch(words.strip())
    if found is None:
        raise Refused("which_role")
    name = " ".join(words_meant(work, found["role"]).split())
    seen = plans.steps_of(work.session, work.plan_id, None if work.said_in else work.actor.side)
    roles = {role.key: role for role in roles_of(seen, work.actor.side)}
    meant = [(key, role) for key, role in roles.items() if role.name.casefold() == name.casefold()]
    if len(meant) > 1:
        meant = [(key, role) for key, role in meant if role.side is work.actor.side]
    if len(meant) != 1:
        raise Refused(
            "no_such_role", role=name, known=tuple(role.name for role in roles.values() if role.name)
        )
    key, role = meant[0]
    nobody = found["who"].lower() == "nobody"
    who = None if nobody else person_meant(work, read_mention(found["who"]) or found["who"])
    choice = people_cases.Choice("", role.holder, who)
    people_cases.name_people(work, {key: choice})
    person = plans.people(work.session, [who]).get(who or "")
    return reply_said("role_named", {"role": role.name, "who": person.name if person else "–"})


def close_plan(spoken: Spoken) -> Answer:
    """ "close won: signed today". Without how it went the form asks; with a number it means a step."""
    found = CLOSING.fullmatch(spoken.rest.strip())
    outcome = OUTCOMES.get(found["how"].lower()) if found else None
    if found is None or outcome is None or NOT_YET.match(found["why"]) or begins_with_a_step(spoken.rest):
        return ask_to_close(spoken)

    def act(work: Work) -> Message:
        plan = plan_cases.close_plan(work, outcome, words_meant(work, found["why"]))
        return reply_said("closed_plan", {"name": plan.name, "won": outcome is Outcome.WON})

    return spoken.carry_out(open_plan_id(spoken), act)


def claim_side(spoken: Spoken) -> Answer:
    """ "with Acme": which company somebody is with, where nobody has said so; "with nobody" reads along."""

    def act(work: Work) -> Message:
        if work.plan.state is PlanState.CLOSED:
            raise Refused("plan_closed", plan=work.plan.name)
        reads = spoken.rest.strip(" .!").lower() in READS
        side = None if reads else side_meant(work, spoken.rest)
        side_cases.claim_side(work, side)
        claimed = work.plan.company_of(side) if side else ""
        return reply_notice("side_claimed", {"seller": work.plan.seller_company, "claimed": claimed})

    return spoken.carry_out(any_plan_id(spoken), act)


VERBS: Mapping[str, Verb] = {
    "name": _about(_name, edit_plan),
    "anchor": _about(_anchor, edit_plan),
    "lead": _about(_lead, edit_plan),
    "zone": _about(_zone, edit_plan),
    "settings": _about(_switch, opening(settings, Act.PLAN_SETTINGS)),
    "people": _about(_role, opening(people, Act.PLAN_PEOPLE)),
    "close": close_plan,
    "with": claim_side,
}
