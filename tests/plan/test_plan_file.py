"""Plan files: what they say is what comes out, and what is wrong with them is named with its line."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import MONDAY_TO_FRIDAY, calendar_for
from plan.plan_file import FileStep, PlanFile, PlanFileError, parse_plan_file
from storage.models import AnchorKind, Side

A_DAY = "is a day as in 2026-06-30, from 2000 to 2199"
SOME_DAYS = "is a list of days, as in [2026-06-30, 2026-12-24..2027-01-02]"

WHOLE = """\
title: A small plan
summary: From a word to a signature.
signature: sign
steps:
  - id: scope
    title: Agree on the scope
    phase: Agree
    side: joint
    role: Champion
    counterpart: Account executive
    days: 2
    gate: true
    description: Both have it in writing.
  - {id: sign, title: "Sign: both of us", phase: Sign, side: buyer, after: [scope], lag: 1}
"""


def steps(*lines: str) -> str:
    return "title: T\nsteps:\n" + "\n".join(f"  - {line}" for line in lines)


def step(name: str, more: str = "") -> str:
    return f"{{id: {name}, title: {name}, phase: P, side: buyer{', ' + more if more else ''}}}"


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PlanFileError) as refused:
        parse_plan_file(text)
    return [(problem.line, problem.reason) for problem in refused.value.problems]


def test_a_file_is_read_as_it_stands() -> None:
    assert parse_plan_file(WHOLE, "small") == PlanFile(
        key="small",
        title="A small plan",
        summary="From a word to a signature.",
        signature="sign",
        steps=(
            FileStep(
                "scope",
                "Agree on the scope",
                "Agree",
                Side.JOINT,
                role="Champion",
                counterpart="Account executive",
                days=2,
                gate=True,
                description="Both have it in writing.",
            ),
            FileStep("sign", "Sign: both of us", "Sign", Side.BUYER, after=("scope",), lag=1),
        ),
    )


def test_a_plan_has_its_anchor_and_the_calendars_of_both_sides() -> None:
    plan = parse_plan_file(
        """\
anchor: 2026-06-30
calendars:
  buyer: {country: de, region: by, closed: [2027-04-02, 2026-12-24..2027-01-02, 2026-12-24 .. 2026-12-24]}
steps:
  - {id: board, title: The board, phase: P, side: buyer, only_on: [2026-07-09, 2026-06-11, 2026-07-09]}
