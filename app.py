"""The one entry point: `python app.py sandbox | serve | migrate | …`. Settings and wiring, nothing else.

What serves and what stores is imported by the commands that need it: `schedule` answers before that loads.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from plan.plan_reading import FIRST_DAY, LAST_DAY, read_day

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    from bot.application import Tandem
    from bot.clock import Clock
    from bot.operating import Report
    from bot.settings import Settings
    from storage.database import Database

HERE = Path(__file__).parent
SANDBOX_STATE = Path(".sandbox")
SANDBOX_BOT_TOKEN = "xoxb-sandbox-northwind"  # noqa: S105  opens only the sandbox, on loopback
SANDBOX_APP_TOKEN = "xapp-sandbox-northwind"  # noqa: S105  the same
SANDBOX_SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105  the same
SANDBOX_START_SECONDS = 20
SANDBOX_NEXT_STORY = SANDBOX_STATE / "next-story"  # chosen on the page, to begin afresh with


class CannotStart(RuntimeError):
    """Tandem cannot start; the message says why and what to do."""


def open_database(url: str, threads: int) -> Database:
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import Database
    from storage.migrate import UnknownRevisionError, migrate

    database = Database(url, pool_size=threads + 2)  # the delivery's and the beat's
    try:
        migrate(database)
    except (SQLAlchemyError, UnknownRevisionError) as error:
        raise CannotStart(f"The database cannot be used: {error}") from None
    return database


def build(settings: Settings) -> Tandem:
    from slack_sdk.errors import SlackApiError, SlackClientError

    from bot.application import build_client, build_tandem
    from bot.clock import SandboxClock, SystemClock
    from bot.oauth import AppKeys, scopes_in
    from storage.encryption import Vault

    database = open_database(settings.database_url, settings.threads)
    clock: Clock = SandboxClock(settings.clock_url) if settings.clock_url else SystemClock()
    token, keys = settings.slack_bot_token, None
    client = build_client(token.get_secret_value() if token else None, settings.slack_api_url)
    if settings.is_installed_by_others:
        secret = settings.slack_client_secret.get_secret_value()
        keys = AppKeys(settings.slack_client_id, secret, scopes_in(HERE / "manifest.yml"))
    try:
        return build_tandem(
            database,
            clock,
            client,
            settings.slack_signing_secret.get_secret_value(),
            vault=Vault(settings.keys),
            app_keys=keys,
            sweep_seconds=settings.sweep_seconds,
            threads=settings.threads,
        )
    except SlackApiError as error:
        raise CannotStart(f"Slack does not accept SLACK_BOT_TOKEN: {error.response['error']}") from None
    except (SlackClientError, OSError) as error:
        raise CannotStart(f"Slack cannot be reached at {settings.slack_api_url}: {error}") from None


def listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=128)
    except OSError as error:
        raise CannotStart(
            f"Port {settings.port} on {settings.host} is taken or not allowed ({error}). Set PORT to another."
        ) from None


def run(tandem: Tandem, listening: socket.socket, settings: Settings) -> None:
    """Serve until told to stop. In Socket Mode the web server answers only /healthz and browsers."""
    from waitress.server import create_server

    from bot.web import MOST_BYTES, Web

    token = settings.slack_app_token
    socket_mode = connect(tandem, token.get_secret_value()) if token else None
    web = Web(tandem, takes_requests=socket_mode is None)
    server = create_server(
        web, sockets=[listening], threads=settings.threads, ident=None, max_request_body_size=MOST_BYTES
    )
    tandem.start()
    try:
        server.run()
    finally:
        if socket_mode is not None:
            expect_the_end(socket_mode)
        tandem.stop()
        if socket_mode is not None:
            hang_up(socket_mode)  # takes seconds; what still comes in waits in the outbox
        tandem.desk.database.dispose()


def connect(tandem: Tandem, app_token: str) -> SocketModeHandler:
    """Socket Mode: Slack's requests come over a connection of ours, opened where SLACK_API_URL is."""
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.errors import SlackApiError

    log = logging.getLogger("slack_sdk.socket_mode")
    log.setLevel(logging.NOTSET)
    handler = SocketModeHandler(tandem.app, app_token, logger=log)
    try:
        handler.connect()
    except SlackApiError as error:
        hang_up(handler)
        raise CannotStart(f"Slack does not accept SLACK_APP_TOKEN: {error.response['error']}") from None
    return handler


