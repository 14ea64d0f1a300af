"""Tandem put together: one Bolt app, one outbox, one beat."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from blocks.ids import COMMAND
from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import INSTALLED, Desk
from bot.errors import handle_error
from bot.installations import Installations, Installed
from bot.listeners.actions import Actions
from bot.listeners.commands import Commands
from bot.listeners.events import Channels
from bot.listeners.home import Home
from bot.listeners.mentions import Mentions
from bot.listeners.people import People
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.submissions import Submissions
from bot.listeners.thread_replies import ThreadReplies
from bot.messages import Messenger
from bot.scheduler import Beat
from storage.database import Database
from storage.encryption import Vault

CALL_SECONDS = 10
ANYTHING = re.compile(".*")


@dataclass(frozen=True, slots=True)
class Tandem:
    """Everything that runs. `start` and `stop` are for what works in the background."""

    app: App
    desk: Desk
    installations: Installations
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
    vault: Vault | None = None,
    sweep_seconds: float = 20,
    threads: int = 8,
) -> Tandem:
    """Wire it up. Asks Slack once who Tandem is; raises `SlackApiError` for a token it does not know."""
    identity = client.auth_test()
    installations = Installations(
        database, clock, vault or Vault(), lambda token: build_client(token, client.base_url)
    )
    own = installations.keep_own(identity, client.token or "")
    messenger = Messenger(database, clock, installations.client_for)
    delivery = Delivery(database, clock, messenger.senders, messenger.refused, messenger.unknown)
    desk = Desk(database, clock, delivery.ring).of(own)
    app = App(
        client=build_client(None, client.base_url),  # Bolt gives each request its own, with the token
        signing_secret=signing_secret,
        before_authorize=_resolve_by(installations),
        authorize=_authorize,
        process_before_response=True,  # an ack costs 1 ms instead of 12; slow work is in the outbox
        listener_executor=ThreadPoolExecutor(threads, thread_name_prefix="bolt"),
    )
    register(app, desk)
    beat = Beat(database, clock, delivery, sweep_seconds)
    return Tandem(app, desk, installations, delivery, beat, signing_secret)


def _resolve_by(installations: Installations) -> Callable[..., None]:
    """Bolt would look the copy up by what the request says of its sender, and miss some."""

    def resolve(context: BoltContext, body: Mapping[str, Any], next: Callable[[], BoltResponse]) -> None:
        context[INSTALLED] = installations.resolve(body)
        next()

    return resolve


def _authorize(context: BoltContext) -> AuthorizeResult:
    """`None` says that there is none, which Bolt understands and its types do not."""
    installed: Installed | None = context[INSTALLED]
    return None if installed is None else installed.authorization()  # type: ignore[return-value]  # see above


def register(app: App, desk: Desk) -> None:
    """Few listeners: Bolt pays for each one it asks, and ids are looked up faster in a dictionary."""
    app.command(COMMAND)(Commands(desk).handle)
    app.action(ANYTHING)(Actions(desk).handle)
    app.view(ANYTHING)(Submissions(desk).handle)
    app.shortcut(ANYTHING)(Shortcuts(desk).handle)
    app.options(ANYTHING)(People(desk).handle)
    app.event("app_mention")(Mentions(desk).handle)
    app.event("message")(ThreadReplies(desk).handle)
    channels = Channels(desk)
    app.event("member_joined_channel")(channels.handle_joined)
    app.event("member_left_channel")(channels.handle_left)
    app.event("app_home_opened")(Home(desk).handle_opened)
    app.error(handle_error)
