"""A line in the board's thread for what was done, moved, blocked or added; it mentions nobody."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from blocks.news import NewsLine, build_news
from blocks.text import Day
from bot.delivery import Send
from bot.in_words import NOBODY
from bot.senders.voice import Voice
from bot.use_cases.news import take_news, what_to_tell
from plan.news import Told
from plan.nudging import local_day
from storage import plans
from storage.models import Person, Plan, Step
from storage.outgoing import Outgoing


class News:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"news": self.news}

    def news(self, row: Outgoing) -> None:
        with self._voice.database.write() as session:
            change_ids = take_news(session, row.id or 0)
        with self._voice.database.read() as session:
            plan = session.get(Plan, row.plan_id)
            lines = load_news(session, change_ids)
        if plan is None or plan.board_ts is None or not lines:
            return  # it all came to nothing, or there is no thread to say it in
        self._voice.post(plan.channel_id, build_news(lines), plan.board_ts)


def load_news(session: Session, change_ids: Sequence[int]) -> list[NewsLine]:
    """What came of these changes, in words for both sides."""
    told = what_to_tell(session, list(change_ids))
    people = {change_by for line, _ in told for change_by in (line.change.actor_id, _for_whom(line))}
    known = plans.people(session, people)
    return [_line(line, step, session.get_one(Plan, step.plan_id), known) for line, step in told]


def _line(told: Told, step: Step, plan: Plan, known: Mapping[str, Person]) -> NewsLine:
    today = local_day(told.change.at, plan.time_zone)
    return NewsLine(
        kind=told.change.kind,
        number=step.number,
        title=step.title,
        is_gate=step.gate,
        who=_name(known, told.change.actor_id),
        for_whom=_name(known, _for_whom(told)),
        reason=told.change.reason,
        old=_day(told.old, today),
        new=_day(told.new, today),
    )


def _for_whom(told: Told) -> str:
    return str(told.change.details.get("for") or "")


def _name(known: Mapping[str, Person], user_id: str) -> str:
    if not user_id:
        return ""
    return known[user_id].name if user_id in known else NOBODY


def _day(iso: str, today: date) -> Day | None:
    return Day.seen(date.fromisoformat(iso), today) if iso else None
