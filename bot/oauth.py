"""Installing Tandem from a browser: Slack's OAuth flow as Bolt does it, with our own tables behind it.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import structlog
import yaml
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_flow import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth import InstallationStore, OAuthStateStore
from slack_sdk.oauth.installation_store import Installation as ByBolt
from sqlalchemy.exc import SQLAlchemyError

from blocks.pages import build_page
from bot.clock import Clock
from bot.installations import NAME_LENGTH, Installations
from bot.slack_errors import CALL_ERRORS, understand
from bot.use_cases.installs import keep_copy
from storage import installations as store
from storage.database import Database
from storage.installations import Installation

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = structlog.get_logger()

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
GOOD_FOR = timedelta(minutes=10)
STATE = re.compile(r"[\w-]{20,64}", re.ASCII)
ROTATES = "token_rotation"
# How each reason of Bolt's for a failure is told; what Slack names besides is no yes of Slack's either.
SAYINGS = {
    "access_denied": "cancelled",
    "invalid_browser": "old_link",
    "invalid_state": "old_link",
    "missing_code": "old_link",
    "storage_error": "not_kept",
    ROTATES: "token_rotation",
}
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",  # the address holds the code that Slack gave
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What Slack knows the app by. `scopes` are those it asks for, the optional ones too."""

    client_id: str
    client_secret: str
    scopes: Sequence[str]

    def __repr__(self) -> str:
        return f"AppKeys({self.client_id!r})"


def scopes_in(manifest: Path) -> list[str]:
    """What the manifest asks for. Slack shows apart what it lists as optional, to be left out or not.

    https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes
    """
    asked = yaml.safe_load(manifest.read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    return list(dict.fromkeys([*asked["bot"], *asked.get("bot_optional", [])]))


class CannotKeep(BoltError):
    """The installation is none that Tandem can work with. `reason` is one of `SAYINGS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeptInstallations(InstallationStore):
    """Where Bolt leaves a new installation. It is found by `Installations`, never through Bolt."""

    def __init__(self, database: Database, clock: Clock, installations: Installations) -> None:
        self._database = database
        self._clock = clock
        self._installations = installations

    def save(self, installation: ByBolt) -> None:
        """Raises `CannotKeep`."""
        if installation.bot_refresh_token:  # its token is good for twelve hours only
            raise CannotKeep(ROTATES)
        new = Installation(
            app_id=installation.app_id or "",
            team_id="" if installation.is_enterprise_install else installation.team_id or "",
            team_name=_name_of(installation)[:NAME_LENGTH],
            enterprise_id=installation.enterprise_id or "",
            is_org_wide=bool(installation.is_enterprise_install),
            bot_user_id=installation.bot_user_id or "",
            bot_id=installation.bot_id or "",
            token=self._installations.seal(installation.bot_token or ""),
            scopes=",".join(_listed(installation.bot_scopes)),
            installed_by=installation.user_id,
            installed_at=self._clock.now(),
        )
        try:
            with self._database.write() as session:
                kept = keep_copy(session, new, self._clock.wall())
        except SQLAlchemyError as error:
            log.error("installation_not_kept", error=type(error).__name__)
            raise CannotKeep("storage_error") from None
        self._installations.forget()
        log.info("installed", installation=kept.id, team=store.home_of(kept))


def _name_of(installation: ByBolt) -> str:
    if installation.is_enterprise_install:
        return installation.enterprise_name or ""
    return installation.team_name or ""


def _listed(scopes: Any) -> list[str]:
    return scopes.split(",") if isinstance(scopes, str) else list(scopes or ())


class KeptStates(OAuthStateStore):
    """The ways in that somebody was shown: of one use, for ten minutes, for all replicas."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def issue(self, *_args: Any, **_more: Any) -> str:
        state = secrets.token_urlsafe(32)
        wall = self._clock.wall()
        with self._database.write() as session:
            store.keep_state(session, state, wall, wall + GOOD_FOR)
        return state

    def consume(self, state: str) -> bool:
        if not STATE.fullmatch(state):
            return False
        with self._database.write() as session:
            return store.use_state(session, state, self._clock.wall())


class Flow(OAuthFlow):
    """Bolt's, with no code of Slack's in the log and an answer where Slack gives none."""

    def build_authorize_url(self, state: str, _request: BoltRequest) -> str:
        return self.settings.authorize_url_generator.generate(state)

    def run_installation(self, code: str) -> ByBolt | None:
        try:
            return super().run_installation(code)
        except CALL_ERRORS as error:
            log.warning("slack_did_not_answer", kind="oauth.v2.access", error=understand(error).error)
            return None


def build_flow(
    keys: AppKeys, api: WebClient, database: Database, clock: Clock, installations: Installations
) -> OAuthFlow:
    """`api` is a client without a token; what it is told of is never logged."""
    quiet = logging.getLogger("tandem.oauth")
    quiet.setLevel(logging.CRITICAL)
    settings = OAuthSettings(
        client_id=keys.client_id,
        client_secret=keys.client_secret,
        scopes=list(keys.scopes),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        install_page_rendering_enabled=False,
        authorization_url=urljoin(api.base_url, "/oauth/v2/authorize"),
        installation_store=KeptInstallations(database, clock, installations),
        state_store=KeptStates(database, clock),
        state_expiration_seconds=int(GOOD_FOR.total_seconds()),
        callback_options=CallbackOptions(success=_installed, failure=_not_installed),
        logger=quiet,
    )
    return Flow(client=api, logger=quiet, settings=settings)


def _installed(args: SuccessArgs) -> BoltResponse:
    return _page(200, args, build_page("installed", _name_of(args.installation)))


def _not_installed(args: FailureArgs) -> BoltResponse:
    reason = args.error.reason if isinstance(args.error, CannotKeep) else args.reason
    saying = SAYINGS.get(reason, "not_taken")
    # Not as its "reason": by that name people's own words are hidden.
    log.warning("not_installed", error=reason if reason in SAYINGS else "slack_said_no")
    return _page(args.suggested_status_code, args, build_page(saying))


def _page(status: int, args: SuccessArgs | FailureArgs, page: str) -> BoltResponse:
    used = args.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=page, headers={**HEADERS, "set-cookie": used})


