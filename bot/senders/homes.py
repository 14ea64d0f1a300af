"""App Home, drawn with what is true when it is sent."""

from collections.abc import Mapping

from sqlmodel import Session

from blocks.home import build_home
from bot.delivery import Send
from bot.home import load_home
from bot.senders.voice import Voice
from bot.use_cases.home import forget_home
from storage.outgoing import Outgoing


class Homes:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"home": self.home}

    def home(self, row: Outgoing) -> None:
        user_id = row.channel_id or ""
        with self._voice.database.read() as session:
            view = build_home(load_home(session, user_id, self._voice.clock.now()))
        self._voice.publish(user_id, view)

    def refused(self, session: Session, row: Outgoing, _error: str) -> None:
        """The tab is switched off, or the person is gone: the next opening asks anew."""
        forget_home(session, row.channel_id or "")
