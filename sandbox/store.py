"""Where the sandbox keeps what was said and done: one SQLite file, written together with each change."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERSION = 2
FILE = "slack.db"


class StoreError(RuntimeError):
    """The state folder cannot be used; the message says why."""


class Store:
    """Things by kind and id. Without a folder it forgets everything, which is what tests want.

    Not safe for threads by itself: the world's lock guards it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._pending: dict[tuple[str, str], Any] = {}
        self._database: sqlite3.Connection | None = None
        self.is_fresh = True
        if folder is not None:
            self._open(folder)

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / FILE
            self.is_fresh = not file.exists()
            database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=0.2)
            # One sandbox to a folder: a second one is refused here instead of writing in between.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS things (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))"
                " WITHOUT ROWID"
            )
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if self.is_fresh or version == 0:
                database.execute(f"PRAGMA user_version = {VERSION}")
            elif version != VERSION:
                raise StoreError(
                    f"{file} was written by another version of the sandbox. Delete it to start afresh."
                )
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The state folder {folder} cannot be used: {error}") from None
        self._database = database

    def put(self, kind: str, key: str, thing: Any) -> None:
        """Keep a thing (anything JSON can say) at the next `flush`; None forgets it."""
        if self._database is not None:
            self._pending[kind, key] = thing

    def flush(self) -> None:
        """Write all that changed in one transaction: after a crash there is all of a change or none of it."""
        if self._database is None or not self._pending:
            return
        self._database.execute("BEGIN")
        for (kind, key), thing in self._pending.items():
            if thing is None:
                self._database.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, key))
            else:
                self._database.execute("REPLACE INTO things VALUES (?, ?, ?)", (kind, key, json.dumps(thing)))
        self._database.execute("COMMIT")
        self._pending.clear()

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        if self._database is None:
            return
        for key, body in self._database.execute(
            "SELECT id, body FROM things WHERE kind = ? ORDER BY id", (kind,)
        ).fetchall():
            yield key, json.loads(body)

    def get(self, kind: str, key: str) -> Any:
        return dict(self.all(kind)).get(key)

    def close(self) -> None:
        if self._database is not None:
            self.flush()
            self._database.close()
            self._database = None
