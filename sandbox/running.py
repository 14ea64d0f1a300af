"""The server around the routes: a socket on 127.0.0.1, one worker, in this thread or in one of its own."""

import logging
import socket
import threading
from collections.abc import Callable

import uvicorn

from sandbox.server import Routes
from sandbox.small_slack import SmallSlack
from sandbox.spoiling import Connection

HOST = "127.0.0.1"  # nowhere else: its secrets are public


PING_SECONDS = 20.0  # as often the app is asked whether it still listens


class PortTakenError(RuntimeError):
    """Somebody else listens on the port; the message says what to do."""


def listen_on(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 finds a free one. Raises `PortTakenError`."""
    # The protocol is named so that asyncio turns Nagle's algorithm off: without it an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"Port {port} on {HOST} cannot be used: {error.strerror}. Choose another with --port."
        ) from None
    return listener


class Server(uvicorn.Server):
    """Serves a small Slack until told to stop. `on_ready` is called once it answers."""

    def __init__(self, slack: SmallSlack, on_ready: Callable[[], None]) -> None:
        self._on_ready = on_ready
        self._slack = slack
        self._routes = Routes(slack)
        # What goes wrong in here is ours to say: uvicorn's own lines would be noise on the caller's terminal.
        logging.getLogger("uvicorn").setLevel(logging.ERROR)
        super().__init__(
            uvicorn.Config(
                self._routes.app(),
                http=Connection,
                log_config=None,
                access_log=False,
                ws="websockets-sansio",
                ws_ping_interval=PING_SECONDS,
                lifespan="on",
                timeout_graceful_shutdown=1,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._routes.stream.close()  # else an open page holds up the end, and is cut off with a traceback
        self._slack.sockets.close()
        await super().shutdown(sockets)


class InThread:
    """The server in a thread of this process. For tests."""

    def __init__(self, slack: SmallSlack, listener: socket.socket) -> None:
        self._slack = slack
        self._ready = threading.Event()
        self._server = Server(slack, self._ready.set)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="sandbox", daemon=True
        )

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("The sandbox did not start within 10 seconds.")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._slack.close()
