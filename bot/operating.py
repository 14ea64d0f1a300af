"""What an operator does at a terminal, on the database alone: no Slack, no server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot import forgetting
from bot.audit import CannotAudit, audit
from bot.settings import load_database_url, load_keys
from storage import installations as store
from storage.database import Database
from storage.encryption import CannotOpen, Vault
from storage.installations import Installation
from storage.migrate import HEAD, current_revision, migrate


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, a line a fact, and what is to be looked after.

    `code` is how the command ends: 0 done, 1 something is to be looked after, 2 nothing could be done.
    """

    lines: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    code: int = 0


class NotUpToDate(RuntimeError):
    """The tables are those of another version."""

    def __init__(self) -> None:
        super().__init__("The database is not up to date: run `python app.py migrate` first.")


@contextmanager
def the_database(*, is_to_be_changed: bool = False) -> Iterator[Database]:
    """That of `DATABASE_URL`, as it is. Raises `NotUpToDate` where what it holds is to be changed."""
    database = Database(load_database_url())
    try:
        if is_to_be_changed and current_revision(database) != HEAD:
            raise NotUpToDate
        yield database
    finally:
        database.dispose()


def migrate_only() -> Report:
    with the_database() as database:
        changed = migrate(database)
    return Report(("The database was brought up to date." if changed else "The database is up to date.",))


def audit_ledgers(plan_id: int | None) -> Report:
    """A line a plan. The code is 0 when every chain is whole, 1 when one is not."""
    try:
        with the_database() as database:
            verdicts = list(audit(database, plan_id))
    except CannotAudit as error:
        return Report(complaints=(str(error),), code=2)
    is_whole = all(verdict.is_whole for verdict in verdicts)
    return Report(tuple(verdict.sentence for verdict in verdicts), code=0 if is_whole else 1)


def rotate_keys() -> Report:
    """Every token is sealed with the first of ENCRYPTION_KEYS. One that none of them opens stays as it is.

    Raises `SettingsError` where there is no key.
    """
    vault = Vault(load_keys())
    with the_database(is_to_be_changed=True) as database:
        resealed, left = reseal(database, vault)
    said = f"{resealed} {'token is' if resealed == 1 else 'tokens are'} sealed with the first key now."
    return Report((said,), tuple(_not_opened(copy) for copy in left), 1 if left else 0)


def _not_opened(copy: Installation) -> str:
    return (
        f"{store.home_of(copy)} ({copy.team_name}): none of the keys opens its token, which is left as it is."
        " Add the key that it was sealed with, or have Tandem installed there again."
    )


def reseal(database: Database, vault: Vault) -> tuple[int, list[Installation]]:
    """In one transaction: how many tokens were sealed anew, and the copies whose token nothing opens."""
    left = []
    resealed = 0
    with database.write() as session:
        for copy in store.kept_tokens(session):
            try:
                copy.token = vault.reseal(copy.token)
            except CannotOpen:
                left.append(copy)
                continue
            session.add(copy)
            resealed += 1
    return resealed, left


def forget_workspace(workspace_id: str, *, is_meant: bool) -> Report:
    """Delete what is kept for a workspace or a Grid; not `is_meant`, only say what that would be."""
    with the_database(is_to_be_changed=True) as database, database.write() as session:
        try:
            found = forgetting.look(session, workspace_id)
        except forgetting.NoWorkspace as error:
            return Report(complaints=(str(error),), code=2)
        if not found.lines:
            return Report((f"Nothing is kept for {workspace_id}.",))
        if not is_meant:
            last = "Nothing was deleted. Add --yes to delete all of this for good."
            return Report((f"Kept for {workspace_id}:", *found.lines, last))
        forgetting.forget(session, found)
    return Report((f"Deleted for {workspace_id}:", *found.lines))
