"""Somebody installs Tandem from its page: Slack's OAuth flow, and what they read at its end."""

import json
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from waitress.server import create_server

from bot.application import Tandem, build_client, build_tandem
from bot.clock import SystemClock
from bot.logs import redact
from bot.oauth import AppKeys, scopes_in
from bot.web import Web
from sandbox.running import listen_on
from storage.database import Database
from storage.encryption import Vault
from storage.installations import Installation
from tests.copies import GRID, KEY, all_copies
from tests.logged import all_logged

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SECRET = "client-secret"
WORKSPACE = {
    "ok": True,
    "app_id": "A0TANDEM",
    "access_token": "xoxb-7-from-slack",
    "bot_user_id": "U0BOT",
    "scope": "chat:write,commands",
    "team": {"id": "T0NORTHWIND", "name": "<Northwind> & Co"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U0RAE"},
}
WHOLE_GRID = {
    **WORKSPACE,
    "team": None,
    "enterprise": {"id": GRID, "name": "Globex"},
    "is_enterprise_install": True,
}


class FakeSlack:
    """Answers `oauth.v2.access`, `auth.test` and `auth.teams.list` over HTTP."""

    def __init__(self) -> None:
        listening = listen_on(0)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
        self.asked: list[tuple[str, str, str]] = []
        self.access: dict[str, Any] = dict(WORKSPACE)
        self.status = "200 OK"
        self.identity: dict[str, Any] = {}  # what `auth.test` says besides
        self.server = create_server(self, sockets=[listening], threads=2)
        threading.Thread(target=self.server.run, daemon=True).start()

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        method = environ["PATH_INFO"].removeprefix("/api/")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        self.asked.append((method, body, environ.get("HTTP_AUTHORIZATION", "")))
        answer = json.dumps(self._answer(method, body)).encode()
        start_response(
            self.status, [("content-type", "application/json"), ("content-length", str(len(answer)))]
        )
        return [answer]

    def _answer(self, method: str, body: str) -> dict[str, Any]:
        if method == "oauth.v2.access":
            is_good = parse_qs(body).get("code") == ["good-code"]
            return self.access if is_good else {"ok": False, "error": "invalid_code"}
        if method == "auth.teams.list":
            page = parse_qs(body).get("cursor", [""])[0]
            first = {"teams": [{"id": "T0ONE"}], "response_metadata": {"next_cursor": "next"}}
            return {"ok": True, **(first if not page else {"teams": [{"id": "T0TWO"}]})}
        return {
            "ok": True,
            "bot_id": "B0BOT",
            "user_id": "U0BOT",
            "team_id": "T0NORTHWIND",
            "url": "https://x",
            **self.identity,
        }


class Browser:
    """Somebody's, with the one cookie that Tandem gives it."""

    def __init__(self, tandem: Tandem) -> None:
        self.web = Web(tandem)
        self.cookie = ""
        self.status = ""
        self.headers: dict[str, str] = {}

    def get(self, path: str, query: str = "", **environ: Any) -> str:
        asked = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": "0",
            "wsgi.input": BytesIO(), "SERVER_PROTOCOL": "HTTP/1.1", **environ,
        }  # fmt: skip
        if self.cookie:
            asked["HTTP_COOKIE"] = self.cookie

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            self.status, self.headers = status, dict(headers)
            return lambda _body: None

        page = b"".join(self.web(asked, start)).decode()
        if "set-cookie" in self.headers:
            self.cookie = self.headers["set-cookie"].partition(";")[0]
        return page

    def begin(self) -> dict[str, list[str]]:
        """Press the link: what it asks of Slack."""
        self.get("/slack/install")
        assert self.status.startswith("302")
        return parse_qs(urlsplit(self.headers["location"]).query)

    def come_back(self, state: str, code: str = "good-code") -> str:
        return self.get("/slack/oauth_redirect", f"code={code}&state={state}")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    yield fake
    fake.server.close()


