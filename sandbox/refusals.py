"""How the small Slack says no, and which words each method has for it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# Any method may answer these: https://docs.slack.dev/reference/methods/auth.test, as at every method's page.
GENERAL = frozenset(
    {
        *(
            "not_authed",
            "invalid_auth",
            "account_inactive",
            "not_allowed_token_type",
            "missing_scope",
            "team_access_not_granted",
            "ratelimited",
            "fatal_error",
        ),
        *("invalid_arguments", "invalid_post_type", "invalid_form_data", "invalid_json", "json_not_object"),
    }
)
_CONTENT = ("no_text", "msg_too_long", "invalid_blocks", "invalid_blocks_format")
_METADATA = ("invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large")
_POSTED = ("channel_not_found", "not_in_channel", "is_archived", "messages_tab_disabled")
_PINNED = (
    *("channel_not_found", "message_not_found", "no_item_specified", "restricted_action"),
    "bad_timestamp",
)
_TRIGGERED = ("invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id")
_VIEW = ("view_too_large", "duplicate_external_id")

# What else each method answers here. Its page, https://docs.slack.dev/reference/methods/<method>, lists them.
REFUSALS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        method: frozenset(codes)
        for method, codes in {
            "apps.connections.open": ("missing_args",),
            "apps.uninstall": ("invalid_client_id", "bad_client_secret"),
            "auth.revoke": (),
            "auth.teams.list": ("invalid_cursor", "invalid_limit"),
            "auth.test": (),
            "chat.delete": ("channel_not_found", "message_not_found", "cant_delete_message"),
            "chat.getPermalink": ("channel_not_found", "message_not_found"),
            "chat.postEphemeral": (*_POSTED, *_CONTENT, "user_not_in_channel", "cannot_reply_to_message"),
            "chat.postMessage": (
                *_POSTED,
                *_CONTENT,
                *_METADATA,
                "msg_blocks_too_long",
                "cannot_reply_to_message",
                "thread_not_found",
            ),
            "chat.update": (
                *("channel_not_found", "message_not_found", "cant_update_message", "is_inactive"),
                "block_mismatch",
                *_CONTENT,
                *_METADATA,
            ),
            "conversations.history": (
                *("channel_not_found", "not_in_channel", "invalid_cursor"),
                *("invalid_ts_latest", "invalid_ts_oldest"),
            ),
            "conversations.info": ("channel_not_found",),
            "conversations.list": ("invalid_types", "invalid_cursor", "invalid_limit"),
            "conversations.members": ("channel_not_found", "invalid_cursor", "invalid_limit"),
            "conversations.open": (
                *("users_list_not_supplied", "user_not_found", "user_disabled"),
                *("channel_not_found", "invalid_user_combination"),
            ),
            "conversations.replies": ("channel_not_found", "thread_not_found", "invalid_cursor"),
            "files.completeUploadExternal": (
                *("channel_not_found", "channels_limit_exceeded", "file_not_found", "invalid_blocks"),
                *("invalid_channel", "not_in_channel", "posting_to_channel_denied"),
            ),
            "files.getUploadURLExternal": ("alt_txt_too_large", "missing_argument", "unknown_snippet_type"),
            "oauth.v2.access": (
                *("invalid_client_id", "bad_client_secret", "invalid_grant_type"),
                *("invalid_code", "code_already_used", "bad_redirect_uri"),
            ),
            "pins.add": (*_PINNED, "not_in_channel", "already_pinned", "too_many_pins"),
            "pins.remove": (*_PINNED, "no_pin"),
            "team.info": ("team_not_found",),
            "users.conversations": ("invalid_types", "invalid_cursor", "invalid_limit"),
            "users.info": ("user_not_found",),
            "users.list": ("invalid_cursor", "missing_argument"),
            "views.open": (*_TRIGGERED, *_VIEW),
            "views.publish": (*_VIEW, "hash_conflict", "not_enabled"),
            "views.push": (*_TRIGGERED, *_VIEW, "push_limit_reached", "not_found"),
            "views.update": (*_VIEW, "hash_conflict", "not_found"),
        }.items()
    }
)
# What is on no method's page, and where it is said instead.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "thread_not_found": "https://github.com/slackapi/bolt-js/issues/2307",
        "code_already_used": "https://github.com/outline/outline/issues/1239",
    }
)
_ANSWERS = "https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"
_WEBHOOKS = "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"
_POSTING = "https://docs.slack.dev/reference/methods/chat.postMessage"
# What a response_url answers, and the page that has it. No page lists all: where the two about webhooks say
# nothing, it is what chat.postMessage answers.
RESPONSE_URL: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*_CONTENT, "msg_blocks_too_long", "cannot_reply_to_message"), _POSTING),
        **dict.fromkeys(("invalid_payload", "channel_is_archived", "no_text"), _WEBHOOKS),
        # Of an app that was uninstalled, and where the channel is gone or has another id.
        **dict.fromkeys(("no_service", "channel_not_found"), _WEBHOOKS),
        **dict.fromkeys(("no_such_url", "expired_url", "used_url"), _ANSWERS),
        "thread_not_found": ELSEWHERE["thread_not_found"],
    }
)
NO_SUCH_METHOD = "unknown_method"  # https://docs.slack.dev/apis/web-api/#responses


class SlackError(Exception):
    """A Web API call is refused. `code` is Slack's name for it, `extra` stands beside it in the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.extra}


class ClientError(Exception):
    """What a person tried cannot be done; `message` is what their Slack client would show."""

    def __init__(self, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, "message": self.message, **self.extra}


class UndocumentedRefusalError(Exception):
    """A fault of the sandbox: a method answered with a code that its page at Slack's does not list."""


class MalformedCallError(Exception):
    """A call to a person's door that the page would never make: HTTP 400."""


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's answer to arguments that are missing or of the wrong form."""
    said = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": said})