def expect_the_end(handler: SocketModeHandler) -> None:
    """From now on it is no news that the other end hangs up, and no reason to connect again."""
    handler.client.logger.setLevel(logging.CRITICAL)
    handler.client.auto_reconnect_enabled = False


def hang_up(handler: SocketModeHandler) -> None:
    try:
        handler.close()
    except (
        AttributeError
    ):  # both ends at once: slack_sdk closed a socket it had just let go of; the rest is left
        handler.close()


def serve() -> None:
    from bot.logs import set_up_logs
    from bot.settings import load_settings

    settings = load_settings()
    set_up_logs(settings.log_level)
    listening = listen(settings)
    run(build(settings), listening, settings)


def sandbox(port: int, *, reset: bool, by_socket: bool) -> None:
    """The sandbox, until told to stop; anew, and all forgotten, for each story that is chosen on its page."""
    story = run_sandbox(port, reset=reset, by_socket=by_socket)
    while story is not None:
        story = run_sandbox(port, reset=True, by_socket=by_socket, story=story)


def run_sandbox(port: int, *, reset: bool, by_socket: bool, story: str | None = None) -> str | None:
    """A small Slack in a process of its own, and Tandem in this one, pointed at it by settings alone.

    Returns the story that somebody wants to begin afresh with, or None once told to stop.
    """
    from bot.logs import set_up_logs
    from bot.settings import load_settings
    from bot.web import EVENTS_PATH

    if reset:
        shutil.rmtree(SANDBOX_STATE, ignore_errors=True)
    SANDBOX_STATE.mkdir(exist_ok=True)
    SANDBOX_NEXT_STORY.unlink(missing_ok=True)
    slack = f"http://127.0.0.1:{port}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # nothing here leaves this machine
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    settings = load_settings(
        slack_bot_token=SANDBOX_BOT_TOKEN,
        slack_signing_secret=SANDBOX_SIGNING_SECRET,
        slack_app_token=SANDBOX_APP_TOKEN if by_socket else None,
        slack_api_url=f"{slack}/api/",
        clock_url=f"{slack}/clock",
        database_url=f"sqlite:///{SANDBOX_STATE}/tandem.db",
        host="127.0.0.1",
        port=0,
        sweep_seconds=1,
        log_level=os.environ.get("LOG_LEVEL", "WARNING"),
    )
    set_up_logs(settings.log_level)
    listening = listen(settings)
    app_url = f"http://127.0.0.1:{listening.getsockname()[1]}{EVENTS_PATH}"
    child = _start_small_slack(port, app_url, story, by_socket=by_socket)
    try:
        _wait_until_it_answers(child, f"{slack}/clock")
        run(build(settings), listening, settings)
    except SystemExit:
        if not SANDBOX_NEXT_STORY.exists():
            raise
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
    return SANDBOX_NEXT_STORY.read_text(encoding="utf-8") if SANDBOX_NEXT_STORY.exists() else None


def _start_small_slack(
    port: int, app_url: str, story: str | None, *, by_socket: bool
) -> subprocess.Popen[bytes]:
    stories = HERE / "sandbox" / "stories"
    options = {
        "--port": str(port),
        "--app-url": app_url,
        "--manifest": str(HERE / "manifest.yml"),
        "--world": str(HERE / "sandbox" / "world.yml"),
        "--state": str(SANDBOX_STATE),
        "--story": str(stories / "example.yml"),
        "--stories": str(stories),
        "--parent": str(os.getpid()),
    }
    if story not in (None, "example"):  # the example is told at once, the others are played on the page
        options["--play"] = str(story)
    words = [word for option in options.items() for word in option]
    if by_socket:
        words.append("--socket-mode")
    return subprocess.Popen([sys.executable, "-m", "sandbox", *words], cwd=None, env=_with_path())


def _with_path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}


def _wait_until_it_answers(child: subprocess.Popen[bytes], url: str) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    deadline = time.monotonic() + SANDBOX_START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise CannotStart("The sandbox did not start; what it said is above.")
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)  # it is starting; there is nothing to be told of its being ready
    raise CannotStart(f"The sandbox did not answer within {SANDBOX_START_SECONDS} seconds.")


