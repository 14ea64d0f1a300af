"""The arguments of a Web API call, as a form or as JSON: in a form everything is a string.

https://docs.slack.dev/apis/web-api/#basics. Every method's page lists `invalid_arguments` for one that is
missing or of another form, such as https://docs.slack.dev/reference/methods/chat.postMessage#errors; the
words that go with it stand on no page.
"""

import json
from typing import Any

from sandbox.copies import Copy
from sandbox.refusals import SlackError, invalid_arguments


class Args:
    """`copy` is the copy of the app whose call it is: the one that the token belongs to."""

    def __init__(self, given: dict[str, Any], copy: Copy) -> None:
        self.given = given
        self.copy = copy

    def text(self, name: str, default: str = "") -> str:
        """Raises `SlackError` invalid_arguments for anything but a string or a number."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """Raises `SlackError` invalid_arguments when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def has(self, name: str) -> bool:
        return self.given.get(name) not in (None, "")

    def data(self, name: str, refusal: SlackError) -> Any:
        """A nested argument: JSON in a string, or itself in a JSON call. None when it is not given.

        Raises `refusal`, which each method's page words in its own way: `invalid_blocks_format` of
        https://docs.slack.dev/reference/methods/chat.postMessage, `invalid_arguments` of a view.
        """
        value = self.given.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise refusal from None

    def limit(self, default: int, most: int, refusal: str) -> int:
        """How many of a list: https://docs.slack.dev/apis/web-api/pagination. A method's page says the most.

        Raises `SlackError` with the code `refusal`.
        """
        said = self.text("limit", str(default)) or str(default)
        if not said.isdecimal() or not 0 <= int(said) <= most:
            raise SlackError(refusal)
        return int(said) or default

    def ids(self, name: str) -> list[str]:
        """A list of ids: comma-separated in a form, a list in JSON."""
        value = self.given.get(name)
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [str(part).strip() for part in parts if str(part).strip()]
