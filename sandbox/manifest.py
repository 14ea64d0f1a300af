"""What the app was granted and registered: read from its manifest, as Slack would at installation."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sandbox.cast import LOADER

_FATES = ("left", "archive", "unarchive", "rename", "deleted")
_SHARES = ("channel_shared", "channel_unshared", "channel_id_changed")
# https://docs.slack.dev/reference/events: the scope without which Slack does not deliver the event.
EVENT_SCOPES = {
    # …/app_mention: what is said in direct messages is "not dispatched via app_mention".
    "app_mention": {"C": "app_mentions:read", "G": "app_mentions:read"},
    "member_joined_channel": {"C": "channels:read", "G": "groups:read"},
    "member_left_channel": {"C": "channels:read", "G": "groups:read"},
    **{f"channel_{what}": {"C": "channels:read"} for what in _FATES},
    **{f"group_{what}": {"G": "groups:read"} for what in _FATES},
    **{event: {"C": "channels:read", "G": "groups:read"} for event in _SHARES},
    "message.channels": {"C": "channels:history"},
    "message.groups": {"G": "groups:history"},
    "message.im": {"D": "im:history"},
}


class ManifestError(RuntimeError):
    """The manifest cannot be used. The message names the file and each thing that is wrong."""


class _Part(BaseModel):
    # What the sandbox does not act on is none of its business: the official schema checks the rest.
    model_config = ConfigDict(extra="ignore", strict=True)


class Command(_Part):
    command: str = Field(pattern=r"^/[a-z0-9_-]{1,31}$")
    description: str = Field(min_length=1, max_length=2000)
    usage_hint: str = Field(default="", max_length=1000)
    should_escape: bool = False


class Shortcut(_Part):
    """https://docs.slack.dev/interactivity/implementing-shortcuts: of a message's menu, or global."""

    name: str = Field(min_length=1, max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class _AppHome(_Part):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = True


class _BotUser(_Part):
    display_name: str = Field(min_length=1, max_length=80)


class _Features(_Part):
    app_home: _AppHome = _AppHome()
    bot_user: _BotUser
    slash_commands: list[Command] = Field(default=[], max_length=50)
    shortcuts: list[Shortcut] = Field(default=[], max_length=10)


class _Scopes(_Part):
    bot: list[str] = Field(min_length=1)
    bot_optional: list[str] = []  # whoever installs the app may leave these out

    @field_validator("bot", "bot_optional")
    @classmethod
    def _are_scopes(cls, scopes: list[str]) -> list[str]:
        for scope in scopes:
            if not scope or not set(scope) <= set("abcdefghijklmnopqrstuvwxyz:._-"):
                raise ValueError(f"“{scope}” is not the name of a scope")
        return scopes


class _OAuth(_Part):
    scopes: _Scopes
    redirect_urls: list[str] = []


class _Events(_Part):
    bot_events: list[str] = Field(default=[], max_length=100)


class _Interactivity(_Part):
    is_enabled: bool = False
    message_menu_options_url: str | None = None


class _Settings(_Part):
    event_subscriptions: _Events = _Events()
    interactivity: _Interactivity = _Interactivity()
    socket_mode_enabled: bool = False
    org_deploy_enabled: bool = False


class Manifest(_Part):
    """The parts of an app manifest that decide what Slack does for the app."""

    features: _Features
    oauth_config: _OAuth
    settings: _Settings = _Settings()

    @property
    def scopes(self) -> list[str]:
        """What was granted: all that the app asks for, what is optional with it unless it was left out."""
        asked = self.oauth_config.scopes
        return list(dict.fromkeys((*asked.bot, *asked.bot_optional)))  # "must also be listed" in `bot`

    @property
    def required_scopes(self) -> list[str]:
        """What nobody who installs it can leave out. What they can stands among all that are asked for, too:
        https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes
        """
        asked = self.oauth_config.scopes
        return [one for one in asked.bot if one not in asked.bot_optional]

    def grants(self, scope: str) -> bool:
        return scope in self.scopes

    def command(self, name: str) -> Command | None:
        """The registered slash command of this name. Without the scope `commands` there is none."""
        if not self.grants("commands"):
            return None
        return next((one for one in self.features.slash_commands if one.command == name), None)

    @property
    def commands(self) -> list[Command]:
        return self.features.slash_commands if self.grants("commands") else []

    @property
    def message_shortcuts(self) -> list[Shortcut]:
        """What the menu of a message offers. Shortcuts take the scope `commands` too."""
        return [one for one in self.features.shortcuts if one.type == "message" and self.grants("commands")]

    def hears(self, event: str, channel_id: str, *, is_private: bool = False) -> bool:
        """Whether an event of a conversation is delivered: subscribed to, and its scope granted."""
        kind = "D" if channel_id.startswith("D") else "G" if is_private else "C"
        scope = EVENT_SCOPES.get(event, {}).get(kind)
        return (
            event in self.settings.event_subscriptions.bot_events and scope is not None and self.grants(scope)
        )

    def with_socket_mode(self, *, on: bool) -> "Manifest":
        """The same with Socket Mode switched on or off, as on the app's settings page."""
        settings = self.settings.model_copy(update={"socket_mode_enabled": on})
        return self.model_copy(update={"settings": settings})

    def with_scopes(self, scopes: list[str]) -> "Manifest":
        """The same with these granted, and nothing else."""
        granted = self.oauth_config.scopes.model_copy(update={"bot": scopes, "bot_optional": []})
        return self.model_copy(
            update={"oauth_config": self.oauth_config.model_copy(update={"scopes": granted})}
        )

    def without_optional_scopes(self) -> "Manifest":
        """The same as installed by somebody who left out whatever may be left out."""
        return self.with_scopes(self.required_scopes)

    @property
    def loads_options(self) -> bool:
        # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select:
        # over HTTP an external select needs an Options Load URL.
        interactivity = self.settings.interactivity
        return interactivity.is_enabled and (
            bool(interactivity.message_menu_options_url) or self.settings.socket_mode_enabled
        )

    def hears_of_app(self, event: str) -> bool:
        """Whether it is told what becomes of its installations: those events take no scope."""
        return event in self.settings.event_subscriptions.bot_events

    @property
    def hears_of_people(self) -> bool:
        """https://docs.slack.dev/reference/events/user_change"""
        return self.hears_of_app("user_change") and self.grants("users:read")

    @property
    def hears_of_home(self) -> bool:
        """https://docs.slack.dev/reference/events/app_home_opened: the event takes no scope."""
        return "app_home_opened" in self.settings.event_subscriptions.bot_events

    @property
    def has_home_tab(self) -> bool:
        return self.features.app_home.home_tab_enabled

    @property
    def has_messages_tab(self) -> bool:
        return self.features.app_home.messages_tab_enabled

    @property
    def reads_direct_messages(self) -> bool:
        """Whether people can write to the app: its tab takes messages, and `im:history` lets it read them."""
        home = self.features.app_home
        return (
            home.messages_tab_enabled
            and not home.messages_tab_read_only_enabled
            and self.grants("im:history")
        )


def read_manifest(path: Path) -> Manifest:
    """Read a manifest in YAML or JSON. Raises `ManifestError`."""
    try:
        said = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} is not YAML: {error}") from None
    try:
        return Manifest.model_validate(said)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in problem['loc']) or 'manifest'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ManifestError(f"{path} is not a usable app manifest:\n" + "\n".join(lines)) from None
