"""The arrows between the rooms run one way, and the rooms stay small."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("app", "bot", "blocks", "plan", "storage", "sandbox", "tests", "bench")
MAY_IMPORT = {
    "bot": {"bot", "blocks", "plan", "storage"},
    "blocks": {"blocks", "plan", "storage.models", "storage.agreement", "storage.kinds"},
    "plan": {"plan", "storage.models", "storage.agreement", "storage.kinds"},
    "storage": {"storage"},
    "sandbox": {"sandbox"},
}
KNOWS_NO_SLACK = {"plan", "storage", "blocks"}
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50


def files_of(room: str) -> list[Path]:
    return [path for path in sorted((HOUSE / room).rglob("*.py")) if "migrations" not in path.parts]


def imports_of(path: Path) -> set[str]:
    """Dotted names of the modules a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room]
    for path in files_of(room):
        for module in imports_of(path):
            if module.split(".")[0] not in ROOMS or module in ROOMS:
                continue
            fits = any(module == name or module.startswith(name + ".") for name in allowed)
            assert fits, f"{path.relative_to(HOUSE)} imports {module}"


@pytest.mark.parametrize("room", sorted(KNOWS_NO_SLACK))
def test_rules_tables_and_pictures_know_no_slack_library(room: str) -> None:
    for path in files_of(room):
        slack = {name for name in imports_of(path) if name.startswith(("slack_bolt", "slack_sdk"))}
        assert not slack, f"{path.relative_to(HOUSE)} imports {slack}"


def test_rooms_are_small() -> None:
    everything = [path for room in MAY_IMPORT for path in files_of(room)] + [HOUSE / "app.py"]
    crowded = {
        str(path.relative_to(HOUSE)): lines
        for path in everything
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert crowded == {}


def test_functions_are_short() -> None:
    long = []
    for path in [path for room in MAY_IMPORT for path in files_of(room)] + [HOUSE / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(HOUSE)}: {node.name} has {lines} lines")
    assert long == []
