"""Tandem behind HTTP: everything Slack sends comes to one address."""

import json
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_sdk.signature import SignatureVerifier

from bot.application import Tandem
from bot.shapes import has_its_shape, is_unicode

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EVENTS_PATH = "/slack/events"
MOST_BYTES = 1_000_000  # Slack's largest request, a view of 250 kB, fits many times

# Slack looks at the certificate now and then, and does not say that it signs what it sends for that.
# https://docs.slack.dev/interactivity/implementing-slash-commands
SSL_CHECK = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
# What Bolt raises over a body of another shape than Slack's.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class Web:
    """The WSGI application: `GET /healthz`, the pages to install Tandem from where it has any, and
    `POST /slack/events` unless Slack comes by Socket Mode."""

    def __init__(self, tandem: Tandem, *, takes_requests: bool = True) -> None:
        self._tandem = tandem
        self._pages = tandem.install_pages
        self._slack = _FromSlack(tandem.app, tandem.signing_secret) if takes_requests else None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return self._health(start_response)
        if self._pages is not None and path in self._pages.paths:
            return self._pages(environ, start_response)
        if self._slack is None:
            return _answer(start_response, "404 Not Found", {"error": "socket_mode"})
        if path == EVENTS_PATH and int(environ.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return _answer(start_response, "413 Payload Too Large", {"error": "payload_too_large"})
        return self._slack(environ, start_response)

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


class _FromSlack(SlackRequestHandler):
    """Bolt's way in, with the signature checked first: Bolt reads a body before it asks who sent it.

    Bolt's own check, 4 µs, stays on for whoever puts the app behind another door.
    """

    def __init__(self, app: App, signing_secret: str) -> None:
        super().__init__(app, path=EVENTS_PATH)
        self._verifier = SignatureVerifier(signing_secret)

    def dispatch(self, request: WsgiHttpRequest) -> BoltResponse:
        """401 for what Slack did not sign, 400 for what it signed and nobody can read."""
        environ = request.environ
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not self._is_signed(raw, environ):
            if SSL_CHECK.search(raw):
                return BoltResponse(status=200, body="")
            return BoltResponse(status=401, body={"error": "invalid_signature"})
        try:
            known = BoltRequest(body=raw.decode(), query=request.query_string, headers=request.get_headers())
            is_readable = is_unicode(raw, known.body) and has_its_shape(known.body)
        except UNREADABLE:
            is_readable = False
        if not is_readable:
            return BoltResponse(status=400, body={"error": "not_a_slack_request"})
        return self.app.dispatch(known)

    def _is_signed(self, raw: bytes, environ: "WSGIEnvironment") -> bool:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE")
        try:
            return self._verifier.is_valid(raw, stamp, signature)
        except (ValueError, TypeError, OverflowError):  # no number, no time, no UTF-8, no ASCII
            return False


def _answer(start_response: "StartResponse", status: str, body: dict[str, Any]) -> Iterable[bytes]:
    text = json.dumps(body).encode()
    start_response(status, [("content-type", "application/json"), ("content-length", str(len(text)))])
    return [text]
