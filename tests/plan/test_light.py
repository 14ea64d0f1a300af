"""Importing the rules costs nothing that is only needed later, and they know no other room."""

import subprocess
import sys
from pathlib import Path

import plan

HOUSE = Path(plan.__file__).parents[1]
ROOMS = sorted(path.stem for path in (HOUSE / "plan").glob("*.py") if path.stem != "__init__")


def test_importing_the_rules_loads_neither_holidays_nor_yaml_nor_another_room() -> None:
    names = ", ".join(f"plan.{room}" for room in ROOMS)
    heavy = "('holidays', 'yaml', 'slack_sdk', 'slack_bolt', 'jinja2', 'bot', 'blocks', 'sandbox')"
    code = f"import sys, {names}; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
