"""What Tandem is told from outside, checked before anything starts."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.encryption import is_key

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
TO_BE_INSTALLED = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEYS")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsError(RuntimeError):
    """A setting is missing or malformed. The message names each one and says what it should be."""


class Settings(BaseSettings):
    """Environment variables, by their names in capitals; a `.env` file is read too."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    slack_bot_token: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")  # Fernet keys with commas between; the first one seals
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = Field(default="sqlite:///tandem.db", repr=False)  # it may hold a password
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    clock_url: str | None = None
    log_level: str = "INFO"
    sweep_seconds: float = Field(default=20, gt=0)
    threads: int = Field(default=8, ge=1, le=64)

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or value.get_secret_value() == "":
            return None
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("a bot token, it starts with xoxb-")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        return _keys(value)

    @field_validator("slack_app_token")
    @classmethod
    def _is_an_app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or value.get_secret_value() == "":
            return None
        if not value.get_secret_value().startswith("xapp-"):
            raise ValueError("an app-level token, it starts with xapp-")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("a web address such as https://slack.com/api/")
        return value if value.endswith("/") else value + "/"

    @field_validator("clock_url")
    @classmethod
    def _is_a_clock(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("the web address of the sandbox's clock")
        return value or None

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, value: str) -> str:
        if value.upper() not in LEVELS:
            raise ValueError(f"one of {', '.join(LEVELS)}")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Settings":
        needed = (self.slack_client_id, self.slack_client_secret.get_secret_value(), self.keys)
        missing = [name for name, value in zip(TO_BE_INSTALLED, needed, strict=True) if not value]
        if any(needed[:2]) and missing:
            raise ValueError(
                f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
                f" ({', '.join(TO_BE_INSTALLED)} are set together, or not at all)"
            )
        if self.slack_bot_token is None and missing:
            raise ValueError(
                "SLACK_BOT_TOKEN is missing (for one workspace; or set"
                f" {', '.join(TO_BE_INSTALLED)}, and Tandem is installed from its own page)"
            )
        if self.slack_app_token is None and not self.slack_signing_secret.get_secret_value():
            raise ValueError(
                "SLACK_SIGNING_SECRET is missing (needed for HTTP; or set SLACK_APP_TOKEN for Socket Mode)"
            )
        if self.clock_url and urlsplit(self.slack_api_url).hostname not in LOOPBACK:
            raise ValueError("CLOCK_URL is for the sandbox only: SLACK_API_URL must then be on 127.0.0.1")
        return self

    @property
    def keys(self) -> list[str]:
        """What seals tokens that are kept."""
        return split_keys(self.encryption_keys)

    @property
    def is_installed_by_others(self) -> bool:
        """Whether workspaces may install Tandem from its own page."""
        return bool(self.slack_client_id)


class _OnlyTheDatabase(BaseSettings):
    model_config = Settings.model_config

    database_url: str = Settings.model_fields["database_url"].default


def load_database_url() -> str:
    """`DATABASE_URL` alone, which needs no token: from the environment or `.env`."""
    return _OnlyTheDatabase().database_url


class _OnlyTheKeys(BaseSettings):
    model_config = Settings.model_config

    encryption_keys: SecretStr = SecretStr("")

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        return _keys(value)


def load_keys() -> list[str]:
    """`ENCRYPTION_KEYS` alone. Raises `SettingsError`, also where there are none."""
    try:
        keys = split_keys(_OnlyTheKeys().encryption_keys)
    except ValidationError as error:
        raise SettingsError("\n".join(_say(problem) for problem in error.errors())) from None
    if not keys:
        raise SettingsError("ENCRYPTION_KEYS is missing")
    return keys


def split_keys(keys: SecretStr) -> list[str]:
    return [key.strip() for key in keys.get_secret_value().split(",") if key.strip()]


def _keys(value: SecretStr) -> SecretStr:
    for key in split_keys(value):
        if not is_key(key):
            raise ValueError("keys as `python app.py new-key` prints them, with commas between")
    return value


def load_settings(**given: Any) -> Settings:
    """Read the environment; what is given outranks it. Raises `SettingsError`, a line for each fault."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_say(problem) for problem in error.errors())) from None


def _say(problem: ErrorDetails) -> str:
    name = ".".join(str(part) for part in problem["loc"]).upper()
    if problem["type"] == "missing":
        return f"{name} is missing"
    if problem["type"] == "value_error":
        said = problem["msg"].removeprefix("Value error, ")
        return f"{name} must be {said}" if name else said
    limits = problem.get("ctx") or {}
    low, high = limits.get("ge", limits.get("gt")), limits.get("le")
    bounds = f" from {low}" if low is not None else f" up to {high}" if high is not None else ""
    return f"{name} must be a number{bounds}"
