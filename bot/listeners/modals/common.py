"""What the modals share."""

from blocks.view_models import CountryGroup
from bot.desk import Look
from bot.use_cases.common import Refused, why_not
from plan.countries import COUNTRY_GROUPS
from plan.rights import Action, may
from storage.models import Person, PlanState


def allow(look: Look, action: Action) -> None:
    if look.plan.state is PlanState.CLOSED:
        raise Refused("plan_closed", plan=look.plan.name)
    refusal = may(action, look.actor.side)
    if refusal is not None:
        raise why_not(refusal, look.session, look.plan, look.actor)


def named(person: Person | None) -> tuple[str, str] | None:
    return (person.user_id, person.name) if person else None


def country_groups() -> tuple[CountryGroup, ...]:
    return tuple(
        CountryGroup(group.label, tuple((country.code, country.name) for country in group.countries))
        for group in COUNTRY_GROUPS
    )
