"""Who is in the sandbox, and where: two firms, their people, the channels. Read from a world.yml."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class CastError(RuntimeError):
    """The world file cannot be used. The message names the file and each thing that is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(_Row):
    id: str = Field(pattern=r"^T[A-Z0-9]+$")
    name: str
    domain: str
    color: str = "#4a154b"


class Person(_Row):
    """Somebody with a Slack client. `tz` is an IANA name; `handle` is the short name they go by."""

    id: str = Field(pattern=r"^U[A-Z0-9]+$")
    name: str
    handle: str
    title: str
    team_id: str
    tz: str
    email: str
    color: str = "#5b5b5b"

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class App(_Row):
    id: str
    user_id: str
    bot_id: str
    team_id: str  # the workspace that installed it
    color: str = "#1f4d3a"


class Place(_Row):
    """A channel as the world begins. The first of its teams hosts it."""

    id: str = Field(pattern=r"^C[A-Z0-9]+$")
    name: str
    topic: str = ""
    is_private: bool = False
    team_ids: list[str] = Field(min_length=1)
    member_ids: list[str]


class Cast(_Row):
    time_zone: str = "Europe/London"  # the desk's: what a day is to the clock buttons and to a story
    app: App
    teams: list[Team] = Field(min_length=2)
    people: list[Person] = Field(min_length=2)
    channels: list[Place] = Field(min_length=1)
    panes: tuple[str, str]  # who sits left and right when the page opens

    @model_validator(mode="after")
    def _hangs_together(self) -> "Cast":
        teams = {team.id for team in self.teams}
        people = {person.id for person in self.people} | {self.app.user_id}
        unknown = {person.team_id for person in self.people} | {self.app.team_id}
        unknown |= {team for place in self.channels for team in place.team_ids}
        unknown = unknown - teams
        unknown |= ({who for place in self.channels for who in place.member_ids} | set(self.panes)) - people
        if unknown:
            raise ValueError(f"nobody and nothing here is called {', '.join(sorted(unknown))}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


# YAML's own names for kinds of conversation, as the page knows them.
Kind = Literal["channel", "dm"]


def read_cast(path: Path) -> Cast:
    """Read a world file. Raises `CastError`."""
    try:
        return Cast.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CastError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise CastError(f"{path} is not YAML: {error}") from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, one['loc'])) or 'world'}: {one['msg']}" for one in error.errors()]
        raise CastError(f"{path} does not describe a world:\n" + "\n".join(lines)) from None
