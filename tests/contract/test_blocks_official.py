"""Everything that is drawn passes the official schemas of a message, a modal and a home.

The schemas lie beside the project, in `../shared/slack/block-kit`; without them this fails.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.blocks import everything, homes

DRAWN = {"message": everything.messages, "modal": everything.views, "home": homes.homes}
SCHEMAS = Path(__file__).parents[2].parent / "shared" / "slack" / "block-kit"


def validator(surface: str) -> Draft7Validator:
    return Draft7Validator(json.loads((SCHEMAS / f"{surface}.schema.json").read_text()))


def one_of_each(payloads: list[everything.Payload], most: int) -> list[everything.Payload]:
    """At most so many of each kind: they differ in their texts, the schema looks at their shape."""
    kept: list[everything.Payload] = []
    seen: dict[str, int] = {}
    for name, payload in payloads:
        kind = name.rstrip("0123456789.- ")
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= most:
            kept.append((name, payload))
    return kept


def complaints(official: Draft7Validator, payload: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in official.iter_errors(payload)]


@pytest.mark.parametrize("surface", list(DRAWN))
def test_slacks_schema_takes_every_payload(surface: str) -> None:
    official = validator(surface)
    payloads = list(DRAWN[surface]())
    for name, payload in one_of_each(payloads, 8):
        assert not complaints(official, payload), name


@pytest.mark.parametrize("surface", list(DRAWN))
def test_the_schema_is_one_that_says_no(surface: str) -> None:
    _, payload = next(iter(DRAWN[surface]()))
    broken = {**payload, "blocks": [{**payload["blocks"][0], "text": {"type": "mrkdwn", "text": "x" * 3001}}]}
    assert complaints(validator(surface), broken)
