"""How the small Slack says no."""

from typing import Any


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


class MalformedCallError(Exception):
    """A call to a person's door that the page would never make: HTTP 400."""


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's answer to arguments that are missing or of the wrong form."""
    said = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": said})
