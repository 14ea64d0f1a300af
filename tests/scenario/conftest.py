"""The small Slack and the real Tandem, over HTTP, with every clock in the test's hand."""

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from waitress.server import create_server

from app import connect, expect_the_end, hang_up
from bot.application import Tandem, build_client, build_tandem
from bot.clock import SandboxClock
from bot.logs import set_up_logs
from bot.oauth import AppKeys
from bot.web import EVENTS_PATH, Web
from sandbox.outgoing import SIGNING_SECRET
from sandbox.over_http import Ack, Kind, Retry, Way
from sandbox.running import listen_on
from sandbox.small_slack import Pace
from sandbox.socket_mode import APP_TOKEN
from storage.database import Database
from storage.encryption import Vault
from storage.models import Plan, Step
from storage.outgoing import Outgoing, WorkState
from tests.conftest import copy_of
from tests.sandboxed import BOT_TOKEN, WORLD, Sandbox, words_of

TUESDAY = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)  # 15:00 in London, 10:00 in New York
GO_LIVE = date(2026, 8, 7)
PATIENCE = 30.0  # seconds instead of Slack's three: a machine may be busy with something else


class TurnedClock(SandboxClock):
    """The sandbox's clock, and a wall clock that a test pushes on instead of sleeping."""

    pushed = timedelta(0)

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.pushed


class Stage:
    """What a test plays on: `slack` is what people do and see, the rest looks behind the curtain."""

    def __init__(self, slack: Sandbox, tandem: Tandem, clock: TurnedClock) -> None:
        self.slack = slack
        self.tandem = tandem
        self.clock = clock
        self.database = tandem.desk.database

    def settle(self) -> None:
        """Everything that is on its way arrives: events, posts, edits that keep their distance."""
        self.slack.settle()
        for _ in range(200):
            self.tandem.delivery.send_all()
            waiting = self._next_moment()
            if waiting is None:
                return
            self.clock.pushed += max(waiting - self.clock.wall(), timedelta(0)) + timedelta(milliseconds=1)
        raise AssertionError("delivery never comes to rest")

    def _next_moment(self) -> datetime | None:
        with self.database.read() as session:
            rows = select(Outgoing.not_before).where(Outgoing.state == WorkState.PENDING)
            return min(session.exec(rows), default=None)

    def morning_round(self) -> None:
        """What the beat does: look for late steps, then send."""
        self.tandem.beat.sweep()
        self.settle()

    def start_plan(self, template: str = "saas-six-figures", **values: Any) -> None:
        """Rae starts a plan with everybody known."""
        self.slack.say("U0RAE", "/map new")
        self.settle()  # the roster
        form: dict[str, Any] = {
            "template": template,
            "name": "Acme × Northwind",
            "anchor_kind": "go_live",
            "anchor_date": GO_LIVE.isoformat(),
            "anchor_reason": "The old contract ends",
            "buyer_company": "Acme",
            "seller_lead": self.person("U0RAE", "seller_lead", "Rae"),
            "buyer_lead": self.person("U0RAE", "buyer_lead", "Bea"),
            "seller_country": "GB",
            "buyer_country": "US",
        }
        assert self.slack.submit("U0RAE", {**form, **values}) == {}
        self.slack.close("U0RAE")
        self.settle()

    def person(self, who: str, block_id: str, name: str) -> str:
        """The option somebody picks when they search for a name."""
        found = [
            one for one in self.slack.options(who, block_id, name) if one["text"]["text"].startswith(name)
        ]
        return str(found[0]["value"])

    def board(self, person: str = "U0BEA") -> dict[str, Any]:
        """The pinned message."""
        [board] = [one for one in self.slack.messages(person) if one["pinned"]]
        return dict(board)

    def board_text(self, person: str = "U0BEA") -> str:
        return words_of(self.board(person))

    def step(self, number: int) -> Step:
        with self.database.read() as session:
            return session.exec(select(Step).where(Step.number == number)).one()

    def own(self, number: int, user_id: str, due: date | None = None) -> Step:
        """Behind the curtain: somebody owns a step, due on a day."""
        from bot.desk import Visitor
        from bot.use_cases import dates, steps

        plan_id = self.plan().id or 0
        visitor = Visitor("U0RAE", "T0NORTHWIND")
        key = f"test:{number}:{user_id}:{due}"
        with self.tandem.desk.work(visitor, plan_id, channel_id="C0DEAL", request_key=key) as work:
            step = steps.assign_step(work, self.step(number).id or 0, user_id)
            if due:
                dates.move_step(work, step.id or 0, due)
        self.settle()
        return self.step(number)

    def plan(self) -> Plan:
        with self.database.read() as session:
            return session.exec(select(Plan).order_by(col(Plan.id).desc()).limit(1)).one()

    def rows(self, query: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(query))

    def count(self, kind: str) -> int:
        """How much outgoing work of a kind there ever was."""
        return len(self.rows(select(Outgoing).where(Outgoing.kind == kind)))


class Doors:
    """One server for every stage. Each has an address of its own, nobody's once the stage is over."""

    def __init__(self) -> None:
        listening = listen_on(0)
        self._origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._names = itertools.count()
        self._apps: dict[str, Any] = {}
        server = create_server(self, sockets=[listening], threads=8)
        threading.Thread(target=server.run, daemon=True).start()

    @contextmanager
    def address(self) -> Iterator[tuple[str, Callable[[Any], None]]]:
        """A URL for Slack to call, and what lets an app answer there."""
        name = str(next(self._names))

        def let_in(app: Any) -> None:
            self._apps[name] = app

        yield f"{self._origin}/{name}{EVENTS_PATH}", let_in
        self._apps.pop(name, None)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        name, _, path = environ["PATH_INFO"].removeprefix("/").partition("/")
        app = self._apps.get(name)
        if app is None:
            start_response("404 Not Found", [("content-length", "0")])
            return [b""]
        return app({**environ, "PATH_INFO": f"/{path}"}, start_response)


