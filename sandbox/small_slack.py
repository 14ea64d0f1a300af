"""The small Slack as a whole: what there is, what the app may, and the way to it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from sandbox.cast import BOT_TOKEN, Cast, read_cast
from sandbox.clock import Clock
from sandbox.codes import CLIENT_ID, CLIENT_SECRET, Codes
from sandbox.copies import Copy
from sandbox.faults import Faults
from sandbox.limits import RateLimits
from sandbox.log import Log
from sandbox.manifest import Manifest, read_manifest
from sandbox.outgoing import ACK_SECONDS, RETRY_SECONDS, Later, Outgoing, by_timer
from sandbox.socket_mode import OverSockets
from sandbox.store import Store
from sandbox.tickets import TRIGGER_SECONDS, ResponseUrls, Triggers
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.playing import Player

LEGACY_TOKEN = "sandbox-verification"  # noqa: S105  Slack still sends one; nobody should check it


class SmallSlack:
    """Everything the routes work with. `origin` is this server's own address, without a slash at the end.

    `later` is how a retry waits, `wall` the clock that rate limits count on (seconds), `rate_limits` whether
    they hold at all. `socket_mode` outranks what the manifest says of it.
    """

    def __init__(
        self,
        app_url: str,
        manifest: Manifest,
        cast: Cast,
        store: Store,
        *,
        origin: str = "http://127.0.0.1:8080",
        start: float | None = None,
        ack_seconds: float = ACK_SECONDS,
        trigger_seconds: float = TRIGGER_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        later: Later = by_timer,
        wall: Callable[[], float] = time.monotonic,
        rate_limits: bool = True,
        socket_mode: bool | None = None,
    ) -> None:
        self.app_url = app_url
        self.manifest = self.asked_for = manifest
        self.world = World(cast, Clock(start), store)
        self.origin = origin
        self.log = Log(self.world.clock.now, self._announce)
        self.outgoing = Outgoing(
            app_url, self.log, ack_seconds=ack_seconds, retry_seconds=retry_seconds, later=later
        )
        self.sockets = OverSockets(
            cast.app.id, origin, self.log, ack_seconds=ack_seconds, is_on=False, wall=wall
        )
        self.use_sockets(on=manifest.settings.socket_mode_enabled if socket_mode is None else socket_mode)
        self.limits = RateLimits(wall, is_on=rate_limits)
        self.triggers = Triggers(seconds=trigger_seconds)
        self.response_urls = ResponseUrls()
        self.codes = Codes(wall)
        self.faults = Faults()
        self.offered = Offered()
        self.player: Player | None = None  # where there are stories to watch

    @contextmanager
    def patient(self, seconds: float) -> Iterator[None]:
        """For a while the app may take so long for an answer, where Slack gives it three seconds."""
        http, sockets, triggers = self.outgoing.http, self.sockets, self.triggers
        before = http.ack_seconds, sockets.ack_seconds, triggers.seconds
        http.ack_seconds = sockets.ack_seconds = triggers.seconds = seconds
        try:
            yield
        finally:
            http.ack_seconds, sockets.ack_seconds, triggers.seconds = before

    def use_sockets(self, *, on: bool) -> None:
        """Switch Socket Mode on or off: with it nothing comes by HTTP any more, and the other way round."""
        self.manifest = self.manifest.with_socket_mode(on=on)
        self.outgoing.way = self.sockets if on else self.outgoing.http
        self.sockets.turn(on=on)

    def grant_optional_scopes(self, *, on: bool) -> None:
        """Whether whoever installed the app granted what it asks for as optional."""
        is_socket_mode = self.manifest.settings.socket_mode_enabled
        manifest = self.asked_for if on else self.asked_for.without_optional_scopes()
        self.manifest = manifest.with_socket_mode(on=is_socket_mode)

    def granted(self, copy: Copy) -> Manifest:
        """The manifest with what was granted to this copy of the app."""
        return self.manifest if copy.scopes is None else self.manifest.with_scopes(copy.scopes)

    def _announce(self) -> None:
        with self.world.changing():
            pass

    def close(self) -> None:
        if self.player is not None:
            self.player.close()
        self.sockets.close()
        self.outgoing.close()
        with self.world.changed:
            self.world.save_clock()
            self.world.store.close()


class Offered:
    """The options an external select was offered; a person can only pick one of these.

    Of the `most` selects that were searched in last: a sandbox runs for days, and nobody has more open.
    """

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._all: dict[tuple[str, str, str, str], dict[str, dict[str, object]]] = {}

    def keep(self, place: tuple[str, str, str, str], options: list[dict[str, object]]) -> None:
        with self._lock:
            known = self._all.pop(place, {})
            self._all[place] = known | {str(one["value"]): one for one in options}
            if len(self._all) > self._most:
                del self._all[next(iter(self._all))]

    def find(self, place: tuple[str, str, str, str], value: str) -> dict[str, object] | None:
        with self._lock:
            return self._all.get(place, {}).get(value)


class Pace(TypedDict, total=False):
    """What keeps time in a `SmallSlack`; what is left out is as there."""

    ack_seconds: float
    trigger_seconds: float
    retry_seconds: tuple[float, ...]
    later: Later
    wall: Callable[[], float]
    rate_limits: bool


class Options(Pace, total=False):
    origin: str
    socket_mode: bool | None
    start: float | None


def build(
    app_url: str, manifest: Path, world: Path, state: Path | None = None, **options: Unpack[Options]
) -> SmallSlack:
    """Raises `ManifestError`, `CastError` or `StoreError`."""
    return SmallSlack(app_url, read_manifest(manifest), read_cast(world), Store(state), **options)


__all__ = [
    "BOT_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "LEGACY_TOKEN",
    "Offered",
    "Options",
    "Pace",
    "SmallSlack",
    "build",
]
