"""`@Tandem …`, the door that is open to both companies. Answers with a short reply in the thread.

An ephemeral to somebody of the other company may never arrive, so nothing is said in one.
"""

from datetime import datetime
from functools import partial
from typing import Any

from slack_sdk import WebClient
from sqlmodel import Session

from blocks import replies
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.channels import with_channel_names
from bot.listeners.keys import event_key
from bot.listeners.lines import begins_with_a_step
from bot.listeners.spoken import Answer, Message, Spoken
from bot.listeners.text import Said, seen, split_at_bot
from bot.listeners.verbs import VERBS, answer, as_typed, explain, verb_and_rest
from bot.use_cases.common import Refused
from storage import outbox, plans, requests

TAKE_WORDS = ("add", "track", "status", "help")


class Mentions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("bot_id") or event.get("edited") or not (event.get("user") and event.get("ts")):
            return  # other apps, the same words again, and what nobody wrote
        team_id = event.get("user_team") or event.get("team") or body.get("team_id", "")
        said = split_at_bot(seen(event.get("text", "")), self._desk.bot_user_id)
        if not _is_meant(said):
            return
        text = with_channel_names(client, said.text)
        key = event_key(body)
        spoken = Spoken(
            self._desk,
            Visitor(event["user"], team_id),
            event["channel"],
            text,
            key,
            by_command=False,
            client=client,
            message_ts=event["ts"],
            thread_ts=event.get("thread_ts") or event["ts"],
            leave_reply=partial(self._leave_reply, event, key),
        )
        try:
            self._reply(event, key, self._answer(spoken, text))
        except AlreadyCarriedOut:
            return  # its answer was written down, together with what it did where it did something

    def _answer(self, spoken: Spoken, text: str) -> Answer:
        try:
            given = answer(spoken, text)
        except Refused as refused:
            return Answer(explain(refused, spoken, text))
        if given.modal is not None and given.button is not None:
            typed = as_typed(self._desk, given.left)
            about = (given.plan_id, given.step_id, typed, given.value)
            return Answer(replies.reply_with_button(given.button, *about))
        return given

    def _reply(self, event: dict[str, Any], key: str, given: Answer) -> None:
        """For what did nothing to the plan; what did has its answer already, and this changes nothing.

        Without a message the answer is on its way in another form.
        """
        if given.message is None:
            return
        with self._desk.database.write() as session:
            self._leave_reply(event, key, session, self._desk.clock.wall(), given.message or {})
        self._desk.bell()

    def _leave_reply(
        self, event: dict[str, Any], key: str, session: Session, wall: datetime, message: Message
    ) -> None:
        """One reply for one event, however often Slack delivers it. Raises `AlreadyCarriedOut` for a second:
        what was answered with a no is not done after all, unheard, when it has become possible."""
        if not requests.is_first(session, f"reply:{key}", wall):
            raise AlreadyCarriedOut
        plan = plans.open_plan_in(session, event["channel"])
        outbox.put(
            session,
            key=f"reply:{key}",
            kind="reply",
            team_id=self._desk.team_id,
            channel_id=event["channel"],
            plan_id=plan.id if plan else None,
            payload={"thread_ts": event.get("thread_ts") or event["ts"], "message": dict(message)},
            not_before=wall,
        )


def _is_meant(said: Said) -> bool:
    """Somebody who only names Tandem in passing ("note that @Tandem …") wants no answer.

    Where its name does not come first, a verb counts alone or with a step's number; words of one's own it
    takes where the name comes last.
    """
    if not said.before.strip():
        return True
    word, rest = verb_and_rest(said.text)
    if word not in VERBS:
        return False
    comes_last = not said.after.strip(" \n.!?")
    return not rest or begins_with_a_step(rest) or (word in TAKE_WORDS and comes_last)
