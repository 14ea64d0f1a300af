"""The routes: the app's side (`/api`, `/response`, `/clock`) and the people's (`/`, `/page`)."""

import asyncio
import base64
import binascii
import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sandbox import files, oauth
from sandbox.doors import DOORS, enter
from sandbox.page_state import page_state, person_card
from sandbox.refusals import MalformedCallError, SlackError
from sandbox.small_slack import SmallSlack
from sandbox.spoiling import in_time
from sandbox.talking import use_response_url
from sandbox.webapi import call

PAGE = Path(__file__).parent / "page"
THREADS = 64  # most of them wait for the app, which calls back meanwhile
KEEP_ALIVE_SECONDS = 15.0
CLOCK_SAVE_SECONDS = 5.0
# What people and apps write is never markup; should it ever be, the browser runs none of it.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# Its form is answered with the address of the app, which a browser holds against `form-action` too.
CONSENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


# What somebody uploaded is shown as what its name says it is, and as nothing else.
FILE_HEADERS = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}


NOT_FROM_HERE = "The sandbox listens to its own page only."
# What a response_url answers once it leads nowhere.
LEADS_NOWHERE = {"used_url", "expired_url", "no_such_url", "no_service", "channel_not_found"}


class Routes:
    """One method for each route."""

    def __init__(self, slack: SmallSlack) -> None:
        self.slack = slack
        self.stream = Stream(slack)
        self.words = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, auto_reload=True
        )

    async def web_api(self, request: Request) -> Response:
        name = request.path_params["method"]
        given, problem = _arguments(request, await request.body())
        token = request.headers.get("authorization", "")
        if token.startswith("Basic "):
            given, token = given | _client(token), ""
        token = token.removeprefix("Bearer ").strip()
        began = time.perf_counter()
        if problem is not None:
            return JSONResponse({"ok": False, "error": problem})
        answer = await run_in_threadpool(call, self.slack, name, token, given)
        status = "no answer" if answer.is_lost else answer.body.get("error") or str(answer.status)
        said = answer.body if answer.text is None else answer.text
        self.slack.log.add(
            "to_slack", name, status, (time.perf_counter() - began) * 1000, _unpacked(given), said
        )
        return await in_time(request, answer)

    async def response_url(self, request: Request) -> Response:
        body = await request.body()
        try:
            answer = await run_in_threadpool(use_response_url, self.slack, request.path_params["key"], body)
            status, said = 200, {"ok": True, **answer}
        except SlackError as error:
            # Slack answers what leads nowhere with 404, other refusals with 400.
            is_gone = error.code in LEADS_NOWHERE
            status, said = (404 if is_gone else 400), error.answer()
        shown = body.decode(errors="replace")
        self.slack.log.add("to_slack", "response_url", said.get("error", "200"), 0.0, shown, said)
        return JSONResponse(said, status)

    async def upload(self, request: Request) -> Response:
        body, kind = await request.body(), request.headers.get("content-type", "")
        status, said = await run_in_threadpool(
            files.receive, self.slack, request.path_params["ticket"], body, kind
        )
        self.slack.log.add("to_slack", "upload", str(status), 0.0, f"{len(body)} bytes", said)
        return PlainTextResponse(said, status)

    async def file(self, request: Request) -> Response:
        """A file as the page shows it."""
        found = files.find(self.slack, request.path_params["file"])
        if found is None or not found.is_complete:
            return PlainTextResponse("There is no such file.", 404)
        return Response(found.bytes, media_type=found.mimetype, headers=FILE_HEADERS)

    async def authorize(self, request: Request) -> Response:
        """Where somebody allows the app to be installed, or does not."""
        try:
            wish = oauth.wish_of(self.slack, request.query_params)
            if request.method == "POST":
                if not _is_from_here(request):
                    return PlainTextResponse(NOT_FROM_HERE, 403)
                said = parse_qs((await request.body()).decode())
                who, is_allowed = said.get("who", [""])[0], said.get("answer") == ["allow"]
                optional = said.get("optional", [])
                goal = oauth.decide(self.slack, wish, who, is_allowed=is_allowed, optional=optional)
                return RedirectResponse(goal, 302)
        except oauth.AskedWronglyError as error:
            return PlainTextResponse(str(error), 400)
        html = self.words.get_template("authorize.html").render(
            app=self.slack.manifest.features.bot_user.display_name,
            query=request.url.query,
            required=wish.required,
            optional=wish.optional,
            people=oauth.who_may(self.slack, wish),
        )
        return HTMLResponse(html, headers={"content-security-policy": CONSENT_POLICY})

    async def link(self, websocket: WebSocket) -> None:
        await self.slack.sockets.serve(websocket)

    async def clock(self, _request: Request) -> Response:
        return JSONResponse({"now": self.slack.world.clock.now()})

    async def page(self, _request: Request) -> Response:
        left, right = self.slack.world.cast.panes
        html = self.words.get_template("index.html").render(
            channel_id=self.slack.world.cast.channels[0].id,
            channel_name=self.slack.world.cast.channels[0].name,
            left=person_card(self.slack, left),
            right=person_card(self.slack, right),
        )
        return HTMLResponse(html, headers={"content-security-policy": CONTENT_POLICY})

    async def state(self, request: Request) -> Response:
        person, channel = request.query_params.get("person", ""), request.query_params.get("channel", "")
        try:
            state = await run_in_threadpool(page_state, self.slack, person, channel)
        except MalformedCallError as error:
            return JSONResponse({"ok": False, "error": "malformed_call", "message": str(error)}, 400)
        return JSONResponse({"ok": True, **state})

    async def door(self, request: Request) -> Response:
        name = request.path_params["door"]
        if name not in DOORS:
            return JSONResponse({"ok": False, "error": "no_such_door", "message": f"/page/{name}"}, 404)
        if not _is_from_here(request):
            return PlainTextResponse(NOT_FROM_HERE, 403)
        try:
            asked = json.loads(await request.body())
        except ValueError:
            asked = None
        status, answer = await run_in_threadpool(enter, self.slack, name, asked)
        return JSONResponse(answer, status)

    async def log(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        entries = self.slack.log.after(int(after) if after.isdecimal() else 0)
        return JSONResponse({"ok": True, "entries": entries})

    async def changes(self, _request: Request) -> Response:
        return StreamingResponse(
            self.stream.follow(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/api/{method}", self.web_api, methods=["GET", "POST"]),
                Route("/response/{key}", self.response_url, methods=["POST"]),
                Route("/oauth/v2/authorize", self.authorize, methods=["GET", "POST"]),
                WebSocketRoute("/link/", self.link),
                Route("/clock", self.clock),
                Route("/page/state", self.state),
                Route("/page/stream", self.changes),
                Route("/upload/v1/{ticket}", self.upload, methods=["POST"]),
                Route("/page/file/{file}", self.file),
                Route("/page/log", self.log),
                Route("/page/{door}", self.door, methods=["POST"]),
                Mount("/static", StaticFiles(directory=PAGE / "static", check_dir=False)),
            ],
            lifespan=self._life,
        )

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        self.stream.open(asyncio.get_running_loop())
        saving = asyncio.create_task(self._save_clock())
        yield
        saving.cancel()
        self.stream.close()

    async def _save_clock(self) -> None:
        while True:
            await asyncio.sleep(CLOCK_SAVE_SECONDS)
            await run_in_threadpool(self.slack.world.save_clock)


class Stream:
    """Tells the open pages that something changed, by its revision."""

    def __init__(self, slack: SmallSlack) -> None:
        self._slack = slack
        self._loop: asyncio.AbstractEventLoop | None = None
        self._followers: set[asyncio.Event] = set()
        self._is_open = False

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._is_open = loop, True
        self._slack.world.listeners.append(self._changed)

    def close(self) -> None:
        """Let go of the pages that are open. May be called again."""
        if not self._is_open:
            return
        self._is_open = False
        self._slack.world.listeners.remove(self._changed)
        self._wake()

    def _changed(self, _revision: int) -> None:
        """Called in whatever thread changed something."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for follower in self._followers:
            follower.set()

    async def follow(self) -> AsyncIterator[str]:
        news = asyncio.Event()
        self._followers.add(news)
        try:
            yield f"data: {self._slack.world.revision}\n\n"
            while self._is_open:
                try:
                    await asyncio.wait_for(news.wait(), KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                news.clear()
                yield f"data: {self._slack.world.revision}\n\n"
        finally:
            self._followers.discard(news)


def _arguments(request: Request, body: bytes) -> tuple[dict[str, Any], str | None]:
    """The arguments of a Web API call, or Slack's name for what is wrong with their form.

    A token counts in the header and in a form only: https://docs.slack.dev/apis/web-api/#posting-json and
    https://docs.slack.dev/changelog/2020-11-no-more-tokens-in-querystrings-for-newly-created-apps
    """
    given: dict[str, Any] = _without_token(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json" and body:
        try:
            said = json.loads(body)
        except ValueError:
            return {}, "invalid_json"
        if not isinstance(said, dict):
            return {}, "json_not_object"
        return given | _without_token(said), None
    if body and kind not in ("", "application/x-www-form-urlencoded"):
        return {}, "invalid_post_type"
    try:
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))), None
    except ValueError:
        return {}, "invalid_form_data"


def _client(header: str) -> dict[str, str]:
    """The client's id and secret as HTTP Basic has them: https://docs.slack.dev/reference/methods/oauth.v2.access"""
    try:
        said = base64.b64decode(header.removeprefix("Basic ")).decode()
    except (binascii.Error, UnicodeDecodeError):
        return {}
    client_id, _, secret = said.partition(":")
    return {"client_id": client_id, "client_secret": secret}


def _without_token(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "token"}


def _unpacked(given: Mapping[str, Any]) -> dict[str, Any]:
    """For the log: nested arguments as what they are instead of as JSON in a string."""
    shown = dict(given)
    for name in ("blocks", "files", "view", "metadata"):
        if isinstance(shown.get(name), str):
            with contextlib.suppress(ValueError):
                shown[name] = json.loads(shown[name])
    return shown


def _is_from_here(request: Request) -> bool:
    """Another site in the same browser must not press buttons here."""
    origin = request.headers.get("origin")
    return origin is None or origin == f"http://{request.headers.get('host')}"
