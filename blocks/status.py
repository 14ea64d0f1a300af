"""Where we are, said to one person first; and the first words in a channel."""

from blocks.board import digests, headline, progress, step_buttons
from blocks.channel_changes import stands_still_line
from blocks.ids import Act, step_value
from blocks.kit import Block, Element, Message, actions, button, context, divider, message, section
from blocks.text import fit
from blocks.view_models import BoardView, NextThingView, StepView
from blocks.words import mrkdwn
from plan.next_thing import Thing
from storage.models import Outcome, Side

OWN_STEPS = 8  # more than that and the list of one's own is the better place


def build_status(
    view: BoardView,
    mine: tuple[StepView, ...],
    next_thing: NextThingView | None,
    viewer: Side | None = None,
) -> Message:
    """The private answer to `/map status`. `mine` are the open steps of the person who asks, of that side."""
    blocks = _next_thing(view, next_thing) + _where_we_are(view)
    if not view.outcome:
        blocks += _yours(view, mine, viewer)
    blocks.append(actions("status.doors", _doors(view)))
    return message(_fallback(view), blocks)


def build_what_next(view: BoardView, next_thing: NextThingView | None) -> Message:
    """The private answer to `/map` alone: what to do next, where the plan stands, and the doors."""
    blocks = _next_thing(view, next_thing)
    blocks.append(section(_first_lines(view), "status.headline"))
    blocks.append(actions("status.doors", _doors(view)))
    return message(_fallback(view), blocks)


def _next_thing(view: BoardView, found: NextThingView | None) -> list[Block]:
    if found is None:
        return []
    text = mrkdwn("status", "next_thing", view=view, thing=found.thing, step=found.step, n=found.nameless)
    return [section(text, "status.next_thing", _to_do_it(view, found))]


def _to_do_it(view: BoardView, found: NextThingView) -> Element:
    """The one button that does it."""
    step, plan = found.step, str(view.plan_id)
    if step is not None:
        label, act = {
            Thing.UNBLOCK: ("unblocked", Act.STEP_UNBLOCK),
            Thing.WATCH: ("open", Act.STEP_OPEN),
        }.get(found.thing, ("confirm" if step.gate else "done", Act.STEP_DONE))
        return button(label, act, step_value(step.plan_id, step.id), "primary")
    if found.thing is Thing.REOPEN and view.outcome is Outcome.WON:
        return button("start_plan", Act.PLAN_START, style="primary")
    label, act = {
        Thing.NAME_PEOPLE: ("name_people", Act.PLAN_PEOPLE),
        Thing.NAME_LEAD: ("name_lead", Act.PLAN_PEOPLE),
        Thing.CLOSE: ("close_plan", Act.PLAN_CLOSE),
        Thing.REOPEN: ("reopen_plan", Act.PLAN_REOPEN),
    }.get(found.thing, ("add_step", Act.PLAN_ADD))
    return button(label, act, plan, "primary")


def _doors(view: BoardView) -> list[Element]:
    plan = str(view.plan_id)
    keep = [button("keep_date", Act.PLAN_KEEP, plan)] if view.health.lands and not view.outcome else []
    doors = [button("all_steps", Act.PLAN_STEPS, plan), button("show_everyone", Act.PLAN_SHOW, plan)]
    if view.outcome:
        return [*doors, button("reopen_plan", Act.PLAN_REOPEN, plan), button("start_plan", Act.PLAN_START)]
    mine = [button("add_step", Act.PLAN_ADD, plan), button("my_steps", Act.PLAN_MINE, plan)]
    return [*keep, *mine, *doors]


def build_shared_status(view: BoardView, by: str) -> Message:
    """What Show everyone posts. `by` is the name of who pressed it."""
    blocks = _where_we_are(view)
    blocks.append(context("status.by", mrkdwn("status", "shared_by", by=by)))
    blocks.append(actions("status.doors", [button("all_steps", Act.PLAN_STEPS, str(view.plan_id))]))
    return message(_fallback(view), blocks)


def build_no_plan() -> Message:
    """There is no plan yet, and the one thing to do about it."""
    text = mrkdwn("status", "no_plan")
    start = button("start_plan", Act.PLAN_START, style="primary")
    return message(text, [section(text, "status.no_plan"), actions("status.doors", [start])])


def build_welcome(bot_name: str = "Tandem", *, takes_replies: bool = False) -> Message:
    """What Tandem says when it joins a channel: what it does, what it reads, where to start.

    `takes_replies`: a plain "done 4" in the thread of a board is heard, too.
    """
    text = mrkdwn("status", "welcome", bot_name=bot_name)
    doors = [button("start_plan", Act.PLAN_START, style="primary"), button("help", Act.PLAN_HELP)]
    blocks = [
        section(text, "welcome.hello"),
        actions("welcome.doors", doors),
        context(
            "welcome.privacy",
            mrkdwn("status", "welcome_privacy", bot_name=bot_name, takes_replies=takes_replies),
        ),
    ]
    return message(text, blocks)


def build_help(has_command: bool, bot_name: str = "Tandem", *, takes_replies: bool = False) -> Message:
    """What can be done and how. The slash command is told only to whose workspace has it.

    `takes_replies`: a plain "done 4" in the thread of a board is heard, too.
    """
    title = mrkdwn("status", "help_title", bot_name=bot_name)
    blocks = [
        section(title, "help.title"),
        section(mrkdwn("status", "help_buttons"), "help.buttons"),
        section(mrkdwn("status", "help_mention", bot_name=bot_name), "help.mention"),
        section(mrkdwn("status", "help_words", takes_replies=takes_replies), "help.words"),
    ]
    if has_command:
        blocks.append(section(mrkdwn("status", "help_command"), "help.command"))
    blocks.append(context("help.marks", mrkdwn("status", "help_marks")))
    return message(title, blocks)


def _where_we_are(view: BoardView) -> list[Block]:
    blocks = [section(_first_lines(view), "status.headline")]
    if view.outcome:
        return blocks
    if view.steps:
        blocks.append(context("status.progress", progress(digests(view))))
    if view.next_steps:
        blocks.append(section(mrkdwn("status", "next_steps", view=view).rstrip(), "status.next"))
    return blocks


def _first_lines(view: BoardView) -> str:
    title = mrkdwn("status", "title", view=view)
    below = mrkdwn("board", "record", view=view) if view.outcome else headline(view)
    if view.stands_still:
        below = f"{stands_still_line(view)}\n{below}"
    return fit(f"{title}\n{below}")


def _yours(view: BoardView, mine: tuple[StepView, ...], viewer: Side | None) -> list[Block]:
    """The person's own steps: the first with all its buttons, the others with a way in."""
    if not mine:
        return []
    blocks = [divider("status.line"), section(mrkdwn("status", "yours"), "status.yours")]
    for place, step in enumerate(mine[:OWN_STEPS]):
        text = mrkdwn("status", "your_step", step=step, firms=view)
        if place == 0:
            blocks.append(section(text, f"yours.{step.id}"))
            blocks.append(actions(f"yours.{step.id}.do", step_buttons(step, primary=False, viewer=viewer)))
        else:
            way_in = button("open", Act.STEP_OPEN, step_value(step.plan_id, step.id))
            blocks.append(section(text, f"yours.{step.id}", way_in))
    if len(mine) > OWN_STEPS:
        blocks.append(context("yours.more", mrkdwn("status", "more_of_yours", n=len(mine) - OWN_STEPS)))
    return blocks


def _fallback(view: BoardView) -> str:
    return mrkdwn("board", "fallback", view=view, total=len(view.steps))
