"""How fast `/map status` is, end to end: signed, over HTTP, on SQLite, at 1 and at 8 requests at a time.

The reference is a Bolt app with one empty listener behind the same server, measured in the same run, round
by round. A server without Bolt is measured too: where it is not much faster than the reference, the load and
not the app was the limit. The load comes from a process of its own.

    python -m bench.requests
"""

import argparse
import hashlib
import hmac
import json
import logging
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "bench"
ROUNDS = 4
SECONDS = 1.5
THREADS = 8
KINDS = ("tandem", "empty", "bare")
IDENTITY = {
    "ok": True,
    "user_id": "U0TANDEM",
    "bot_id": "B0TANDEM",
    "team_id": "T0NORTHWIND",
    "team": "Northwind",
}
COMMAND = {
    "command": "/map",
    "text": "status",
    "team_id": "T0NORTHWIND",
    "channel_id": "C0DEAL",
    "user_id": "U0RAE",
    "user_name": "rae",
    "trigger_id": "1.2.3",
    "api_app_id": "A0TANDEM",
    "response_url": "http://127.0.0.1/response",
}


def main() -> None:
    rates: dict[tuple[str, int], list[float]] = {}
    servers = {kind: Server(kind) for kind in KINDS}
    try:
        for server in servers.values():
            load(server.port, 1, 0.5)  # warm
        for _ in range(ROUNDS):
            for concurrency in (1, 8):
                for kind, server in servers.items():
                    rates.setdefault((kind, concurrency), []).append(load(server.port, concurrency, SECONDS))
    finally:
        for server in servers.values():
            server.stop()
    worst = 1.0
    for concurrency in (1, 8):
        middle = {kind: statistics.median(rates[kind, concurrency]) for kind in KINDS}
        ratio = middle["tandem"] / middle["empty"]
        worst = min(worst, ratio)
        print(
            f"{concurrency} at a time: /map status {middle['tandem']:.0f}/s, "
            f"empty listener {middle['empty']:.0f}/s, no Bolt {middle['bare']:.0f}/s, ratio {ratio:.3f}"
        )
    print(f"requests_ratio: {worst:.3f}")


class Server:
    """One of the three, in a process of its own."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.requests", "--serve", kind], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def load(port: int, concurrency: int, seconds: float) -> float:
    """Requests a second, as a process of its own counts them."""
    words = ["--load", str(port), "--concurrency", str(concurrency), "--seconds", str(seconds)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.requests", *words], stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout)


def signed_request() -> bytes:
    """One slash command as Slack sends it. The same bytes each time: Tandem keeps no answer by them."""
    body = urlencode(COMMAND)
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    lines = (
        "POST /slack/events HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {stamp}",
        f"X-Slack-Signature: v0={signature}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def make_load(port: int, concurrency: int, seconds: float) -> float:
    """Keep `concurrency` requests in flight on as many connections; each answer must be a 200 with a body."""
    request = signed_request()
    chooser = selectors.DefaultSelector()
    for _ in range(concurrency):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(connection, selectors.EVENT_READ, bytearray())
        connection.sendall(request)
    answered = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for key, _ in chooser.select(timeout=1):
            answer: bytearray = key.data
            connection = key.fileobj  # type: ignore[assignment]  # we registered sockets
            answer += connection.recv(262_144)
            if is_whole(answer):
                assert answer.startswith(b"HTTP/1.1 200"), bytes(answer[:200])
                answered += 1
                answer.clear()
                connection.sendall(request)
    return answered / (time.perf_counter() - start)


def is_whole(answer: bytearray) -> bool:
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    raise AssertionError("an answer without its length")


def serve(kind: str) -> None:
    from waitress.server import create_server

    # The same for all three: a line for every request that waits would be part of what is measured.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    with tempfile.TemporaryDirectory() as folder:
        makers = {"tandem": tandem_app, "empty": empty_app, "bare": bare_app}
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        server = create_server(makers[kind](folder), sockets=[listening], threads=THREADS)
        print(listening.getsockname()[1], flush=True)
        server.run()


def tandem_app(folder: str) -> "WSGIApplication":
    from bot.application import build_client, build_tandem
    from bot.clock import SystemClock
    from bot.logs import set_up_logs
    from bot.web import Web
    from storage.database import Database
    from storage.migrate import migrate

    set_up_logs("ERROR")
    database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
    migrate(database)
    fill(database)
    tandem = build_tandem(database, SystemClock(), build_client("xoxb-bench", fake_slack()), SECRET)
    return Web(tandem)


def fill(database: Any) -> None:
    """A plan of the template with the most steps, with people who own some of them."""
    from sqlmodel import select

    from bot.use_cases.common import Actor
    from bot.use_cases.plans import NewPlan, start_plan
    from storage.models import AnchorKind, ChannelMember, Person, Side, Step

    now = datetime.now(UTC)
    with database.write() as session:
        for user_id, team_id, name in (("U0RAE", "T0NORTHWIND", "Rae"), ("U0BEA", "T0ACME", "Bea")):
            session.add(Person(user_id=user_id, team_id=team_id, name=name, refreshed_at=now))
            session.add(ChannelMember(channel_id="C0DEAL", user_id=user_id))
        session.flush()
        new = NewPlan(
            template="regulated-buyer",
            name="Acme × Northwind",
            seller_company="Northwind",
            buyer_company="Acme",
            anchor_kind=AnchorKind.GO_LIVE,
            anchor=now.date() + timedelta(days=200),
            anchor_reason="The old contract ends",
            seller_country="GB",
            buyer_country="US",
            buyer_lead_id="U0BEA",
        )
        actor = Actor("U0RAE", "T0NORTHWIND", Side.SELLER, "Rae")
        start_plan(session, "T0NORTHWIND", "C0DEAL", actor, new, now, now)
        for step in session.exec(select(Step)):
            step.owner_id = "U0BEA" if step.number % 2 else "U0RAE"


def empty_app(_folder: str) -> "WSGIApplication":
    from slack_bolt import Ack, App
    from slack_bolt.adapter.wsgi import SlackRequestHandler
    from slack_bolt.authorization import AuthorizeResult

    from bot.application import build_client

    client = build_client("xoxb-bench", fake_slack())
    identity = client.auth_test()
    app = App(
        client=client,
        signing_secret=SECRET,
        authorize=lambda: AuthorizeResult.from_auth_test_response(
            auth_test_response=identity, bot_token=client.token
        ),
        process_before_response=True,
    )

    @app.command("/map")
    def handle(ack: Ack) -> None:
        ack("ok")

    return SlackRequestHandler(app)


def bare_app(_folder: str) -> "WSGIApplication":
    body = json.dumps({"text": "ok"}).encode()

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["wsgi.input"].read()
        start_response("200 OK", [("content-length", str(len(body)))])
        return [body]

    return application


def fake_slack() -> str:
    """Answers the one question Tandem asks when it starts."""

    class WhoAmI(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(IDENTITY).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), WhoAmI)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", choices=KINDS)
    parser.add_argument("--load", type=int)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    words = parser.parse_args()
    if words.serve:
        serve(words.serve)
    elif words.load:
        print(make_load(words.load, words.concurrency, words.seconds))
    else:
        main()
