"""What Tandem is told from outside, checked before anything starts."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsError(RuntimeError):
    """A setting is missing or malformed. The message names each one and says what it should be."""


class Settings(BaseSettings):
    """Environment variables, by their names in capitals; a `.env` file is read too."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = "sqlite:///tandem.db"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    clock_url: str | None = None
    log_level: str = "INFO"
    sweep_seconds: float = Field(default=20, gt=0)
    threads: int = Field(default=8, ge=1, le=64)

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("a bot token, it starts with xoxb-")
        return value

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

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Settings":
        if self.slack_app_token is None and not self.slack_signing_secret.get_secret_value():
            raise ValueError(
                "SLACK_SIGNING_SECRET is missing (needed for HTTP; or set SLACK_APP_TOKEN for Socket Mode)"
            )
        if self.clock_url and urlsplit(self.slack_api_url).hostname not in LOOPBACK:
            raise ValueError("CLOCK_URL is for the sandbox only: SLACK_API_URL must then be on 127.0.0.1")
        return self


def load_settings() -> Settings:
    """Read the environment. Raises `SettingsError` with one line for each thing that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            if problem["type"] == "missing":
                lines.append(f"{name} is missing")
            else:
                said = problem["msg"].removeprefix("Value error, ")
                lines.append(f"{name} must be {said}" if name else said)
        raise SettingsError("\n".join(lines)) from None
