"""Which copy of Tandem a request came through, and the client that speaks for a workspace.

Slack says it in another place in each kind of request, so it is found here, in our own store, and never by
Bolt's look-up. Who acts is another question: that is `body["user"]` alone.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.clock import Clock
from bot.slack_errors import LOCKED_OUT_SECONDS, CallFailed, Trouble
from storage import installations as store
from storage.database import Database
from storage.encryption import CannotOpen, NoKeys, Vault
from storage.installations import Installation

log = structlog.get_logger()

REMEMBERED = 30.0  # seconds; what another replica installs or removes is known here no later
MOST_REMEMBERED = 10_000  # ids; a deal has a handful
NAME_LENGTH = 80  # of a workspace; Slack allows longer ones
NOT_INSTALLED = "not_installed"
NOT_READABLE = "token_not_readable"


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

    @property
    def is_found_by_organisation(self) -> bool:
        """Whether it is not known yet which workspace of the Grid it works for here."""
        return self.is_org_wide and self.workspace_id == self.enterprise_id

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
        self._bots: dict[str, tuple[float, bool]] = {}
        self._clients: dict[str, WebClient] = {}  # by token
        self._forgotten = 0  # how often: what was read before the last time is not remembered
        self._lock = threading.Lock()

    def keep_own(self, identity: SlackResponse, token: str) -> Installed:
        """The copy whose token stands in the settings, as `auth.test` tells of it. The token is not kept."""
        enterprise_id = str(identity.get("enterprise_id") or "")
        is_org_wide = bool(identity.get("is_enterprise_install")) and enterprise_id != ""
        headers = {str(name).lower(): value for name, value in (identity.headers or {}).items()}
        new = Installation(
            team_id="" if is_org_wide else identity["team_id"],
            team_name=(identity.get("team") or "")[:NAME_LENGTH],
            enterprise_id=enterprise_id,
            is_org_wide=is_org_wide,
            bot_user_id=identity["user_id"],
            bot_id=identity.get("bot_id") or "",
            scopes=str(headers.get("x-oauth-scopes") or ""),
            installed_at=self._clock.now(),
        )
        with self._database.write() as session:
            kept = store.install(session, new)
            assert kept.id is not None
            self._own_token[kept.id] = token
        self.forget()
        found = self.of(store.home_of(new))
        assert found is not None
        return found

    def resolve(self, body: Mapping[str, Any]) -> Installed | None:
        """The copy that a request came through, `None` where it is for none of ours."""
        return self.first(list(workspaces_named(body)))

    def of(self, workspace_id: str) -> Installed | None:
        """The copy that works for a workspace or an organisation."""
        return self.first([workspace_id])

    def first(self, workspace_ids: Sequence[str]) -> Installed | None:
        """Of several, the copy for the first one that has any; of a whole Grid's, for the workspace of it
        that is named as well, wherever it stands."""
        now = self._seconds()
        known = {one: self._remembered(one, now) for one in workspace_ids if one}
        if not _says_enough(known.values()):
            unknown = [one for one, found in known.items() if found is None]
            if unknown:
                known |= self._learn(unknown, now)
        found = [one[1] for one in known.values() if one is not None and one[1] is not None]
        if not found or not found[0].is_found_by_organisation:
            return found[0] if found else None
        return next((one for one in found[1:] if one.id == found[0].id), found[0])

    def client_for(self, workspace_id: str) -> WebClient:
        """What speaks for a workspace. Raises `CallFailed`: for good where no copy of Tandem is installed
        there, for a while where its token cannot be read."""
        found = self.of(workspace_id)
        if found is None:
            raise CallFailed(Trouble("ended", NOT_INSTALLED, method="installation"))
        if not found.token:
            raise CallFailed(Trouble("wait", NOT_READABLE, LOCKED_OUT_SECONDS, method="installation"))
        with self._lock:
            if found.token not in self._clients:
                self._clients[found.token] = self._build_client(found.token)
            return self._clients[found.token]

    def seal(self, token: str) -> str:
        """The token as it is kept. Raises `NoKeys`."""
        return self._vault.seal(token)

    def token_kept_for(self, installation: Installation) -> str | None:
        """The token that was given to us for a copy; `None` for the settings' own, and where it cannot be
        read."""
        is_own = (installation.id or 0) in self._own_token
        return None if is_own else self._token_of(installation) or None

    def bots_among(self, user_ids: Collection[str]) -> set[str]:
        """Those of these users who are a copy of Tandem: remembered, as the copies are."""
        now = self._seconds()
        known = {one: self._bots.get(one, (0.0, False)) for one in user_ids}
        stale = [one for one, (until, _) in known.items() if until < now]
        if stale:
            forgotten = self._forgotten
            with self._database.read() as session:
                found = store.is_a_bot_of_ours(session, stale)
            learnt = {one: (now + REMEMBERED, one in found) for one in stale}
            known |= learnt
            with self._lock:
                if forgotten == self._forgotten:
                    _make_room(self._bots)
                    self._bots.update(learnt)
        return {one for one, (_, is_bot) in known.items() if is_bot}

    def forget(self) -> None:
        """What is remembered may not be so any more."""
        with self._lock:
            self._forgotten += 1
            self._known.clear()
            self._bots.clear()
            self._clients.clear()

    def _remembered(self, workspace_id: str, now: float) -> tuple[float, Installed | None] | None:
        known = self._known.get(workspace_id)
        return None if known is None or known[0] < now else known

    def _learn(
        self, workspace_ids: Sequence[str], now: float
    ) -> Mapping[str, tuple[float, Installed | None]]:
        forgotten = self._forgotten
        with self._database.read() as session:
            found = store.copies_for(session, workspace_ids)
        copies = {one: self._installed(row, one) for one, row in found.items()}
        learnt = {one: (now + REMEMBERED, copies.get(one)) for one in workspace_ids}
        with self._lock:
            if forgotten == self._forgotten:  # else somebody installed or removed one meanwhile
                _make_room(self._known)
                self._known.update(learnt)
        return learnt

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


def _says_enough(known: Iterable[tuple[float, Installed | None] | None]) -> bool:
    """Whether nothing needs to be asked: the first one that is not known to have no copy has one."""
    for one in known:
        if one is None:
            return False
        if one[1] is not None and not one[1].is_found_by_organisation:
            return True
    return True


def _make_room(remembered: dict[str, Any]) -> None:
    if len(remembered) > MOST_REMEMBERED:
        remembered.clear()


def workspaces_named(body: Mapping[str, Any]) -> Iterator[str]:
    """The workspaces and organisations a request names, the one that it came through first.

    - a window names it as `app_installed_team_id`; its `team` is that of who uses it
      (https://github.com/slackapi/bolt-js/issues/1614);
    - an event names it in `authorizations`; its own `team_id` is where it happened
      (https://docs.slack.dev/apis/events-api/#authorizations);
    - a button, a command name it as the `team`, and a whole Grid's copy only as the `enterprise`: which of
      its workspaces it is shows in who pressed
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
        *([_text(_map(body.get("user")).get("team_id"))] if is_org_wide else ()),
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
