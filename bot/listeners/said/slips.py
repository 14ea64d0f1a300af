"""Words that ask for the slip ledger."""

from collections.abc import Mapping

from blocks import slips
from bot.listeners.modals import slips as slip_modals
from bot.listeners.spoken import Answer, Spoken, Verb, any_plan_id
from bot.slip_views import load_slips


def show_slips(spoken: Spoken) -> Answer:
    """All of it in a modal; in a thread the totals and the newest lines, of what both sides may know."""
    plan_id = any_plan_id(spoken)
    if spoken.by_command:
        modal = slip_modals.slips_of(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, plan_id=plan_id, left=spoken.rest)
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        view = load_slips(look.session, look.plan, None, look.now, may_agree=True)
        return Answer(slips.reply_slips(view))


VERBS: Mapping[str, Verb] = {"slips": show_slips}
