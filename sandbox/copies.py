"""The installed copies of the app: each with a bot user, a token and conversations of its own.

https://docs.slack.dev/apis/slack-connect: "you may have multiple app homes and multiple bot copies".
"""

from dataclasses import dataclass, field

from sandbox.cast import Cast, Installation


@dataclass(slots=True)
class Copy:
    """Of the workspace `team_id`, or of the organisation `enterprise_id` on its workspaces in `team_ids`.

    `scopes` is what was granted, None for all that the manifest asks for. `mark` is the end of the ids of its
    direct messages: a person may have one with each copy. A copy that `is_gone` was uninstalled, and is kept
    for the messages it wrote.
    """

    user_id: str
    bot_id: str
    token: str
    team_id: str
    enterprise_id: str
    is_enterprise_install: bool
    team_ids: list[str] = field(default_factory=list)
    scopes: list[str] | None = None
    mark: str = ""
    is_gone: bool = False
    times: int = 1  # how often it was installed

    @property
    def place(self) -> str:
        """The workspace or organisation that installed it."""
        return self.enterprise_id if self.is_enterprise_install else self.team_id

    @property
    def workspaces(self) -> list[str]:
        return self.team_ids if self.is_enterprise_install else [self.team_id]

    def dm_id(self, person: str) -> str:
        """The id of its conversation with a person."""
        return f"D{person[1:]}{self.mark}"

    def serves(self, team_id: str) -> bool:
        """Whether people of this workspace may use it: its commands, its home tab."""
        return not self.is_gone and team_id in self.workspaces


def copies_of(cast: Cast) -> dict[str, Copy]:
    """As the world begins, by bot user. The first is that of `app`."""
    return {one.user_id: _copy(one, "" if one is cast.app else one.user_id[1:]) for _, one in cast.copies}


def _copy(said: Installation, mark: str) -> Copy:
    return Copy(
        user_id=said.user_id,
        bot_id=said.bot_id,
        token=said.token,
        team_id=said.team_id,
        enterprise_id=said.enterprise_id,
        is_enterprise_install=said.is_enterprise_install,
        team_ids=list(said.team_ids),
        mark=mark,
    )
