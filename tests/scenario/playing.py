"""Stages for the traps of Slack Connect: each is played once for several tests, and every call is kept.

Who breaks a guard of Tandem's reads here what was asked of Slack, by which copy's token.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.base_client import BaseClient

from storage.encryption import Vault
from tests.conftest import database_in
from tests.copies import KEY
from tests.sandboxed import WORLD, words_of
from tests.scenario.conftest import GO_LIVE, Stage, make_stage
from tests.scenario.copies import keep_from_slack

ROLLOUT = "C0ROLLOUT"
World = Callable[[dict[str, Any]], None]  # what is different in it


@dataclass(frozen=True, slots=True)
class Call:
    """A call of Tandem's: which Slack it was of, the method, whose token it had, and what it said."""

    slack: str
    method: str
    token: str
    said: Mapping[str, Any]


@dataclass
class Play:
    """A stage, and every call that was made on it since `forget`."""

    stage: Stage
    _heard: list[Call] = field(default_factory=list)
    _first: int = 0

    @property
    def calls(self) -> list[Call]:
        own = self.stage.slack.api_url
        return [call for call in self._heard[self._first :] if call.slack == own]

    def forget(self) -> None:
        self._first = len(self._heard)

    def called(self, *methods: str) -> list[Call]:
        """The calls of methods whose names begin so."""
        return [call for call in self.calls if call.method.startswith(methods)]

    def said_in(self, channel: str) -> list[Call]:
        """What was posted, edited or shared there."""
        asked = self.called("chat.", "pins.", "files.complete")
        return [call for call in asked if channel in (call.said.get("channel"), call.said.get("channel_id"))]


@contextmanager
def listening() -> Iterator[list[Call]]:
    """What is asked of Slack meanwhile, by whichever client."""
    calls: list[Call] = []
    ask = BaseClient.api_call

    def api_call(client: BaseClient, api_method: str, **sent: Any) -> Any:
        parts = [sent.get(name) or {} for name in ("params", "data", "json")]
        said = {key: value for part in parts for key, value in dict(part).items()}
        calls.append(
            Call(client.base_url, api_method, str(said.pop("token", None) or client.token or ""), said)
        )
        return ask(client, api_method, **sent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "api_call", api_call)
        yield calls


@contextmanager
def played(
    folder: Path, *, world: Path = WORLD, change: World | None = None, copies: Sequence[str] = ()
) -> Iterator[Play]:
    """A stage for as long as its tests need it. `copies` are kept besides the one of the settings."""
    if change is not None:
        told = yaml.safe_load(world.read_text(encoding="utf-8"))
        change(told)
        world = folder / "world.yml"
        world.write_text(yaml.safe_dump(told), encoding="utf-8")
    with listening() as calls, database_in(folder) as database:
        stages = make_stage(database, world=world, vault=Vault([KEY]))
        stage = next(stages)
        try:
            for team in copies:
                keep_from_slack(stage, team)
            stage.settle()
            yield Play(stage, calls)
        finally:
            next(stages, None)


def start_in_rollout(stage: Stage) -> None:
    """Sam of Northwind starts the plan with Globex, of Enterprise Grid, where Acme reads along."""
    stage.slack.say("U0SAM", "/map new", ROLLOUT)
    stage.settle()
    form = {
        "template": "saas-six-figures",
        "name": "Globex × Northwind",
        "anchor_kind": "go_live",
        "anchor_date": GO_LIVE.isoformat(),
        "anchor_reason": "The old contract ends",
        "buyer_company": "Globex",
        "seller_lead": stage.person("U0SAM", "seller_lead", "Sam"),
        "buyer_lead": stage.person("U0SAM", "buyer_lead", "Nils"),
        "seller_country": "GB",
        "buyer_country": "US",
    }
    assert stage.slack.submit("U0SAM", form) == {}
    stage.slack.close("U0SAM")
    stage.settle()


def answers_to(stage: Stage, person: str, text: str, channel: str = "C0DEAL") -> list[dict[str, Any]]:
    """Somebody says something in the channel: what Tandem answers in its thread."""
    ts = stage.slack.say(person, text, channel)
    stage.settle()
    [said] = [one for one in stage.slack.messages(person, channel) if one["ts"] == ts]
    return [one for one in said["replies"] if one["bot"]]


def press(stage: Stage, person: str, act: str, **how: Any) -> str:
    """Press something; the words of the window that opens, "" where none does."""
    stage.clock.pushed += timedelta(seconds=1)  # Slack opens only so many windows a minute
    stage.slack.click(person, act, **how)
    stage.settle()
    view = stage.slack.view(person)
    return words_of(view) if view else ""


def close_all(stage: Stage, person: str) -> None:
    while stage.slack.view(person) is not None:
        stage.slack.close(person)


def macros_with(words: str, folder: Path) -> set[str]:
    """The sayings, `<room>.<macro>`, in whose template these words stand."""
    found = set()
    for path in sorted(folder.glob("*.j2")):
        for macro in re.split(r"(?m)^\{%-? macro ", path.read_text(encoding="utf-8"))[1:]:
            if words in macro:
                found.add(f"{path.stem}.{macro.partition('(')[0]}")
    return found


def deliver(stage: Stage, event: dict[str, Any], **envelope: Any) -> None:
    """An event as Slack signs it, through Northwind's copy unless the envelope says another."""
    heard_by = {"team_id": "T0NORTHWIND", "enterprise_id": None, "user_id": "U0TANDEM"}
    body = {
        "type": "event_callback",
        "api_app_id": "A0TANDEM",
        "team_id": "T0NORTHWIND",
        "authorizations": [{**heard_by, "is_enterprise_install": False}],
        "event": event,
        **envelope,
    }
    stage.slack.slack.outgoing.way.send("events_api", body)
    stage.settle()
