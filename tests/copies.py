"""Copies of Tandem for tests: how they are kept, and the requests that come through them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient
from sqlmodel import select

from bot.clock import FixedClock
from bot.installations import Installations
from bot.use_cases.installs import keep_copy
from storage import installations as store
from storage.database import Database
from storage.encryption import Vault, new_key
from storage.installations import Installation

KEY = new_key()
INSTALLED_AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SELLER, BUYER, OTHER = "T0SELLER", "T0BUYER", "T0OTHER"
GRID, BUYERS_GRID = "E0SELLER", "E0BUYER"


def a_copy(team_id: str = SELLER, *, token: str = "xoxb-1-seller", **changes: Any) -> Installation:
    """As an installation from the page is kept."""
    values = {
        "app_id": "A0TANDEM",
        "team_id": team_id,
        "team_name": "Northwind",
        "bot_user_id": "U0BOT",
        "bot_id": "B0BOT",
        "scopes": "chat:write,commands",
        "installed_at": INSTALLED_AT,
        "token": Vault([KEY]).seal(token) if token else "",
    }
    return Installation(**{**values, **changes})


def an_org_copy(organisation: str = GRID, *, token: str = "xoxb-1-org", **changes: Any) -> Installation:
    given = {"is_org_wide": True, "enterprise_id": organisation, "bot_user_id": "W0BOT", **changes}
    return a_copy("", token=token, **given)


def keep(database: Database, copy: Installation, *workspaces: str) -> int:
    """Install it, a Grid's for these workspaces, too. Its id."""
    with database.write() as session:
        kept = keep_copy(session, copy, INSTALLED_AT)
        store.grant(session, kept, workspaces)
        assert kept.id is not None
        return kept.id


class Hours:
    """Seconds that a test counts by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Copies:
    """`Installations` on a clock of its own, and how often the database was asked."""

    def __init__(self, database: Database, *, vault: Vault | None = None) -> None:
        self.database = database
        self.seconds = Hours()
        self.asked: list[str] = []
        self.calls: list[str] = []
        self.installations = Installations(
            database, FixedClock(INSTALLED_AT), vault or Vault([KEY]), self._client, self.seconds
        )

    def _client(self, token: str) -> WebClient:
        self.calls.append(token)
        return WebClient(token=token)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements that are made meanwhile."""
        made: list[str] = []

        def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                made.append(statement)

        sa.event.listen(self.database.engine, "before_cursor_execute", listen)
        yield made
        sa.event.remove(self.database.engine, "before_cursor_execute", listen)

    def found(self, body: dict[str, Any]) -> str | None:
        """The workspace that a request came through; `None` where it is for no copy."""
        found = self.installations.resolve(body)
        return None if found is None else found.workspace_id


def all_copies(database: Database) -> list[Installation]:
    with database.read() as session:
        return list(session.exec(select(Installation).order_by(sa.text("id"))))
