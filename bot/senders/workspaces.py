"""Which workspaces of a Grid its copy of Tandem works for, read from Slack."""

from bot.clock import Clock
from bot.installations import Installations
from bot.senders.voice import Voice
from bot.use_cases.installs import has_workspaces
from storage import installations as store
from storage.database import Database
from storage.installations import Installation
from storage.outgoing import Outgoing


class Workspaces:
    def __init__(self, database: Database, clock: Clock, installations: Installations) -> None:
        self._database = database
        self._clock = clock
        self._installations = installations

    def workspaces(self, row: Outgoing) -> None:
        """Raises `CallFailed`."""
        voice = Voice(self._database, self._clock, self._installations.client_for(row.team_id))
        granted = voice.workspaces()
        with self._database.write() as session:
            store.hold(session)
            copy = session.get(Installation, row.payload["installation"])
            if copy is not None and copy.ended_at is None:
                has_workspaces(session, copy, granted, self._clock.now(), self._clock.wall())
        self._installations.forget()
