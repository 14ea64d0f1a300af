"""Both firms have Tandem: a stage with Northwind's copy of the settings, and kept ones of Acme and Globex."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import select

from bot.use_cases.installs import keep_copy
from storage.database import Database
from storage.encryption import Vault
from storage.installations import Installation
from storage.outgoing import Outgoing, WorkState
from tests.copies import KEY
from tests.sandboxed import WORLD, Sandbox
from tests.scenario.conftest import Stage, make_stage

TWO_COPIES = WORLD.parent / "worlds" / "two_copies.yml"
NORTHWIND, ACME, GLOBEX = "T0NORTHWIND", "T0ACME", "E0GLOBEX"
NAMES = {NORTHWIND: "Northwind", ACME: "Acme", GLOBEX: "Globex"}
ABOUT_COPIES = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")


def keep_from_slack(stage: Stage, team: str) -> int:
    """Tandem is installed there: kept as an installation from the page is. The copy's id."""
    copy = stage.slack.copy(team)
    new = Installation(
        app_id="A0TANDEM",
        team_id="" if copy.is_enterprise_install else copy.team_id,
        team_name=NAMES[team],
        enterprise_id=copy.enterprise_id,
        is_org_wide=copy.is_enterprise_install,
        bot_user_id=copy.user_id,
        bot_id=copy.bot_id,
        token=Vault([KEY]).seal(stage.slack.token(team)),
        scopes="app_mentions:read,channels:read,chat:write,commands,groups:read,pins:write,users:read",
        installed_at=stage.clock.now(),
    )
    with stage.database.write() as session:
        kept = keep_copy(session, new, stage.clock.wall())
    stage.tandem.installations.forget()
    return kept.id or 0


def hear_of_copies(slack: Sandbox) -> None:
    """Slack tells of copies that come and go."""
    events = slack.slack.manifest.settings.event_subscriptions.bot_events
    events.extend(one for one in ABOUT_COPIES if one not in events)


def stage_of_copies(database: Database, *teams: str) -> Iterator[Stage]:
    """The copies of these are kept; Northwind's stands in the settings, unless it is among them."""
    for stage in make_stage(database, world=TWO_COPIES, vault=Vault([KEY])):
        hear_of_copies(stage.slack)
        if NORTHWIND in teams:
            stage.tandem.installations._own_token.clear()
        for team in teams:
            keep_from_slack(stage, team)
        stage.settle()
        yield stage


def token_of(call: dict[str, Any]) -> str:
    return str(call["token"])


def waiting(stage: Stage) -> list[Outgoing]:
    rows = select(Outgoing).where(Outgoing.state == WorkState.PENDING)
    return list(stage.rows(rows))


def by_copy(stage: Stage, person: str, channel: str = "C0DEAL") -> list[tuple[str, str]]:
    """The messages in a channel: who wrote each, and its words."""
    return [(str(one["user"]), str(one["text"])) for one in stage.slack.messages(person, channel)]
