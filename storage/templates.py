"""The lists of steps that a team keeps as its own. Every question is asked for one team."""

from collections.abc import Sequence

from sqlmodel import Session, select

from storage.agreement import TeamTemplate


def lists_of(session: Session, team_id: str) -> Sequence[TeamTemplate]:
    """All of the team's, by title."""
    found = session.exec(select(TeamTemplate).where(TeamTemplate.team_id == team_id))
    return sorted(found, key=lambda one: (one.title.casefold(), one.id or 0))


def list_of(session: Session, team_id: str, list_id: int) -> TeamTemplate | None:
    return session.exec(
        select(TeamTemplate).where(TeamTemplate.id == list_id, TeamTemplate.team_id == team_id)
    ).one_or_none()


def list_titled(session: Session, team_id: str, title: str) -> TeamTemplate | None:
    """The team's list of that title, whatever its capitals."""
    wanted = title.casefold()
    return next((one for one in lists_of(session, team_id) if one.title.casefold() == wanted), None)