@pytest.fixture
def tandem(database: Database, slack: FakeSlack) -> Tandem:
    keys = AppKeys("1.2", SECRET, scopes_in(MANIFEST))
    client = build_client(None, slack.url)
    return build_tandem(database, SystemClock(), client, "secret", vault=Vault([KEY]), app_keys=keys)


@pytest.fixture
def browser(tandem: Tandem) -> Browser:
    return Browser(tandem)


def test_the_link_asks_for_what_the_manifest_asks_for(browser: Browser, slack: FakeSlack) -> None:
    asked = browser.begin()
    assert browser.headers["location"].startswith(slack.url.replace("/api/", "/oauth/v2/authorize?"))
    assert asked["client_id"] == ["1.2"]
    assert asked["scope"] == [",".join(scopes_in(MANIFEST))]
    assert {"chat:write", "files:write"} <= set(scopes_in(MANIFEST))
    assert SECRET not in browser.headers["location"]
    assert "HttpOnly" in browser.headers["set-cookie"]
    assert "Secure" in browser.headers["set-cookie"]


def test_who_comes_back_has_it_installed_and_it_works_at_once(
    browser: Browser, tandem: Tandem, database: Database
) -> None:
    assert tandem.installations.of("T0NORTHWIND") is None
    [state] = browser.begin()["state"]
    page = browser.come_back(state)
    assert browser.status.startswith("200")
    assert "Tandem is installed for" in page
    assert "&lt;Northwind&gt; &amp; Co" in page
    assert "<Northwind>" not in page
    assert "xoxb" not in page
    found = tandem.installations.of("T0NORTHWIND")
    assert found is not None
    assert (found.token, found.bot_id, found.scopes) == (
        "xoxb-7-from-slack", "B0BOT", frozenset({"chat:write", "commands"}),
    )  # fmt: skip
    [kept] = all_copies(database)
    assert kept.installed_by == "U0RAE"
    assert "xoxb" not in kept.token
    assert "default-src 'none'" in browser.headers["content-security-policy"]


def test_a_way_in_is_good_once_in_one_browser_for_ten_minutes(
    browser: Browser, tandem: Tandem, database: Database
) -> None:
    [state] = browser.begin()["state"]
    cookie = browser.cookie
    stranger = Browser(tandem)
    assert "this way in is used up" in stranger.come_back(state).lower()
    assert stranger.status.startswith("400")
    assert "Tandem is installed" in browser.come_back(state)
    browser.cookie = cookie
    assert "used up" in browser.come_back(state)
    assert browser.status.startswith("401")
    assert len(all_copies(database)) == 1


def test_a_way_in_that_is_old_is_none(browser: Browser, database: Database) -> None:
    [state] = browser.begin()["state"]
    with database.write() as session:
        import sqlalchemy as sa

        session.execute(sa.text("UPDATE oauth_state SET expires_at = '2020-01-01 00:00:00+00:00'"))
    assert "used up" in browser.come_back(state)
    assert all_copies(database) == []


@pytest.mark.parametrize("state", ["", "x", "made-up-state-made-up-state", "a%00b" * 8, "%f0%9f%92%a9" * 9])
def test_a_state_that_nobody_was_given_is_none(browser: Browser, state: str, database: Database) -> None:
    browser.begin()
    browser.cookie = f"slack-app-oauth-state={state}"
    browser.come_back(state)
    assert browser.status[:3] in ("400", "401")
    assert all_copies(database) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("error=access_denied", "Nothing was installed"),
        ("error=%3Cscript%3Ealert(1)%3C/script%3E", "Slack did not confirm it"),
    ],
)
def test_a_no_is_told_in_words_of_our_own(browser: Browser, query: str, said: str) -> None:
    page = browser.get("/slack/oauth_redirect", query)
    assert said in page
    assert "<script" not in page
    assert "access_denied" not in page


