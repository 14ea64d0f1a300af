"""People of an Enterprise Grid in the channel: `W…` ids, an `E…` in the place of the workspace, one firm."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from storage.database import Database
from storage.models import Person, PlanOrganization, Side, StepState
from tests.sandboxed import WORLD, words_of
from tests.scenario.conftest import Stage, make_stage

LENA, INES, NILS, YARA, GITA = "U0LENA", "U0INES", "W0NILS", "W0YARA", "U0GITA"
WHERE = "C0ROLLOUT"


@pytest.fixture
def plan(database: Database) -> Iterator[Stage]:
    """Northwind, Acme and Globex, which is on Enterprise Grid. Lena leads for Northwind, Ines for Acme."""
    for stage in make_stage(database, world=WORLD):
        stage.slack.say(LENA, "/map new", channel=WHERE)
        stage.settle()
        form = {
            "template": "saas-six-figures",
            "name": "Rollout",
            "anchor_kind": "go_live",
            "anchor_date": "2026-08-07",
            "buyer_company": "Acme",
            "seller_lead": stage.person(LENA, "seller_lead", "Lena"),
            "buyer_lead": stage.person(LENA, "buyer_lead", "Ines"),
            "seller_country": "GB",
            "buyer_country": "US",
        }
        assert stage.slack.submit(LENA, form) == {}
        stage.slack.close(LENA)
        stage.settle()
        yield stage


def firms(plan: Stage) -> dict[str, Side | None]:
    return {row.team_id: row.side for row in plan.rows(select(PlanOrganization))}


def said_in_thread(plan: Stage, person: str, words: str) -> str:
    ts = plan.slack.say(person, words, channel=WHERE)
    plan.settle()
    [said] = [one for one in plan.slack.messages(person, WHERE) if one["ts"] == ts]
    return words_of(said["replies"][0])


def test_a_firm_on_a_grid_is_known_by_its_grid(plan: Stage) -> None:
    assert firms(plan) == {"T0NORTHWIND": Side.SELLER, "T0ACME": Side.BUYER, "E0GLOBEX": None}
    [nils] = plan.rows(select(Person).where(Person.user_id == NILS))
    assert nils.enterprise_id == "E0GLOBEX"


def test_an_integrator_reads_until_it_has_a_side(plan: Stage) -> None:
    assert "Which of them are you with?" in said_in_thread(plan, NILS, "@Tandem done 2")
    assert plan.step(2).state is StepState.OPEN
    plan.slack.say(LENA, "/map side @Nils Acme", channel=WHERE)
    plan.slack.click(LENA, "side.for_all", channel=WHERE)
    plan.settle()
    assert firms(plan)["E0GLOBEX"] is Side.BUYER
    said_in_thread(plan, YARA, "@Tandem done 2")
    assert plan.step(2).state is StepState.DONE


def test_a_person_of_a_grid_owns_steps_and_hands_them_on(plan: Stage) -> None:
    plan.slack.say(LENA, "/map side @Nils Acme", channel=WHERE)
    plan.slack.click(LENA, "side.for_all", channel=WHERE)
    plan.settle()
    said_in_thread(plan, INES, "@Tandem owner 3 @Nils")
    assert plan.step(3).owner_id == NILS
    said_in_thread(plan, INES, "@Tandem handoff @Nils @Yara")
    assert plan.step(3).owner_id == YARA


def test_a_guest_of_the_sellers_workspace_buys(plan: Stage) -> None:
    said_in_thread(plan, GITA, "@Tandem done 2")
    assert plan.step(2).state is StepState.DONE
    assert "Acme" in _history(plan)


def _history(plan: Stage) -> str:
    plan.slack.say(LENA, "/map history", channel=WHERE)
    view = plan.slack.need_view(LENA)
    plan.slack.close(LENA)
    return words_of(view)
