"""The timeline, drawn at the moment it is sent: a picture where Slack takes one, else the words alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from sqlmodel import Session

from blocks.picture import NoPictures, draw_png
from blocks.timeline import TimelineView, alt_text, build_timeline_words, comment, file_title
from bot.delivery import Send
from bot.senders.voice import Voice
from bot.slack_errors import OUR_FAULT, CallFailed
from bot.timelines import load_timeline
from bot.uploads import Upload, hand_in, share
from storage import outbox, plans
from storage.models import Person, Plan, Side
from storage.outgoing import Outgoing

log = structlog.get_logger()

TRIES = 3  # to hand in the picture; a firewall may let no file out at all
FILE = "timeline.png"


class Timelines:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"timeline": self.timeline}

    def timeline(self, row: Outgoing) -> None:
        with self._voice.database.read() as session:
            plan = session.get(Plan, row.plan_id)
            if plan is None:
                return
            view = load_timeline(session, plan, _viewer(session, plan, row), self._voice.clock.now())
        file_id = self._handed_in(row, view)
        if file_id is None or not self._shared(row, view, file_id):
            words = build_timeline_words(view, private="user" in row.payload, theme=row.payload["theme"])
            self._voice.post(row.channel_id or "", words, row.payload.get("thread_ts"))

    def _handed_in(self, row: Outgoing, view: TimelineView) -> str | None:
        """The id of the picture at Slack's, `None` where there can be none. Nobody sees it yet.

        Raises `CallFailed` where another try is worth it: nothing was said so far.
        """
        try:
            picture = draw_png(view, row.payload["theme"])
        except NoPictures as error:
            log.info("no_picture", why=str(error))
            return None
        try:
            return hand_in(self._voice.client, Upload(FILE, file_title(view), alt_text(view), picture))
        except CallFailed as failed:
            trouble = failed.trouble
            if trouble.verdict == "wait":
                raise
            log.info("no_picture", why=trouble.error, method=trouble.method)
            if trouble.verdict == "refused" or row.attempts >= TRIES:
                return None
            raise CallFailed(replace(trouble, verdict="again")) from failed

    def _shared(self, row: Outgoing, view: TimelineView, file_id: str) -> bool:
        """Whether Slack took it. Raises `CallFailed` where that is not known."""
        try:
            share(self._voice.client, file_id, file_title(view), _place(row), comment(view))
        except CallFailed as failed:
            if failed.trouble.verdict != "refused":
                raise
            log.info("no_picture", why=failed.trouble.error, method=failed.trouble.method)
            return False
        return True

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Who cannot be written to finds it in the board's thread, with what both sides may know."""
        plan = session.get_one(Plan, row.plan_id)
        if "user" not in row.payload or error in OUR_FAULT or plan.board_ts is None:
            return
        outbox.put_for(
            session,
            plan,
            key=f"{row.key}:thread"[:120],
            kind="timeline",
            payload={"thread_ts": plan.board_ts, "theme": row.payload["theme"]},
            not_before=self._voice.clock.wall(),
        )


def _viewer(session: Session, plan: Plan, row: Outgoing) -> Side | None:
    """Whose eyes it is for: `None` for everybody's."""
    user_id = row.payload.get("user")
    return plans.sides(session, plan).of(session.get(Person, user_id)) if user_id else None


def _place(row: Outgoing) -> dict[str, Any]:
    """Where it is shared. A person goes by `channels`, which takes the ids of users; `channel_id` does not.

    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    if "user" in row.payload:
        return {"channels": [row.channel_id]}
    return {"channel_id": row.channel_id, "thread_ts": row.payload.get("thread_ts")}
