"""Who is in the sandbox, and where: the firms, their people, the channels. Read from a world.yml."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, eight times as fast where it is there

BOT_TOKEN = "xoxb-sandbox-northwind"  # noqa: S105  documented, and good for loopback only


class CastError(RuntimeError):
    """The world file cannot be used. The message names the file and each thing that is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(_Row):
    """A workspace. One on Enterprise Grid names its organisation too: `enterprise_id`, `enterprise_name`.

    `named_by_enterprise`: what its people press names the organisation in `user.team_id`, as what they
    search always does: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload.
    Recorded presses have the workspace there, and no page says which it is.
    """

    id: str = Field(pattern=r"^T[A-Z0-9]+$")
    name: str
    domain: str
    color: str = "#4a154b"
    enterprise_id: str | None = Field(default=None, pattern=r"^E[A-Z0-9]+$")
    enterprise_name: str = ""
    named_by_enterprise: bool = False


class Person(_Row):
    """Somebody with a Slack client. `tz` is an IANA name; `handle` is the short name they go by.

    The three flags are Slack's own names: https://docs.slack.dev/reference/objects/user-object. As it says, a
    user id may begin with U or W: W are people of Enterprise Grid.
    """

    id: str = Field(pattern=r"^[UW][A-Z0-9]+$")
    name: str = Field(pattern=r"\S")
    handle: str = Field(pattern=r"^\S+$")
    title: str
    team_id: str
    tz: str
    email: str
    color: str = "#5b5b5b"
    is_restricted: bool = False  # a guest of the workspace
    is_ultra_restricted: bool = False  # a guest of one channel
    post_only: bool = False  # where another workspace hosts a channel: may say things there, and use no app
    deleted: bool = False  # deactivated: still named in old messages, otherwise gone

    @field_validator("tz")
    @classmethod
    def _is_a_zone(cls, tz: str) -> str:
        try:
            ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone {tz}") from None
        return tz

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class Installation(_Row):
    """A copy of the app, with a bot user and a token of its own: of the workspace `team_id`, or org-wide.

    An org-wide one has an `enterprise_id` and no `team_id`; it is on those workspaces of it in `team_ids`.
    """

    user_id: str
    bot_id: str
    token: str
    team_id: str = ""
    enterprise_id: str = ""
    is_enterprise_install: bool = False
    team_ids: list[str] = []

    @property
    def workspaces(self) -> list[str]:
        return self.team_ids if self.is_enterprise_install else [self.team_id]


class App(Installation):
    """The one app, and the first copy of it."""

    id: str
    token: str = BOT_TOKEN
    color: str = "#1f4d3a"


class Place(_Row):
    """A channel as the world begins. The first of its teams hosts it."""

    id: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    name: str
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    team_ids: list[str] = Field(min_length=1)
    member_ids: list[str]


class Cast(_Row):
    """As many workspaces, people and channels as a file names. The first channel is where the page opens."""

    time_zone: str = "Europe/London"  # the desk's: what a day is to the clock buttons and to a story
    app: App
    installations: list[Installation] = []  # what other workspaces have installed of it
    teams: list[Team] = Field(min_length=1)
    people: list[Person] = Field(min_length=2)
    channels: list[Place] = Field(min_length=1)
    panes: tuple[str, str]  # who sits left and right when the page opens

    @model_validator(mode="after")
    def _hangs_together(self) -> "Cast":
        # Who is where can be told once everybody is somebody.
        if problems := [*_twice(self), *_dangling(self)] or list(_misplaced(self)):
            raise ValueError("\n".join(problems))
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def copies(self) -> list[tuple[str, Installation]]:
        """Each copy of the app, after the name of its row."""
        others = [(f"installations.{n} ({one.user_id})", one) for n, one in enumerate(self.installations)]
        return [("app", self.app), *others]


def _row(kind: str, place: int, one: Team | Person | Place) -> str:
    """How a row is named to whoever wrote it: `people.3 (U0SAM)`."""
    return f"{kind}.{place} ({one.id})"


