"""The door of the Web API: the token, the method, its limit, its scope, then the method itself.

https://docs.slack.dev/apis/web-api/#responses: a refusal is `{"ok": false, "error": …}` with HTTP 200.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox import (
    methods_apps,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_people,
    methods_views,
)
from sandbox.args import Args
from sandbox.faults import Fault
from sandbox.refusals import GENERAL, NO_SUCH_METHOD, REFUSALS, SlackError, UndocumentedRefusalError
from sandbox.small_slack import BOT_TOKEN, SmallSlack
from sandbox.socket_mode import APP_TOKEN

Run = Callable[[SmallSlack, Args], dict[str, Any]]

READ_CONVERSATIONS = ("channels:read", "groups:read", "im:read", "mpim:read")
READ_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one of them opens the door; the method may ask for a certain one by the conversation."""

    run: Run
    scopes: tuple[str, ...] = ()
    token: str = BOT_TOKEN


METHODS: dict[str, Method] = {
    "apps.connections.open": Method(methods_apps.connections_open, token=APP_TOKEN),
    "auth.test": Method(methods_people.auth_test),
    "users.info": Method(methods_people.users_info, ("users:read",)),
    "users.list": Method(methods_people.users_list, ("users:read",)),
    "team.info": Method(methods_people.team_info, ("team:read",)),
    "chat.postMessage": Method(methods_chat.post_message, ("chat:write",)),
    "chat.postEphemeral": Method(methods_chat.post_ephemeral, ("chat:write",)),
    "chat.update": Method(methods_chat.update, ("chat:write",)),
    "chat.delete": Method(methods_chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(methods_chat.get_permalink),
    "pins.add": Method(methods_chat.pins_add, ("pins:write",)),
    "pins.remove": Method(methods_chat.pins_remove, ("pins:write",)),
    "conversations.info": Method(methods_conversations.info, READ_CONVERSATIONS),
    "conversations.members": Method(methods_conversations.members, READ_CONVERSATIONS),
    "conversations.list": Method(methods_conversations.list_all, READ_CONVERSATIONS),
    "users.conversations": Method(methods_conversations.list_mine, READ_CONVERSATIONS),
    "conversations.open": Method(methods_conversations.open_dm, ("im:write", "mpim:write")),
    "conversations.history": Method(methods_conversations.history, READ_HISTORY),
    "conversations.replies": Method(methods_conversations.replies, READ_HISTORY),
    "files.getUploadURLExternal": Method(methods_files.get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(methods_files.complete_upload, ("files:write",)),
    "views.open": Method(methods_views.open_view),
    "views.push": Method(methods_views.push),
    "views.update": Method(methods_views.update),
    "views.publish": Method(methods_views.publish),
}


OUT_OF_SERVICE = "<html><body><h1>Service temporarily unavailable</h1></body></html>"
NOT_FOR_MACHINES = "<!DOCTYPE html><html><body>Something went wrong on our side.</body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` goes out instead of the body where a fault spoilt it; `is_lost`: nothing goes out at all."""

    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    is_lost: bool = False
    latency: float = 0.0  # seconds until it goes out


def call(slack: SmallSlack, name: str, token: str, given: dict[str, Any]) -> Answer:
    """Answer one Web API call. `token` is the bearer token, or "" for the one in the form."""
    fault = slack.faults.next_for(name, given)
    if fault is None:
        return _answer(slack, name, token, given)
    answer = _answer(slack, name, token, given) if fault.is_done else Answer({})
    return replace(_spoilt(answer, fault), latency=fault.latency)


def _answer(slack: SmallSlack, name: str, token: str, given: dict[str, Any]) -> Answer:
    headers = {"x-oauth-scopes": ",".join(slack.manifest.scopes)}
    try:
        method = _admit(name, token, str(given.get("token") or ""))
        wait = slack.limits.take(slack.world.home_team, name, given)
        if wait:
            return _rate_limited(wait)
        if method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
            if not any(slack.manifest.grants(scope) for scope in method.scopes):
                raise missing_scope(slack, method.scopes)
        with slack.world.changed:
            body = {"ok": True, **method.run(slack, Args(given))}
    except SlackError as error:
        if error.code not in (GENERAL | REFUSALS.get(name, {NO_SUCH_METHOD})):
            raise UndocumentedRefusalError(f"{name} never answers {error.code}") from error
        body = error.answer()
    return Answer(body, 200, headers)


def _admit(name: str, in_header: str, in_arguments: str) -> Method:
    token = in_header or in_arguments
    if not token:
        raise SlackError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    method = METHODS.get(name)
    if method is None:
        raise SlackError(NO_SUCH_METHOD, req_method=name)
    if token != method.token:
        raise SlackError("not_allowed_token_type")
    if token == APP_TOKEN and not in_header:
        # https://docs.slack.dev/reference/methods/apps.connections.open: "will result in an error"
        raise SlackError("missing_args")
    return method


def missing_scope(slack: SmallSlack, needed: tuple[str, ...]) -> SlackError:
    return SlackError("missing_scope", needed=",".join(needed), provided=",".join(slack.manifest.scopes))


def _rate_limited(seconds: int) -> Answer:
    # https://docs.slack.dev/apis/web-api/rate-limits
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(seconds)})


def _spoilt(answer: Answer, fault: Fault) -> Answer:
    """What becomes of an answer (an empty one where nothing was done) under a fault."""
    match fault.kind:
        case "rate_limited":
            return _rate_limited(fault.retry_after or 1)
        case "unavailable":
            return Answer({}, 503, text=OUT_OF_SERVICE)
        case "refused":
            return Answer({"ok": False, "error": fault.error})
        case "fatal_error" | "lost_answer":
            return Answer({"ok": False, "error": "fatal_error"}, 500)
        case "timeout_before" | "timeout_after":
            return replace(answer, is_lost=True)
        case "html":
            return replace(answer, text=NOT_FOR_MACHINES)
        case "cut_json":
            whole = json.dumps(answer.body)
            return replace(answer, text=whole[: len(whole) // 2])
        case "empty":
            return replace(answer, text="")
        case "slow":
            return answer
