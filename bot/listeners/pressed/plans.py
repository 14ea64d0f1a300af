"""Presses that are about the whole plan."""

from collections.abc import Mapping
from datetime import date

from blocks import notices, status
from blocks.ids import Act, View
from bot.listeners.metadata import Metadata
from bot.listeners.modals import plans as plan_modals
from bot.listeners.press import Handler, Press
from bot.use_cases import plans as plan_cases
from bot.use_cases.common import Refused
from bot.use_cases.honest_dates import plan_for
from bot.views import load_plan_views
from plan.rights import Action
from storage import outbox


def start_plan(press: Press) -> None:
    if press.channel_id is None:
        raise Refused("not_here")
    press.show(plan_modals.new_plan(press.desk, press.visitor, press.channel_id))


def show_add(press: Press) -> None:
    press.show(plan_modals.add_step(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_close(press: Press) -> None:
    press.show(plan_modals.close_plan(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_help(press: Press) -> None:
    """Said in general where there is no plan yet, as in the first words of all."""
    has_command = press.desk.is_of_the_seller(press.visitor)
    plan_id = press.numbers[0] if press.value else None
    press.show(plan_modals.help_for(press.desk, press.visitor, plan_id, press.channel_id, has_command))


def preview_fit(press: Press) -> None:
    if not press.in_form(View.PLAN_NEW):
        raise Refused("old_button")
    press.replace(plan_modals.with_fit_preview(press.desk, press.visitor, press.body["view"]))


def plan_for_honest_date(press: Press) -> None:
    """The day on which it can be done, in the place of the one the plan was started on."""
    if len(press.numbers) != 3 or not press.in_modal:
        raise Refused("old_button")
    plan_id, honest, instead_of = press.numbers
    with press.work(plan_id) as work:
        laid_out = plan_for(work, _day(honest), _day(instead_of))
        today, metadata = work.today, Metadata(work.plan.channel_id, plan_id)
    facts = {"anchor": laid_out.anchor, "steps": laid_out.steps_moved, "today": today}
    press.replace(notices.build_planned_anew(facts, plan_id, metadata.dump()))


def _day(number: int) -> date:
    try:
        return date.fromordinal(number)
    except ValueError:
        raise Refused("old_button") from None


def reopen_plan(press: Press) -> None:
    with press.work(press.numbers[0]) as work:
        plan_cases.reopen_plan(work)


def share_status(press: Press) -> None:
    """What was private is shown to everybody in the channel, with only what both sides know."""
    with press.work(press.numbers[0]) as work:
        work.allow(Action.SHARE)
        seen = load_plan_views(work.session, work.plan, None, work.now)
        outbox.put_for(
            work.session,
            work.plan,
            key=f"share:{press.body['trigger_id']}",
            kind="post",
            payload={"message": dict(status.build_shared_status(seen.board, work.actor.name))},
            not_before=work.wall,
        )


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_START: start_plan,
    Act.PLAN_ADD: show_add,
    Act.PLAN_HELP: show_help,
    Act.PLAN_SHOW: share_status,
    Act.PLAN_CLOSE: show_close,
    Act.PLAN_REOPEN: reopen_plan,
    Act.PLAN_FIT_PICK: preview_fit,
    Act.PLAN_HONEST_DATE: plan_for_honest_date,
}
