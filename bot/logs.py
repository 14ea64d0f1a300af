"""One line of JSON a happening, with nothing in it that a log should not hold.

Tokens and secrets never reach a log, nor what people wrote: a message is named by its place, not its words.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

SECRET = re.compile(r"\b((?:xox[a-z]\.)?xox[a-z]-[\w-]+|xapp-[\w-]+|v0=[0-9a-f]{16,})")
PRIVATE_KEYS = {
    "text",
    "title",
    "reason",
    "blocks",
    "view",
    "payload",
    "message",
    "token",
    "value",
    "response_url",
    "trigger_id",
    "body",
}
HIDDEN = "[hidden]"


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Hide what is private by its key, and what looks like a secret wherever it stands."""
    return {key: HIDDEN if key in PRIVATE_KEYS else _without_secrets(value) for key, value in event.items()}


def _without_secrets(value: Any) -> Any:
    """However deep they stand: what is no text yet becomes one only later, in the line itself."""
    if isinstance(value, str):
        return SECRET.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {key: HIDDEN if key in PRIVATE_KEYS else _without_secrets(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return SECRET.sub(HIDDEN, repr(value))


def set_up_logs(level: str) -> None:
    """Structured lines on standard error, those of the libraries included."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        # Set up again, it counts at once: a logger that kept the first may write to a closed stream.
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # A beat that comes while the last one is at work is left out, as it should be: no news.
    logging.getLogger("apscheduler").setLevel(max(logging.ERROR, logging.getLevelName(level)))
    for noisy in ("slack_bolt", "slack_sdk", "waitress", "urllib3"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
