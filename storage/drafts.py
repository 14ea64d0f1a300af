"""What somebody typed to start a plan, kept until it has started."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from storage.models import Draft


def keep(session: Session, user_id: str, channel_id: str, typed: Mapping[str, str], moment: datetime) -> None:
    """Keep it in the place of what they typed before. `typed` is by the names of the form's fields."""
    session.merge(Draft(user_id=user_id, channel_id=channel_id, typed=dict(typed), saved_at=moment))


def kept_for(session: Session, user_id: str, channel_id: str) -> Mapping[str, str]:
    """What they typed, nothing where they typed nothing."""
    draft = session.get(Draft, (user_id, channel_id))
    return draft.typed if draft else {}


def drop(session: Session, channel_id: str) -> None:
    """The channel has its plan: nobody's draft for it is needed any more."""
    session.execute(sa.delete(Draft).where(col(Draft.channel_id) == channel_id))


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(sa.delete(Draft).where(col(Draft.saved_at) < moment))
