"""Tandem behind HTTP: everything Slack sends comes to one address."""

import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.application import Tandem

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EVENTS_PATH = "/slack/events"
MOST_BYTES = 1_000_000  # Slack's largest request, a view of 250 kB, fits many times


class Web:
    """The WSGI application: `GET /healthz`, and `POST /slack/events` unless Slack comes by Socket Mode."""

    def __init__(self, tandem: Tandem, *, takes_requests: bool = True) -> None:
        self._tandem = tandem
        self._takes_requests = takes_requests
        self._slack = SlackRequestHandler(tandem.app, path=EVENTS_PATH)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return self._health(start_response)
        if not self._takes_requests:
            return _answer(start_response, "404 Not Found", {"error": "socket_mode"})
        if path == EVENTS_PATH and int(environ.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return _answer(start_response, "413 Payload Too Large", {"error": "payload_too_large"})
        try:
            return self._slack(environ, start_response)
        except ValueError:  # Bolt reads the body before it checks who sent it
            return _answer(start_response, "400 Bad Request", {"error": "not_a_slack_request"})

    def _health(self, start_response: "StartResponse") -> Iterable[bytes]:
        """200 while the database answers, 503 otherwise."""
        started = time.perf_counter()
        try:
            with self._tandem.desk.database.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not well"
            return _answer(
                start_response, "503 Service Unavailable", {"ok": False, "error": type(error).__name__}
            )
        took = round((time.perf_counter() - started) * 1000, 1)
        return _answer(start_response, "200 OK", {"ok": True, "database_ms": took})


def _answer(start_response: "StartResponse", status: str, body: dict[str, Any]) -> Iterable[bytes]:
    text = json.dumps(body).encode()
    start_response(status, [("content-type", "application/json"), ("content-length", str(len(text)))])
    return [text]
