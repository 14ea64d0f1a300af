"""The manifest passes Slack's own schema, and the schema is awake enough to refuse what is wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

HOUSE = Path(__file__).parents[2]
SCHEMAS = HOUSE.parent / "shared" / "slack" / "manifest"
MANIFEST: dict[str, Any] = yaml.safe_load((HOUSE / "manifest.yml").read_text())


def problems(manifest: dict[str, Any]) -> list[str]:
    version = manifest["_metadata"]["major_version"]
    schema = json.loads((SCHEMAS / f"manifest.schema.{version}.0.0.json").read_text())
    return [error.message for error in Draft7Validator(schema).iter_errors(manifest)]


def test_the_manifest_passes_the_official_schema() -> None:
    assert problems(MANIFEST) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("features", "slash_commands", 0, "command"), 7),
        (("settings", "interactivity", "is_enabled"), "yes"),
    ],
)
def test_the_schema_refuses_what_slack_refuses(path: tuple[str | int, ...], value: object) -> None:
    wrong: Any = copy.deepcopy(MANIFEST)
    inner = wrong
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert problems(wrong) != []
