"""A plan written down is read as the same plan; a list kept from it names nobody."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.plan_file import MAX_DAYS, FileStep, PlanFile, list_templates, parse_plan_file
from plan.plan_writing import Kept, as_list, write_plan_file
from storage.models import Side, Step, StepState, Visibility

SOME_DAY = datetime(2026, 6, 1, tzinfo=UTC)
CANARY = "Zedekiah Quill"


def line(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    """What a line of a plan file can hold: anything but lone surrogates, on one line."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=longest)
    return text.map(lambda one: " ".join(one.split())).filter(lambda one: len(one) >= shortest)


@st.composite
def plan_files(draw: st.DrawFn) -> PlanFile:
    names = draw(st.lists(line(12, 1), min_size=1, max_size=12, unique=True))
    steps = []
    for place, name in enumerate(names):
        side, gate = draw(st.sampled_from(Side)), draw(st.booleans())
        steps.append(
            FileStep(
                id=name,
                title=draw(line(30, 1)),
                phase=draw(line(10, 1)),
                side=side,
                role=draw(line(20)),
                counterpart=draw(line(20)) if side is Side.JOINT or gate else "",
                days=draw(st.integers(1, MAX_DAYS)),
                after=tuple(draw(st.lists(st.sampled_from(names[:place]), unique=True))) if place else (),
                lag=draw(st.integers(0, MAX_DAYS)),
                gate=gate,
                description=draw(line(60)),
            )
        )
    signature = draw(st.none() | st.sampled_from(names))
    return PlanFile("key", draw(line(20, 1)), draw(line(40)), tuple(steps), signature)


@given(plan_files())
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_as_the_same_plan(plan: PlanFile) -> None:
    assert parse_plan_file(write_plan_file(plan), "key") == plan


@pytest.mark.parametrize("plan", list_templates(), ids=lambda plan: plan.key)
def test_the_plans_that_come_with_tandem_survive_it(plan: PlanFile) -> None:
    assert parse_plan_file(write_plan_file(plan), plan.key) == plan


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=70)


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[Step], dict[int, dict[int, int]]]:
    """Steps as people make them: any text, any state, any visibility, each after some of those before it."""
    steps, after = [], {}
    for place in range(1, draw(st.integers(1, 10)) + 1):
        steps.append(
            Step(
                id=100 + place,
                plan_id=7,
                number=place,
                position=place,
                title=draw(texts),
                phase=draw(texts)[:60],
                description=draw(texts) * draw(st.sampled_from([1, 40])),
                side=draw(st.sampled_from(Side)),
                role=draw(texts),
                counterpart_role=draw(texts),
                days=draw(st.integers(1, 120)),
                gate=draw(st.booleans()),
                state=draw(st.sampled_from(StepState)),
                visibility=draw(st.sampled_from([Visibility.BOTH, Visibility.BOTH, *Visibility])),
            )
        )
        earlier = draw(st.lists(st.sampled_from(range(1, place)), unique=True)) if place > 1 else []
        after[100 + place] = {100 + first: draw(st.integers(0, 200)) for first in earlier}
    return steps, after


@given(rows())
@settings(max_examples=200, deadline=None)
def test_any_plan_is_kept_as_a_list_that_can_be_read(
    made: tuple[list[Step], dict[int, dict[int, int]]],
) -> None:
    steps, after = made
    shared = {
        step.id: step
        for step in steps
        if step.visibility is Visibility.BOTH and step.state is not StepState.SKIPPED
    }
    kept = as_list("Ours", "", steps, after, None, []).plan
    assert [step.id for step in kept.steps] == [f"s{step.number}" for step in shared.values()]
    for step, row in zip(kept.steps, shared.values(), strict=True):
        assert (step.side, step.days, step.gate) == (row.side, row.days, row.gate)
        direct = {f"s{shared[first].number}" for first in after[row.id or 0] if first in shared}
        assert direct <= set(step.after)
    if kept.steps:
        assert parse_plan_file(write_plan_file(kept)).steps == kept.steps


def row(number: int, **facts: object) -> Step:
    usual: dict[str, object] = {"phase": "Legal", "title": f"Step {number}", "side": Side.BUYER, "days": 2}
    return Step(id=100 + number, plan_id=7, number=number, position=number, **{**usual, **facts})  # type: ignore[arg-type]


