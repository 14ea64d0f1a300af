"""The form that makes a step of a message, filled with what the message says."""

from typing import Any

from blocks import plan_modals
from blocks.view_models import Companies
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, named
from bot.listeners.text import mentioned, plain_words
from bot.use_cases.typed import TEXT_LENGTH
from plan.rights import Action
from storage import plans
from storage.models import TITLE_LENGTH

View = dict[str, Any]


def track_step(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, link: str, text: str = ""
) -> View:
    """`text` is the message as Slack hands it over, escaped. Its first line becomes the title; all of it goes
    below when there is more. Who is the only one mentioned in it of this channel is proposed as the owner.
    """
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.ADD_STEP)
        session = look.session
        names = {person.user_id: person.name for person in plans.people(session, mentioned(text)).values()}
        here = {person.user_id: person for person in plans.roster(session, look.plan.channel_id)}
        meant = set(mentioned(text)) & set(here)
        said = plain_words(text, names).strip()
        title = cut_on_a_word(said.partition("\n")[0].strip(), TITLE_LENGTH)
        phases = [step.phase for step in plans.steps_of(session, plan_id, look.actor.side)]
        return plan_modals.build_add_step(
            Metadata(look.plan.channel_id, plan_id, private=channel_id is None).dump(),
            phases,
            title=title,
            owner=named(here[meant.pop()]) if len(meant) == 1 else None,
            description=cut_on_a_word(said, TEXT_LENGTH) if said != title else "",
            link=link,
            firms=Companies(look.plan.seller_company, look.plan.buyer_company),
            viewer=look.actor.side,
        )


def cut_on_a_word(text: str, most: int) -> str:
    """At most so many characters, cut between two words where there is a place to."""
    if len(text) <= most:
        return text
    head = text[:most]
    whole_words = head.rpartition(" ")[0].rstrip()
    return (whole_words or head[:-1]) + "…"
