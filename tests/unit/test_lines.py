"""What stands after a verb: "done 4", "date 4 next Fri", "block #4 why"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.replies import refusal_text
from bot.listeners.lines import (
    DoneLine,
    StepLine,
    read_done_line,
    read_mention,
    read_step_alone,
    read_step_line,
)
from bot.use_cases.common import Refused


@pytest.mark.parametrize(
    ("typed", "number", "rest"),
    [
        ("4", 4, ""),
        ("#4", 4, ""),
        (" step 4 ", 4, ""),
        ("Step #4", 4, ""),
        ("step4", 4, ""),
        ("4.", 4, ""),
        ("4!", 4, ""),
        ("9999", 9999, ""),
        ("4 next Fri", 4, "next Fri"),
        ("#4 <@U0BEA>", 4, "<@U0BEA>"),
        ("step 4 why it is blocked", 4, "why it is blocked"),
        ("4: Waiting for R&amp;D", 4, "Waiting for R&amp;D"),
        ("4 – Waiting", 4, "Waiting"),
        ("4 - Waiting", 4, "Waiting"),
        ("4, Waiting", 4, "Waiting"),
        ("4 -10% agreed", 4, "-10% agreed"),
        ("4 :tada: signed", 4, ":tada: signed"),
        ("4 - :tada: signed", 4, ":tada: signed"),
        ("4?", 4, ""),
        ("4\nin two\nlines", 4, "in two\nlines"),
        ("3 3/4", 3, "3/4"),
        ("3 2 weeks are gone", 3, "2 weeks are gone"),
    ],
)
def test_a_number_and_the_words_after_it(typed: str, number: int, rest: str) -> None:
    assert read_step_line(typed) == StepLine(number, rest)


NO_NUMBER = [
    "",
    " ",
    "x",
    "four",
    "-4",
    "0",
    "04",
    "007",
    "10000",
    "#",
    "step",
    "4th",
    "4.5",
    "4a",
    "#x",
    "٤",
    "²",
]


@pytest.mark.parametrize("typed", NO_NUMBER, ids=repr)
def test_what_is_no_number_of_a_step(typed: str) -> None:
    for read in (read_step_line, read_step_alone, read_done_line):
        with pytest.raises(Refused) as refused:
            read(typed)
        assert refused.value.code == "not_a_number"
        assert "Which step?" in refusal_text(refused.value.code, refused.value.facts)


SEVERAL = [
    "3 3",
    "3 4",
    "3 4 5",
    "3, 4",
    "3,4",
    "3 and 4",
    "#3 #4",
    "step 3 and step 4",
    "3-5",
    "3 &amp; 4",
    "3 4!",
]


@pytest.mark.parametrize("typed", SEVERAL)
def test_several_steps_at_once_are_asked_for_one_by_one(typed: str) -> None:
    for read in (read_step_alone, read_done_line):
        with pytest.raises(Refused) as refused:
            read(typed)
        assert refused.value.code == "one_at_a_time"
        assert "done 4" in refusal_text(refused.value.code, refused.value.facts)


@pytest.mark.parametrize("typed", ["4 next Fri", "4 <@U0BEA>", "4 thanks to Ravi"])
def test_a_number_alone_takes_no_words(typed: str) -> None:
    with pytest.raises(Refused, match="only_the_number"):
        read_step_alone(typed)


@pytest.mark.parametrize("typed", ["4?", "4…", "4 ✅", "4 :white_check_mark:", "4 👍 !", "4 ."])
def test_what_says_nothing_after_a_number_is_nothing(typed: str) -> None:
    assert read_step_alone(typed) == 4
    assert read_done_line(typed) == DoneLine(4, "")


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("4", ""),
        ("4 <https://acme.example/signed>", "https://acme.example/signed"),
        (
            "4 <https://acme.example/signed?a=1&amp;b=2|acme.example/signed>",
            "https://acme.example/signed?a=1&b=2",
        ),
        ("4: https://acme.example/signed", "https://acme.example/signed"),
        ("#4 HTTP://acme.example/3", "HTTP://acme.example/3"),
        ("4 <https://acme.example/signed>.", "https://acme.example/signed"),
        ("4 (https://acme.example/signed)", "https://acme.example/signed"),
        ("4 https://acme.example/signed.", "https://acme.example/signed"),
    ],
)
def test_done_takes_the_link_that_proves_it(typed: str, link: str) -> None:
    assert read_done_line(typed) == DoneLine(4, link)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "4 thanks to Ravi",
            "4 <@U0BEA>",
            "4 javascript:alert(1)",
            "4 <mailto:bea@acme.example>",
            "4 https://",
        ),
        *("4 ?", "4 ❌", "4 :x:", "4 :thumbsdown:", "4 👎"),  # that it is not so
    ],
)
def test_done_takes_no_other_words_and_hands_them_back(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_done_line(typed)
    assert refused.value.code == "only_a_link"
    said = refusal_text(refused.value.code, refused.value.facts)
    assert "done 4" in said
    assert "note 4" in said


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("<@U0BEA>", "U0BEA"),
        (" <@U0BEA|bea>. ", "U0BEA"),
        ("<@W0BEA>", "W0BEA"),
        ("to <@U0BEA>", "U0BEA"),
        ("@bea.alvarez", "@bea.alvarez"),
        ("Bea", None),
        ("<@U0BEA> and <@U0RAVI>", None),
        ("<!channel>", None),
        ("<#C0DEAL>", None),
        ("&lt;@U0BEA&gt;", None),
        ("bea@acme.example", None),
        ("", None),
    ],
)
def test_one_mention_and_nothing_else_names_somebody(typed: str, who: str | None) -> None:
    assert read_mention(typed) == who


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_with_words(typed: str) -> None:
    for read in (read_step_line, read_step_alone, read_done_line):
        refusals = []
        try:
            read(typed)
        except Refused as refused:
            refusals.append(refusal_text(refused.code, refused.facts))
        assert all(refusals)


@given(st.integers(1, 9999), st.text(st.characters(categories=("L", "P", "N")), min_size=1, max_size=40))
def test_no_word_after_the_number_is_lost(number: int, words: str) -> None:
    assert read_step_line(f"{number} x{words}") == StepLine(number, f"x{words}")
