"""The board: posted once, pinned, edited in place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col

from blocks.board import build_board
from blocks.replies import build_board_moved, build_please_invite
from bot.delivery import LostPost, Send
from bot.senders.voice import Voice, tell_lead
from bot.slack_errors import CALL_ERRORS, MESSAGE_GONE, NOT_THERE, understand
from bot.use_cases.home import refresh_homes
from bot.views import load_plan_views, next_day_begins
from storage import outbox, plans
from storage.models import Plan
from storage.outgoing import Outgoing


class Boards:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"board": self.board, "pin": self.pin, "board_moved": self.board_moved}

    def board(self, row: Outgoing) -> None:
        """Edit the board to the newest truth, or post and pin it where there is none."""
        now = self._voice.clock.now()
        with self._voice.database.read() as session:
            plan = session.get(Plan, row.plan_id)
            if plan is None:
                return
            message = build_board(load_plan_views(session, plan, None, now).board)
        with self._voice.database.write() as session:  # whatever Slack says to the board
            refresh_homes(session, plan, self._voice.clock.wall())
        if plan.board_lost_at is not None:
            raise LostPost("whether the board arrived is not known")
        if plan.board_ts is not None and not self._edit(plan, message):
            plan.board_ts = None
        if plan.board_ts is None:
            self._post(plan, message)
        with self._voice.database.write() as session:
            session.execute(
                sa.update(Plan).where(col(Plan.id) == plan.id).values(board_due_at=next_day_begins(plan, now))
            )

    def _edit(self, plan: Plan, message: Mapping[str, Any]) -> bool:
        """Whether the board was there to be edited."""
        try:
            self._voice.edit(plan.channel_id, plan.board_ts or "", message)
        except SlackApiError as error:
            if understand(error).error not in MESSAGE_GONE:
                raise
            return False
        return True

    def _post(self, plan: Plan, message: Mapping[str, Any]) -> None:
        """Post it once: that it may be there is written first, for a process that dies on the way."""
        self._keep(plan, None, lost_at=self._voice.clock.wall())
        try:
            answer = self._voice.post(plan.channel_id, message)
        except CALL_ERRORS as error:
            trouble = understand(error)
            if trouble.verdict == "unknown":
                raise LostPost(trouble.error) from error
            self._keep(plan, None, lost_at=None)  # it surely did not arrive
            raise
        self._keep(plan, str(answer["ts"]), lost_at=None)

    def _keep(self, plan: Plan, ts: str | None, *, lost_at: datetime | None) -> None:
        with self._voice.database.write() as session:
            kept = plans.lock_plan(session, plan.id or 0)
            if kept is None:
                return
            kept.board_ts, kept.board_lost_at = ts, lost_at
            session.add(kept)
            if ts:
                outbox.put_for(
                    session,
                    kept,
                    key=f"pin:{plan.id}:{ts}",
                    kind="pin",
                    payload={"ts": ts},
                    not_before=self._voice.clock.wall(),
                )

    def pin(self, row: Outgoing) -> None:
        with _already("already_pinned"):
            self._voice.client.pins_add(channel=row.channel_id or "", timestamp=row.payload["ts"])

    def board_moved(self, row: Outgoing) -> None:
        """Leave a line where the board stood; it is pinned in its new place."""
        channel, ts = row.channel_id or "", row.payload["ts"]
        self._voice.edit(channel, ts, build_board_moved())
        with _already("no_pin"):
            self._voice.client.pins_remove(channel=channel, timestamp=ts)

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Taken out of the channel: the lead can bring Tandem back."""
        if error in NOT_THERE:
            plan = session.get_one(Plan, row.plan_id)
            message = build_please_invite(plan.name)
            tell_lead(session, plan, message, f"invite:{plan.id}", self._voice.clock.wall())


@contextmanager
def _already(*codes: str) -> Iterator[None]:
    """What was to be done is so: by an earlier try whose answer was lost, or by somebody's hand."""
    try:
        yield
    except SlackApiError as error:
        if understand(error).error not in codes:
            raise
