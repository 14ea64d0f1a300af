"""Tandem put together: one Bolt app, one outbox, one beat."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_bolt import App
from slack_sdk import WebClient

from blocks.ids import COMMAND
from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.errors import handle_error
from bot.installations import Installations, Installed
from bot.listeners.actions import Actions
from bot.listeners.channel_events import ChannelEvents
from bot.listeners.commands import Commands
from bot.listeners.events import Channels, Profiles
from bot.listeners.home import Home
from bot.listeners.installs import Installs
from bot.listeners.mentions import Mentions
from bot.listeners.people import People
from bot.listeners.shortcuts import Shortcuts
from bot.listeners.submissions import Submissions
from bot.listeners.thread_replies import ThreadReplies
from bot.messages import Messenger
from bot.oauth import AppKeys, InstallPages, build_flow
from bot.reception import Reception, authorize
from bot.scheduler import Beat
from bot.senders.workspaces import Workspaces
from bot.taken_back import TakenBack
from bot.use_cases.installs import go_on, put_workspaces
from storage import installations as store
from storage.database import Database
from storage.encryption import Vault
from storage.installations import Installation

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
    install_pages: InstallPages | None = None

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
    app_keys: AppKeys | None = None,
    sweep_seconds: float = 20,
    threads: int = 8,
) -> Tandem:
    """Wire it up. Where `client` has a token, Slack is asked once whose it is; raises `SlackApiError` for one
    it does not know. With `app_keys` workspaces may install Tandem by themselves."""
    api = build_client(None, client.base_url)
    installations = Installations(
        database, clock, vault or Vault(), lambda token: build_client(token, client.base_url)
    )
    senders = Workspaces(database, clock, installations)
    messenger = Messenger(database, clock, installations.client_for)
    taken_back = TakenBack(database, clock, installations)
    delivery = Delivery(
        database,
        clock,
        taken_back.around({**messenger.senders, "workspaces": senders.workspaces}),
        messenger.refused,
        messenger.unknown,
    )
    desk = Desk(database, clock, delivery.ring)
    if client.token:
        desk = desk.of(_own_copy(client, database, clock, installations))
    reception = Reception(database, installations)
    app = App(
        client=api,  # Bolt gives each request its own, with the token
        signing_secret=signing_secret,
        before_authorize=reception.receive,
        authorize=authorize,
        process_before_response=True,  # an ack costs 1 ms instead of 12; slow work is in the outbox
        listener_executor=ThreadPoolExecutor(threads, thread_name_prefix="bolt"),
    )
    register(app, desk)
    register_channels(app, ChannelEvents(desk))
    register_installs(app, Installs(desk, installations))
    pages = None
    if app_keys is not None:
        pages = InstallPages(build_flow(app_keys, api, database, clock, installations), delivery.ring)
    beat = Beat(database, clock, delivery, sweep_seconds)
    return Tandem(app, desk, installations, delivery, beat, signing_secret, pages)


def _own_copy(client: WebClient, database: Database, clock: Clock, installations: Installations) -> Installed:
    """The copy whose token stands in the settings. It is there, so what waited for it goes on."""
    own = installations.keep_own(client.auth_test(), client.token or "")
    with database.write() as session:
        copy = session.get_one(Installation, own.id)
        if copy.is_org_wide:
            put_workspaces(session, copy, clock.wall())
        go_on(session, store.workspaces_of(session, copy), clock.wall())
    return own


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
    app.event("user_change")(Profiles(desk).handle_changed)
    app.event("app_home_opened")(Home(desk).handle_opened)
    app.error(handle_error)


def register_channels(app: App, changes: ChannelEvents) -> None:
    """What happens to a channel as a whole, which is rare."""
    app.event("channel_archive")(changes.handle)
    app.event("channel_unarchive")(changes.handle)
    app.event("channel_deleted")(changes.handle)
    app.event("channel_left")(changes.handle)
    app.event("group_archive")(changes.handle)
    app.event("group_unarchive")(changes.handle)
    app.event("group_deleted")(changes.handle)
    app.event("group_left")(changes.handle)
    app.event("channel_id_changed")(changes.handle)
    app.event("channel_shared")(changes.handle)
    app.event("channel_unshared")(changes.handle)


def register_installs(app: App, installs: Installs) -> None:
    app.event("app_uninstalled")(installs.handle_uninstalled)
    app.event("tokens_revoked")(installs.handle_tokens_revoked)
    app.event("team_access_granted")(installs.handle_access_granted)
    app.event("team_access_revoked")(installs.handle_access_revoked)
