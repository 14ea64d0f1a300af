"""Tokens are sealed with the first key, opened by any, and shown by nothing."""

import logging
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.logs import redact
from bot.operating import reseal, rotate_keys
from bot.settings import Settings, SettingsError, load_keys, load_settings
from storage.database import Database
from storage.encryption import CannotOpen, NoKeys, Vault, new_key
from tests.copies import BUYER, KEY, SELLER, Copies, a_copy, all_copies, keep

OLD, NEW = KEY, new_key()


def test_what_was_sealed_is_opened_and_is_not_the_secret() -> None:
    sealed = Vault([OLD]).seal("xoxb-secret")
    assert "xoxb" not in sealed
    assert Vault([NEW, OLD]).open(sealed) == "xoxb-secret"


def test_another_key_does_not_open_it_and_says_nothing_of_it() -> None:
    sealed = Vault([OLD]).seal("xoxb-secret")
    with pytest.raises(CannotOpen) as failed:
        Vault([NEW]).open(sealed)
    said = f"{failed.value!r} {failed.value} {failed.value.__cause__} {failed.value.__context__!r}"
    assert sealed not in said
    assert NEW not in said


def test_without_keys_nothing_is_kept() -> None:
    with pytest.raises(NoKeys):
        Vault().seal("xoxb-secret")


def test_every_token_is_sealed_with_the_first_key_and_twice_is_as_good_as_once(database: Database) -> None:
    keep(database, a_copy())
    keep(database, a_copy(BUYER, token="xoxb-2-buyer", bot_user_id="U0BOT2"))
    for _ in range(2):
        assert reseal(database, Vault([NEW, OLD])) == (2, [])
        assert [Vault([NEW]).open(one.token) for one in all_copies(database)] == [
            "xoxb-1-seller",
            "xoxb-2-buyer",
        ]
    assert Copies(database, vault=Vault([NEW])).installations.client_for(SELLER).token == "xoxb-1-seller"


def test_half_way_through_nothing_is_sealed_anew(database: Database) -> None:
    """A crash: each token is still what the old key opens, and the next run begins at the beginning."""
    keep(database, a_copy())
    keep(database, a_copy(BUYER, token="xoxb-2-buyer", bot_user_id="U0BOT2"))
    before = [one.token for one in all_copies(database)]

    class Crash(Vault):
        left = 1

        def reseal(self, sealed: str) -> str:
            if not self.left:
                raise RuntimeError("the lights went out")
            self.left -= 1
            return super().reseal(sealed)

    with pytest.raises(RuntimeError, match="lights"):
        reseal(database, Crash([NEW, OLD]))
    assert [one.token for one in all_copies(database)] == before
    assert reseal(database, Vault([NEW, OLD])) == (2, [])


@pytest.fixture
def operator(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    return monkeypatch


def test_a_token_that_nothing_opens_is_named_and_left(
    database: Database, operator: pytest.MonkeyPatch
) -> None:
    keep(database, a_copy())
    lost = Vault([new_key()]).seal("xoxb-lost")
    keep(database, a_copy(BUYER, team_name="Acme", bot_user_id="U0BOT2", token=""))
    with database.write() as session:
        [_, acme] = all_copies(database)
        acme = session.merge(acme)
        acme.token = lost
    operator.setenv("ENCRYPTION_KEYS", f"{NEW},{OLD}")
    report = rotate_keys()
    assert report.lines == ("1 token is sealed with the first key now.",)
    assert report.code == 1
    [complaint] = report.complaints
    assert complaint.startswith("T0BUYER (Acme)")
    assert all_copies(database)[1].token == lost
    assert not any(secret in complaint for secret in (lost, NEW, OLD))


def test_without_keys_there_is_nothing_to_rotate(operator: pytest.MonkeyPatch) -> None:
    operator.delenv("ENCRYPTION_KEYS", raising=False)
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS is missing"):
        load_keys()
    operator.setenv("ENCRYPTION_KEYS", "no-key-at-all")
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS must be keys as") as failed:
        load_keys()
    assert "no-key-at-all" not in str(failed.value)


def a_whole_setting(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-own-token",
        "SLACK_SIGNING_SECRET": "signing-secret",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "client-secret",
        "ENCRYPTION_KEYS": OLD,
        "DATABASE_URL": "postgresql://tandem:database-password@db/tandem",
    }.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_nothing_that_is_printed_shows_a_secret(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    from bot.application import Tandem, build_client, build_tandem
    from bot.clock import SystemClock
    from bot.oauth import AppKeys

    settings = a_whole_setting(monkeypatch)
    keep(database, a_copy())
    keys = AppKeys("1.2", "client-secret", ["chat:write"])
    tandem: Tandem = build_tandem(
        database, SystemClock(), build_client(None, "http://127.0.0.1:9/api/"), "signing-secret",
        vault=Vault([OLD]), app_keys=keys,
    )  # fmt: skip
    found = tandem.installations.resolve({"team_id": SELLER})
    assert found is not None
    assert found.token == "xoxb-1-seller"
    shown = [
        settings, keys, tandem, found, tandem.installations, tandem.desk, Vault([OLD]),
        all_copies(database)[0], tandem.installations.client_for(SELLER), tandem.install_pages,
    ]  # fmt: skip
    for thing in shown:
        said = f"{thing!r} {thing}"
        sealed = all_copies(database)[0].token
        for secret in ("xoxb-", "signing-secret", "client-secret", "database-password", OLD, sealed):
            assert secret not in said, f"{type(thing).__name__} shows {secret[:8]}…"


def test_a_log_hides_secrets_wherever_they_stand() -> None:
    refused = SlackApiError("x", {"ok": False, "access_token": "xoxb-9-lost"})
    line = redact(None, "info", {
        "event": "x",
        "headers": {"Authorization": "Bearer xoxb-1-a", "deep": [{"a": ("xoxe.xoxb-1-b", "xoxp-c")}]},
        "error": refused,
        "exception": f"SlackApiError: {refused}",
    })  # fmt: skip
    assert "xox" not in str(line)


def test_the_library_that_calls_slack_logs_no_token(caplog: pytest.LogCaptureFixture) -> None:
    client = WebClient(token="xoxb-1-quiet", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    caplog.set_level(logging.DEBUG)
    raised: Any = None
    try:
        client.auth_test()
    except OSError as error:
        raised = error
    assert raised is not None
    assert "xoxb-1-quiet" not in f"{caplog.text} {raised!r} {raised}"
