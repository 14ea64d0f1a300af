"""Where we are, said to one person first; and the first words in a channel."""

from blocks.board import digests, headline, progress, step_buttons
from blocks.ids import Act, step_value
from blocks.kit import Block, Message, actions, button, context, divider, message, section
from blocks.text import fit
from blocks.view_models import BoardView, StepView
from blocks.words import mrkdwn

OWN_STEPS = 8  # more than that and the list of all steps is the better place


def build_status(view: BoardView, mine: tuple[StepView, ...]) -> Message:
    """The private answer to `/map status`. `mine` are the open steps of the person who asks."""
    blocks = _where_we_are(view)
    if not view.outcome:
        blocks += _yours(view, mine)
    plan = str(view.plan_id)
    doors = [button("show_everyone", Act.PLAN_SHOW, plan), button("all_steps", Act.PLAN_STEPS, plan)]
    if view.outcome:
        doors.append(button("reopen_plan", Act.PLAN_REOPEN, plan))
    elif view.steps and not view.ball:
        doors.insert(0, button("close_plan", Act.PLAN_CLOSE, plan, "primary"))
    else:
        doors.append(button("add_step", Act.PLAN_ADD, plan))
    blocks.append(actions("status.doors", doors))
    return message(_fallback(view), blocks)


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


def build_welcome(bot_name: str = "Tandem") -> Message:
    """What Tandem says when it joins a channel: what it does, what it reads, where to start."""
    text = mrkdwn("status", "welcome", bot_name=bot_name)
    doors = [button("start_plan", Act.PLAN_START, style="primary"), button("help", Act.PLAN_HELP)]
    blocks = [
        section(text, "welcome.hello"),
        actions("welcome.doors", doors),
        context("welcome.privacy", mrkdwn("status", "welcome_privacy", bot_name=bot_name)),
    ]
    return message(text, blocks)


def build_help(has_command: bool, bot_name: str = "Tandem") -> Message:
    """What can be done and how. The slash command is told only to whose workspace has it."""
    title = mrkdwn("status", "help_title", bot_name=bot_name)
    blocks = [
        section(title, "help.title"),
        section(mrkdwn("status", "help_buttons"), "help.buttons"),
        section(mrkdwn("status", "help_mention", bot_name=bot_name), "help.mention"),
    ]
    if has_command:
        blocks.append(section(mrkdwn("status", "help_command"), "help.command"))
    blocks.append(context("help.marks", mrkdwn("status", "help_marks")))
    return message(title, blocks)


def _where_we_are(view: BoardView) -> list[Block]:
    title = mrkdwn("status", "title", view=view)
    if view.outcome:
        return [section(fit(f"{title}\n{mrkdwn('board', 'record', view=view)}"), "status.headline")]
    blocks = [section(fit(f"{title}\n{headline(view)}"), "status.headline")]
    if view.steps:
        blocks.append(context("status.progress", progress(digests(view))))
    if view.next_steps:
        blocks.append(section(mrkdwn("status", "next_steps", view=view).rstrip(), "status.next"))
    return blocks


def _yours(view: BoardView, mine: tuple[StepView, ...]) -> list[Block]:
    """The person's own steps: the first with all its buttons, the others with a way in."""
    blocks = [divider("status.line"), section(mrkdwn("status", "yours", n=len(mine)), "status.yours")]
    for place, step in enumerate(mine[:OWN_STEPS]):
        text = mrkdwn("status", "your_step", step=step, firms=view)
        if place == 0:
            blocks.append(section(text, f"yours.{step.id}"))
            blocks.append(actions(f"yours.{step.id}.do", step_buttons(step, primary=view.ball is not None)))
        else:
            way_in = button("open", Act.STEP_OPEN, step_value(step.plan_id, step.id))
            blocks.append(section(text, f"yours.{step.id}", way_in))
    if len(mine) > OWN_STEPS:
        blocks.append(context("yours.more", mrkdwn("status", "more_of_yours", n=len(mine) - OWN_STEPS)))
    return blocks


def _fallback(view: BoardView) -> str:
    return mrkdwn("board", "fallback", view=view, total=len(view.steps))
