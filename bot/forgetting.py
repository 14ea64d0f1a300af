"""`python app.py forget-workspace`: what is kept for a workspace, said in lines, and deleted.

Everything that hangs on a plan which the workspace hosts goes with it. People stay whom a channel or a plan
of another workspace needs. What others host stays, also where this one is the buyer there: it is theirs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from storage import forgetting
from storage.forgetting import Kept

ID = re.compile(r"[TE][A-Z0-9]{2,19}")
# In the order in which they are said: one of it, and several.
NAMES = {
    "plans": ("plan", "plans"),
    "steps": ("step", "steps"),
    "notes": ("note", "notes"),
    "changes": ("line of history", "lines of history"),
    "proposals": ("question to the other side", "questions to the other side"),
    "slips": ("line of a slip ledger", "lines of slip ledgers"),
    "nudges": ("reminder", "reminders"),
    "notices": ("word to a new owner", "words to new owners"),
    "outgoing": ("message or drawing, sent or waiting", "messages and drawings, sent or waiting"),
    "drafts": ("draft", "drafts"),
    "lists": ("list of its own", "lists of its own"),
    "members": ("place in a channel", "places in channels"),
    "people": ("person", "people"),
    "workspaces": ("workspace or organisation that Tandem is found by", "ids that Tandem is found by"),
    "copies": ("installation with its token", "installations with their tokens"),
}


class NoWorkspace(ValueError):
    """What was given is the id of no workspace. The message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept, and a line on each kind of which there is any; no lines where there is nothing."""

    kept: Kept
    lines: Sequence[str]


def look(session: Session, workspace_id: str) -> Found:
    """Raises `NoWorkspace`."""
    if not ID.fullmatch(workspace_id):
        raise NoWorkspace(f"{workspace_id!r} is no id of a workspace: T… or, of an Enterprise Grid, E…")
    kept = forgetting.everything_of(session, forgetting.workspaces_under(session, workspace_id))
    lines = [f"{number} {NAMES[kind][number != 1]}" for kind in NAMES if (number := kept.counts[kind])]
    if lines and kept.needed_people:
        stay = len(kept.needed_people)
        lines.append(
            f"({stay} {'person stays' if stay == 1 else 'people stay'}: channels or plans of other workspaces"
            " need them)"
        )
    return Found(kept, lines)


def forget(session: Session, found: Found) -> None:
    """Delete it, in this transaction."""
    forgetting.delete(session, found.kept)
