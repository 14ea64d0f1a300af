"""The private reminder, and the quiet mention where Slack refuses it."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from blocks.nudge import build_nudge, build_thread_nudge
from bot.delivery import Send
from bot.senders.in_thread import say_in_threads
from bot.senders.voice import Voice, after_a_post
from bot.slack_errors import OUR_FAULT
from bot.use_cases.roster import takes_messages
from bot.use_cases.zones import question_in
from bot.views import load_nudge
from storage import outbox
from storage.models import Nudge, NudgeStep, Step, Visibility
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
            zone = question_in(session, row, row.channel_id or "")
        if found is None or not any(not item.answer for item in found[1].items):
            return  # everything was done in the meantime
        nudge, view = found
        answer = self._voice.post(nudge.user_id, build_nudge(view, zone))
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
            told = outbox.newest(session, f"nudge:{row.payload['nudge']}")
            zone = question_in(session, told, found[0].user_id) if found else ""
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


def is_known_to_both(session: Session, row: Outgoing) -> bool:
    """Whether a reminder is of any step that is not one side's own."""
    shared = (
        select(NudgeStep.step_id)
        .join(Step, col(Step.id) == col(NudgeStep.step_id))
        .where(NudgeStep.nudge_id == row.payload["nudge"], Step.visibility == Visibility.BOTH)
    )
    return session.exec(shared).first() is not None
