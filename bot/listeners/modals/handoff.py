"""The form that hands everything of one person to another."""

from typing import Any

from blocks.handoff import HandoffForm, build_handoff
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, named
from bot.use_cases.common import Refused
from bot.use_cases.departures import who_may_be_gone
from plan.rights import Action
from storage import plans
from storage.departures import Departure

View = dict[str, Any]


def handoff(
    desk: Desk,
    visitor: Visitor,
    plan_id: int,
    channel_id: str | None,
    old_id: str = "",
    departure_id: int = 0,
) -> View:
    """`old_id`, or the person of a departure, is chosen at first. Raises `Refused` for one that is over."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.HAND_OFF)
        proposed = None
        if departure_id:
            departure = look.session.get(Departure, departure_id)
            if departure is None or (departure.plan_id, departure.side) != (plan_id, look.actor.side):
                raise Refused("old_button")
            if departure.ended_at is not None:
                raise Refused("departure_over")
            old_id, proposed = departure.user_id, departure.proposed_id
        holders = who_may_be_gone(look.session, look.plan, look.actor.side)
        known = plans.people(look.session, [old_id, proposed])
        return build_handoff(
            HandoffForm(
                metadata=Metadata(look.plan.channel_id, plan_id, private=channel_id is None).dump(),
                people=tuple((person.user_id, person.name) for person in holders),
                old=named(known.get(old_id)),
                new=named(known.get(proposed or "")),
            )
        )
