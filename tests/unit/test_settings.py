"""A wrong setting is a clear line before anything starts."""

import pytest

from bot.settings import SettingsError, load_settings
from storage.encryption import new_key

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("DATABASE_URL", "CLOCK_URL", "PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in {**GOOD, **settings}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN must be a bot token"),
        ({"SLACK_APP_TOKEN": "abc"}, "SLACK_APP_TOKEN must be an app-level token"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is missing"),
        ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL must be a web address"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must be sqlite"),
        ({"PORT": "seven"}, "PORT must be"),
        ({"PORT": "70000"}, "PORT must be"),
        ({"THREADS": "0"}, "THREADS must be a number from 1"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET and ENCRYPTION_KEYS are missing"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "ENCRYPTION_KEYS is missing"),
        ({"ENCRYPTION_KEYS": "a,b"}, "ENCRYPTION_KEYS must be keys as"),
        ({"CLOCK_URL": "noon"}, "CLOCK_URL must be"),
        ({"CLOCK_URL": "http://127.0.0.1:1/clock"}, "CLOCK_URL is for the sandbox only"),
    ],
)
def test_a_malformed_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    given(monkeypatch, **settings)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_everything_missing_is_said_at_once() -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN is missing"):
        load_settings()


def test_a_page_to_install_it_from_needs_no_token_of_one_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = f"{new_key()}, {new_key()}"
    given(
        monkeypatch, SLACK_BOT_TOKEN="", SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="s", ENCRYPTION_KEYS=keys
    )
    settings = load_settings()
    assert settings.slack_bot_token is None
    assert settings.is_installed_by_others
    assert settings.keys == keys.split(", ")


def test_a_turned_clock_is_accepted_only_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_API_URL="http://127.0.0.1:9/api", CLOCK_URL="http://127.0.0.1:9/clock")
    assert load_settings().slack_api_url == "http://127.0.0.1:9/api/"


def test_socket_mode_needs_no_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-1")
    assert load_settings().slack_app_token is not None


def test_secrets_stay_out_of_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_BOT_TOKEN="xoxb-very-secret")
    assert "very-secret" not in repr(load_settings())
