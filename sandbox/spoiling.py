"""Answers on their way out: late, spoilt, or never."""

import asyncio
import contextlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.webapi import Answer


class Connection(H11Protocol):
    """uvicorn's, which tells the routes of its transport: without it no request can end unanswered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "connection": transport}


class NoAnswer(Response):
    """The connection ends, and not a byte was said."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["connection"].close()
        await _gone(receive)


async def in_time(request: Request, answer: Answer) -> Response:
    """The answer, when it is time for it. A caller who hangs up meanwhile is not waited for."""
    if answer.latency:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_gone(request.receive), answer.latency)
    if answer.is_lost:
        return NoAnswer()
    if answer.text is not None:
        kind = "text/html" if answer.text.startswith("<") else "application/json"
        return Response(answer.text, answer.status, answer.headers, media_type=kind)
    return JSONResponse(answer.body, answer.status, answer.headers)


async def _gone(receive: Receive) -> None:
    """Until the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        continue
