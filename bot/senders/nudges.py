"""The private reminder, and the quiet mention where Slack refuses it."""

from collections.abc import Mapping

from sqlmodel import Session

from blocks.nudge import build_nudge, build_thread_nudge
from bot.delivery import Send
from bot.senders.in_thread import say_in_threads
from bot.senders.voice import Voice, after_a_post
from bot.slack_errors import OUR_FAULT
from bot.use_cases.roster import takes_messages
from bot.views import load_nudge
from storage import outbox
from storage.models import Nudge, Person
from storage.outgoing import Outgoing, WorkState


class Nudges:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"nudge": self.nudge, "nudge_refresh": self.nudge_refresh}

    def nudge(self, row: Outgoing) -> None:
        with self._voice.database.read() as session:
            found = load_nudge(session, row.payload["nudge"], self._voice.clock.now())
        if found is None or not any(not item.answer for item in found[1].items):
            return  # everything was done in the meantime
        nudge, view = found
        answer = self._voice.post(nudge.user_id, build_nudge(view, row.payload.get("asks_zone", "")))
        with after_a_post(), self._voice.database.write() as session:
            kept = session.get_one(Nudge, nudge.id)
            kept.channel_id, kept.message_ts = str(answer["channel"]), str(answer["ts"])
            session.add(kept)
            takes_messages(session, nudge.user_id)
            # Together with the place it has: a process that dies here leaves no doubt that it arrived.
            outbox.finish(session, row, WorkState.SENT)

    def nudge_refresh(self, row: Outgoing) -> None:
        with self._voice.database.read() as session:
            found = load_nudge(session, row.payload["nudge"], self._voice.clock.now())
            zone = _still_asks(session, found[0]) if found else ""
        if found is None or found[0].message_ts is None:
            return  # it went to the board's thread, which is never edited
        nudge, view = found
        self._voice.edit(nudge.channel_id or "", nudge.message_ts or "", build_nudge(view, zone))

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """The quiet way: a mention in the board's thread, of what both sides may know."""
        if error in OUR_FAULT:
            return
        found = load_nudge(session, row.payload["nudge"], self._voice.clock.now(), for_everybody=True)
        if found is None:
            return
        nudge, view = found
        waiting = [item for item in view.items if not item.answer]
        say_in_threads(
            session,
            f"nudge_thread:{nudge.id}",
            nudge.user_id,
            waiting,
            lambda items: build_thread_nudge(items, nudge.user_id),
            self._voice.clock.wall(),
        )


def _still_asks(session: Session, nudge: Nudge) -> str:
    """The time zone that the message asks about, until its reader has said where they are."""
    sent, person = outbox.newest(session, f"nudge:{nudge.id}"), session.get(Person, nudge.user_id)
    if sent is None or person is None or person.own_time_zone:
        return ""
    return str(sent.payload.get("asks_zone", ""))
