"""What a step waits for, said in its form and by words: other steps, and days."""

from typing import Any

import pytest

from storage import plans
from storage.models import Step, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_one_step import choose, history, open_step, press
from tests.scenario.test_private import SECRET
from tests.scenario.test_words import command, mention


def comes_after(plan: Stage, number: int) -> dict[int, int]:
    with plan.database.read() as session:
        numbers = {step.id: step.number for step in plans.every_step(session, plan.plan().id or 0)}
        first = plans.dependencies_of(session, plan.plan().id or 0)
        return {numbers[before]: lag for before, lag in first.get(plan.step(number).id or 0, {}).items()}


def field(plan: Stage, person: str, block_id: str) -> dict[str, Any]:
    [block] = [one for one in plan.slack.need_view(person)["blocks"] if one["block_id"] == block_id]
    return dict(block["element"])


def test_the_form_shows_what_it_comes_after_and_changes_it(plan: Stage) -> None:
    press(plan, "U0BEA", 7, "step.edit")
    before = field(plan, "U0BEA", "after").get("initial_value", "")
    assert before == ", ".join(map(str, sorted(comes_after(plan, 7))))
    assert plan.slack.submit("U0BEA", {"after": "3, 5 + 2"}) == {}
    assert comes_after(plan, 7) == {3: 0, 5: 2}
    window = words_of(open_step(plan, "U0BEA", 7))
    assert "*Comes after*\n3 and 5 (+2 working days)" in window
    assert "comes after 3, 5 + 2" in history(plan, "U0RAE")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("legal", "numbers of the steps"),
        ("99", "no step 99"),
        ("7", "cannot wait for itself"),
        ("3 + 500", "120 working days"),
    ],
)
def test_what_cannot_be_is_said_under_its_field_and_nothing_typed_is_lost(
    plan: Stage, typed: str, said: str
) -> None:
    before = comes_after(plan, 7)
    press(plan, "U0BEA", 7, "step.edit")
    errors = plan.slack.submit("U0BEA", {"after": typed, "description": "Words that stay"})
    assert list(errors) == ["after"]
    assert said in errors["after"]
    kept = str(plan.slack.need_view("U0BEA")["values"])
    assert "Words that stay" in kept
    assert typed in kept
    assert comes_after(plan, 7) == before
    for answer in (command(plan, f"after 7 {typed}"), mention(plan, f"after 7 {typed}")):
        assert said in answer
        assert f"after 7 {typed}" in answer


def test_both_sides_say_it_in_words_and_hear_what_it_does(plan: Stage) -> None:
    said = command(plan, "after 7 3, 5 + 2")
    assert "comes after 3 and 5 (+2 working days)." in said
    assert "Go-live stays Fri 7 Aug" in said
    assert "comes after 3 and 5 (+2 working days) already" in command(plan, "after 7: 5+2 and 3")
    assert "waits for no other step" in mention(plan, "after 7 none")
    assert comes_after(plan, 7) == {}
    assert "lands" in mention(plan, "after 7 3 + 60 days")
    plan.slack.say("U0RAE", "/map after 7")
    assert field(plan, "U0RAE", "after")["initial_value"] == "3 + 60"


def test_steps_that_would_wait_for_each_other_are_named_in_order(plan: Stage) -> None:
    command(plan, "after 9 8")
    command(plan, "after 8 7")
    names = [f"{number} {plan.step(number).title[:14]}" for number in (7, 8, 9, 7)]
    press(plan, "U0BEA", 7, "step.edit")
    by_form = plan.slack.submit("U0BEA", {"after": "9"})["after"]
    for said in (by_form, mention(plan, "after 7 9"), command(plan, "after 7 9")):
        assert "would wait for each other" in said
        places = []
        for name in names[:3]:
            assert name in said
            places.append(said.index(name))
        assert places == sorted(places)
        assert said.rindex(names[3]) > places[2]
    assert comes_after(plan, 9) == {8: 0}


