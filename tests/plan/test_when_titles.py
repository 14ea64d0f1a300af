"""Where a title ends: what only looks like a day behind it, and what is more than the day it ends with."""

import pytest

from plan.phrases import LONGEST_PHRASE
from plan.when import AddLine, split_add

RAVI = "<@U0RAVI>"

# Nothing is taken off: a range, a list, half of a date, a guess, a name.
WHOLE = [
    # several days
    "Workshop 8 – 10 Jun",
    "Workshop 8- 10 Jun",
    "Workshop 8th — 10th of June",
    "Workshop 8 → 10 Jun",
    "Workshop 8 -&gt; 10 Jun",
    "Workshop 8 / 10 Jun",
    "Workshop 8. - 10.6.2027",
    "Workshop 8 - 10/6",
    "Workshop 8 until 10 Jun",
    "Workshop 8 till the 10th of June",
    "Workshop Mon 8 – Wed 10 Jun",
    "Workshop 1, 2 Dec",
    "Workshop 1 , 2 Dec",
    "Workshop 1, 2, 3 Dec",
    "8 – 10 Jun",
    "Workshop the 8th – the 10th",
    "Workshop 1 Dec – 3 Dec",
    "Workshop Mon, Wed",
    "Workshop Mon, Wed, Fri",
    "Workshop Mon , Wed",
    "Workshop Mon- Wed",
    "Workshop Mon → Wed",
    "Workshop Mon Wed",
    "Workshop Mon until Wed",
    "Workshop Mon thru Wed",
    "Mon, Wed",
    '"Workshop" Mon, Wed',
    "Sync every Monday, Wednesday",
    "Workshop from 1 Dec – 3 Dec",
    "Agree on Q1, Q2",
    "Review Q1 Q2",
    "Send it tomorrow, Wed",
    "Send it 27/11, Fri",
    "Send it Friday – by EOD",
    "Send it Wed, 15 Jun, Fri",
    # half of a date
    "Send it two weeks on Monday",
    "Send it 2 wks tomorrow",
    "Send it a week Friday",
    "Send it one fortnight Friday",
    "Send it next week, Fri 12 Jun",
    "Send it this week 12 Jun",
    "Send it next 12 Jun",
    "Send it nxt Q1",
    "Send it last 12 Jun",
    "Send it previous Friday",
    "Sync every other Monday",
    "Sync the first Monday",
    "Sync every 2nd Monday",
    "Send it FY27 Q1",
    "Send it fy'27 H1",
    "Send it latest Friday",
    "Send it by start of business Friday",
    "Send it by end of play Friday",
    "Send it w/c 15 Jun",
    "Pilot starting Monday",
    "Term commencing 15 Jun",
    # a guess
    "Send it maybe Friday",
    "Send it probably tomorrow",
    "Send it approx. 15 Jun",
    "Send it early Friday",
    "Send it late on Friday",
    "Send it mid Q3",
    "Send it not Friday",
    "Send it fri?",
    # words that are days elsewhere
    "Confirm who is coming Friday",
    "Test SAT",
    "Test SAT.",
    "Install Oracle SUN",
    "Read section H2",
    "Answer question Q1",
    "Sign part 1/2",
    "Step 3/12",
    "Support 24/7",
    "Do it without Fri",
]

