"""The small Slack as a whole: what there is, what the app may, and the way to it."""

import threading
from pathlib import Path

from sandbox.cast import Cast, read_cast
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.log import Log
from sandbox.manifest import Manifest, read_manifest
from sandbox.outgoing import ACK_SECONDS, RETRY_SECONDS, Outgoing
from sandbox.store import Store
from sandbox.tickets import ResponseUrls, Triggers
from sandbox.world import World

BOT_TOKEN = "xoxb-sandbox-northwind"  # noqa: S105  documented, and good for loopback only
LEGACY_TOKEN = "sandbox-verification"  # noqa: S105  Slack still sends one; nobody should check it


class SmallSlack:
    """Everything the routes work with. `origin` is this server's own address, without a slash at the end."""

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
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self.app_url = app_url
        self.manifest = manifest
        self.world = World(cast, Clock(start), store)
        self.origin = origin
        self.log = Log(self.world.clock.now, self._announce)
        self.outgoing = Outgoing(app_url, self.log, ack_seconds=ack_seconds, retry_seconds=retry_seconds)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.faults = Faults()
        self.offered = Offered()

    def _announce(self) -> None:
        with self.world.changing():
            pass

    def close(self) -> None:
        self.outgoing.close()
        with self.world.changed:
            self.world.save_clock()
            self.world.store.close()


class Offered:
    """The options an external select was last offered; a person can only pick one of these."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[tuple[str, str, str, str], dict[str, dict[str, object]]] = {}

    def keep(self, place: tuple[str, str, str, str], options: list[dict[str, object]]) -> None:
        with self._lock:
            self._all.setdefault(place, {}).update({str(one["value"]): one for one in options})

    def find(self, place: tuple[str, str, str, str], value: str) -> dict[str, object] | None:
        with self._lock:
            return self._all.get(place, {}).get(value)


def build(
    app_url: str,
    manifest: Path,
    world: Path,
    state: Path | None = None,
    *,
    origin: str = "http://127.0.0.1:8080",
    start: float | None = None,
    ack_seconds: float = ACK_SECONDS,
    retry_seconds: tuple[float, ...] = RETRY_SECONDS,
) -> SmallSlack:
    """Raises `ManifestError`, `CastError` or `StoreError`."""
    return SmallSlack(
        app_url,
        read_manifest(manifest),
        read_cast(world),
        Store(state),
        origin=origin,
        start=start,
        ack_seconds=ack_seconds,
        retry_seconds=retry_seconds,
    )