def test_a_private_step_of_the_other_side_is_told_nowhere(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.get(Step, plan.step(5).id)
        assert step is not None
        step.visibility, step.title = Visibility.SELLER, SECRET
        session.add(step)
    command(plan, "after 9 5")
    command(plan, "after 5 7")
    assert SECRET not in (said := mention(plan, "after 7 9"))
    assert "comes after 9" in said  # a no would tell that something stands between the two
    assert "no step 5" in mention(plan, "after 7 5")
    window = words_of(open_step(plan, "U0BEA", 9))
    assert SECRET not in window
    assert "*Comes after*\n5" not in window
    plan.slack.click("U0BEA", "step.edit")
    assert "5" not in field(plan, "U0BEA", "after").get("initial_value", "").split(", ")
    assert plan.slack.submit("U0BEA", {"after": "2"}) == {}
    assert comes_after(plan, 9) == {2: 0, 5: 0}
    told = history(plan, "U0BEA")
    assert SECRET not in told
    assert "comes after 5" not in told


def test_somebody_else_changed_it_meanwhile_and_it_is_said_before_it_is_undone(plan: Stage) -> None:
    press(plan, "U0BEA", 7, "step.edit")
    command(plan, "after 7 2")
    errors = plan.slack.submit("U0BEA", {"after": "3"})
    assert "Rae Lindqvist changed which steps it comes after (2)" in str(errors)
    assert comes_after(plan, 7) == {2: 0}
    assert plan.slack.submit("U0BEA", {"after": "3"}) == {}
    assert comes_after(plan, 7) == {3: 0}


def test_what_somebody_else_changed_meanwhile_stays_when_the_field_is_left_alone(plan: Stage) -> None:
    press(plan, "U0BEA", 7, "step.edit")
    command(plan, "after 7 2")
    plan.slack.submit("U0BEA", {"title": "Another title"})
    assert plan.slack.submit("U0BEA", {"title": "Another title"}) == {}
    assert comes_after(plan, 7) == {2: 0}
    assert plan.step(7).title == "Another title"


def test_a_step_is_tied_to_days_and_says_so(plan: Stage) -> None:
    press(plan, "U0BEA", 7, "step.edit")
    assert list(plan.slack.submit("U0BEA", {"only_on": "12 Jun, soonish"})) == ["only_on"]
    assert "12 Jun, soonish" in str(plan.slack.need_view("U0BEA")["values"])
    assert plan.slack.submit("U0BEA", {"only_on": "26 Jun\n12 Jun, 1 May"}) == {}
    assert "*Only on*\nFri 12 Jun, Fri 26 Jun" in words_of(open_step(plan, "U0RAE", 7))
    plan.slack.click("U0RAE", "step.edit")
    assert field(plan, "U0RAE", "only_on")["initial_value"] == "Fri 12 Jun 2026\nFri 26 Jun 2026"
    assert plan.slack.submit("U0RAE", {"title": "Another title"}) == {}
    assert "*Only on*\nFri 12 Jun, Fri 26 Jun" in words_of(open_step(plan, "U0BEA", 7))
    told = history(plan, "U0BEA")
    assert "is done only on Fri 12 Jun, Fri 26 Jun" in told
    press(plan, "U0BEA", 7, "step.edit")
    assert plan.slack.submit("U0BEA", {"only_on": ""}) == {}
    assert "Only on" not in words_of(open_step(plan, "U0BEA", 7))


@pytest.mark.parametrize("joins", [True, False])
def test_who_deletes_a_step_is_asked_about_its_neighbours(plan: Stage, *, joins: bool) -> None:
    command(plan, "after 7 5 + 1")
    command(plan, "after 9 7 + 2")
    choose(plan, "U0BEA", 7, "delete")
    box = field(plan, "U0BEA", "join")
    assert box["initial_options"] == box["options"]
    values: dict[str, Any] = {} if joins else {"join": []}
    assert plan.slack.submit("U0BEA", values) == {}
    assert comes_after(plan, 9) == ({5: 3} if joins else {})


def test_nobody_is_asked_where_nothing_is_to_be_joined(plan: Stage) -> None:
    command(plan, "after 2 none")
    choose(plan, "U0BEA", 2, "delete")
    assert "join" not in [one["block_id"] for one in plan.slack.need_view("U0BEA")["blocks"]]
    assert plan.slack.submit("U0BEA", {}) == {}
