"""The ways in which people come to Tandem, and what each of them sees of the answer, right where they are."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlmodel import col, select

from bot.application import build_client
from storage.models import Change, Plan, Step
from tests.conftest import database_in
from tests.sandboxed import BOT_TOKEN, words_of
from tests.scenario.conftest import Stage, make_stage

Door = Callable[[Stage, str], str]


def by_command(stage: Stage, words: str) -> str:
    """Rae writes `/map …`; only she sees the answer."""
    before = seen_by("U0BEA", stage)
    stage.slack.say("U0RAE", f"/map {words}".rstrip())
    answer = stage.slack.messages("U0RAE")[-1]
    assert answer["ephemeral"]
    assert seen_by("U0BEA", stage) == before, "a private answer was seen"
    return words_of(answer)


def by_mention(stage: Stage, words: str) -> str:
    """Bea writes `@Tandem …`; the answer stands in the thread of what she wrote."""
    ts = stage.slack.say("U0BEA", f"@Tandem {words}".rstrip())
    stage.settle()
    [said] = [one for one in stage.slack.messages("U0BEA") if one["ts"] == ts]
    [answer] = [one for one in said["replies"] if one["bot"]]
    return words_of(answer)


DOORS: dict[str, Door] = {"command": by_command, "mention": by_mention}


def seen_by(person: str, stage: Stage) -> list[str]:
    return [words_of(one) for one in stage.slack.messages(person) if one["blocks"]]


def state_of(stage: Stage) -> list[str]:
    """Everything that people did or changed, in a form that can be compared."""
    with stage.database.read() as session:
        plans = session.exec(select(Plan).order_by(col(Plan.id)))
        steps = session.exec(select(Step).order_by(col(Step.id)))
        changes = session.exec(select(Change).order_by(col(Change.id)))
        return [
            *(f"{plan.name} {plan.state} {plan.anchor_date}" for plan in plans),
            *(f"{s.number} {s.title} {s.state} {s.due_date} {s.owner_id} {s.position}" for s in steps),
            *(f"{change.kind} {change.step_id} {change.actor_id}" for change in changes),
        ]


@contextmanager
def open_stage(folder: Path, *, with_plan: bool = True, twice: bool = False) -> Iterator[Stage]:
    """A stage of one's own, for many tests that leave the plan as it is."""
    with database_in(folder) as database:
        stages = make_stage(database, twice=twice)
        stage = next(stages)
        try:
            if with_plan:
                stage.start_plan()
            yield stage
        finally:
            next(stages, None)


def app_client(stage: Stage) -> WebClient:
    """Tandem's own voice: what an older version of it left in the channel."""
    return build_client(BOT_TOKEN, stage.slack.api_url)


def old_buttons(stage: Stage, buttons: Iterable[tuple[str, str]], channel: str = "C0DEAL") -> str:
    """A message with these buttons (action_id, value), as an older version may have left. Returns its ts."""
    blocks = [
        {"type": "actions", "block_id": f"old.{count}", "elements": [_button(action_id, value)]}
        for count, (action_id, value) in enumerate(buttons)
    ]
    stage.clock.pushed += timedelta(seconds=2)  # Slack takes one post a second in a channel
    return str(app_client(stage).chat_postMessage(channel=channel, text="Old", blocks=blocks)["ts"])


def _button(action_id: str, value: str) -> dict[str, Any]:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": f"{action_id} {value}"[:75]},
        "action_id": action_id,
    }
    return {**button, "value": value} if value else button
