"""Words in the order people type them: what is read, what is asked back, and what is only talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.replies import refusal_text
from bot.listeners.said.added import take_asides
from bot.listeners.several import orders_in, plain_orders_in
from bot.listeners.verbs import VERBS
from bot.listeners.word_order import OF_A_STEP, SAME, is_plain_order, numbers_of_done, read_order
from bot.use_cases.common import Refused
from tests.scenario.test_thread_replies import TALK

PEOPLES_WORDS = ["people", "we", "will", "join", "the", "call", "of", "at", "and", "them"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4 done", "done 4"),
        ("done 4", "done 4"),
        ("step 4 is done", "done 4"),
        ("4: done!", "done 4"),
        ("#4 Friday", "date 4 Friday"),
        ("4 next Fri", "date 4 next Fri"),
        ("4 to Friday", "date 4 Friday"),
        ("4 Friday please", "date 4 Friday please"),
        ("mark 4 as done", "done 4"),
        ("4 done, thanks!", "done 4 thanks!"),
        ("set 4 to Friday", "date 4 Friday"),
        ("postpone 4 to Friday", "date 4 to Friday"),
        ("4 12 Jun because legal is away", "date 4 12 Jun because legal is away"),
        ("4 blocked waiting for legal until Tue", "block 4 waiting for legal until Tue"),
        ("blocked 4 waiting for legal", "block 4 waiting for legal"),
        ("4 started", "start 4"),
        ("4 <@U0RAVI>", "owner 4 <@U0RAVI>"),
        ("4 owner <@U0RAVI>", "owner 4 <@U0RAVI>"),
        ("4, 5 and 7 are done", "done 4, 5 and 7"),
        ("4 date 5 Jun", "date 4 5 Jun"),
    ],
)
def test_the_number_may_come_first(typed: str, read: str) -> None:
    reading = read_order(typed)
    assert reading is not None
    assert (reading.text, reading.is_plain) == (read, True)


@pytest.mark.parametrize(
    ("typed", "one", "other"),
    [
        ("done 3-5", "done 3, 4, 5", "done 3 and 5"),
        ("4, 5 Jun", "date 4 5 Jun", "date … 5 Jun"),
        ("1. done 4", "done 1", "done 4"),
        ("4 open", "open 4", "reopen 4"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_asked_back_with_both(typed: str, one: str, other: str) -> None:
    with pytest.raises(Refused) as refused:
        read_whole(typed)
    assert refused.value.facts["readings"] == (one, other)
    said = refusal_text(refused.value.code, refused.value.facts)
    assert f"“{one}” or “{other}”" in said


def read_whole(typed: str) -> None:
    reading = read_order(typed)
    numbers_of_done(reading.rest if reading else "")


@pytest.mark.parametrize("typed", ["10 to 12 June", "2/3 done", "done 2/3", "4 down", "4 up!"])
def test_what_is_an_order_after_a_mention_alone_is_talk_among_people(typed: str) -> None:
    assert read_order(typed) is not None
    assert not is_plain_order(typed)


@pytest.mark.parametrize("typed", TALK)
def test_talk_is_no_order(typed: str) -> None:
    assert plain_orders_in(typed) == ""


@pytest.mark.parametrize(
    "typed", ["&gt; 4 Friday\nno, that does not work", "&gt; done 4", "&gt;done 4\nGreat!"]
)
def test_a_quote_is_no_order_of_who_quotes(typed: str) -> None:
    assert plain_orders_in(typed) == ""


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_with_words(typed: str) -> None:
    refusals = []
    for read in (read_order, numbers_of_done, orders_in):
        try:
            read(typed)
        except Refused as refused:
            refusals.append(refusal_text(refused.code, refused.facts))
    assert all(refusals)
    plain_orders_in(typed)
    take_asides(typed)


@given(
    st.integers(1, 9999),
    st.lists(
        st.sampled_from(["people", "we", "will", "join", "the", "call", "of", "at", "and", "them"]),
        min_size=2,
    ),
)
def test_a_number_and_plain_words_are_talk(number: int, words: list[str]) -> None:
    assert not is_plain_order(f"{number} {' '.join(words)}")


@given(st.integers(1, 9999), st.sampled_from(["done", "started", "unblocked"]))
def test_a_number_and_a_state_say_the_same_in_both_orders(number: int, state: str) -> None:
    first, last = read_order(f"{number} {state}"), read_order(f"{state} {number}")
    assert first is not None
    assert last is not None
    assert first.text == last.text


@given(st.lists(st.integers(1, 9999), min_size=2, max_size=20, unique=True))
def test_each_of_several_numbers_is_one_order(numbers: list[int]) -> None:
    found = orders_in(f"done {', '.join(map(str, numbers))}")
    assert found is not None
    assert [order.text for order in found.orders] == [f"done {number}" for number in numbers]


@pytest.mark.parametrize(
    ("typed", "title", "days", "after"),
    [
        ("Security review <@U1> next Fri, 3 days, after 2", "Security review <@U1> next Fri", 3, "2"),
        ("Call, after 2, 3, 5 days", "Call", 5, "2, 3"),
        ("Plan the 3 days after 2 Jun", "Plan the 3 days after 2 Jun", None, None),
        ("Meet on Fri, 12 Jun", "Meet on Fri, 12 Jun", None, None),
        ("Ship A, B, 3", "Ship A, B, 3", None, None),
    ],
)
def test_what_stands_behind_a_title_after_a_comma(
    typed: str, title: str, days: int | None, after: str | None
) -> None:
    line, asides = take_asides(typed)
    assert (line, asides.days, asides.after) == (title, days, after)


def test_every_word_that_stands_for_another_stands_for_one_there_is() -> None:
    assert set(SAME.values()) <= set(VERBS)
    assert set(VERBS) >= OF_A_STEP
    assert not set(SAME) & set(VERBS)
