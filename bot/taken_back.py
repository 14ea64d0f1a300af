"""Slack says of a token that it is none any more: Tandem was uninstalled, and no event told of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot.clock import Clock
from bot.delivery import Send
from bot.installations import Installations
from bot.slack_errors import LOCKED_OUT, TAKEN_BACK, CallFailed, Trouble
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
            if failed.trouble.error not in LOCKED_OUT or used is None:
                raise
            now = self._now(row.team_id, used.token, failed.trouble)
            raise CallFailed(now) from failed

    def _now(self, workspace_id: str, token: str, trouble: Trouble) -> Trouble:
        """What the no means by now: the copy of this token is no more; or it was installed again, which
        another replica may know first, and the work is soon done with the token that it has since."""
        with self._database.write() as session:
            store.hold(session)
            copy = store.copies_for(session, [workspace_id]).get(workspace_id)
            kept = self._installations.token_kept_for(copy) if copy is not None else token
            if kept is None:
                return trouble
            if copy is not None and kept == token:
                if trouble.error not in TAKEN_BACK:
                    return trouble
                remove_copy(session, copy, trouble.error, self._clock.now(), self._clock.wall())
                log.warning("token_taken_back", installation=copy.id, error=trouble.error)
        self._installations.forget()
        return replace(trouble, verdict="ended" if kept == token else "again", wait_seconds=0)