def test_a_code_that_slack_does_not_know_installs_nothing(browser: Browser, database: Database) -> None:
    [state] = browser.begin()["state"]
    with all_logged() as logged:
        page = browser.come_back(state, "bad-code")
    assert "Slack did not confirm it" in page
    assert "bad-code" not in str(logged)
    [line] = [one for one in logged if one["event"] == "not_installed"]
    assert redact(None, "warning", line)["error"] == "slack_said_no", "the operator may read why"
    assert all_copies(database) == []


def test_a_slack_that_is_away_installs_nothing(
    browser: Browser, slack: FakeSlack, database: Database
) -> None:
    [state] = browser.begin()["state"]
    slack.status = "500 Internal Server Error"
    slack.access = {"ok": False, "error": "fatal_error"}
    assert "Slack did not confirm it" in browser.come_back(state)
    assert all_copies(database) == []


def test_a_token_that_would_run_out_is_not_kept(
    browser: Browser, slack: FakeSlack, database: Database
) -> None:
    [state] = browser.begin()["state"]
    slack.access |= {"refresh_token": "xoxe-1-again", "expires_in": 43200}
    assert "token rotation" in browser.come_back(state)
    assert all_copies(database) == []


def test_a_whole_grid_installs_it_and_its_workspaces_are_asked_for(
    browser: Browser, slack: FakeSlack, tandem: Tandem
) -> None:
    slack.access = dict(WHOLE_GRID)
    [state] = browser.begin()["state"]
    assert "Tandem is installed for Globex" in browser.come_back(state)
    found = tandem.installations.of(GRID)
    assert found is not None
    assert found.is_org_wide
    for _ in range(2):  # a page after the other
        tandem.delivery.send_all()
    assert tandem.installations.of("T0ONE") is not None
    assert tandem.installations.of("T0TWO") is not None
    assert ("auth.teams.list", "Bearer xoxb-7-from-slack") in [(one[0], one[2]) for one in slack.asked]


def test_the_workspaces_of_a_grid_whose_token_stands_in_the_settings_are_asked_for(
    database: Database, slack: FakeSlack
) -> None:
    """A window that a buyer sends off names the workspace, and not the organisation."""
    slack.identity = {"is_enterprise_install": True, "enterprise_id": GRID}
    tandem = build_tandem(database, SystemClock(), build_client("xoxb-own", slack.url), "secret")
    assert tandem.installations.of("T0ONE") is None
    tandem.delivery.send_all()
    view = {"app_installed_team_id": "T0ONE"}
    found = tandem.installations.resolve({"team": {"id": "T0BUYER"}, "view": view})
    assert found is not None
    assert (found.is_org_wide, found.token) == (True, "xoxb-own")


def test_without_the_settings_there_is_no_page(database: Database, slack: FakeSlack) -> None:
    tandem = build_tandem(database, SystemClock(), build_client("xoxb-own", slack.url), "secret")
    browser = Browser(tandem)
    browser.get("/slack/install")
    assert browser.status.startswith("404")


def test_only_browsers_are_expected_there(browser: Browser) -> None:
    browser.get("/slack/install", REQUEST_METHOD="POST")
    assert browser.status.startswith("405")


def test_what_is_in_the_address_goes_nowhere(browser: Browser) -> None:
    browser.get("/slack/install", "team=T1%0d%0aSet-Cookie:%20x=1")
    assert "T1" not in browser.headers["location"]


def test_an_installation_of_before_is_replaced(
    browser: Browser, slack: FakeSlack, database: Database
) -> None:
    for token in ("xoxb-7-from-slack", "xoxb-8-again"):
        slack.access["access_token"] = token
        [state] = browser.begin()["state"]
        assert "Tandem is installed" in browser.come_back(state)
    [kept] = all_copies(database)
    assert isinstance(kept, Installation)
    assert Vault([KEY]).open(kept.token) == "xoxb-8-again"
