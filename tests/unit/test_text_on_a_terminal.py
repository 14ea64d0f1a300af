"""What people typed, in a plan file and on an operator's terminal: it comes back whole and steers nothing."""

from datetime import date

import pytest
import yaml

from bot.use_cases.typed import clean_title
from plan.command_line import report
from plan.plan_file import FileStep, PlanFile, parse_plan_file
from plan.plan_reading import PlanFileError
from plan.plan_writing import write_plan_file
from storage.kinds import Side
from tests.blocks.hostile import EVIL

TODAY = date(2026, 6, 2)


def is_harmless(shown: str) -> bool:
    return all(letter.isprintable() for line in shown.split("\n") for letter in line)


@pytest.mark.parametrize("typed", EVIL, ids=ascii)
def test_a_plan_file_gives_back_what_was_typed(typed: str) -> None:
    words = clean_title(typed)
    step = FileStep("s1", words, words[:20].strip(), Side.BUYER, role=words, description=words)
    plan = PlanFile("", words[:20].strip(), words, (step,))
    assert parse_plan_file(write_plan_file(plan)) == plan


@pytest.mark.parametrize("typed", EVIL, ids=ascii)
def test_the_table_of_dates_keeps_its_lines(typed: str) -> None:
    steps = [{"id": "s1", "title": typed, "phase": typed[:20], "side": "buyer"}]
    text = yaml.safe_dump({"title": typed, "steps": steps}, allow_unicode=False)
    calm = yaml.safe_dump({"title": "Plan", "steps": [{**steps[0], "title": "Step", "phase": "Legal"}]})
    shown, usual = (report(one, anchor=None, today=TODAY, as_json=False) for one in (text, calm))
    assert is_harmless(shown)
    assert shown.count("\n") == usual.count("\n")


@pytest.mark.parametrize("typed", EVIL, ids=ascii)
def test_what_is_wrong_with_a_file_is_said_in_one_line(typed: str) -> None:
    text = yaml.safe_dump({"title": "Plan", typed: 1, "steps": [{"id": typed, "side": typed}]})
    with pytest.raises(PlanFileError) as refused:
        parse_plan_file(text)
    assert refused.value.problems
    assert all(reason.isprintable() for _, reason in refused.value.problems)
