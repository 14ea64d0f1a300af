"""An app that does what a test tells it: keeps every request, checks its signature, answers as told."""

import contextlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import httpx
from slack_sdk.signature import SignatureVerifier

from sandbox.outgoing import SIGNING_SECRET
from tests.sandboxed import BOT_TOKEN

Answer = tuple[int, str]
Heard = dict[str, Any]


class FakeApp:
    """`answer` decides what an incoming request gets; the default is an empty 200."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.headers: list[dict[str, str]] = []
        self.unsigned = 0
        self.extra_headers: dict[str, str] = {}  # of every answer
        self.answer: Callable[[Heard], Answer] = lambda _request: (200, "")
        self._verifier = SignatureVerifier(SIGNING_SECRET)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/slack/events"
        self._api: httpx.Client | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._api is not None:
            self._api.close()

    def use(self, api_url: str) -> None:
        """Where its Slack is."""
        if self._api is not None:
            self._api.close()
        self._api = httpx.Client(
            base_url=api_url, headers={"authorization": f"Bearer {BOT_TOKEN}"}, trust_env=False, verify=False
        )

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A Web API call as slack_sdk makes it: a form, nested arguments as JSON."""
        assert self._api is not None
        form = {
            name: json.dumps(value) if isinstance(value, dict | list) else value
            for name, value in arguments.items()
        }
        answer: dict[str, Any] = self._api.post(method, data=form).json()
        return answer

    def post(self, text: str = "", channel: str = "C0DEAL", **more: Any) -> str:
        """Post a message; returns its ts."""
        answer = self.call("chat.postMessage", channel=channel, text=text or "A message", **more)
        assert answer["ok"], answer
        return str(answer["ts"])

    @property
    def last(self) -> Heard:
        return self.heard[-1]

    def opens(self, view: dict[str, Any], method: str = "views.open") -> None:
        """From now on it answers an interaction with a modal, before it acks."""

        def answer(request: Heard) -> Answer:
            if "trigger_id" in request and request.get("type") != "view_submission":
                said = self.call(method, trigger_id=request["trigger_id"], view=view)
                assert said["ok"], said
            return 200, ""

        self.answer = answer

    def says(self, body: dict[str, Any] | str, status: int = 200) -> None:
        """From now on it acks with this."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.answer = lambda _request: (status, text)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                timestamp = self.headers["x-slack-request-timestamp"]
                if not app._verifier.is_valid(body, timestamp, self.headers["x-slack-signature"]):
                    app.unsigned += 1
                request = understood(body, self.headers["content-type"])
                app.headers.append({name.lower(): value for name, value in self.headers.items()})
                app.heard.append(request)
                status, text = app.answer(request)
                kind = "application/json" if text[:1] in "{[" and text else "text/plain"
                with contextlib.suppress(BrokenPipeError):  # nobody waits for a late answer any more
                    self.send_response(status)
                    for name, value in {"content-type": kind, **app.extra_headers}.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(text.encode())))
                    self.end_headers()
                    self.wfile.write(text.encode())

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        return Handler


def understood(body: str, kind: str) -> Heard:
    if kind == "application/json":
        return dict(json.loads(body))
    form = dict(parse_qsl(body, keep_blank_values=True))
    return dict(json.loads(form["payload"])) if "payload" in form else dict(form)