class InstallPages:
    """`GET /slack/install` and `GET /slack/oauth_redirect`, for browsers."""

    paths = frozenset({INSTALL_PATH, REDIRECT_PATH})

    def __init__(self, flow: OAuthFlow, bell: Callable[[], None]) -> None:
        self._flow = flow
        self._bell = bell  # for what an installation leaves in the outbox

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self._answer(environ)
        self._bell()
        body = (answer.body or "").encode()
        headers = [(name, value) for name, values in answer.headers.items() for value in values]
        status = HTTPStatus(answer.status)
        start_response(
            f"{status.value} {status.phrase}",
            [*headers, ("content-length", str(len(body)))],
        )
        return [body]

    def _answer(self, environ: "WSGIEnvironment") -> BoltResponse:
        if environ["REQUEST_METHOD"] != "GET":
            return BoltResponse(status=405, body="", headers={"allow": "GET"})
        request = BoltRequest(
            body="",
            query=environ.get("QUERY_STRING", ""),
            headers=_cookies(environ),
            mode="http",
        )
        try:
            if environ["PATH_INFO"] == INSTALL_PATH:
                return self._flow.handle_installation(request)
            return self._flow.handle_callback(request)
        except SQLAlchemyError as error:
            log.error("installing_broke", error=type(error).__name__)
            return BoltResponse(status=503, body=build_page("not_kept"), headers=dict(HEADERS))


def _cookies(environ: "WSGIEnvironment") -> dict[str, str | Sequence[str]]:
    return {"cookie": environ["HTTP_COOKIE"]} if "HTTP_COOKIE" in environ else {}
