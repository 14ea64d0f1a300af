"""Which copy of Tandem a request came through, and the client that speaks for a workspace.

Slack says it in another place in each kind of request, so it is found here, in our own store, and never by
Bolt's look-up. Who acts is another question: that is `body["user"]` alone.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.clock import Clock
from bot.slack_errors import CallFailed, Trouble
from storage import installations as store
from storage.database import Database
from storage.encryption import CannotOpen, NoKeys, Vault
from storage.installations import Installation

log = structlog.get_logger()

REMEMBERED = 30.0  # seconds; a copy that was removed through another replica is used for no longer
NOT_INSTALLED = "not_installed"


@dataclass(frozen=True, slots=True)
class Installed:
    """A copy of Tandem. `team_id` is "" where a whole Enterprise Grid installed it."""

    id: int
    team_id: str
    team_name: str
    enterprise_id: str
    is_org_wide: bool
    bot_user_id: str
    bot_id: str
    app_id: str
    scopes: frozenset[str]
    token: str = field(default="", repr=False)
    workspace_id: str = ""  # of what it works for, the one that was asked for

    def authorization(self) -> AuthorizeResult:
        """As Bolt wants to hear it."""
        return AuthorizeResult(
            enterprise_id=self.enterprise_id or None,
            team_id=self.workspace_id or self.team_id or None,
            bot_user_id=self.bot_user_id,
            bot_id=self.bot_id,
            bot_token=self.token,
            bot_scopes=sorted(self.scopes),
        )


class Installations:
    """The copies, by workspace: at most one indexed query, no call to Slack, remembered for `REMEMBERED`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        vault: Vault,
        build_client: Callable[[str], WebClient],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._build_client = build_client
        self._seconds = seconds
        self._own_token: dict[int, str] = {}  # of the copy whose token stands in the settings
        self._known: dict[str, tuple[float, Installed | None]] = {}
        self._clients: dict[str, WebClient] = {}  # by token
        self._lock = threading.Lock()

    def keep_own(self, identity: SlackResponse, token: str) -> Installed:
        """The copy whose token stands in the settings, as `auth.test` tells of it. The token is not kept."""
        enterprise_id = str(identity.get("enterprise_id") or "")
        is_org_wide = bool(identity.get("is_enterprise_install")) and enterprise_id != ""
        headers = {str(name).lower(): value for name, value in (identity.headers or {}).items()}
        new = Installation(
            team_id="" if is_org_wide else identity["team_id"],
            team_name=identity.get("team") or "",
            enterprise_id=enterprise_id,
            is_org_wide=is_org_wide,
            bot_user_id=identity["user_id"],
            bot_id=identity.get("bot_id") or "",
            scopes=str(headers.get("x-oauth-scopes") or ""),
            installed_at=self._clock.wall(),
        )
        with self._database.write() as session:
            kept = store.install(session, new)
            assert kept.id is not None
            self._own_token[kept.id] = token
        self.forget()
        found = self.of(new.enterprise_id if is_org_wide else new.team_id)
        assert found is not None
        return found

    def resolve(self, body: Mapping[str, Any]) -> Installed | None:
        """The copy that a request came through, `None` where it is for none of ours."""
        return self.first(list(workspaces_named(body)))

    def of(self, workspace_id: str) -> Installed | None:
        """The copy that works for a workspace or an organisation."""
        return self.first([workspace_id])

    def first(self, workspace_ids: Sequence[str]) -> Installed | None:
        """Of several, the copy for the first one that has any."""
        now = self._seconds()
        unknown = [one for one in workspace_ids if one and self._is_stale(one, now)]
        if unknown and not self._is_answered_before(workspace_ids, unknown[0]):
            self._learn(unknown, now)
        known = (self._known.get(one) for one in workspace_ids)
        return next((found[1] for found in known if found is not None and found[1] is not None), None)

    def client_for(self, workspace_id: str) -> WebClient:
        """What speaks for a workspace. Raises `CallFailed` where no copy of Tandem is installed there."""
        found = self.of(workspace_id)
        if found is None or not found.token:
            raise CallFailed(Trouble("refused", NOT_INSTALLED, method="installation"))
        with self._lock:
            if found.token not in self._clients:
                self._clients[found.token] = self._build_client(found.token)
            return self._clients[found.token]

    def forget(self) -> None:
        """What is remembered may not be so any more."""
        with self._lock:
            self._known.clear()
            self._clients.clear()

    def _is_stale(self, workspace_id: str, now: float) -> bool:
        known = self._known.get(workspace_id)
        return known is None or known[0] < now

    def _is_answered_before(self, workspace_ids: Sequence[str], unknown: str) -> bool:
        """Whether one that stands before it is known to have a copy: then nothing needs to be asked."""
        before = workspace_ids[: workspace_ids.index(unknown)]
        return any((self._known.get(one) or (0.0, None))[1] is not None for one in before)

    def _learn(self, workspace_ids: Sequence[str], now: float) -> None:
        with self._database.read() as session:
            found = store.copies_for(session, workspace_ids)
        copies = {one: self._installed(row, one) for one, row in found.items()}
        with self._lock:
            self._known.update((one, (now + REMEMBERED, copies.get(one))) for one in workspace_ids)

    def _installed(self, row: Installation, workspace_id: str) -> Installed:
        assert row.id is not None
        return Installed(
            row.id,
            row.team_id,
            row.team_name,
            row.enterprise_id,
            row.is_org_wide,
            row.bot_user_id,
            row.bot_id,
            row.app_id,
            frozenset(scope.strip() for scope in row.scopes.split(",") if scope.strip()),
            self._token_of(row),
            workspace_id,
        )

    def _token_of(self, row: Installation) -> str:
        """ "" where it cannot be read: the copy is known, but nothing can be said with it."""
        own = self._own_token.get(row.id or 0)
        if own is not None or not row.token:
            return own or ""
        try:
            return self._vault.open(row.token)
        except (CannotOpen, NoKeys) as error:
            log.error("token_not_readable", installation=row.id, error=type(error).__name__)
            return ""


def workspaces_named(body: Mapping[str, Any]) -> Iterator[str]:
    """The workspaces and organisations a request names, the one that it came through first.

    - a window names it as `app_installed_team_id`; its `team` is that of who uses it
      (https://github.com/slackapi/bolt-js/issues/1614);
    - an event names it in `authorizations`; its own `team_id` is where it happened
      (https://docs.slack.dev/apis/events-api/#authorizations);
    - a button, a command name it as the `team`, and a whole Grid's copy only as the `enterprise`
      (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload).
    """
    is_org_wide = body.get("is_enterprise_install") in (True, "true")
    organisation = (_id_of(body.get("enterprise")), _text(body.get("enterprise_id"))) if is_org_wide else ()
    named = [
        _text(_map(body.get("view")).get("app_installed_team_id")),
        *_authorized(body.get("authorizations")),
        _id_of(body.get("team")),
        _text(body.get("team_id")),
        *organisation,
        _text(_map(body.get("user")).get("team_id")),
    ]
    return iter(dict.fromkeys(one for one in named if one))


def _authorized(authorizations: Any) -> Iterator[str]:
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    yield _text(_map(first).get("team_id"))
    if _map(first).get("is_enterprise_install"):
        yield _text(_map(first).get("enterprise_id"))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _id_of(value: Any) -> str:
    return _text(value) or _text(_map(value).get("id"))
