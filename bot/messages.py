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
from bot.senders.boards import Boards
from bot.senders.handovers import Handovers
from bot.senders.homes import Homes
from bot.senders.news import News
from bot.senders.nudges import Nudges
from bot.senders.private_words import PrivateWords
from bot.senders.proposals import Proposals
from bot.senders.rosters import Rosters
from bot.senders.timelines import Timelines
from bot.senders.voice import Voice, tell_lead
from storage.database import Database
from storage.models import Plan
from storage.outgoing import Outgoing, WorkState

Clients = Callable[[str], WebClient]


class Messenger:
    """Says each piece of work with the voice of the workspace that it is for.

    `clients` finds that voice by the workspace's id; it raises `CallFailed` where there is none.
    """

    def __init__(self, database: Database, clock: Clock, clients: Clients) -> None:
        self._clients = clients
        self._silent = Speaker(Voice(database, clock, WebClient()))
        self.senders: Mapping[str, Send] = dict.fromkeys(self._silent.senders, self.send)

    def send(self, row: Outgoing) -> None:
        """Raises `CallFailed` where Slack says no, or nothing."""
        voice = replace(self._silent.voice, client=self._clients(row.team_id))
        Speaker(voice).senders[row.kind](row)

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """Slack said no."""
        self._silent.refused(session, row, error)

    def unknown(self, session: Session, row: Outgoing) -> None:
        """Nobody knows whether it arrived, or it was given up."""
        self._silent.unknown(session, row)


class Speaker:
    """Knows who says each kind of work, for one workspace."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._boards = boards = Boards(voice)
        nudges, homes = Nudges(voice), Homes(voice)
        handovers, timelines = Handovers(voice), Timelines(voice)
        proposals, words = Proposals(voice), PrivateWords(voice)
        self.senders: Mapping[str, Send] = {
            **boards.senders,
            **nudges.senders,
            **handovers.senders,
            **proposals.senders,
            **words.senders,
            **News(voice).senders,
            **homes.senders,
            **timelines.senders,
            **Rosters(voice).senders,
            "edit": self.edit,
            "post": self.post,
            "reply": self.post,
        }
        # What Slack's no leads to: another way to say it, or a word to the person who can help.
        self._refusals: Mapping[str, Refusal] = {
            "board": boards.refused,
            "nudge": nudges.refused,
            "notice": handovers.refused,
            "proposal": proposals.refused,
            "word": words.refused,
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
        if plan is None:
            return
        if row.kind == "board":
            self._boards.tell_lost(session, plan)
            return
        is_unknown = row.state is WorkState.UNKNOWN
        build = build_post_unknown if is_unknown else build_given_up
        message = build(plan.name, row.kind)
        tell_lead(session, plan, message, f"{row.state}:{row.id}", self.voice.clock.wall())
