"""What every search finds: people of our own roster, time zones, parts of a country. Never asks Slack."""

from typing import Any

from slack_bolt import Ack, BoltContext

from blocks import limits
from blocks.calendar_forms import build_region_options
from blocks.ids import Act
from blocks.options import build_person_options, build_zone_options
from bot.desk import Desk
from bot.listeners.metadata import Metadata
from plan.calendars import regions_of
from plan.zones import find_time_zones
from storage import plans, standing
from storage.models import Person, Plan, Side

MOST_PER_GROUP = 100


class People:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
        if body.get("action_id") == Act.ZONE_PICK:
            ack(**build_zone_options(find_time_zones(str(body.get("value") or ""), limits.OPTIONS)))
            return
        metadata = Metadata.load(body["view"]["private_metadata"])
        if body.get("action_id") == Act.REGION_PICK:
            ack(**self._regions(metadata.plan_id, body))
            return
        wanted = str(body.get("value") or "").casefold().strip()
        groups: dict[str, list[tuple[str, str]]] = {}
        with self._desk.database.read() as session:
            plan = session.get(Plan, metadata.plan_id) if metadata.plan_id else None
            sides = plans.sides(session, plan) if plan else None
            where = metadata.channel_id
            here = plans.roster(session, where) or plans.roster(session, standing.id_now(session, where))
            for person in here:
                if wanted in person.name.casefold():
                    label = _group(self._desk.at(context), person, plan, sides)
                    groups.setdefault(label, []).append((person.user_id, person.name))
        ordered = sorted(groups.items(), key=lambda group: ORDER.get(group[0].split(":")[0], 3))
        ack(
            **build_person_options(
                [(label, people[:MOST_PER_GROUP]) for label, people in ordered], str(body.get("value") or "")
            )
        )

    def _regions(self, plan_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """The parts of the country of one side, which the block that was searched in is called after."""
        side = Side.BUYER if body.get("block_id", "").endswith(Side.BUYER) else Side.SELLER
        with self._desk.database.read() as session:
            plan = session.get(Plan, plan_id)
            regions = regions_of(plan.country_of(side)) if plan else ()
        return build_region_options(plan_id, side, regions, str(body.get("value") or ""))


def _group(desk: Desk, person: Person, plan: Plan | None, sides: plans.Sides | None) -> str:
    """`seller:Northwind`, `buyer:Acme` or `other:`, for the words to name."""
    if plan is None or sides is None:
        own = person.team_id == desk.team_id or (person.enterprise_id or " ") == desk.enterprise_id
        return "seller:" if own and not person.is_guest else "buyer:"
    side = sides.of(person)
    if side is None and Side.BUYER not in sides.organizations.values():
        side = Side.BUYER
    return f"{side.value}:{plan.company_of(side)}" if side else "other:"


ORDER = {"seller": 0, "buyer": 1, "other": 2}
