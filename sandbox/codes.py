"""The codes that somebody's consent is handed over as: https://docs.slack.dev/authentication/installing-with-oauth"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.refusals import SlackError

CLIENT_ID = "1789533210.2407116588"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105  documented, and good for loopback only
CODE_SECONDS = 600.0  # the same page: a code "expires after ten minutes"


@dataclass(slots=True)
class Code:
    """What was allowed, by whom, and for which workspace or organisation; `redirect_uri` as asked for."""

    place: str
    person: str
    scopes: list[str]
    redirect_uri: str
    born: float
    is_used: bool = False


class Codes:
    def __init__(self, wall: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._lock = threading.Lock()
        self._all: dict[str, Code] = {}

    def issue(self, place: str, person: str, scopes: list[str], redirect_uri: str) -> str:
        key = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(32)}"
        with self._lock:
            self._all[key] = Code(place, person, scopes, redirect_uri, self._wall())
        return key

    def redeem(self, key: str, redirect_uri: str) -> Code:
        """Raises `SlackError` invalid_code, code_already_used or bad_redirect_uri."""
        with self._lock:
            code = self._all.get(key)
            if code is None or self._wall() - code.born > CODE_SECONDS:
                raise SlackError("invalid_code")
            if code.is_used:
                raise SlackError("code_already_used")
            if code.redirect_uri != redirect_uri:
                raise SlackError("bad_redirect_uri")
            code.is_used = True
            return code
