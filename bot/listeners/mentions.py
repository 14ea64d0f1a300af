"""`@Tandem …`, the door that is open to both companies. Answers with a short reply in the thread.

An ephemeral to somebody of the other company may never arrive, so nothing is said in one.
"""

from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.desk import Desk
from bot.listeners.answering import answer_in_thread, spoken_in
from bot.listeners.channels import with_channel_names
from bot.listeners.lines import begins_with_a_step
from bot.listeners.questions import question_meant
from bot.listeners.several import begins_with_orders
from bot.listeners.text import GREETING, MARKS, Said, seen, split_at_bot
from bot.listeners.verbs import VERBS
from bot.listeners.word_order import is_plain_order, read_order, verb_and_rest
from bot.use_cases.common import Refused

TAKE_WORDS = ("add", "track", "status", "help")


class Mentions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(
        self, event: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        if event.get("bot_id") or event.get("edited") or not (event.get("user") and event.get("ts")):
            return  # other apps, the same words again, and what nobody wrote
        desk = self._desk.at(context)
        said = _from_its_line_on(split_at_bot(seen(event.get("text") or ""), desk.bot_user_id))
        if not _is_meant(said):
            return
        text = with_channel_names(client, said.text)
        answer_in_thread(spoken_in(desk, event, body, client, text), text)


def _from_its_line_on(said: Said) -> Said:
    """Where a line begins with Tandem's name, the lines above it are for the others, but for orders."""
    above, starts_a_line, line = said.before.rpartition("\n")
    if not starts_a_line or not GREETING.fullmatch(line.lstrip(MARKS)):
        return said
    if begins_with_orders(above):
        return Said("", said.text)
    return Said("", said.after) if said.after else said


def _is_meant(said: Said) -> bool:
    """Somebody who only names Tandem in passing ("note that @Tandem …") wants no answer.

    Where its name does not come first, a verb counts alone or with a step's number; words of one's own it
    takes where the name comes last, and so does a question. Who greets others first is answered where they
    ask or order something: "Hi all, @Tandem is here now" does not.
    """
    if said.greets_others:
        return _is_understood(said.after)
    if not said.before.strip() or is_plain_order(said.text):
        return True
    comes_last = not said.after.strip(" \n.!?")
    if comes_last and (question_meant(said.before) or _asks_of_a_step(said.text)):
        return True
    word, rest = verb_and_rest(said.text)
    if word not in VERBS:
        return False
    return not rest or begins_with_a_step(rest) or (word in TAKE_WORDS and comes_last)


def _is_understood(text: str) -> bool:
    if not text:
        return False
    is_order = begins_with_orders(text) or verb_and_rest(text)[0] in VERBS
    return is_order or question_meant(text) is not None or _asks_of_a_step(text)


def _asks_of_a_step(text: str) -> bool:
    """ "4 done?": read, and asked back."""
    if "?" not in text or not begins_with_a_step(text):
        return False
    try:
        return read_order(text) is not None
    except Refused:
        return True
