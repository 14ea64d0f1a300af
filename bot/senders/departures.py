"""The private brief about somebody who is gone: to who leads their side, and nowhere else."""

from collections.abc import Mapping

from sqlmodel import Session

from blocks.handoff import build_brief
from bot.delivery import Send
from bot.departure_views import load_brief
from bot.senders.voice import Voice, after_a_post
from bot.slack_errors import OUR_FAULT
from bot.use_cases.departures import show_anew
from bot.use_cases.roster import refuses_messages, takes_messages
from storage import outbox, plans
from storage.departures import Departure
from storage.models import Person, Plan, Side
from storage.outgoing import Outgoing, WorkState


class Departures:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"departure": self.departure, "departure_refresh": self.departure_refresh}

    def departure(self, row: Outgoing) -> None:
        user_id = row.channel_id or ""
        with self._voice.database.read() as session:
            departure = session.get(Departure, row.payload["departure"])
            if departure is None or departure.ended_at is not None or departure.told_id != user_id:
                return  # settled in the meantime, or for somebody else by now
            viewer = _side_of(session, departure, user_id)
            view = load_brief(session, departure, self._voice.clock.now(), viewer)
        if view.ended:
            self._tell_another(row)
            return
        answer = self._voice.post(user_id, build_brief(view))
        with after_a_post(), self._voice.database.write() as session:
            kept = session.get_one(Departure, row.payload["departure"], with_for_update=True)
            kept.channel_id, kept.message_ts = str(answer["channel"]), str(answer["ts"])
            session.add(kept)
            if kept.ended_at is not None:  # while it was being said
                plan = session.get_one(Plan, kept.plan_id)
                show_anew(session, kept, plan, self._voice.clock.wall())
            takes_messages(session, user_id)
            outbox.finish(session, row, WorkState.SENT)  # it arrived, whatever happens from here on

    def _tell_another(self, row: Outgoing) -> None:
        """Who was to hear of it has changed sides since: it waits for who is there now."""
        with self._voice.database.write() as session:
            session.get_one(Departure, row.payload["departure"]).told_id = None

    def departure_refresh(self, row: Outgoing) -> None:
        """What was said of it shows how it stands by now; nothing of that to who has changed sides since."""
        with self._voice.database.read() as session:
            departure = session.get(Departure, row.payload["departure"])
            if departure is None or departure.message_ts is None:
                return
            viewer = _side_of(session, departure, departure.told_id or "")
            message = build_brief(load_brief(session, departure, self._voice.clock.now(), viewer))
            channel, ts = departure.channel_id or "", departure.message_ts
        self._voice.edit(channel, ts, message)

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Nothing of it in a thread: who is gone is nobody else's business. It waits in the window of their
        own steps, which only they see."""
        if error not in OUR_FAULT:
            refuses_messages(session, row.channel_id or "", self._voice.clock.wall())


def _side_of(session: Session, departure: Departure, user_id: str) -> Side | None:
    """The side of who reads it. Of another than the departure's, nothing of that side may be in it."""
    plan = session.get_one(Plan, departure.plan_id)
    side = plans.sides(session, plan).of(session.get(Person, user_id))
    return side if side is departure.side else None