def say(report: Report) -> int:
    for line in report.lines:
        print(line)
    for line in report.complaints:
        print(line, file=sys.stderr)
    return report.code


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _standard_input() -> bytes:
    if sys.stdin is None:  # closed by who started this
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def _sayable(text: str) -> str:
    """With a ? for what a terminal of few letters cannot show."""
    letters = sys.stdout.encoding or "utf-8"
    return text.encode(letters, errors="replace").decode(letters)


def schedule(path: str, anchor: date | None, today: date | None, *, as_json: bool) -> int:
    """Print the dates of a plan file. Returns 2 where it is none."""
    from plan.command_line import report
    from plan.plan_reading import PlanFileError, decode

    name = "<stdin>" if path == "-" else path
    here = datetime.now().astimezone().date()
    try:
        data = _standard_input() if path == "-" else Path(path).read_bytes()
        said = report(decode(data), anchor=anchor, today=today or here, as_json=as_json)
        print(_sayable(said), flush=True)
        return 0
    except BrokenPipeError:  # nobody reads on, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"{name}: {error.strerror}", file=sys.stderr)
    except PlanFileError as error:
        for line, reason in error.problems:
            print(f"{name}:{line}: {reason}", file=sys.stderr)
    except OverflowError:
        print(f"{name}: the plan goes on for longer than there are days", file=sys.stderr)
    return 2


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        years = f"from {FIRST_DAY.year} to {LAST_DAY.year}"
        raise argparse.ArgumentTypeError(f"{text!r} is no day as in 2026-06-30, {years}")
    return day


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Tandem, mutual action plans in Slack")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run against Slack; see the README for the settings")
    commands.add_parser("migrate", help="bring the database of DATABASE_URL up to date")
    ledgers = commands.add_parser("audit", help="verify that no line of a slip ledger was changed or removed")
    ledgers.add_argument("--plan", type=int, metavar="ID", help="of this plan only")
    commands.add_parser("new-key", help="print a key for ENCRYPTION_KEYS")
    commands.add_parser("rotate-keys", help="seal every kept token with the first of ENCRYPTION_KEYS")
    forget = commands.add_parser("forget-workspace", help="say what is kept for a workspace, and delete it")
    forget.add_argument("workspace", metavar="ID", help="T… of a workspace, or E… of an Enterprise Grid")
    forget.add_argument("--yes", action="store_true", help="delete it; there is no way back")
    dates = commands.add_parser("schedule", help="compute the dates of a plan file; needs no settings")
    dates.add_argument("file", help="a plan file (docs/plan-file.md), or - to read one from standard input")
    dates.add_argument("--anchor", type=_day, metavar="DATE", help="instead of the one in the file")
    dates.add_argument(
        "--today", type=_day, metavar="DATE", help="the day the work goes on from; today if left out"
    )
    dates.add_argument("--json", action="store_true", help="for a program to read")
    small_slack = commands.add_parser(
        "sandbox", help="run Tandem in a small Slack of its own, in the browser"
    )
    small_slack.add_argument("--port", type=int, default=8080, help="the page's port on 127.0.0.1")
    small_slack.add_argument("--reset", action="store_true", help="forget what was done before")
    small_slack.add_argument("--socket-mode", action="store_true", help="connect instead of being called")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parse(arguments)
    if chosen.command == "schedule":
        return schedule(chosen.file, chosen.anchor, chosen.today, as_json=chosen.json)
    from sqlalchemy.exc import SQLAlchemyError

    from bot import operating
    from bot.settings import SettingsError
    from storage.encryption import new_key
    from storage.migrate import UnknownRevisionError

    signal.signal(signal.SIGTERM, _stop)
    try:
        if chosen.command == "serve":
            serve()
        elif chosen.command == "sandbox":
            sandbox(chosen.port, reset=chosen.reset, by_socket=chosen.socket_mode)
        elif chosen.command == "audit":
            return say(operating.audit_ledgers(chosen.plan))
        elif chosen.command == "new-key":
            print(new_key())
        elif chosen.command == "rotate-keys":
            return say(operating.rotate_keys())
        elif chosen.command == "forget-workspace":
            return say(operating.forget_workspace(chosen.workspace, is_meant=chosen.yes))
        else:
            return say(operating.migrate_only())
    except operating.NotUpToDate as error:
        print(error, file=sys.stderr)
        return 2
    except (SettingsError, CannotStart, UnknownRevisionError, SQLAlchemyError) as error:
        print(f"Tandem cannot start.\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