LINES = {
    # one phrase, however long
    "Send it a fortnight on Monday": ("Send it", None, "a fortnight on Monday"),
    "Send it 12 Jun, Fri": ("Send it", None, "12 Jun, Fri"),
    "Send it , fri": ("Send it", None, "fri"),
    "Send it ,, fri": ("Send it", None, "fri"),
    # the word before is the title's all the same
    "Decide what is next by Fri": ("Decide what is next", None, "by Fri"),
    "Decide what is next on Friday": ("Decide what is next", None, "on Friday"),
    "Decide what is next tomorrow": ("Decide what is next", None, "tomorrow"),
    "Decide what is next, Fri": ("Decide what is next", None, "Fri"),
    "Decide what is next , Fri": ("Decide what is next", None, "Fri"),
    "Log on, Fri": ("Log on", None, "Fri"),
    "Pay what is due, Fri": ("Pay what is due", None, "Fri"),
    "Ask who is coming on Friday": ("Ask who is coming", None, "on Friday"),
    "Run it for two weeks by Fri": ("Run it for two weeks", None, "by Fri"),
    "Run it for two weeks no later than Fri": ("Run it for two weeks", None, "no later than Fri"),
    "Run it for two weeks at the latest Fri": ("Run it for two weeks", None, "at the latest Fri"),
    "Extend it by two weeks, fri": ("Extend it by two weeks", None, "fri"),
    "Plan the demo week Fri": ("Plan the demo week", None, "Fri"),
    "Send the latest Fri": ("Send the latest", None, "Fri"),
    "Announce the end of life Fri": ("Announce the end of life", None, "Fri"),
    "Budget 2027 fri": ("Budget 2027", None, "fri"),
    # numbers that are no days
    "Plan phase 2 – 10 Jun": ("Plan phase 2", None, "10 Jun"),
    "Send the SOC 2 – 10 Jun": ("Send the SOC 2", None, "10 Jun"),
    "Review item 8 – Wed 10 Jun": ("Review item 8", None, "Wed 10 Jun"),
    "Ship version 8 – fri": ("Ship version 8", None, "fri"),
    "Ship version 8, 2026-12-15": ("Ship version 8", None, "2026-12-15"),
    "Ship version 8, 2 weeks from now": ("Ship version 8", None, "2 weeks from now"),
    "Ship version 8 10 Jun": ("Ship version 8", None, "10 Jun"),
    # a day that is the title's, and another
    "Close Q2 – Fri": ("Close Q2", None, "Fri"),
    "Close 2027 Q2, 15 Dec": ("Close 2027 Q2", None, "15 Dec"),
    "Plan for Q1, Fri": ("Plan for Q1", None, "Fri"),
    "Review Mon by Fri": ("Review Mon", None, "by Fri"),
    "Prepare Black Friday, Mon": ("Prepare Black Friday", None, "Mon"),
    "Test SAT, Fri": ("Test SAT", None, "Fri"),
    "Read section H2, fri": ("Read section H2", None, "fri"),
    "Support 24/7 fri": ("Support 24/7", None, "fri"),
    "Step 1/2 Fri": ("Step 1/2", None, "Fri"),
    # and what stays a day
    "Install Sun": ("Install", None, "Sun"),
    "SEND IT FRI": ("SEND IT", None, "FRI"),
    "Call by SAT": ("Call", None, "by SAT"),
    "Read H2": ("Read", None, "H2"),
    "Get 1/2": ("Get", None, "1/2"),
    "Sign section 15/12": ("Sign section", None, "15/12"),
    # people
    f"Start without {RAVI} fri": (f"Start without {RAVI}", None, "fri"),
    f"Call w/ {RAVI} fri": (f"Call w/ {RAVI}", None, "fri"),
    f"Call w/o {RAVI}": (f"Call w/o {RAVI}", None, None),
    f"Wait till {RAVI} fri": (f"Wait till {RAVI}", None, "fri"),
    f"Wait on {RAVI}": (f"Wait on {RAVI}", None, None),
    f"Waiting on {RAVI} by Fri": (f"Waiting on {RAVI}", None, "by Fri"),
    f"Send it, owner: {RAVI}, due: Fri": ("Send it", "U0RAVI", "due: Fri"),
    # marks
    "Send it :tada: fri": ("Send it :tada:", None, "fri"),
    "Send it :+1:, fri": ("Send it :+1:", None, "fri"),
    "Send it :wave::skin-tone-2: – fri": ("Send it :wave::skin-tone-2:", None, "fri"),
    "Send it at 9:30: fri": ("Send it at 9:30", None, "fri"),
}


@pytest.mark.parametrize("line", WHOLE)
def test_what_is_no_one_day_stays_in_the_title(line: str) -> None:
    assert split_add(line) == AddLine(line, None, None)


@pytest.mark.parametrize(("line", "parts"), LINES.items(), ids=LINES)
def test_a_title_ends_where_people_think(line: str, parts: tuple[str, str | None, str | None]) -> None:
    assert split_add(line) == AddLine(*parts)


def test_the_longest_date_there_is_is_taken_whole() -> None:
    day = "due no later than the end of the day on Tuesday, the 15th of December 2026"
    assert len(day.split()) == LONGEST_PHRASE
    assert split_add(f"Sign {day}") == AddLine("Sign", None, day)


@pytest.mark.parametrize(
    "words", ["fri – ", "1, ", "Mon, ", "for Q1, ", ", ", ",", ":", ":a: ", "next ", "24/7 "]
)
def test_many_days_in_a_row_do_not_break_it(words: str) -> None:
    line = f"Plan {words * 10_000} fri"
    title, _, when = split_add(line)
    assert f"{title} {when or ''}".split()[-1] == "fri"
