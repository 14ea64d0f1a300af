"""Long lists in pages: https://docs.slack.dev/apis/web-api/pagination"""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.args import Args
from sandbox.refusals import SlackError

Item = TypeVar("Item")


def page_of(
    items: Sequence[Item], args: Args, *, default: int, most: int, limit_refusal: str = "invalid_limit"
) -> tuple[list[Item], str]:
    """One page, and the cursor of the next ("" after the last).

    Raises invalid_cursor, and for a wrong limit what the method's page has for it (`limit_refusal`).
    """
    size = args.limit(default, most, limit_refusal)
    start = 0
    if cursor := args.text("cursor"):
        try:
            start = int(base64.urlsafe_b64decode(cursor.encode()).decode().removeprefix("from:"))
        except (ValueError, binascii.Error):
            raise SlackError("invalid_cursor") from None
        if not 0 < start < len(items):
            raise SlackError("invalid_cursor")
    end = start + size
    following = base64.urlsafe_b64encode(f"from:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), following