def _twice(cast: Cast) -> Iterator[str]:
    """What only one row may be called."""
    people = list(enumerate(cast.people))
    named = [
        *(("id", one.user_id, row) for row, one in cast.copies),
        *(("bot id", one.bot_id, row) for row, one in cast.copies),
        *(("token", one.token, row) for row, one in cast.copies),
        *(("copy of the app in", team, row) for row, one in cast.copies for team in one.workspaces),
        *(("id", one.id, _row("teams", n, one)) for n, one in enumerate(cast.teams)),
        *(("domain", one.domain, _row("teams", n, one)) for n, one in enumerate(cast.teams)),
        *(("id", one.id, _row("people", n, one)) for n, one in people),
        *((f"handle in {one.team_id}", one.handle, _row("people", n, one)) for n, one in people),
        # The sandbox's own: a conversation with the app is called after whose it is.
        *(("conversation with the app", f"D{one.id[1:]}", _row("people", n, one)) for n, one in people),
        *(("id", one.id, _row("channels", n, one)) for n, one in enumerate(cast.channels)),
        # https://docs.slack.dev/reference/methods/conversations.create, name_taken: in a workspace, once
        *(
            (f"name in {team}", one.name, _row("channels", n, one))
            for n, one in enumerate(cast.channels)
            for team in dict.fromkeys(one.team_ids)
        ),
    ]
    first: dict[tuple[str, str], str] = {}
    for what, value, row in named:
        if (what, value) in first:
            yield f"{row}: the {what} {value} is taken by {first[what, value]}"
        first.setdefault((what, value), row)
    for n, place in enumerate(cast.channels):
        for many, ids in (("team_ids", place.team_ids), ("member_ids", place.member_ids)):
            for double in sorted({one for one in ids if ids.count(one) > 1}):
                yield f"{_row('channels', n, place)}: {many} names {double} more than once"


def _dangling(cast: Cast) -> Iterator[str]:
    """Ids that no row has."""
    teams = {team.id for team in cast.teams}
    people = {person.id for person in cast.people}
    organisations = {team.id: team.enterprise_id for team in cast.teams}
    for row, copy in cast.copies:
        for lost in [one for one in copy.workspaces if one not in teams]:
            yield f"{row}: there is no workspace {lost}"
        if copy.is_enterprise_install != (not copy.team_id) or copy.is_enterprise_install != bool(
            copy.enterprise_id
        ):
            yield f"{row}: it is of one workspace (team_id), or org-wide with an enterprise_id and team_ids"
        elif copy.is_enterprise_install and copy.enterprise_id not in organisations.values():
            yield f"{row}: there is no organisation {copy.enterprise_id}"
        for stray in [one for one in copy.team_ids if organisations.get(one) != (copy.enterprise_id or None)]:
            yield f"{row}: {stray} is not of the organisation {copy.enterprise_id}"
    bots = {copy.user_id for _, copy in cast.copies}
    for n, person in enumerate(cast.people):
        if person.team_id not in teams:
            yield f"{_row('people', n, person)}: there is no workspace {person.team_id}"
    for n, place in enumerate(cast.channels):
        for lost in [one for one in place.team_ids if one not in teams]:
            yield f"{_row('channels', n, place)}: there is no workspace {lost}"
        for member in [one for one in place.member_ids if one not in people | bots]:
            yield f"{_row('channels', n, place)}: there is nobody called {member}"
    for pane in [one for one in cast.panes if one not in people]:
        yield f"panes: there is nobody called {pane}"


def _misplaced(cast: Cast) -> Iterator[str]:
    """People where Slack would not have them: https://slack.com/help/articles/202518103"""
    people = {person.id: person for person in cast.people}
    homes = {one.id: [one.team_id] for one in cast.people}
    homes |= {copy.user_id: copy.workspaces for _, copy in cast.copies}
    for n, place in enumerate(cast.channels):
        for member in [one for one in place.member_ids if one in homes]:
            if not set(homes[member]) & set(place.team_ids):
                yield f"{_row('channels', n, place)}: the workspace of {member} does not share it"
            if member in people and people[member].deleted:
                yield f"{_row('channels', n, place)}: {member} is deactivated and can be in no channel"
    for n, person in enumerate(cast.people):
        is_in = [place.id for place in cast.channels if person.id in place.member_ids]
        if person.is_ultra_restricted and len(is_in) > 1:
            yield f"{_row('people', n, person)}: a guest of one channel is in {', '.join(is_in)}"
        if person.is_ultra_restricted and not person.is_restricted:
            yield f"{_row('people', n, person)}: is_ultra_restricted goes with is_restricted"
    for pane in [one for one in cast.panes if one in people and people[one].deleted]:
        yield f"panes: {pane} is deactivated"


def read_cast(path: Path) -> Cast:
    """Read a world file. Raises `CastError`."""
    try:
        return Cast.model_validate(yaml.load(path.read_text(encoding="utf-8"), LOADER))
    except OSError as error:
        raise CastError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise CastError(f"{path} is not YAML: {error}") from None
    except ValidationError as error:
        lines = [line for one in error.errors() for line in _lines(one)]
        raise CastError(f"{path} does not describe a world:\n" + "\n".join(lines)) from None


def _lines(problem: ErrorDetails) -> list[str]:
    """A line for each thing that is wrong, the row first."""
    words = problem["msg"].removeprefix("Value error, ")
    place = ".".join(map(str, problem["loc"]))
    return [f"  {place}: {words}"] if place else [f"  {line}" for line in words.split("\n")]