@cache
def doors() -> Doors:
    return Doors()


class Twice:
    """Hands every request to the app a second time, as Slack does when an answer is late."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.is_on = False

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if not self.is_on or environ["REQUEST_METHOD"] != "POST":
            return self.web(environ, start_response)
        from io import BytesIO

        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        first = self.web({**environ, "wsgi.input": BytesIO(body)}, start_response)
        self.web({**environ, "wsgi.input": BytesIO(body)}, _nobody_reads)
        return first


def _nobody_reads(_status: str, _headers: Any, _error: Any = None) -> Any:
    return lambda _body: None


class TwiceOver:
    """The same over sockets: the first ack is what Slack hears."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def send(self, kind: Kind, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        first = self._way.send(kind, payload, retry)
        self._way.send(kind, payload, Retry(1, "http_timeout"))
        return first

    def close(self) -> None:
        self._way.close()


@contextmanager
def connected(tandem: Tandem, slack: Sandbox) -> Iterator[None]:
    """Tandem as it connects by itself in Socket Mode."""
    handler = connect(tandem, APP_TOKEN)
    yield
    expect_the_end(handler)
    slack.slack.sockets.close()  # else its end waits seconds for a word that never comes
    threading.Thread(target=hang_up, args=(handler,)).start()  # ends by itself, a second later


# Played twice: with Tandem called over HTTP, and with Tandem connected in Socket Mode.
BOTH_WAYS = {
    "test_the_example": "",
    "test_starting_a_plan": "test_rae_starts test_the_form_can test_the_leads test_a_second test_tandem",
    "test_acting_on_steps": "",
    "test_words": "test_status_is_private test_escaped_words test_done_by_mention test_what_was_typed",
    "test_late": "test_done_ends_it test_a_new_date test_where_slack_refuses",
    "test_home": "test_done_in_the_home test_open_in_the_home",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    if module in BOTH_WAYS and metafunc.function.__name__.startswith(tuple(BOTH_WAYS[module].split()) or ""):
        for stage in {"stage", "begun"} & set(metafunc.fixturenames):
            metafunc.parametrize(stage, ["http", "socket"], indirect=True)


@pytest.fixture
def stage(database: Database, request: pytest.FixtureRequest) -> Iterator[Stage]:
    yield from make_stage(database, by_socket=getattr(request, "param", "http") == "socket")


class Kept(NamedTuple):
    """What there is once Rae has started a plan: played once in a run."""

    state: Path  # of the small Slack
    database: sa.URL
    pushed: timedelta


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, with_tables: sa.URL) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    with copy_of(with_tables, folder) as database:
        for stage in make_stage(database, state=folder / "state"):
            stage.start_plan()
            pushed = stage.clock.pushed
        database.dispose()
        yield Kept(folder / "state", database.url, pushed)


@pytest.fixture
def begun(kept: Kept, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage that goes on from there, with a Slack, a Tandem and a database of its own."""
    state = shutil.copytree(kept.state, tmp_path / "state")
    by_socket = getattr(request, "param", "http") == "socket"
    with copy_of(kept.database, tmp_path) as database:
        for stage in make_stage(database, by_socket=by_socket, state=state):
            stage.clock.pushed = kept.pushed
            yield stage


@pytest.fixture
def plan(begun: Stage) -> Stage:
    """Rae has started the plan of a six-figure deal; everybody is known, and nobody owns a step."""
    return begun


def make_stage(
    database: Database,
    *,
    twice: bool = False,
    by_socket: bool = False,
    world: Path = WORLD,
    state: Path | None = None,
    vault: Vault | None = None,
    app_keys: AppKeys | None = None,
) -> Iterator[Stage]:
    """`twice`: every request comes again. `by_socket`: over Socket Mode, and nothing over HTTP. In `state`
    its Slack keeps what happens, and what happened before. `vault` is for copies of Tandem whose tokens are
    kept, `app_keys` for its page to install it from."""
    set_up_logs("ERROR")

    def wall() -> float:
        """Slack counts calls on the wall clock; pushed on for one, it is pushed on for both."""
        return time.monotonic() + clock.pushed.total_seconds()

    pace: Pace = {
        "retry_seconds": (0.0, 0.0, 0.0),
        "ack_seconds": PATIENCE,
        "trigger_seconds": PATIENCE,
        "wall": wall,
    }
    with (
        doors().address() as (app_url, let_in),
        Sandbox(app_url, start=TUESDAY, socket_mode=by_socket, world=world, state=state, **pace) as slack,
    ):
        clock = TurnedClock(slack.clock_url)
        client = build_client(BOT_TOKEN, slack.api_url)
        tandem = build_tandem(database, clock, client, SIGNING_SECRET, vault=vault, app_keys=app_keys)
        web = Twice(Web(tandem, takes_requests=not by_socket))
        web.is_on = twice
        if twice and by_socket:
            slack.slack.outgoing.way = TwiceOver(slack.slack.sockets)
        let_in(web)
        with connected(tandem, slack) if by_socket else nullcontext():
            yield Stage(slack, tandem, clock)
