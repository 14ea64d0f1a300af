"""Tandem put together: one Bolt app, one outbox, one beat."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from blocks.ids import COMMAND
from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.errors import handle_error
from bot.listeners.actions import Actions
from bot.listeners.commands import Commands
from bot.listeners.events import Channels
from bot.listeners.home import Home
from bot.listeners.mentions import Mentions
from bot.listeners.people import People
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.submissions import Submissions
from bot.messages import Messenger
from bot.scheduler import Beat
from storage.database import Database

CALL_SECONDS = 10
ANYTHING = re.compile(".*")


@dataclass(frozen=True, slots=True)
class Tandem:
    """Everything that runs. `start` and `stop` are for what works in the background."""

    app: App
    desk: Desk
    delivery: Delivery
    beat: Beat
    signing_secret: str = field(repr=False)

    def start(self) -> None:
        self.delivery.start()
        self.beat.start()

    def stop(self) -> None:
        self.beat.stop()
        self.delivery.stop()


def build_client(token: str | None, api_url: str) -> WebClient:
    """A client that never repeats a call by itself: the SDK would post twice when an answer is lost."""
    return WebClient(token=token, base_url=api_url, timeout=CALL_SECONDS, retry_handlers=[])


def build_tandem(
    database: Database,
    clock: Clock,
    client: WebClient,
    signing_secret: str,
    *,
    sweep_seconds: float = 20,
    threads: int = 8,
) -> Tandem:
    """Wire it up. Asks Slack once who Tandem is; raises `SlackApiError` for a token it does not know."""
    identity = client.auth_test()
    messenger = Messenger(database, clock, client)
    delivery = Delivery(database, clock, messenger.senders, messenger.refused, messenger.unknown)
    desk = Desk(
        database,
        clock,
        delivery.ring,
        bot_user_id=identity["user_id"],
        team_id=identity["team_id"],
        team_name=identity.get("team") or "",
        enterprise_id=identity.get("enterprise_id") or "",
    )
    app = App(
        client=build_client(None, client.base_url),  # Bolt gives each request its own, with the token
        signing_secret=signing_secret,
        authorize=lambda: AuthorizeResult.from_auth_test_response(
            auth_test_response=identity, bot_token=client.token
        ),
        process_before_response=True,  # an ack costs 1 ms instead of 12; slow work is in the outbox
        listener_executor=ThreadPoolExecutor(threads, thread_name_prefix="bolt"),
    )
    register(app, desk)
    beat = Beat(database, clock, delivery, sweep_seconds)
    return Tandem(app, desk, delivery, beat, signing_secret)


def register(app: App, desk: Desk) -> None:
    """Few listeners: Bolt pays for each one it asks, and ids are looked up faster in a dictionary."""
    app.command(COMMAND)(Commands(desk).handle)
    app.action(ANYTHING)(Actions(desk).handle)
    app.view(ANYTHING)(Submissions(desk).handle)
    app.shortcut(ANYTHING)(Shortcuts(desk).handle)
    app.options(ANYTHING)(People(desk).handle)
    app.event("app_mention")(Mentions(desk).handle)
    channels = Channels(desk)
    app.event("member_joined_channel")(channels.handle_joined)
    app.event("member_left_channel")(channels.handle_left)
    app.event("app_home_opened")(Home(desk).handle_opened)
    app.error(handle_error)
