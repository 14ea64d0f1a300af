"""Socket Mode: the app fetches an address, connects to it, and whatever it would be sent comes down the line.

https://docs.slack.dev/apis/events-api/using-socket-mode: a greeting, envelopes that are acked by their id
within three seconds, and now and then a word that the connection is about to end. Up to ten connections are
open at once, and each payload goes to any one of them; nothing is signed.
"""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.log import Log
from sandbox.over_http import Ack, Kind, Retry

APP_TOKEN = "xapp-sandbox-northwind"  # noqa: S105  documented, and good for loopback only
MOST_LINKS = 10
# "Refreshed once every few hours"; with `debug_reconnects=true` on the address after six minutes.
LINK_SECONDS = 18_060.0
DEBUG_LINK_SECONDS = 360.0
WARNING_SECONDS = 10.0
TICKET_SECONDS = 30.0  # Slack only says "temporary"
# What may be answered in the ack; whatever else comes along with one is not read.
ANSWERED = {"view_submission", "block_suggestion"}

Goodbye = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


class Link:
    """One connection of the app. Anybody may send; the loop of the server passes it on."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, message: dict[str, Any]) -> None:
        self._put(json.dumps(message))

    def part(self, reason: Goodbye) -> None:
        """Say that the connection ends; it does, unless this is only the warning."""
        self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
        if reason != "warning":
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection, once everything before it was sent."""
        self._put(None)

    def _put(self, line: str | None) -> None:
        with suppress(RuntimeError):  # the server has stopped, and its loop with it
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)

    async def pour(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # the app has hung up meanwhile
            while (line := await self._lines.get()) is not None:
                await self._websocket.send_text(line)
            await self._websocket.close()


class OverSockets:
    """The way to the app over whatever connections it has open."""

    def __init__(
        self,
        app_id: str,
        origin: str,
        log: Log,
        *,
        ack_seconds: float,
        is_on: bool,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        self.is_on = is_on
        self._app_id = app_id
        self._origin = origin
        self._log = log
        self.ack_seconds = ack_seconds
        self._wall = wall
        self._news = threading.Condition()
        self._tickets: dict[str, float] = {}  # -> when it was issued
        self._links: list[Link] = []
        self._turn = 0
        self._answers: dict[str, str | None] = {}  # envelope_id -> the body of its ack, None before
        self._is_closed = False

    @property
    def connections(self) -> int:
        with self._news:
            return len(self._links)

    def address(self) -> str:
        """Where the app may connect, once: https://docs.slack.dev/reference/methods/apps.connections.open"""
        ticket, now = secrets.token_urlsafe(18), self._wall()
        with self._news:
            self._tickets = {one: born for one, born in self._tickets.items() if now - born <= TICKET_SECONDS}
            self._tickets[ticket] = now
        words = urlencode({"ticket": ticket, "app_id": self._app_id})
        return f"{self._origin.replace('http', 'ws', 1)}/link/?{words}"

    def part(self, reason: Goodbye) -> None:
        """Slack is about to end the connections, or (all but `warning`) ends them."""
        with self._news:
            links = list(self._links)
            if reason != "warning":
                self._links.clear()
        for link in links:
            link.part(reason)

    def turn(self, *, on: bool) -> None:
        """Socket Mode is switched on or off in the app's settings."""
        self.is_on = on
        if not on:
            self.part("link_disabled")

    def send(self, kind: Kind, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        envelope_id = str(uuid4())
        is_answered = kind == "slash_commands" or payload.get("type") in ANSWERED
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": is_answered,
            "payload": payload,
        }
        if kind == "events_api":
            why = "timeout" if retry and retry.reason == "http_timeout" else retry.reason if retry else ""
            envelope |= {"retry_attempt": retry.number if retry else 0, "retry_reason": why}
        with self._news:
            if not self._links:
                return Ack(0, trouble="connection_failed", words="the app has no connection open")
            self._turn += 1
            link = self._links[self._turn % len(self._links)]
            self._answers[envelope_id] = None
        link.send(envelope)
        with self._news:
            self._news.wait_for(
                lambda: self._is_closed or self._answers[envelope_id] is not None, self.ack_seconds
            )
            body = self._answers.pop(envelope_id)
        if body is None:
            return Ack(0, trouble="http_timeout", words=f"no ack within {self.ack_seconds:g} s")
        return Ack(200, body if is_answered else "")

    def close(self) -> None:
        """Let go of the app. May be called again."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()
            links = list(self._links)
            self._links.clear()
        for link in links:
            link.hang_up()

    # In the loop of the server.

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from its ticket to its end."""
        if not self._redeem(websocket.query_params.get("ticket", "")):
            await websocket.close()  # before it is accepted: the handshake is answered 403
            return
        link = Link(websocket)
        is_debug = websocket.query_params.get("debug_reconnects") == "true"
        seconds = DEBUG_LINK_SECONDS if is_debug else LINK_SECONDS
        self._take_in(link, seconds)
        loop = asyncio.get_running_loop()
        ends = [
            loop.call_later(seconds - WARNING_SECONDS, link.part, "warning"),
            loop.call_later(seconds, self._end, link),
        ]
        await websocket.accept()
        pouring = asyncio.create_task(link.pour())
        try:
            while (heard := await websocket.receive())["type"] == "websocket.receive":
                text = heard.get("text") or ""
                if not self._hear(text):
                    await run_in_threadpool(
                        self._log.add, "to_slack", "socket", "no_such_envelope", 0.0, text, {}
                    )
        finally:
            self._forget(link)
            pouring.cancel()
            for end in ends:
                end.cancel()

    def _redeem(self, ticket: str) -> bool:
        with self._news:
            born = self._tickets.pop(ticket, None)
        return born is not None and self._wall() - born <= TICKET_SECONDS

    def _take_in(self, link: Link, seconds: float) -> None:
        with self._news:
            if not self.is_on or self._is_closed:
                link.part("link_disabled")
                return
            if len(self._links) >= MOST_LINKS:
                link.part("too_many_websockets")
                return
            hello = {
                "type": "hello",
                "num_connections": len(self._links) + 1,
                "debug_info": {"host": "sandbox", "approximate_connection_time": int(seconds)},
                "connection_info": {"app_id": self._app_id},
            }
            link.send(hello)
            self._links.append(link)

    def _end(self, link: Link) -> None:
        self._forget(link)
        link.part("refresh_requested")

    def _forget(self, link: Link) -> None:
        with self._news:
            if link in self._links:
                self._links.remove(link)

    def _hear(self, text: str) -> bool:
        """Whether this acks something. It may come by any connection: the one asked may be gone by then."""
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        envelope_id = said.get("envelope_id") if isinstance(said, dict) else None
        with self._news:
            if isinstance(said, dict) and self._answers.get(str(envelope_id), "") is None:
                self._answers[str(envelope_id)] = json.dumps(said["payload"]) if said.get("payload") else ""
                self._news.notify_all()
                return True
        return False
