"""What whoever installed Tandem granted of the scopes that may be left out."""

from collections.abc import Collection

from sqlmodel import Session

from storage.installations import copies_for

# A shared channel is public or private, and its id does not say which: plain replies are told of only where
# both are heard. https://docs.slack.dev/reference/scopes/channels.history
OF_REPLIES = frozenset(("channels:history", "groups:history"))


def takes_replies(scopes: Collection[str]) -> bool:
    """Whether a plain reply in a board's thread is heard."""
    return OF_REPLIES.issubset(scopes)


def takes_replies_at(session: Session, team_id: str) -> bool:
    """The same for the copy of Tandem that works for a workspace."""
    copy = copies_for(session, [team_id]).get(team_id)
    return copy is not None and takes_replies([scope.strip() for scope in copy.scopes.split(",")])
