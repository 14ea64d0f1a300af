"""What the modals share."""

from blocks.view_models import CountryGroup
from bot.desk import Look
from bot.use_cases.common import must_be_allowed
from plan.countries import COUNTRY_GROUPS
from plan.rights import Action
from storage.models import Person


def allow(look: Look, action: Action) -> None:
    """Whether a form opens. Raises `Refused` as what the form is sent to would."""
    must_be_allowed(look.session, look.plan, look.actor, action)


def named(person: Person | None) -> tuple[str, str] | None:
    return (person.user_id, person.name) if person else None


def country_groups() -> tuple[CountryGroup, ...]:
    return tuple(
        CountryGroup(group.label, tuple((country.code, country.name) for country in group.countries))
        for group in COUNTRY_GROUPS
    )
