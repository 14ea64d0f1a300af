"""The copies of Tandem that are installed, and the workspaces each of them is for.

A workspace (`T…`) or, where a whole Enterprise Grid installed Tandem, the organisation (`E…`) and each of the
workspaces it was granted to, points at its one copy. Team ids are the same wherever Slack names them, so a
copy is found by them alone: Bolt's own look-up matches the organisation too, and a request of a buyer on
Enterprise Grid names theirs.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from storage import locks
from storage.types import UTCDateTime
from storage.upsert import insert_unless_there


class Installation(SQLModel, table=True):
    """One copy of Tandem, with a bot user and a token of its own.

    `token` is sealed (`storage.encryption`); "" where it stands in the settings instead.
    """

    __tablename__ = "installation"

    id: int | None = Field(default=None, primary_key=True)
    app_id: str = Field(default="", max_length=20)
    team_id: str = Field(default="", max_length=20)  # "" for a whole Enterprise Grid
    team_name: str = Field(default="", max_length=80)
    enterprise_id: str = Field(default="", max_length=20)
    is_org_wide: bool = False
    bot_user_id: str = Field(max_length=20, index=True)
    bot_id: str = Field(default="", max_length=20)
    token: str = Field(default="", sa_type=sa.Text, repr=False)
    scopes: str = Field(default="", sa_type=sa.Text)  # as Slack writes them, with commas between
    installed_by: str | None = Field(default=None, max_length=20)
    installed_at: datetime = Field(sa_type=UTCDateTime)  # by the clock of Slack's events
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # removed, or its token taken back
    end_reason: str = Field(default="", max_length=40)


class InstalledWorkspace(SQLModel, table=True):
    """A workspace or an organisation, and the copy that works for it."""

    __tablename__ = "installed_workspace"

    workspace_id: str = Field(primary_key=True, max_length=20)  # `T…`, or `E…` for a whole Grid
    installation_id: int = Field(foreign_key="installation.id", index=True, ondelete="CASCADE")


class OAuthState(SQLModel, table=True):
    """A way in to install Tandem that somebody was shown. Good for one use, and for ten minutes."""

    __tablename__ = "oauth_state"

    state: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)  # wall clock


def copies_for(session: Session, workspace_ids: Sequence[str]) -> dict[str, Installation]:
    """The live copies for these workspaces and organisations, by their ids: one indexed SELECT."""
    rows = session.exec(
        select(InstalledWorkspace.workspace_id, Installation)
        .join(Installation, col(Installation.id) == col(InstalledWorkspace.installation_id))
        .where(col(InstalledWorkspace.workspace_id).in_(workspace_ids), col(Installation.ended_at).is_(None))
    )
    return dict(rows.all())


def hold(session: Session) -> None:
    """Before a copy is read to be changed: nobody else installs, removes or grants one until the transaction
    ends. Two who install would leave two rows; who removes what another installs again would end the new."""
    locks.wait_for(session, locks.INSTALL)


def install(session: Session, new: Installation) -> Installation:
    """Keep a copy: in the place of the one that the workspace or the organisation had before.

    One that comes without a token, as it stands in the settings, leaves the token that is kept.
    """
    hold(session)
    kept = _before(session, new)
    if kept is None:
        session.add(new)
        session.flush()
        kept = new
    else:
        for name, value in new.model_dump(exclude={"id", *(() if new.token else ("token",))}).items():
            setattr(kept, name, value)
        session.add(kept)
    grant(session, kept, [home_of(kept)])
    return kept


def _before(session: Session, new: Installation) -> Installation | None:
    """The copy that the workspace itself, or the organisation itself, had until now."""
    same = select(Installation).where(
        Installation.is_org_wide == new.is_org_wide,
        Installation.team_id == new.team_id,
        sa.true() if not new.is_org_wide else Installation.enterprise_id == new.enterprise_id,
    )
    return session.exec(same.order_by(col(Installation.id).desc()).limit(1)).one_or_none()


def home_of(installation: Installation) -> str:
    """The workspace or the organisation that installed it."""
    return installation.enterprise_id if installation.is_org_wide else installation.team_id


def grant(session: Session, installation: Installation, workspace_ids: Iterable[str]) -> None:
    """These workspaces are the copy's from now on."""
    assert installation.id is not None
    for workspace_id in sorted(set(workspace_ids)):
        row = {"workspace_id": workspace_id, "installation_id": installation.id}
        if not insert_unless_there(session, InstalledWorkspace, row, ["workspace_id"]):
            session.execute(
                sa.update(InstalledWorkspace)
                .where(col(InstalledWorkspace.workspace_id) == workspace_id)
                .values(installation_id=installation.id)
            )


def withdraw(session: Session, installation: Installation, workspace_ids: Collection[str]) -> list[str]:
    """These workspaces are the copy's no more. Says which of them are without any copy now: one that had
    installed Tandem for itself, before its whole Grid did, has that copy again."""
    of_it = col(InstalledWorkspace.installation_id) == installation.id
    named = col(InstalledWorkspace.workspace_id).in_(list(workspace_ids))
    gone = session.exec(select(InstalledWorkspace.workspace_id).where(of_it, named)).all()
    session.execute(sa.delete(InstalledWorkspace).where(of_it, named))
    own = session.exec(
        select(Installation).where(
            col(Installation.team_id).in_(gone),
            col(Installation.is_org_wide).is_(False),
            col(Installation.ended_at).is_(None),
        )
    ).all()
    for copy in own:
        grant(session, copy, [copy.team_id])
    return sorted(set(gone) - {copy.team_id for copy in own})


def workspaces_of(session: Session, installation: Installation) -> list[str]:
    """The ids of what a copy works for, in order."""
    rows = select(InstalledWorkspace.workspace_id).where(
        InstalledWorkspace.installation_id == installation.id
    )
    return sorted(session.exec(rows))


def kept_tokens(session: Session) -> Sequence[Installation]:
    """The copies whose tokens are kept here, locked until the transaction ends."""
    rows = select(Installation).where(col(Installation.token) != "").order_by(col(Installation.id))
    return session.exec(rows.with_for_update()).all()


def end(session: Session, installation: Installation, reason: str, wall: datetime) -> None:
    """It was removed, or its token was taken back. Nothing is sent with it any more."""
    installation.ended_at, installation.end_reason, installation.token = wall, reason, ""
    session.add(installation)


def is_a_bot_of_ours(session: Session, user_ids: Collection[str]) -> set[str]:
    """Those of these users who are a copy of Tandem, also one that was removed since."""
    if not user_ids:
        return set()
    found = select(Installation.bot_user_id).where(col(Installation.bot_user_id).in_(user_ids))
    return set(session.exec(found))


def keep_state(session: Session, state: str, now: datetime, expires_at: datetime) -> None:
    """Somebody was shown the way in. Those that nobody took are forgotten along the way."""
    session.execute(sa.delete(OAuthState).where(col(OAuthState.expires_at) <= now))
    session.add(OAuthState(state=state, expires_at=expires_at))


def use_state(session: Session, state: str, now: datetime) -> bool:
    """Whether somebody was shown this way in, and nobody has taken it: of two who try, one has it."""
    used = session.execute(
        sa.delete(OAuthState)
        .where(col(OAuthState.state) == state, col(OAuthState.expires_at) > now)
        .returning(col(OAuthState.state))
    )
    return used.first() is not None
