"""The plans that come with Tandem: for each of the three deals it is made for, and three by size of firm."""

from datetime import date

import pytest

from plan.calendars import calendar_for
from plan.layout import Layout, lay_out
from plan.plan_file import PlanFile, list_templates, load_template
from storage.models import AnchorKind, Side

WEEKDAYS = calendar_for("ZZ")
GO_LIVE = date(2027, 6, 30)
KEYS = [plan.key for plan in list_templates()]
BY_KIND_OF_DEAL = ("agency-retainer", "saas-six-figures", "regulated-buyer")
SELLERS_PEOPLE = ("account", "customer success", "delivery", "security lead", "seller")


def laid_out(plan: PlanFile) -> Layout[str]:
    return lay_out(plan.steps, GO_LIVE, WEEKDAYS, WEEKDAYS)


def week(layout: Layout[str], day: date) -> int:
    """The week of the plan a day is in, the first being the one its first step starts."""
    assert layout.first_start is not None
    return WEEKDAYS.working_days_between(layout.first_start, day) // 5 + 1


def test_the_templates_are_listed_from_the_shortest_to_the_longest() -> None:
    assert KEYS == [
        "agency-retainer",
        "saas-six-figures",
        "smb",
        "mid-market",
        "regulated-buyer",
        "enterprise",
    ]


def test_the_lists_tell_themselves_apart_in_a_menu() -> None:
    """What an option of Slack's holds is 75 characters: the rest would be cut off."""
    for plan in list_templates():
        assert len(plan.title) <= 60
        assert 40 <= len(plan.summary) <= 75
    assert len({plan.title for plan in list_templates()}) == len(KEYS)


def test_a_template_nobody_wrote_is_not_found() -> None:
    for key in ("startup", "", "../plan_file"):
        with pytest.raises(LookupError, match="no plan template"):
            load_template(key)


def test_six_figure_software_signs_in_its_fifth_week() -> None:
    plan = load_template("saas-six-figures")
    layout = laid_out(plan)
    assert 11 <= len(plan.steps) <= 13
    weeks = {
        step_id: week(layout, layout.due(step_id)) for step_id in ("review", "redlines", "budget", "sign")
    }
    assert weeks == {"review": 2, "redlines": 3, "budget": 4, "sign": 5}
    owners = {step.id: (step.side, step.role) for step in plan.steps}
    assert owners["review"] == (Side.BUYER, "IT security")
    assert owners["redlines"] == (Side.JOINT, "Buyer's counsel")
    assert owners["budget"] == (Side.BUYER, "CFO")
    assert layout.due("live") == GO_LIVE


def test_an_agency_has_five_lines() -> None:
    assert [step.id for step in load_template("agency-retainer").steps] == [
        "scope",
        "proposal",
        "legal",
        "signature",
        "kickoff",
    ]


def test_a_regulated_buyer_has_twenty_two_steps_and_somebody_for_each() -> None:
    plan = load_template("regulated-buyer")
    assert len(plan.steps) == 22
    for step in plan.steps:
        assert step.side in (Side.BUYER, Side.JOINT)
        assert step.role
        assert not step.role.lower().startswith(SELLERS_PEOPLE)
    words = " ".join(step.title.lower() for step in plan.steps)
    for example in ("vendor onboarding forms", "soc 2", "data processing addendum", "procurement portal"):
        assert example in words


def test_the_portal_of_a_regulated_buyer_starts_six_weeks_before_the_signature() -> None:
    layout = laid_out(load_template("regulated-buyer"))
    assert WEEKDAYS.working_days_between(layout.start("portal"), layout.due("sign")) >= 30


@pytest.mark.parametrize("key", KEYS)
def test_a_template_has_its_gates_its_roles_and_its_phases_in_order(key: str) -> None:
    plan = load_template(key)
    gates = [step.id for step in plan.steps if step.gate]
    if key in BY_KIND_OF_DEAL:  # the others have the gates that were printed for them
        assert gates[0] == plan.steps[0].id
    assert plan.signature in gates
    assert gates[-1] == plan.steps[-1].id
    for step in plan.steps:
        assert step.role
        assert bool(step.counterpart) == (step.side is Side.JOINT or step.gate)
    phases = [step.phase for step in plan.steps]
    assert [phase for n, phase in enumerate(phases) if phase not in phases[:n]] == list(dict.fromkeys(phases))
    assert all(phases.index(phase) + phases.count(phase) > n for n, phase in enumerate(phases))


@pytest.mark.parametrize("key", KEYS)
def test_nothing_but_the_last_step_is_left_hanging(key: str) -> None:
    plan = load_template(key)
    waited_for = {before for step in plan.steps for before in step.after}
    assert [step.id for step in plan.steps if step.id not in waited_for] == [plan.steps[-1].id]


@pytest.mark.parametrize("key", KEYS)
def test_a_plan_anchored_on_its_signature_goes_on_after_it(key: str) -> None:
    plan = load_template(key)
    layout = lay_out(plan.steps, GO_LIVE, WEEKDAYS, WEEKDAYS, plan.anchor_step(AnchorKind.SIGNATURE))
    assert plan.signature
    assert layout.due(plan.signature) == GO_LIVE
    assert layout.due(plan.steps[-1].id) > GO_LIVE
