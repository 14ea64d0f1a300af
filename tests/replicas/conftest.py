"""Several processes of Tandem on one database, against the small Slack in this process."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from tests.replicas.deals import start_deals, write_world
from tests.replicas.running import replicas_of
from tests.replicas.scenes import LATE, Scene
from tests.replicas.watching import OutboxWatch, Postbox
from tests.sandboxed import Sandbox

# 15:00 in London, 10:00 in New York: a good moment for a nudge on both sides.
TUESDAY = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)
DEALS = 6


@pytest.fixture(autouse=True)
def needs_postgresql() -> None:
    """These tests prove nothing without it, so they fail instead of being skipped."""
    if not os.environ.get("TANDEM_TEST_POSTGRES"):
        pytest.fail(
            "TANDEM_TEST_POSTGRES is not set. `.ci/run` starts a PostgreSQL and sets it; to run these tests "
            "alone, set it to the URL of a server where databases may be made, "
            "as postgresql://postgres@127.0.0.1:5432/postgres."
        )


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Sandbox]:
    """The small Slack on a Tuesday, with a channel for each deal."""
    world = write_world(tmp_path / "world.yml", DEALS)
    with Sandbox(world=world, start=TUESDAY) as sandbox:
        yield sandbox


@pytest.fixture
def postbox(slack: Sandbox) -> Postbox:
    return Postbox(slack)


@pytest.fixture
def outbox(database: Database) -> OutboxWatch:
    return OutboxWatch(database)


@pytest.fixture
def database_url(database: Database) -> str:
    """Of the database whose tables are there already."""
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def before(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> Iterator[Scene]:
    """The plan is made, its board is in the outbox, and no process runs yet."""
    [deal] = start_deals(database, 1)
    deal.give(5, "U0BEA", LATE)
    with replicas_of(slack, database_url, tmp_path, 1, started=False) as [replica]:
        yield Scene(slack, deal, postbox, outbox, replica)


@pytest.fixture
def scene(before: Scene) -> Scene:
    """The same with the process running and the board in its place."""
    before.start()
    return before
