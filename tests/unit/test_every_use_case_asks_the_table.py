"""Every use case stands under `@needs`: nothing is done to a plan before the table of rights was asked."""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
USE_CASES = HOUSE / "bot" / "use_cases"

# What others ask to show or to decide; it changes nothing.
QUESTIONS = {
    "agreeing.terms_now",
    "agreeing.is_in_force",
    "anchors.on_a_working_day",
    "anchors.must_not_change_kind",
    "calendars.where_it_lands",
    "dates.what_it_takes",
    "dates.must_lie_ahead",
    "departures.departure_of",
    "order.steps_in_order",
    "own_lists.list_called",
    "people.roles_known_to",
    "privacy.must_be_of_one_side",
    "privacy.must_be_with_us",
    "privacy.own_visibility",
    "proposing.must_ask_to_drop",
    "proposing.why_of",
    "sides.may_come_whole",
    "slips.finished_on",
    "slips.landing",
}
# A part of what several use cases do, each of which has asked. No listener knows them.
PARTS = {
    "anchors.ask_about_anchor",
    "anchors.move_anchor",
    "common.arm_all",
    "dependencies.close_the_gap",
    "dependencies.set_days",
    "handovers.hand_over",
    "order.place_step",
    "order.put_in_order",
    "privacy.take_number",
    "proposing.ask",
    "proposing.ask_before_dropping",
    "proposing.propose",
    "slips.note_finished",
    "slips.note_slip",
}


def takes_work(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return any(one.annotation is not None and ast.unparse(one.annotation) == "Work" for one in arguments)


def use_cases() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function that works on a plan, as `module.function`."""
    for path in sorted(USE_CASES.glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and takes_work(node):
                yield f"{path.stem}.{node.name}", node


def asks(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(one).startswith("needs(Action.") for one in function.decorator_list)


def test_every_use_case_needs_a_right() -> None:
    free = {name for name, function in use_cases() if not asks(function)}
    assert free - QUESTIONS - PARTS == set(), "put @needs(Action.…) over these"


def test_what_needs_none_is_still_there_and_still_needs_none() -> None:
    free = {name for name, function in use_cases() if not asks(function)}
    assert (QUESTIONS | PARTS) - free == set()


def test_no_listener_takes_a_part_for_the_whole() -> None:
    for path in (HOUSE / "bot" / "listeners").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.use_cases"):
                room = (node.module or "").removeprefix("bot.use_cases").removeprefix(".")
                taken = {f"{room}.{alias.name}" for alias in node.names} & PARTS
                assert not taken, f"{path.relative_to(HOUSE)} imports {taken}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = f"{node.value.id.removesuffix('_cases')}.{node.attr}"
                assert called not in PARTS, f"{path.relative_to(HOUSE)} calls {called}"
