"""What each kind of outgoing work says to Slack, and what follows when Slack refuses it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlmodel import Session, col

from blocks.board import build_board
from blocks.nudge import build_nudge, build_thread_nudge
from blocks.replies import build_board_moved, build_please_invite, build_post_unknown
from bot.clock import Clock
from bot.delivery import LostPost, Send
from bot.slack_errors import CALL_ERRORS, MESSAGE_GONE, NOT_THERE, OUR_FAULT, understand
from bot.use_cases import roster
from bot.views import load_nudge, load_plan_views, next_day_begins
from storage import outbox, plans, requests
from storage.database import Database
from storage.models import Nudge, Person, Plan
from storage.outgoing import Outgoing

ROSTER_PAGE = 200
LOOK_UPS = 20  # in one go: others are waiting for their messages


class Messenger:
    """Knows how to say each kind of work. One method a kind; all of them raise what the client raises."""

    def __init__(self, database: Database, clock: Clock, client: WebClient) -> None:
        self._database = database
        self._clock = clock
        self._client = client

    @property
    def senders(self) -> Mapping[str, Send]:
        return {
            "board": self.board,
            "pin": self.pin,
            "board_moved": self.board_moved,
            "post": self.post,
            "reply": self.post,
            "nudge": self.nudge,
            "nudge_refresh": self.nudge_refresh,
            "roster": self.roster,
        }

    def board(self, row: Outgoing) -> None:
        """Edit the board to the newest truth, or post and pin it where there is none."""
        now = self._clock.now()
        with self._database.read() as session:
            plan = session.get(Plan, row.plan_id)
            if plan is None:
                return
            message = build_board(load_plan_views(session, plan, None, now).board)
        if plan.board_lost_at is not None:
            raise LostPost("whether the board arrived is not known")
        if plan.board_ts is not None and not self._edit_board(plan, message):
            plan.board_ts = None
        if plan.board_ts is None:
            self._post_board(plan, message)
        with self._database.write() as session:
            session.execute(
                sa.update(Plan).where(col(Plan.id) == plan.id).values(board_due_at=next_day_begins(plan, now))
            )

    def _edit_board(self, plan: Plan, message: Mapping[str, Any]) -> bool:
        """Whether the board was there to be edited."""
        try:
            self._client.chat_update(channel=plan.channel_id, ts=plan.board_ts or "", **_says(message))
        except SlackApiError as error:
            if understand(error).error not in MESSAGE_GONE:
                raise
            return False
        return True

    def _post_board(self, plan: Plan, message: Mapping[str, Any]) -> None:
        """Post it once: that it may be there is written first, for a process that dies on the way."""
        self._keep_board(plan, None, lost_at=self._clock.wall())
        try:
            answer = self._post(plan.channel_id, message)
        except CALL_ERRORS as error:
            trouble = understand(error)
            if trouble.verdict == "unknown":
                raise LostPost(trouble.error) from error
            self._keep_board(plan, None, lost_at=None)  # it surely did not arrive
            raise
        self._keep_board(plan, str(answer["ts"]), lost_at=None)

    def _post(self, channel: str, message: Mapping[str, Any], thread_ts: str | None = None) -> SlackResponse:
        """No link in a plan unfolds. https://docs.slack.dev/reference/methods/chat.postMessage"""
        return self._client.chat_postMessage(
            channel=channel, thread_ts=thread_ts, unfurl_links=False, unfurl_media=False, **_says(message)
        )

    def _keep_board(self, plan: Plan, ts: str | None, *, lost_at: datetime | None) -> None:
        with self._database.write() as session:
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
                    not_before=self._clock.wall(),
                )

    def pin(self, row: Outgoing) -> None:
        self._client.pins_add(channel=row.channel_id or "", timestamp=row.payload["ts"])

    def board_moved(self, row: Outgoing) -> None:
        """Leave a line where the board stood; it is pinned in its new place."""
        channel, ts = row.channel_id or "", row.payload["ts"]
        self._client.chat_update(channel=channel, ts=ts, **_says(build_board_moved()))
        self._client.pins_remove(channel=channel, timestamp=ts)

    def post(self, row: Outgoing) -> None:
        self._post(row.channel_id or "", row.payload["message"], row.payload.get("thread_ts"))

    def nudge(self, row: Outgoing) -> None:
        with self._database.read() as session:
            found = load_nudge(session, row.payload["nudge"], self._clock.now())
        if found is None or not any(not item.answer for item in found[1].items):
            return  # everything was done in the meantime
        nudge, view = found
        answer = self._post(nudge.user_id, build_nudge(view))
        with self._database.write() as session:
            kept = session.get_one(Nudge, nudge.id)
            kept.channel_id, kept.message_ts = str(answer["channel"]), str(answer["ts"])
            session.add(kept)
            session.execute(
                sa.update(Person).where(col(Person.user_id) == nudge.user_id).values(refuses_dm_since=None)
            )

    def nudge_refresh(self, row: Outgoing) -> None:
        with self._database.read() as session:
            found = load_nudge(session, row.payload["nudge"], self._clock.now())
        if found is None or found[0].message_ts is None:
            return  # it went to the board's thread, which is never edited
        nudge, view = found
        self._client.chat_update(
            channel=nudge.channel_id or "", ts=nudge.message_ts or "", **_says(build_nudge(view))
        )

    def roster(self, row: Outgoing) -> None:
        """Read who is in the channel, and look up those we do not know yet."""
        members: list[str] = []
        cursor = ""
        while True:
            page = self._client.conversations_members(
                channel=row.channel_id or "", limit=ROSTER_PAGE, cursor=cursor
            )
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        with self._database.read() as session:
            unknown = roster.people_to_look_up(session, members, self._clock.wall())
        for user_id in unknown[:LOOK_UPS]:
            user = self._look_up(user_id)
            with self._database.write() as session:
                roster.save_person(session, user, self._clock.wall())
        with self._database.write() as session:
            roster.set_members(session, row.channel_id or "", members)
            if unknown[LOOK_UPS:]:
                roster.ask_for_roster(session, row.team_id, row.channel_id or "", self._clock.wall())

    def _look_up(self, user_id: str) -> Mapping[str, Any]:
        try:
            user: Mapping[str, Any] = self._client.users_info(user=user_id)["user"]
        except SlackApiError as error:
            if understand(error).verdict != "refused":
                raise
            return {"id": user_id}  # a stranger by name, still somebody who may own a step
        return user

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """What Slack's no leads to: another way to say it, or a word to the person who can help."""
        if row.kind == "nudge" and error not in OUR_FAULT:
            self._nudge_in_thread(session, row)
        elif row.kind == "board" and error in NOT_THERE:
            plan = session.get_one(Plan, row.plan_id)
            self._tell_lead(session, plan, build_please_invite(plan.name), f"invite:{plan.id}")

    def unknown(self, session: Session, row: Outgoing) -> None:
        """Nobody knows whether it arrived: the plan's lead hears so, once for each message."""
        plan = session.get(Plan, row.plan_id) if row.plan_id else None
        if plan is None:
            return
        what = f"board:{plan.id}:{plan.board_lost_at}" if row.kind == "board" else f"{row.kind}:{row.id}"
        if requests.is_first(session, f"told:{what}", self._clock.wall()):
            self._tell_lead(session, plan, build_post_unknown(plan.name, row.kind), f"unknown:{row.id}")

    def _nudge_in_thread(self, session: Session, row: Outgoing) -> None:
        """The quiet way: a mention in the board's thread, of what both sides may know."""
        found = load_nudge(session, row.payload["nudge"], self._clock.now(), for_everybody=True)
        if found is None:
            return
        nudge, view = found
        person = session.get(Person, nudge.user_id)
        if person is not None:
            person.refuses_dm_since = self._clock.wall()
            session.add(person)
        waiting = [item for item in view.items if not item.answer]
        for plan_id in dict.fromkeys(item.step.plan_id for item in waiting):
            plan = session.get_one(Plan, plan_id)
            if plan.board_ts is None:
                continue  # without the board's thread it would be said aloud in the channel
            items = tuple(item for item in waiting if item.step.plan_id == plan_id)
            outbox.put_for(
                session,
                plan,
                key=f"nudge_thread:{nudge.id}:{plan_id}",
                kind="reply",
                payload={
                    "thread_ts": plan.board_ts,
                    "message": build_thread_nudge(items, nudge.user_id),
                },
                not_before=self._clock.wall(),
            )

    def _tell_lead(self, session: Session, plan: Plan, message: Mapping[str, Any], key: str) -> None:
        outbox.put(
            session,
            key=key,
            kind="post",
            team_id=plan.team_id,
            channel_id=plan.seller_lead_id or plan.created_by,
            payload={"message": dict(message)},
            not_before=self._clock.wall(),
        )


def _says(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": message["text"], "blocks": message["blocks"]}