"""
    )
    assert plan.anchor == date(2026, 6, 30)
    assert plan.seller_calendar == MONDAY_TO_FRIDAY
    assert plan.buyer_calendar == calendar_for(
        "DE",
        "BY",
        [
            (date(2027, 4, 2), date(2027, 4, 2)),
            (date(2026, 12, 24), date(2027, 1, 2)),
            (date(2026, 12, 24), date(2026, 12, 24)),
        ],
    )
    assert plan.steps[0].only_on == (date(2026, 6, 11), date(2026, 7, 9))


def test_what_a_plan_does_not_say_of_its_days_is_monday_to_friday() -> None:
    plan = parse_plan_file(WHOLE)
    assert (plan.anchor, plan.seller_calendar, plan.buyer_calendar) == (
        None,
        MONDAY_TO_FRIDAY,
        MONDAY_TO_FRIDAY,
    )
    plan = parse_plan_file("calendars: {seller: {closed: []}}\n" + WHOLE)
    assert plan.seller_calendar == MONDAY_TO_FRIDAY


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("anchor: soon", f"`anchor` {A_DAY}"),
        ("anchor:", f"`anchor` {A_DAY}"),
        ("anchor: [2026-06-30]", f"`anchor` {A_DAY}"),
        ("anchor: 2026-06-31", f"`anchor` {A_DAY}"),
        ("anchor: 20260630", f"`anchor` {A_DAY}"),
        ("anchor: 2026-06-30T10:00:00Z", f"`anchor` {A_DAY}"),
        ("anchor: 9999-12-31", f"`anchor` {A_DAY}"),
        ("calendars: [DE]", "`calendars` is written as `key: value` lines"),
        ("calendars: {joint: {country: DE}}", "unknown key `joint`: `calendars` has seller, buyer"),
        ("calendars: {buyer: DE}", "a calendar is written as `key: value` lines"),
        ("calendars: {buyer: {zone: CET}}", "unknown key `zone`: a calendar has country, region, closed"),
        ("calendars: {buyer: {country: XX}}", "`XX` is no country's two letters, as in DE"),
        ("calendars: {buyer: {country: Germany}}", "`GERMANY` is no country's two letters, as in DE"),
        ("calendars: {buyer: {region: BY}}", "a `region` needs its `country`"),
        ("calendars: {buyer: {country: US, region: BY}}", "`BY` is no part of US with holidays of its own"),
        ("calendars: {buyer: {closed: 2026-06-30}}", f"`closed` {SOME_DAYS}"),
        ("calendars: {buyer: {closed: }}", f"`closed` {SOME_DAYS}"),
        (
            "calendars: {buyer: {closed: [summer]}}",
            "`closed` is a day as in 2026-06-30 or a first and a last one as in 2026-12-24..2027-01-02,"
            " not `summer`",
        ),
        (
            "calendars: {buyer: {closed: [2026-06-30..]}}",
            "`closed` is a day as in 2026-06-30 or a first and a last one as in 2026-12-24..2027-01-02,"
            " not `2026-06-30..`",
        ),
        (
            "calendars: {buyer: {closed: [2026-06-30..2026-06-29]}}",
            "`closed` has a last day before its first one in `2026-06-30..2026-06-29`",
        ),
        (
            "calendars: {buyer: {closed: [2026-01-01..2027-02-05]}}",
            "`closed` is at most 400 days in a row, not `2026-01-01..2027-02-05`",
        ),
        (
            f"calendars: {{buyer: {{closed: [{', '.join(['2026-01-01'] * 101)}]}}}}",
            "`closed` has at most 100",
        ),
    ],
)
def test_what_is_wrong_with_its_days_is_told_with_its_line(line: str, reason: str) -> None:
    assert problems(f"title: T\n{line}\nsteps:\n  - {step('a')}") == [(2, reason)]


def test_days_in_a_row_are_four_hundred_at_most() -> None:
    text = f"calendars: {{buyer: {{closed: [2026-01-01..2027-02-04]}}}}\n{steps(step('a'))}"
    [(first, last)] = parse_plan_file(text).buyer_calendar.closed
    assert (last - first).days == 399


def test_a_plan_can_be_anchored_on_its_signature() -> None:
    plan = parse_plan_file(WHOLE)
    assert plan.anchor_step(AnchorKind.SIGNATURE) == "sign"
    assert plan.anchor_step(AnchorKind.GO_LIVE) is None


def test_a_text_is_what_stands_there_whatever_yaml_makes_of_it() -> None:
    plan = parse_plan_file(
        steps("{id: 1, title: Yes, phase: 2026-12-15, side: buyer}", step("x", "after: [1]"))
    )
    assert (plan.steps[0].id, plan.steps[0].title, plan.steps[0].phase) == ("1", "Yes", "2026-12-15")
    assert plan.steps[1].after == ("1",)


def test_a_plan_without_a_title_is_called_like_its_file() -> None:
    assert parse_plan_file("steps:\n  - " + step("a"), "my-plan").title == "my-plan"


def test_an_unknown_key_is_refused_with_its_line() -> None:
    text = WHOLE.replace("    days: 2", "    owner: Bea")
    [(line, reason)] = problems(text)
    assert line == 11
    assert "`owner`" in reason
    [(line, reason)] = problems("name: T\n" + steps(step("a")))
    assert line == 1
    assert "`name`" in reason


def test_a_key_that_is_there_twice_is_refused() -> None:
    assert problems(steps("{id: a, id: b, title: T, phase: P, side: buyer}")) == [(3, "`id` is there twice")]


def test_a_step_that_is_not_there_is_named() -> None:
    [(line, reason)] = problems(steps(step("a"), step("b", "after: [a, legal]")))
    assert line == 4
    assert "`legal`" in reason


def test_an_id_that_is_taken_is_told_with_where() -> None:
    assert problems(steps(step("a"), step("b"), step("a"))) == [(5, "the id `a` is taken by line 3")]


def test_a_circle_is_named_in_its_order() -> None:
    loop = steps(step("a", "after: [c]"), step("b", "after: [a]"), step("c", "after: [b]"), step("d"))
    [(line, reason)] = problems(loop)
    assert 3 <= line <= 5
    path = reason.split(": ")[1].split(" → ")
    assert path[0] == path[-1]
    assert set(pairwise(path)) == {("a", "b"), ("b", "c"), ("c", "a")}


def test_what_a_reason_says_of_the_file_stays_in_one_line() -> None:
    """A key with a line break or an escape sequence is shown, and steers nothing."""
    [(line, reason)] = problems(steps(step("a", '"\\e[31mwho\\n": Bea')))
    assert line == 3
    assert reason.startswith("unknown key `?[31mwho?`: a step has id,")


def test_ids_are_read_alike_where_they_are_given_and_where_they_are_named() -> None:
    assert parse_plan_file(steps(step("a  b"), step("c", "after: ['a  b']"))).steps[1].after == ("a b",)
    assert problems(steps(step("a"), step("b", "after: [a, '']"))) == [
        (4, "`after` is a list of ids, as in [scope, review]")
    ]


def test_a_step_that_waits_for_itself_is_a_circle_too() -> None:
    assert problems(steps(step("a", "after: [a]"))) == [(3, "these steps wait for each other: a → a")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{title: T, phase: P, side: buyer}", "`id` is missing"),
        ("{id: a, phase: P, side: buyer}", "`title` is missing"),
        ("{id: a, title: '', phase: P, side: buyer}", "`title` is missing"),
        ("{id: a, title: T, side: buyer}", "`phase` is missing"),
        ("{id: a, title: T, phase: P}", "`side` is missing"),
        ("{id: a, title: T, phase: P, side: both}", "`side` is seller, buyer or joint, not `both`"),
        ("{id: a, title: [T], phase: P, side: buyer}", "`title` is a text"),
        (f"{{id: a, title: {'x' * 151}, phase: P, side: buyer}}", "`title` is longer than 150 characters"),
        (step("a", "days: 0"), "`days` is a number of working days from 1 to 260"),
        (step("a", "days: -1"), "`days` is a number of working days from 1 to 260"),
        (step("a", "days: 1.5"), "`days` is a number of working days from 1 to 260"),
        (step("a", "days: two"), "`days` is a number of working days from 1 to 260"),
        (step("a", "days: 999999999999"), "`days` is a number of working days from 1 to 260"),
        (step("a", "lag: -1"), "`lag` is a number of working days from 0 to 260"),
        (step("a", "gate: maybe"), "`gate` is true or false"),
        (step("a", "after: b"), "`after` is a list of ids, as in [scope, review]"),
        (step("a", "after: [[b]]"), "`after` is a list of ids, as in [scope, review]"),
        (step("a", "only_on: 2026-06-30"), "`only_on` is a list of days, as in [2026-06-30]"),
        (step("a", "only_on: [2026-06-30, never]"), f"`only_on` {A_DAY}"),
        (step("a", "counterpart: AE"), "only a joint step or a gate has a `counterpart`"),
        ("just words", "a step is written as `key: value` lines"),
    ],
)
def test_what_is_wrong_with_a_step_is_told_with_its_line(line: str, reason: str) -> None:
    assert problems(steps(step("first"), line)) == [(4, reason)]


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = steps("{id: a, title: T, phase: P, side: left}", step("b", "days: 0"), step("c", "who: me"))
    assert [line for line, _ in problems(text)] == [3, 4, 5]
    with pytest.raises(PlanFileError, match=r"(?s)^line 3: .*\nline 4: .*\nline 5: "):
        parse_plan_file(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("just words", 1),
        ("- a list", 1),
        ("title: T", 1),
        ("title: T\nsteps:\n", 2),
        ("title: T\nsteps: []", 2),
        ("title: T\nsteps: one", 2),
        ("title: T\nsteps:\n  - id: a\n   title: b", 4),
        ("title: T\nsteps:\n\x00", 3),
        ("title: T\n---\ntitle: U", 2),
        ("[" * 5000, 1),
        ("x" * 200_001, 1),
        ("signature: sign\n" + steps(step("a")), 1),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_no_plan_file_is_refused_with_a_line(text: str, line: int) -> None:
    assert problems(text)[0][0] == line


def test_a_plan_has_at_most_two_hundred_steps() -> None:
    many = [step(f"s{n}") for n in range(201)]
    assert len(parse_plan_file(steps(*many[:200])).steps) == 200
    assert problems(steps(*many)) == [(203, "a plan has at most 200 steps")]


def test_yaml_builds_nothing_from_a_file() -> None:
    tagged = steps("{id: a, title: !!python/object/apply:os.getcwd [], phase: P, side: buyer}")
    assert problems(tagged) == [(3, "`title` is a text")]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with pytest.raises(PlanFileError):
        parse_plan_file(text)
