"""The door of the Web API: the token, the method, its limit, its scope, then the method itself.

https://docs.slack.dev/apis/web-api/#responses: a refusal is `{"ok": false, "error": …}` with HTTP 200.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sandbox import (
    methods_apps,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_oauth,
    methods_people,
    methods_views,
)
from sandbox.args import Args
from sandbox.copies import Copy
from sandbox.faults import Fault
from sandbox.refusals import GENERAL, NO_SUCH_METHOD, REFUSALS, SlackError, UndocumentedRefusalError
from sandbox.small_slack import SmallSlack
from sandbox.socket_mode import APP_TOKEN

Run = Callable[[SmallSlack, Args], dict[str, Any]]

READ_CONVERSATIONS = ("channels:read", "groups:read", "im:read", "mpim:read")
READ_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one of them opens the door; the method may ask for a certain one by the conversation.

    `takes`: which kind of token: a copy's, the one of the app itself, or none.
    """

    run: Run
    scopes: tuple[str, ...] = ()
    takes: Literal["bot", "app", "none"] = "bot"


METHODS: dict[str, Method] = {
    "apps.connections.open": Method(methods_apps.connections_open, takes="app"),
    "apps.uninstall": Method(methods_oauth.uninstall),
    "auth.revoke": Method(methods_oauth.revoke),
    "oauth.v2.access": Method(methods_oauth.access, takes="none"),
    "auth.teams.list": Method(methods_people.teams_list),
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
    headers = {}
    try:
        method, copy = _admit(slack, name, token, str(given.get("token") or ""))
        granted = slack.granted(copy)
        headers["x-oauth-scopes"] = ",".join(granted.scopes)
        wait = slack.limits.take(copy.place, name, given, copy.mark)
        if wait:
            return _rate_limited(wait)
        if method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
            if not any(granted.grants(scope) for scope in method.scopes):
                needed, provided = ",".join(method.scopes), ",".join(granted.scopes)
                raise SlackError("missing_scope", needed=needed, provided=provided)
        with slack.world.changed:
            body = {"ok": True, **method.run(slack, Args(given, copy))}
    except SlackError as error:
        if error.code not in (GENERAL | REFUSALS.get(name, {NO_SUCH_METHOD})):
            raise UndocumentedRefusalError(f"{name} never answers {error.code}") from error
        body = error.answer()
    return Answer(body, 200, headers)


def _admit(slack: SmallSlack, name: str, in_header: str, in_arguments: str) -> tuple[Method, Copy]:
    """The method, and the copy of the app that calls it: the one whose token it is.

    https://docs.slack.dev/reference/methods/auth.test: `account_inactive`, "when using a `bot` token" of an
    app that is not installed any more. With the app's own token, or none, the first copy stands for all.
    """
    token, copies = in_header or in_arguments, list(slack.world.copies.values())
    if name in METHODS and METHODS[name].takes == "none":
        return METHODS[name], copies[0]
    if not token:
        raise SlackError("not_authed")
    copy = copies[0] if token == APP_TOKEN else next((one for one in copies if one.token == token), None)
    if copy is None:
        raise SlackError("invalid_auth")
    if token != APP_TOKEN and copy.is_gone:
        raise SlackError("account_inactive")
    method = METHODS.get(name)
    if method is None:
        raise SlackError(NO_SUCH_METHOD, req_method=name)
    if (token == APP_TOKEN) != (method.takes == "app"):
        raise SlackError("not_allowed_token_type")
    if token == APP_TOKEN and not in_header:
        # https://docs.slack.dev/reference/methods/apps.connections.open: "will result in an error"
        raise SlackError("missing_args")
    return method, copy


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
