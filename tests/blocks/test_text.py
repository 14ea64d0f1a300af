"""What people typed is shown as they typed it, and does nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.text import (
    Day,
    clip,
    day,
    day_and_year,
    escape,
    fit,
    for_mrkdwn,
    for_plain,
    one_line,
    option_label,
    pack,
)
from blocks.words import label, mrkdwn, plain
from tests.blocks.plans import step, usual_plan
from tests.blocks.rules import OWN_MENTION


def test_exactly_three_characters_are_escaped_and_the_ampersand_first() -> None:
    assert escape("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert escape("&lt;") == "&amp;lt;"
    assert escape("\"quotes\" and 'apostrophes'") == "\"quotes\" and 'apostrophes'"


def test_plain_text_is_not_escaped() -> None:
    assert for_plain("R&D > 2") == "R&D > 2"


@pytest.mark.parametrize(
    "typed", ["<!channel>", "<!here|x>", "@channel", "@Here", "@EVERYONE!", "<@U0BEA>", "<#C1>"]
)
def test_nothing_typed_can_ping(typed: str) -> None:
    for shown in (for_mrkdwn(typed), for_plain(typed)):
        assert "<!" not in shown
        assert "<@" not in shown
        assert "@channel" not in shown.lower()
        assert "@here" not in shown.lower()
        assert "@everyone" not in shown.lower()


def test_a_name_with_an_at_sign_stays_readable() -> None:
    assert for_mrkdwn("ask @Ravi at ravi@acme.example") == "ask @Ravi at ravi@acme.example"


def test_formatting_marks_show_as_what_they_are() -> None:
    shown = for_mrkdwn("*bold* ~gone~ `code` _it_")
    assert not set("*~`_") & set(shown)
    assert shown == "∗bold∗ ∼gone∼ ˋcodeˋ ˍitˍ"


def test_an_underscore_inside_a_word_stays() -> None:
    assert for_mrkdwn("set SSO_READY on") == "set SSO_READY on"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("two\nlines", "two lines"),
        ("  at both ends\t", "at both ends"),
        ("a\u2028b\x85c\r\nd", "a b c d"),
        ("ring\x07ring\x00", "ringring"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("in\u200bvis\ufeffible\u2060", "invisible"),
        ("\u200b\u200d", ""),
        ("👩\u200d💻 laptop", "👩\u200d💻 laptop"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_title_is_one_line_of_what_can_be_seen(typed: str, shown: str) -> None:
    assert one_line(typed) == shown


def test_hebrew_does_not_turn_the_date_beside_it_around() -> None:
    assert for_mrkdwn("סקירה") == "\u2068סקירה\u2069"
    assert for_plain("review") == "review"


@given(st.text(max_size=400))
def test_any_text_is_safe_and_stays_on_its_line(typed: str) -> None:
    shown = for_mrkdwn(typed)
    assert not {"<", ">", "\n", "\r", "*", "`", "~", "\u202e"} & set(shown)
    assert len(option_label(typed)) <= 75
    assert option_label(typed)
    assert "\n" not in for_plain(typed)


@given(st.text(max_size=60), st.integers(min_value=1, max_value=60))
def test_a_clipped_text_is_no_longer_than_asked(typed: str, length: int) -> None:
    assert len(clip(typed, length)) <= length


def test_a_long_text_is_never_cut_inside_an_entity() -> None:
    for length in range(10, 20):
        cut = fit("&amp;" * 10, length)
        assert len(cut) <= length
        assert cut.removesuffix("…").replace("&amp;", "") == ""


@given(st.lists(st.text(alphabet="ab&;", max_size=50), max_size=40))
def test_packed_lines_keep_their_order_and_the_limit(lines: list[str]) -> None:
    packed = pack(lines, 60)
    assert "\n".join(packed).split("\n") == ("\n".join(lines)).split("\n")
    assert all(len(text) <= 60 for text in packed)


@pytest.mark.parametrize(
    ("when", "today", "words"),
    [
        (date(2026, 6, 12), date(2026, 1, 5), "Fri 12 Jun"),
        (date(2027, 1, 8), date(2026, 11, 24), "Fri 8 Jan"),
        (date(2028, 1, 7), date(2026, 11, 24), "Fri 7 Jan 2028"),
        (date(2024, 1, 5), date(2026, 11, 24), "Fri 5 Jan 2024"),
        (date(2026, 12, 31), date(2026, 1, 1), "Thu 31 Dec"),
    ],
)
def test_a_day_has_its_year_only_when_it_is_far(when: date, today: date, words: str) -> None:
    assert day(Day.seen(when, today)) == day(when, today) == words
    assert Day.seen(when, today) == when, "to be compared, put in order and drawn in a form"


def test_a_day_without_the_day_it_is_read_on_has_its_year_or_no_words() -> None:
    assert day_and_year(date(2026, 6, 12)) == "Fri 12 Jun 2026"
    with pytest.raises(TypeError, match="read on"):
        day(date(2026, 6, 12))


def test_words_escape_what_they_print_and_nothing_of_their_own() -> None:
    view = usual_plan(buyer_company="A&B <Ltd>")
    said = mrkdwn("board", "doors", view=view, has_gate=False, example=4)
    assert said.startswith("At A&amp;B &lt;Ltd&gt;? The buttons work for you too")
    assert "`@Tandem done 4`" in said


def test_words_do_not_escape_twice_what_another_saying_printed() -> None:
    said = mrkdwn("step", "card", step=step(4, owner="Tom & Co"), firms=usual_plan())
    assert "Tom &amp; Co, Acme" in said


def test_a_mention_comes_only_from_an_id() -> None:
    assert OWN_MENTION in mrkdwn("nudge", "thread", user_id="U0BEA", items=())
    for wrong in ("channel", "!here", "U0BEA> <!channel", ""):
        with pytest.raises(ValueError, match="not the id"):
            mrkdwn("nudge", "thread", user_id=wrong, items=())


def test_a_label_that_is_not_there_is_an_error() -> None:
    assert label("done") == "Done"
    with pytest.raises(LookupError, match="dnoe"):
        label("dnoe")
    with pytest.raises(LookupError, match="nothing_like_it"):
        plain("refusals", "nothing_like_it", facts={})
