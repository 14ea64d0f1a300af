"""Slack says of a token that it is none any more: Tandem was uninstalled, and no event told of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot.clock import Clock
from bot.delivery import Send
from bot.installations import Installations
from bot.slack_errors import TAKEN_BACK, CallFailed
from bot.use_cases.installs import remove_copy
from storage import installations as store
from storage.database import Database
from storage.outgoing import Outgoing

log = structlog.get_logger()


class TakenBack:
    """Around every sender: the copy whose token is refused for good ends, and what waits for it with it.

    The token of the settings may be replaced there by another, so what waits for that goes on waiting.
    """

    def __init__(self, database: Database, clock: Clock, installations: Installations) -> None:
        self._database = database
        self._clock = clock
        self._installations = installations

    def around(self, senders: Mapping[str, Send]) -> Mapping[str, Send]:
        return {kind: partial(self._send, send) for kind, send in senders.items()}

    def _send(self, send: Send, row: Outgoing) -> None:
        """Raises `CallFailed`."""
        used = self._installations.of(row.team_id)
        try:
            send(row)
        except CallFailed as failed:
            if failed.trouble.error not in TAKEN_BACK or used is None:
                raise
            if not self._end(row.team_id, used.token, failed.trouble.error):
                raise
            raise CallFailed(replace(failed.trouble, verdict="ended")) from failed

    def _end(self, workspace_id: str, token: str, reason: str) -> bool:
        """Whether the copy of this token is no more; not one that was installed again meanwhile."""
        with self._database.write() as session:
            copy = store.copies_for(session, [workspace_id]).get(workspace_id)
            if copy is not None and not self._installations.is_kept_with(copy, token):
                return False
            if copy is not None:
                remove_copy(session, copy, reason, self._clock.now(), self._clock.wall())
                log.warning("token_taken_back", installation=copy.id, error=reason)
        self._installations.forget()
        return True
