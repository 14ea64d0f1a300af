"""The board: posted once, pinned, edited in place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from blocks.board import build_board
from blocks.channel_changes import build_plan_moved
from blocks.replies import build_board_moved, build_post_unknown
from bot.delivery import LostPost, NotNow, Send
from bot.granted import takes_replies_at
from bot.paces import POST
from bot.senders.voice import Voice, tell_lead
from bot.slack_errors import MESSAGE_GONE, CallFailed
from bot.use_cases.home import refresh_homes
from bot.views import load_plan_views, next_day_begins
from storage import outbox, paces, plans, standing
from storage.models import Plan
from storage.outgoing import Outgoing

SOON = 1.0  # seconds until a board that changed hands meanwhile is drawn again
IN_A_MOMENT = 0.1


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
            view = load_plan_views(session, plan, None, now, with_way=True).board
            takes_replies = takes_replies_at(session, plan.team_id)
        message = build_board(replace(view, takes_replies=takes_replies))
        with self._voice.database.write() as session:  # whatever Slack says to the board
            refresh_homes(session, plan, self._voice.clock.wall())
        if plan.board_lost_at is not None:  # nothing is drawn until somebody asks for another one
            with self._voice.database.write() as session:
                self.tell_lost(session, plan)
            return
        if plan.board_ts is None or not self._edit(plan, plan.board_ts, message):
            self._post(row, plan, message)
        with self._voice.database.write() as session:
            session.execute(
                sa.update(Plan).where(col(Plan.id) == plan.id).values(board_due_at=next_day_begins(plan, now))
            )

    def _edit(self, plan: Plan, ts: str, message: Mapping[str, Any]) -> bool:
        """Whether the board was there to be edited. One that was left behind meanwhile says so once more."""
        try:
            self._voice.edit(plan.channel_id, ts, message)
        except CallFailed as failed:
            if failed.trouble.error not in MESSAGE_GONE:
                raise
            return False
        with self._voice.database.read() as session:
            newest = session.get(Plan, plan.id)
        if newest is not None and newest.board_ts != ts:
            with self._voice.database.write() as session:
                self._leave_word(session, newest, plan.channel_id, ts)
        return True

    def _post(self, row: Outgoing, plan: Plan, message: Mapping[str, Any]) -> None:
        """Post it once: that it may be there is written first, for a process that dies on the way."""
        begun_at = self._begin_post(row, plan)
        try:
            answer = self._voice.post(plan.channel_id, message)
        except CallFailed as failed:
            if failed.trouble.verdict in ("unknown", "broken"):
                raise LostPost(failed.trouble.error) from failed
            self._take_back(plan, begun_at)
            raise
        self._keep(plan, str(answer["ts"]), begun_at)

    def _begin_post(self, row: Outgoing, plan: Plan) -> datetime:
        """Raises `NotNow` where somebody else had this board in hand meanwhile, and for the pace of posts."""
        wall = self._voice.clock.wall()
        self._take_turn(row, wall)
        with self._voice.database.write() as session:
            kept = plans.lock_plan(session, plan.id or 0)
            if kept is None or _place(kept) != _place(plan):
                raise NotNow("the board changed hands", SOON)
            kept.board_ts, kept.board_lost_at = None, wall
            session.add(kept)
        return wall

    def _take_turn(self, row: Outgoing, wall: datetime) -> None:
        """Wait with the other posts. That it is one shows only here: most boards are edited."""
        keys = [lane.key_for(row) for lane in POST]
        with self._voice.database.write() as session:
            paces.make(session, keys, wall)
            if paces.take(session, POST, row, wall):
                return
            free_at = max(paces.when_free(session, keys).values())
        raise NotNow("others post", max((free_at - wall).total_seconds(), IN_A_MOMENT))

    def _take_back(self, plan: Plan, begun_at: datetime) -> None:
        """It surely did not arrive."""
        with self._voice.database.write() as session:
            kept = plans.lock_plan(session, plan.id or 0)
            if kept is not None and kept.board_lost_at == begun_at:
                kept.board_lost_at = None
                session.add(kept)

    def _keep(self, plan: Plan, ts: str, begun_at: datetime) -> None:
        """The board has its place; unless there is another one by now, which was asked for meanwhile, or the
        plan has left the channel."""
        wall = self._voice.clock.wall()
        with self._voice.database.write() as session:
            kept = plans.lock_plan(session, plan.id or 0)
            if kept is None:
                return
            is_there = standing.is_the_same(session, plan.channel_id, kept)
            if not is_there or kept.board_ts is not None or kept.board_lost_at not in (None, begun_at):
                self._leave_word(session, kept, plan.channel_id, ts)
                return
            kept.board_ts, kept.board_lost_at = ts, None
            session.add(kept)
            outbox.put_for(
                session, kept, key=f"pin:{kept.id}:{ts}", kind="pin", payload={"ts": ts}, not_before=wall
            )

    def _leave_word(self, session: Session, plan: Plan, channel_id: str, ts: str) -> None:
        """The message at `ts` in that channel is the board no more."""
        left = None
        if not standing.is_the_same(session, channel_id, plan):
            left = (channel_id, build_plan_moved(plan.channel_id))
        outbox.put_board_moved(session, plan, ts, self._voice.clock.wall(), left)

    def pin(self, row: Outgoing) -> None:
        with _already("already_pinned"):
            self._voice.pin(row.channel_id or "", row.payload["ts"])

    def board_moved(self, row: Outgoing) -> None:
        """Leave a line where the board stood: it is pinned in its new place, perhaps in another channel."""
        channel, ts = row.channel_id or "", row.payload["ts"]
        self._voice.edit(channel, ts, row.payload.get("message") or build_board_moved())
        with _already("no_pin"):
            self._voice.unpin(channel, ts)

    def tell_lost(self, session: Session, plan: Plan) -> None:
        """Of a board that may have arrived or not the plan's lead hears once, whoever comes upon it."""
        if plan.board_lost_at is None or plan.board_lost_told == plan.board_lost_at:
            return
        kept = plans.lock_plan(session, plan.id or 0)
        if (
            kept is None
            or kept.board_lost_at != plan.board_lost_at
            or kept.board_lost_told == kept.board_lost_at
        ):
            return
        kept.board_lost_told = kept.board_lost_at
        session.add(kept)
        message = build_post_unknown(kept.name, "board")
        tell_lead(session, kept, message, f"board_lost:{kept.id}", self._voice.clock.wall())


def _place(plan: Plan) -> tuple[str, str | None, datetime | None]:
    """Where the board is, as far as anybody knows."""
    return plan.channel_id, plan.board_ts, plan.board_lost_at


@contextmanager
def _already(*codes: str) -> Iterator[None]:
    """What was to be done is so: by an earlier try whose answer was lost, or by somebody's hand."""
    try:
        yield
    except CallFailed as failed:
        if failed.trouble.error not in codes:
            raise
