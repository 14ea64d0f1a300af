"""The door of the Web API: the token, the method, its scope, then the method itself.

https://docs.slack.dev/apis/web-api/#responses: a refusal is `{"ok": false, "error": …}` with HTTP 200.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import methods_chat, methods_conversations, methods_people, methods_views
from sandbox.args import Args
from sandbox.faults import Fault
from sandbox.refusals import SlackError
from sandbox.small_slack import BOT_TOKEN, SmallSlack

Run = Callable[[SmallSlack, Args], dict[str, Any]]

READ_CONVERSATIONS = ("channels:read", "groups:read", "im:read", "mpim:read")
READ_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one of them opens the door; the method may ask for a certain one by the conversation."""

    run: Run
    scopes: tuple[str, ...] = ()


METHODS: dict[str, Method] = {
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
    "views.open": Method(methods_views.open_view),
    "views.push": Method(methods_views.push),
    "views.update": Method(methods_views.update),
    "views.publish": Method(methods_views.publish),
}


@dataclass(frozen=True, slots=True)
class Answer:
    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def call(slack: SmallSlack, name: str, token: str, given: dict[str, Any]) -> Answer:
    """Answer one Web API call. `token` is the bearer token, or "" for the one among the arguments."""
    scopes = ",".join(slack.manifest.scopes)
    headers = {"x-oauth-scopes": scopes}
    fault = slack.faults.next_for(name)
    if fault is not None and fault.kind != "lost_answer":
        return _fail(fault)
    try:
        method = _admit(slack, name, token or str(given.get("token") or ""))
        if method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        with slack.world.changed:
            body = {"ok": True, **method.run(slack, Args(given))}
    except SlackError as error:
        body = error.answer()
    return _fail(fault) if fault is not None else Answer(body, 200, headers)


def _admit(slack: SmallSlack, name: str, token: str) -> Method:
    if not token:
        raise SlackError("not_authed")
    if token != BOT_TOKEN:
        raise SlackError("invalid_auth")
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    if method.scopes and not any(slack.manifest.grants(scope) for scope in method.scopes):
        raise missing_scope(slack, method.scopes)
    return method


def missing_scope(slack: SmallSlack, needed: tuple[str, ...]) -> SlackError:
    return SlackError("missing_scope", needed=",".join(needed), provided=",".join(slack.manifest.scopes))


def _fail(fault: Fault) -> Answer:
    if fault.kind == "rate_limited":
        # https://docs.slack.dev/apis/web-api/rate-limits
        return Answer({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(fault.retry_after)})
    return Answer({"ok": False, "error": "fatal_error"}, 500)
