"""A private word that is written down with what it is about; in the board's thread where Slack refuses it."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.delivery import Send
from bot.senders.voice import Voice, after_a_post, tell_lead
from bot.slack_errors import OUR_FAULT
from bot.use_cases.roster import refuses_messages, takes_messages
from storage import outbox
from storage.models import Plan
from storage.outgoing import Outgoing, WorkState


class PrivateWords:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"word": self.word}

    def word(self, row: Outgoing) -> None:
        user_id = row.channel_id or ""
        self._voice.post(user_id, row.payload["message"])
        with after_a_post(), self._voice.database.write() as session:
            takes_messages(session, user_id)
            outbox.finish(session, row, WorkState.SENT)

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """The quiet way, with a mention; without a board's thread the plan's lead hears it instead, as of
        what is about the channel itself."""
        if error in OUR_FAULT:
            return
        user_id, wall = row.channel_id or "", self._voice.clock.wall()
        refuses_messages(session, user_id, wall)
        plan = session.get_one(Plan, row.plan_id)
        if "for_lead" in row.payload:
            if user_id != plan.seller_lead_id:
                tell_lead(session, plan, row.payload["for_lead"], f"word_lead:{row.id}", wall)
        elif plan.board_ts is not None and plan.frozen_at is None:
            outbox.put_for(
                session,
                plan,
                key=f"word_thread:{row.id}",
                kind="reply",
                payload={"thread_ts": plan.board_ts, "message": row.payload["in_thread"]},
                not_before=wall,
            )
        elif user_id != plan.seller_lead_id:  # who could not be told that they cannot be told
            tell_lead(session, plan, row.payload["message"], f"word_lead:{row.id}", wall)
