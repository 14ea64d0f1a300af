"""A step in one line: its title, whose it is, and when. The examples of docs/dates.md, and harder ones."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.when import AddLine, split_add
from tests.plan.dates_page import rows_under

ON_THE_PAGE = rows_under("You write", "Title", "Who", "Day")

RAVI, BEA = "<@U0RAVI>", "<@U0BEA|bea>"

# As Slack hands the words over: `&`, `<` and `>` escaped, people and links as entities.
LINES = {
    # a person and a day, in either order, with what people put around them
    f"Send the SOC 2 report {RAVI} next Fri": ("Send the SOC 2 report", "U0RAVI", "next Fri"),
    f"Send the SOC 2 report next Fri {BEA}": ("Send the SOC 2 report", "U0BEA", "next Fri"),
    f"Send the report, {RAVI}, by Friday.": ("Send the report", "U0RAVI", "by Friday."),
    f"Send the report by Friday, {RAVI}!": ("Send the report", "U0RAVI", "by Friday"),
    f"Security review – {RAVI} – in 2 weeks": ("Security review", "U0RAVI", "in 2 weeks"),
    f"Security review -&gt; {RAVI} -&gt; EOQ": ("Security review", "U0RAVI", "EOQ"),
    f"Security review: {RAVI}": ("Security review", "U0RAVI", None),
    f"Security review | {RAVI} | 15 Dec": ("Security review", "U0RAVI", "15 Dec"),
    "Send it @ravi.s 15 December 2026": ("Send it", "@ravi.s", "15 December 2026"),
    "Send it by EOD on Friday": ("Send it", None, "by EOD on Friday"),
    "Sign on the 15th of December 2026": ("Sign", None, "on the 15th of December 2026"),
    "Sign by EOD on Tuesday, the 15th of December 2026": (
        "Sign",
        None,
        "by EOD on Tuesday, the 15th of December 2026",
    ),
    "Plan  the\n kickoff\u00a0  fri\u200b": ("Plan the kickoff", None, "fri"),
    # words that hand a step over, and words that only name somebody
    f"Security review for {RAVI} EOQ": ("Security review", "U0RAVI", "EOQ"),
    f"Security review, owner: {RAVI}": ("Security review", "U0RAVI", None),
    f"Security review assigned to {RAVI} Fri": ("Security review", "U0RAVI", "Fri"),
    f"Send the report to {BEA} by Friday": ("Send the report to <@U0BEA>", None, "by Friday"),
    f"Call with {BEA} and {RAVI} tomorrow": ("Call with <@U0BEA> and <@U0RAVI>", None, "tomorrow"),
    f"Terms of {BEA} &amp; {RAVI}": ("Terms of <@U0BEA> &amp; <@U0RAVI>", None, None),
    f"Ask {BEA} about the budget": ("Ask <@U0BEA> about the budget", None, None),
    f"Introduce {BEA} {RAVI} fri": ("Introduce <@U0BEA>", "U0RAVI", "fri"),  # a step has one owner
    f"{BEA} sends the numbers": ("<@U0BEA> sends the numbers", None, None),
    f"Read {BEA}'s draft": ("Read <@U0BEA>'s draft", None, None),
    # nobody at all
    "Tell @channel": ("Tell @channel", None, None),
    "Tell <!channel>": ("Tell <!channel>", None, None),
    "Tell <!subteam^S1|@ops> fri": ("Tell <!subteam^S1|@ops>", None, "fri"),
    "Post it in <#C0DEAL|acme-northwind> today": ("Post it in <#C0DEAL|acme-northwind>", None, "today"),
    "Write to bea@acme.example": ("Write to bea@acme.example", None, None),
    "Write to <mailto:bea@acme.example|bea@acme.example> fri": (
        "Write to <mailto:bea@acme.example|bea@acme.example>",
        None,
        "fri",
    ),
    "Tell &lt;@U0BEA&gt;": ("Tell &lt;@U0BEA&gt;", None, None),  # typed so by hand
    # links and marks
    "Sign <https://sign.example/x|the DPA> by 15 Dec": (
        "Sign <https://sign.example/x|the DPA>",
        None,
        "by 15 Dec",
    ),
    "Read <https://x.example/2026-12-15>": ("Read <https://x.example/2026-12-15>", None, None),
    "Read https://x.example/15/12": ("Read https://x.example/15/12", None, None),
    "Check R&amp;D &lt;b&gt; terms fri": ("Check R&amp;D &lt;b&gt; terms", None, "fri"),
    # words that look like days
    "Move to version 3.4": ("Move to version 3.4", None, None),
    "Move to version 3.4 by 3/4": ("Move to version 3.4", None, "by 3/4"),
    "Plan for Q1": ("Plan for Q1", None, None),
    "Plan for Q1 Q1": ("Plan for Q1", None, "Q1"),
    "Agree on Q1 &amp; Q2": ("Agree on Q1 &amp; Q2", None, None),
    "Sync every Monday": ("Sync every Monday", None, None),
    "Call on Monday about legal": ("Call on Monday about legal", None, None),
    "Run the pilot for 2 weeks": ("Run the pilot for 2 weeks", None, None),
    "Run the pilot in 2 weeks": ("Run the pilot", None, "in 2 weeks"),
    "Workshop 1 Dec – 3 Dec": ("Workshop 1 Dec – 3 Dec", None, None),
    "Workshop Mon to Wed": ("Workshop Mon to Wed", None, None),
    "Call Monday or Tuesday": ("Call Monday or Tuesday", None, None),
    "Prepare Black Friday": ("Prepare Black Friday", None, None),
    "Prepare Black Friday Friday": ("Prepare Black Friday", None, "Friday"),
    "Buy Cyber Monday ads by Cyber Monday": ("Buy Cyber Monday ads by Cyber Monday", None, None),
    "Support around the clock, 24/7": ("Support around the clock, 24/7", None, None),
    "Legal review 3/4": ("Legal review", None, "3/4"),
    "Legal review 31 Feb": ("Legal review", None, "31 Feb"),
    "Meet in Marseille in May": ("Meet in Marseille in May", None, None),
    "Fri": ("", None, "Fri"),
    f"{BEA} fri": ("", "U0BEA", "fri"),
    "": ("", None, None),
    # quotes of all kinds
    '"Plan Q1" fri': ("Plan Q1", None, "fri"),
    f'"Agree on Friday" {BEA} next Mon': ("Agree on Friday", "U0BEA", "next Mon"),
    f'"Review Fri", for {BEA}, by Mon': ("Review Fri", "U0BEA", "by Mon"),
    "“Agree on Friday”": ("Agree on Friday", None, None),
    "„Agree on Friday“ fri": ("Agree on Friday", None, "fri"),
    "«Agree on Friday» fri": ("Agree on Friday", None, "fri"),
    "‘Agree on Friday’ fri": ("Agree on Friday", None, "fri"),
    "'Agree on Friday' fri": ("Agree on Friday", None, "fri"),
    f'"Ask {BEA} on Fri" {RAVI}': ("Ask <@U0BEA> on Fri", "U0RAVI", None),
    '"Go" decision by the board': ('"Go" decision by the board', None, None),
    'Read "Due Friday"': ('Read "Due Friday"', None, None),
    "'Tis Omar's turn fri": ("'Tis Omar's turn", None, "fri"),
    '"half a quote fri': ('"half a quote', None, "fri"),
    '"" fri': ("", None, "fri"),
    '"  " fri': ("", None, "fri"),
}


@pytest.mark.parametrize(("line", "parts"), LINES.items(), ids=LINES)
def test_only_the_end_of_a_line_is_a_person_or_a_day(
    line: str, parts: tuple[str, str | None, str | None]
) -> None:
    assert split_add(line) == AddLine(*parts)


@pytest.mark.parametrize(("line", "title", "who", "day"), ON_THE_PAGE)
def test_the_page_reads_its_own_examples_the_same(line: str, title: str, who: str, day: str) -> None:
    assert split_add(line) == AddLine(title, who or None, day or None)


def test_there_are_enough_of_them() -> None:
    assert len(LINES) >= 40
    assert len(ON_THE_PAGE) >= 10


PHRASES = [phrase for phrase, _ in rows_under("You write", "Tandem reads")]
PLAIN_WORDS = [
    "Send",
    "the",
    "SOC",
    "2",
    "report",
    "R&amp;D",
    "it's",
    "3.4",
    "(v2)",
    "données",
    "契約",
    "عقد",
    "🎉",
]
ENDS_OF_TITLES = ["report", "R&amp;D", "(v2)", "契約", "عقد", "🎉", "review?", "terms."]
TITLES = st.builds(
    lambda words, last: " ".join([*words, last]),
    st.lists(st.sampled_from(PLAIN_WORDS), max_size=8),
    st.sampled_from(ENDS_OF_TITLES),
)


@settings(deadline=None)
@given(TITLES, st.sampled_from(PHRASES), st.sampled_from([" ", ", ", " – ", " - ", ": "]), st.booleans())
def test_each_phrase_of_the_page_is_found_behind_any_title(
    title: str, phrase: str, between: str, is_person_first: bool
) -> None:
    ending = [RAVI, phrase] if is_person_first else [phrase, RAVI]
    found = split_add(between.join([title, *ending]))
    assert (found.title, found.mention) == (title, "U0RAVI")
    assert (found.when_text or "").rstrip(",:") == phrase


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters='"', exclude_categories=["Cc", "Cs"]), max_size=60))
def test_quotes_keep_any_title_whole(words: str) -> None:
    title = " ".join(words.split())
    bare = re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]", "", title)
    expected = " ".join(re.sub(r"<@([UW][A-Z0-9]+)\|[^>]*>", r"<@\1>", bare).split())
    assert split_add(f'"{title}" {RAVI} next Fri') == AddLine(expected, "U0RAVI", "next Fri")


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\"'“„«‘‚", exclude_categories=["Cf"]), max_size=60))
def test_a_title_is_how_the_line_begins(line: str) -> None:
    assert " ".join(line.split()).startswith(split_add(line).title)


BITS = st.sampled_from(
    [RAVI, BEA, "fri", "next", "15", "Dec", "Q1", "3/4", "for", "to", "with", "–", ",", "@ravi", '"', "&lt;"]
)


@settings(deadline=None)
@given(st.lists(BITS, max_size=12))
def test_no_word_is_lost_but_the_little_ones_between(bits: list[str]) -> None:
    """Everything typed is in the title, the person or the day."""
    line = " ".join(bits)
    title, mention, when = split_add(line)
    kept = f"{title} {mention or ''} {when or ''}"
    for word in ("fri", "next", "15", "Dec", "Q1", "3/4", "U0RAVI", "U0BEA", "@ravi", "&lt;"):
        assert kept.count(word) == line.count(word)


def test_a_very_long_line_is_read_in_no_time() -> None:
    for line in ("fri " * 4000, f"{RAVI} " * 4000, "– " * 4000, '"' * 4000, "'a " * 4000, "<@U" * 4000):
        split_add(line)
