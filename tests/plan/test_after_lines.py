"""Which steps a step comes after, as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.after_lines import Before, read_after, write_after


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("3", [(3, 0)]),
        ("3, 5", [(3, 0), (5, 0)]),
        ("#3 and #5.", [(3, 0), (5, 0)]),
        ("steps 3 & 5", [(3, 0), (5, 0)]),
        ("3 5", [(3, 0), (5, 0)]),
        ("3, 5 + 2", [(3, 0), (5, 2)]),
        ("5+2, 3", [(5, 2), (3, 0)]),
        ("5 (+2 working days) and step 7 + 1 day", [(5, 2), (7, 1)]),
        ("5 +2wd; 7", [(5, 2), (7, 0)]),
        ("3, 5, 3 + 1", [(3, 1), (5, 0)]),  # the last word on it counts
        ("", []),
        ("none", []),
        ("Nothing.", []),
    ],
)
def test_what_people_type(typed: str, steps: list[tuple[int, int]]) -> None:
    assert read_after(typed) == tuple(Before(*one) for one in steps)


@pytest.mark.parametrize(
    "typed", ["x", "3x", "3 +", "3 + two", "12345", "3, legal", "3 - 5", "3..5 to", "+2"]
)
def test_anything_else_is_nothing_to_guess_at(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_after(typed)


@given(st.dictionaries(st.integers(1, 9999), st.integers(0, 120), max_size=25))
def test_what_is_shown_is_read_as_it_was_meant(steps: dict[int, int]) -> None:
    known = tuple(Before(number, lag) for number, lag in steps.items())
    assert read_after(write_after(known)) == known