def kept(*steps: Step, after: dict[int, dict[int, int]] | None = None, names: tuple[str, ...] = ()) -> Kept:
    of_ids = {100 + n: {100 + first: lag for first, lag in some.items()} for n, some in (after or {}).items()}
    return as_list("Ours", "For us", steps, of_ids, 103, names)


def test_a_list_holds_what_is_to_be_done_and_nothing_of_what_was() -> None:
    step = row(
        3,
        title="Close the redlines",
        side=Side.JOINT,
        role="Counsel",
        counterpart_role="Our counsel",
        owner_id="U0CANARY",
        counterpart_id="U0CANARY",
        link=f"https://example.com/{CANARY}",
        proof=f"https://example.com/{CANARY}",
        due_date=date(2026, 6, 12),
        state=StepState.DONE,
        finished_at=SOME_DAY,
        finished_by="U0CANARY",
        gate=True,
        description="Both have\nit in writing.",
    )
    found = kept(step).plan
    assert found.steps == (
        FileStep(
            "s3",
            "Close the redlines",
            "Legal",
            Side.JOINT,
            role="Counsel",
            counterpart="Our counsel",
            days=2,
            gate=True,
            description="Both have it in writing.",
        ),
    )
    assert found.signature == "s3"
    written = write_plan_file(found)
    for canary in ("CANARY", CANARY, "2026", "example.com", "done"):
        assert canary not in written


def test_what_came_after_a_skipped_step_comes_after_what_came_before_it() -> None:
    """The working days left between them add up, as where a step is deleted."""
    found = kept(
        row(1), row(2, state=StepState.SKIPPED), row(3), row(4), after={2: {1: 1}, 3: {2: 2}, 4: {1: 0, 3: 5}}
    ).plan
    assert [(step.id, step.after, step.lag) for step in found.steps] == [
        ("s1", (), 0),
        ("s3", ("s1",), 3),
        ("s4", ("s1", "s3"), 5),
    ]


def test_what_one_side_keeps_to_itself_is_not_in_it_and_joins_nothing() -> None:
    for alone in (Visibility.SELLER, Visibility.BUYER):
        found = kept(
            row(1), row(2, visibility=alone, title=CANARY), row(3), after={2: {1: 1}, 3: {2: 2}}
        ).plan
        assert [(step.id, step.after) for step in found.steps] == [("s1", ()), ("s3", ())]
        assert CANARY not in write_plan_file(found)


def test_a_name_that_somebody_wrote_into_a_step_is_left_out_and_counted() -> None:
    found = kept(
        row(1, title=f"Call {CANARY}, then {CANARY.upper()}", description="Ask @zedekiah first"),
        row(2, title="Quillings, and a zedekiah", role=f"Counsel ({CANARY})"),
        names=(CANARY, "Will", ""),
    )
    assert [step.title for step in found.plan.steps] == ["Call …, then …", "Quillings, and a zedekiah"]
    assert found.plan.steps[0].description == "Ask … first"
    assert found.plan.steps[1].role == "Counsel (…)"
    assert found.names_left_out == 3


def test_the_customers_name_is_left_out_as_it_is_written() -> None:
    """Another customer reads the list, and is not to learn who else buys."""
    steps = [
        row(1, title="Box's counsel reads it (Box, BOX Ltd)", phase="At Box"),
        row(2, title="Unbox; a box"),
    ]
    found = as_list("Ours", "", steps, {}, None, [], " Box ")
    assert [(step.title, step.phase) for step in found.plan.steps] == [
        ("…'s counsel reads it (…, BOX Ltd)", "At …"),
        ("Unbox; a box", "Legal"),
    ]
    assert found.names_left_out == 2


def test_a_step_without_a_phase_takes_that_of_its_neighbours() -> None:
    found = kept(row(1, phase=""), row(2, phase="Legal"), row(3, phase=" ")).plan
    assert [step.phase for step in found.steps] == ["Legal", "Legal", "Legal"]
    assert [step.phase for step in kept(row(1, phase="")).plan.steps] == ["Ours"]


def test_what_is_too_long_for_a_file_is_cut() -> None:
    [step] = kept(row(1, description="x" * 2000)).plan.steps
    assert len(step.description) == 1000
    assert step.description.endswith("x…")
