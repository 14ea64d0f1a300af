"""The app is installed by somebody's consent: the page, the code, the token."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import yaml

from sandbox.codes import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import MANIFEST, MONDAY
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_two_copies import as_copy, events
from tests.sandbox.test_web_api import error
from tests.sandboxed import DEAL, Sandbox

BACK = "https://tandem.example/slack/oauth_redirect"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
wall = [100.0]


@pytest.fixture
def open_to_all(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    """An app that others may install, org-wide too; with a history scope that may be left out."""
    said = yaml.safe_load(MANIFEST.read_text())
    said["oauth_config"]["scopes"]["bot_optional"] = ["channels:history"]
    said["oauth_config"]["redirect_urls"] = ["https://tandem.example/slack/oauth_redirect"]
    said["settings"]["event_subscriptions"]["bot_events"] += ["app_uninstalled", "message.channels"]
    said["settings"]["org_deploy_enabled"] = True
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump(said))
    wall[0] = 100.0
    with Sandbox(app.url, tmp_path / "manifest.yml", start=MONDAY, wall=lambda: wall[0]) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def address(**changes: str) -> str:
    asked = {"client_id": CLIENT_ID, "scope": "chat:write,commands,channels:history", "state": "s&1"}
    return f"/oauth/v2/authorize?{urlencode(asked | {'redirect_uri': BACK} | changes)}"


def answer_in(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def code_of(sandbox: Sandbox, person: str = "U0BEA", place: str = "T0ACME", **more: Any) -> str:
    return answer_in(sandbox.consent(address(), person, place, **more))["code"]


def test_the_page_says_what_is_asked_and_who_can_allow_it(open_to_all: Sandbox) -> None:
    page = open_to_all.http.get(address())
    for words in ("Tandem asks to be installed", "chat:write", "channels:history", "Bea Alvarez, Acme"):
        assert words in page.text
    assert "Nils Berg, all of Globex" in page.text
    assert "Gita Rao" not in page.text  # a guest
    assert '<script src="/static/js/theme.js">' in page.text  # light or dark, as the page of the clients is
    assert "script-src 'self'" in page.headers["content-security-policy"]
    only = open_to_all.http.get(address(team="T0ACME")).text
    assert "Bea Alvarez" in only
    assert "Rae Lindqvist" not in only


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "1.2"}, "Invalid client_id"),
        ({"scope": ""}, "Missing scope"),
        ({"scope": "chat:write,files:write"}, "Invalid permissions requested: files:write"),
        ({"redirect_uri": "https://tandem.example/elsewhere"}, "redirect_uri did not match"),
        ({"redirect_uri": "https://evil.example/slack/oauth_redirect"}, "redirect_uri did not match"),
        ({"redirect_uri": "http://tandem.example/slack/oauth_redirect"}, "redirect_uri did not match"),
    ],
)
def test_an_app_that_asks_wrongly_gets_no_page(
    open_to_all: Sandbox, changes: dict[str, str], words: str
) -> None:
    page = open_to_all.http.get(address(**changes))
    assert page.status_code == 400
    assert words in page.text


def test_where_the_app_is_here_stands_for_its_address_in_the_manifest(
    open_to_all: Sandbox, app: FakeApp
) -> None:
    here = urlsplit(app.url)._replace(path="/slack/oauth_redirect").geturl()
    assert open_to_all.consent(address(redirect_uri=here), "U0BEA", "T0ACME").startswith(here)
    assert open_to_all.consent(address(redirect_uri=""), "U0BEA", "T0ACME").startswith(here)


def test_another_site_says_yes_for_nobody(open_to_all: Sandbox) -> None:
    said = {"who": "U0BEA T0ACME", "answer": "allow"}
    stranger = {"origin": "https://evil.example"}
    assert open_to_all.http.post(address(), data=said, headers=stranger).status_code == 403
    own = {"origin": open_to_all.origin}
    assert open_to_all.http.post(address(), data=said, headers=own).status_code == 302


def test_who_says_no_is_sent_back_without_a_code(open_to_all: Sandbox) -> None:
    location = open_to_all.consent(address(), "U0BEA", "T0ACME", allow=False)
    assert location.startswith(BACK)
    assert answer_in(location) == {"error": "access_denied", "state": "s&1"}


def test_nobody_installs_for_others(open_to_all: Sandbox) -> None:
    for who in ("U0BEA T0NORTHWIND", "U0GITA T0NORTHWIND", "U0BEA E0GLOBEX", "U0NOBODY T0ACME"):
        refused = open_to_all.http.post(address(), data={"who": who, "answer": "allow"})
        assert refused.status_code == 400


def test_a_code_becomes_a_copy_of_the_app(open_to_all: Sandbox, app: FakeApp) -> None:
    location = open_to_all.consent(address(), "U0BEA", "T0ACME")
    assert answer_in(location)["state"] == "s&1"
    given = app.call("oauth.v2.access", code=answer_in(location)["code"], redirect_uri=BACK, **CLIENT)
    assert (given["access_token"], given["token_type"]) == ("xoxb-sandbox-acme", "bot")
    assert given["team"] == {"id": "T0ACME", "name": "Acme"}
    assert (given["enterprise"], given["is_enterprise_install"]) == (None, False)
    assert (given["bot_user_id"], given["app_id"]) == ("U0TANDEMACME", "A0TANDEM")
    assert (given["scope"], given["authed_user"]) == ("chat:write,commands,channels:history", {"id": "U0BEA"})
    call = as_copy(open_to_all, "T0ACME")
    assert call("auth.test")["team_id"] == "T0ACME"
    assert error(call("users.list")) == "missing_scope"  # not asked for, and so not granted
    open_to_all.say("U0BEA", "/map status")
    assert app.last["team_id"] == "T0ACME"


def test_the_client_may_show_itself_by_basic_authentication(open_to_all: Sandbox) -> None:
    given = httpx.post(
        f"{open_to_all.api_url}oauth.v2.access",
        data={"code": code_of(open_to_all), "redirect_uri": BACK},
        auth=(CLIENT_ID, CLIENT_SECRET),
        trust_env=False,
    ).json()
    assert given["team"]["id"] == "T0ACME"


def test_a_code_is_good_once_for_ten_minutes_and_one_address(open_to_all: Sandbox, app: FakeApp) -> None:
    def access(code: str, **changes: str) -> str:
        given = {"code": code, "redirect_uri": BACK, **CLIENT} | changes
        answer = app.call("oauth.v2.access", **given)
        return "" if answer["ok"] else str(answer["error"])

    code, late = code_of(open_to_all), code_of(open_to_all)
    assert access(code, client_id="1.2") == "invalid_client_id"
    assert access(code, client_secret="x") == "bad_client_secret"
    assert access(code, grant_type="refresh_token") == "invalid_grant_type"
    assert access(code, redirect_uri="") == "bad_redirect_uri"
    assert access("1.2.3") == "invalid_code"
    assert access(code) == ""
    assert access(code) == "code_already_used"
    wall[0] += 601
    assert access(late) == "invalid_code"


def test_an_optional_scope_may_be_left_out_by_one_and_granted_by_another(
    open_to_all: Sandbox, app: FakeApp
) -> None:
    code = code_of(open_to_all, optional=False)
    given = app.call("oauth.v2.access", code=code, redirect_uri=BACK, **CLIENT)
    assert given["scope"] == "chat:write,commands"
    open_to_all.invite("U0BEA", "U0TANDEMACME")
    app.heard.clear()
    open_to_all.say("U0RAE", "good morning")
    # Acme's copy joined last, and may not hear it; Northwind's may.
    assert app.last["authorizations"][0]["team_id"] == "T0NORTHWIND"
    open_to_all.grant_optional_scopes(on=False, team="T0NORTHWIND")
    app.heard.clear()
    open_to_all.say("U0RAE", "good morning")
    assert app.heard == []
    assert error(app.call("conversations.history", channel=DEAL)) == "missing_scope"


def test_an_organisation_installs_it_for_all_of_its_workspaces(open_to_all: Sandbox, app: FakeApp) -> None:
    code = code_of(open_to_all, "W0NILS", "E0GLOBEX")
    given = app.call("oauth.v2.access", code=code, redirect_uri=BACK, **CLIENT)
    assert (given["team"], given["is_enterprise_install"]) == (None, True)
    assert given["enterprise"] == {"id": "E0GLOBEX", "name": "Globex"}
    assert as_copy(open_to_all, "E0GLOBEX")("auth.teams.list")["teams"] == []  # until an admin adds it
    open_to_all.team_access("E0GLOBEX", "T0GLOBEX")
    open_to_all.say("W0NILS", "/map status", "C0ROLLOUT")
    assert app.last["is_enterprise_install"] == "true"


def test_a_workspace_that_has_it_through_its_organisation_installs_none_for_itself(
    open_to_all: Sandbox, app: FakeApp
) -> None:
    early = code_of(open_to_all, "W0NILS", "T0GLOBEX")
    open_to_all.install("E0GLOBEX", team_ids=["T0GLOBEX"])
    refused = open_to_all.http.post(address(), data={"who": "W0NILS T0GLOBEX", "answer": "allow"})
    assert refused.status_code == 400
    assert open_to_all.consent(address(), "W0NILS", "E0GLOBEX")
    late = app.call("oauth.v2.access", code=early, redirect_uri=BACK, **CLIENT)
    assert error(late) == "invalid_code"


def test_optional_scopes_are_taken_from_every_copy_and_given_back(open_to_all: Sandbox, app: FakeApp) -> None:
    app.call("oauth.v2.access", code=code_of(open_to_all), redirect_uri=BACK, **CLIENT)
    open_to_all.invite("U0BEA", "U0TANDEMACME")
    history = as_copy(open_to_all, "T0ACME")
    for on in (False, True):
        open_to_all.grant_optional_scopes(on=on)
        assert history("conversations.history", channel=DEAL)["ok"] is on
    assert error(history("users.list")) == "missing_scope", "nothing else is granted by it"


def test_an_app_can_give_up_its_token_or_itself(open_to_all: Sandbox, app: FakeApp) -> None:
    open_to_all.install("T0ACME")
    acme = as_copy(open_to_all, "T0ACME")
    assert acme("auth.revoke", test=True)["revoked"] is False
    assert acme("auth.revoke")["revoked"] is True
    assert error(acme("auth.test")) == "account_inactive"
    assert error(app.call("apps.uninstall", client_id="1.2", client_secret="x")) == "invalid_client_id"
    open_to_all.slack.limits.is_on = False
    assert app.call("apps.uninstall", **CLIENT)["ok"]
    open_to_all.settle()
    assert [one["team_id"] for one in events(app)] == ["T0ACME", "T0NORTHWIND"]
    assert error(app.call("auth.test")) == "account_inactive"


def test_the_log_tells_no_code_and_no_token(open_to_all: Sandbox, app: FakeApp) -> None:
    code = code_of(open_to_all)
    given = app.call("oauth.v2.access", code=code, redirect_uri=BACK, **CLIENT)
    said = str(open_to_all.log())
    for secret in (code, given["access_token"], CLIENT_SECRET):
        assert secret not in said
