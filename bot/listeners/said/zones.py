"""`timezone Berlin`: where somebody is, said by themselves."""

from collections.abc import Mapping

from blocks.ids import Act
from blocks.zones import reply_zone
from bot.listeners.modals.zones import time_zone as zone_form
from bot.listeners.said.manage import opening
from bot.listeners.spoken import Answer, Message, Spoken, Verb, any_plan_id
from bot.listeners.text import Escaped, unescape
from bot.use_cases import zones
from bot.use_cases.common import Refused, Work
from plan.zones import UTC, find_time_zones, is_time_zone

OFFERED = 3  # zones that are named where several could be meant

show_form = opening(zone_form, Act.ZONE_OPEN)


def time_zone(spoken: Spoken) -> Answer:
    """A city, or an IANA name. Without one it leads to the form."""
    if not spoken.rest:
        return show_form(spoken)
    zone = zone_meant(spoken.rest)

    def act(work: Work) -> Message:
        zones.set_time_zone(work, zone)
        return reply_zone(zone)

    return spoken.carry_out(any_plan_id(spoken), act)


def zone_meant(words: str) -> str:
    """Raises `Refused` where no zone, or more than one, is called so."""
    wanted = unescape(words).strip(" .!\"'").removeprefix("in ").replace(" ", "_")
    if wanted.upper() == UTC:
        return UTC
    if "/" in wanted and is_time_zone(wanted):
        return wanted
    found = find_time_zones(wanted, OFFERED + 1)
    cities = [
        zone for zone in found if zone.rpartition("/")[2].casefold() == wanted.rpartition("/")[2].casefold()
    ]
    if len(cities) == 1:
        return cities[0]
    if len(found) != 1:
        raise Refused("zone_unclear", text=Escaped(words), zones=tuple(found[:OFFERED]))
    return found[0]


VERBS: Mapping[str, Verb] = {"timezone": time_zone}
