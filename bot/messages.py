"""What each kind of outgoing work says to Slack, and what follows when Slack refuses it.

How it is said stands in the rooms of `bot.senders`; here they are put together.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from slack_sdk import WebClient
from sqlmodel import Session

from blocks.replies import build_post_unknown
from blocks.undelivered import build_given_up
from bot.clock import Clock
from bot.delivery import Refusal, Send
from bot.senders import handovers, nudges
from bot.senders.boards import Boards
from bot.senders.channel_checks import ChannelChecks
from bot.senders.departures import Departures
from bot.senders.handovers import Handovers
from bot.senders.homes import Homes
from bot.senders.news import News
from bot.senders.nudges import Nudges
from bot.senders.private_words import PrivateWords
from bot.senders.proposals import Proposals
from bot.senders.rosters import Rosters
from bot.senders.timelines import Timelines
from bot.senders.voice import Voice, tell_lead
from bot.slack_errors import CHANNEL_TROUBLE
from bot.use_cases.freezing import SAID_THERE, ask_about_channel
from storage import plans
from storage.database import Database
from storage.models import Plan
from storage.outgoing import Outgoing, WorkState

Clients = Callable[[str], WebClient]
SAID_UNASKED = frozenset(SAID_THERE) - {"reply", "timeline"}  # those answer somebody who is there
# What is of one side alone where all that it is about is; says whether it is not.
MAY_BE_PRIVATE: Mapping[str, Callable[[Session, Outgoing], bool]] = {
    "nudge": nudges.is_known_to_both,
    "notice": handovers.is_known_to_both,
}


class Messenger:
    """Says each piece of work with the voice of the workspace that it is for.

    `clients` finds that voice by the workspace's id; it raises `CallFailed` where there is none.
    """

    def __init__(self, database: Database, clock: Clock, clients: Clients) -> None:
        self._clients = clients
        self._silent = Speaker(Voice(database, clock, WebClient()))
        self.senders: Mapping[str, Send] = dict.fromkeys(self._silent.senders, self.send)

    def send(self, row: Outgoing) -> None:
        """Raises `CallFailed` where Slack says no, or nothing.

        What a plan that stands still was to say in its channel is not said; who speaks to Tandem all the
        same is answered, by the other firm's copy as well.
        """
        if self._stands_still(row):
            return
        voice = replace(self._silent.voice, client=self._clients(row.team_id))
        Speaker(voice).senders[row.kind](row)

    def _stands_still(self, row: Outgoing) -> bool:
        if row.plan_id is None or row.kind not in SAID_UNASKED:
            return False
        with self._silent.voice.database.read() as session:
            plan = session.get(Plan, row.plan_id)
            return plan is not None and plan.frozen_at is not None

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Slack said no. What no event told may show here: how the channel is, is asked."""
        if error in CHANNEL_TROUBLE and row.kind != "channel_check" and row.channel_id:
            plan = plans.open_plan_in(session, row.channel_id)
            if plan is not None and plan.team_id == row.team_id:
                ask_about_channel(session, plan, self._silent.voice.clock.wall(), is_news=False)
        self._silent.refused(session, row, error)

    def unknown(self, session: Session, row: Outgoing) -> None:
        """Nobody knows whether it arrived, or it was given up."""
        self._silent.unknown(session, row)


class Speaker:
    """Knows who says each kind of work, for one workspace."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._boards = boards = Boards(voice)
        reminders, homes = Nudges(voice), Homes(voice)
        notices, timelines = Handovers(voice), Timelines(voice)
        proposals, words = Proposals(voice), PrivateWords(voice)
        departures = Departures(voice)
        self.senders: Mapping[str, Send] = {
            **boards.senders,
            **reminders.senders,
            **notices.senders,
            **proposals.senders,
            **words.senders,
            **departures.senders,
            **News(voice).senders,
            **homes.senders,
            **timelines.senders,
            **Rosters(voice).senders,
            **ChannelChecks(voice).senders,
            "edit": self.edit,
            "post": self.post,
            "reply": self.post,
        }
        # What Slack's no leads to: another way to say it, or a word to the person who can help.
        self._refusals: Mapping[str, Refusal] = {
            "nudge": reminders.refused,
            "notice": notices.refused,
            "proposal": proposals.refused,
            "word": words.refused,
            "departure": departures.refused,
            "home": homes.refused,
            "timeline": timelines.refused,
        }

    def post(self, row: Outgoing) -> None:
        self.voice.post(row.channel_id or "", row.payload["message"], row.payload.get("thread_ts"))

    def edit(self, row: Outgoing) -> None:
        self.voice.edit(row.channel_id or "", row.payload["ts"], row.payload["message"])

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Slack said no. Most kinds leave it at that."""
        if row.kind in self._refusals:
            self._refusals[row.kind](session, row, error)

    def unknown(self, session: Session, row: Outgoing) -> None:
        """Nobody knows whether it arrived, or it was given up: the plan's lead hears so, once of each."""
        plan = session.get(Plan, row.plan_id) if row.plan_id else None
        if plan is None or row.kind == "departure":  # of one side alone; its window of own steps has it
            return
        if row.kind in MAY_BE_PRIVATE and not MAY_BE_PRIVATE[row.kind](session, row):  # its home has them
            return
        if row.kind == "board":
            self._boards.tell_lost(session, plan)
            return
        is_unknown = row.state is WorkState.UNKNOWN
        build = build_post_unknown if is_unknown else build_given_up
        message = build(plan.name, row.kind)
        tell_lead(session, plan, message, f"{row.state}:{row.id}", self.voice.clock.wall())
