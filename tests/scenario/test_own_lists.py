"""A team keeps a plan as a list of its own and starts the next one from it."""

from typing import Any

import pytest
from sqlmodel import select

from storage.agreement import TeamTemplate
from storage.models import Step, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, Stage
from tests.scenario.doors import open_stage
from tests.scenario.test_managing_a_plan import open_from_help
from tests.scenario.test_words import command, mention

# Whoever is in the deal, by id and by name.
CANARIES = ("U0", "Rae", "Lindqvist", "Sam", "Okoro", "Bea", "Alvarez", "Ravi", "Shah", "example.com", "2026")


def save(plan: Stage, name: str = "Our way", summary: str = "For firms like Acme") -> dict[str, str]:
    plan.slack.say("U0RAE", "/map save-template")
    return plan.slack.submit("U0RAE", {"name": name, "summary": summary})


def kept(plan: Stage) -> list[TeamTemplate]:
    return plan.rows(select(TeamTemplate))


def options(plan: Stage, person: str = "U0RAE", block_id: str = "template") -> dict[str, list[str]]:
    """What a menu of the open form offers, by the titles of its groups."""
    [menu] = [one["element"] for one in plan.slack.need_view(person)["blocks"] if one["block_id"] == block_id]
    groups = menu.get("option_groups") or [{"label": {"text": ""}, "options": menu["options"]}]
    return {group["label"]["text"]: [one["text"]["text"] for one in group["options"]] for group in groups}


def start_elsewhere(plan: Stage, template: str) -> dict[str, str]:
    """In the sales team's own channel, where Tandem is."""
    plan.slack.say("U0RAE", "/map new", channel="C0TEAM")
    plan.settle()
    form: dict[str, Any] = {
        "template": template,
        "name": "Globex",
        "anchor_kind": "go_live",
        "anchor_date": GO_LIVE.isoformat(),
        "buyer_company": "Globex",
        "seller_country": "GB",
        "buyer_country": "US",
    }
    return plan.slack.submit("U0RAE", form)


@pytest.fixture
def elsewhere(plan: Stage) -> Stage:
    plan.slack.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    plan.settle()
    return plan


def test_rae_keeps_a_plan_and_starts_the_next_one_from_it_in_another_channel(elsewhere: Stage) -> None:
    assert save(elsewhere) == {}
    assert "13 steps" in words_of(elsewhere.slack.need_view("U0RAE"))
    elsewhere.slack.close("U0RAE")
    [row] = kept(elsewhere)
    elsewhere.slack.say("U0RAE", "/map new", channel="C0TEAM")
    elsewhere.settle()
    offered = options(elsewhere)
    assert list(offered) == ["Your own", "Ready-made"]
    assert offered["Your own"] == ["Our way"]
    assert len(offered["Ready-made"]) == 6
    elsewhere.slack.close("U0RAE")
    assert start_elsewhere(elsewhere, f"team:{row.id}") == {}
    elsewhere.settle()
    [board] = [one for one in elsewhere.slack.messages("U0RAE", "C0TEAM") if one["pinned"]]
    assert "Globex" in words_of(board)
    assert "0 of 13" in words_of(board)
    assert elsewhere.plan().template == f"team:{row.id}"


def test_nobodys_name_and_nothing_of_the_deal_is_in_the_list(plan: Stage) -> None:
    plan.own(1, "U0BEA")
    plan.slack.say("U0RAE", "/map add Call Ravi Shah about the pilot @Ravi next Fri")
    plan.slack.say("U0RAE", "/map note 2 Sam Okoro says the portal is closed")
    plan.slack.say("U0RAE", "/map done 3 https://example.com/proof-by-Sam")
    plan.slack.say("U0RAE", "/map block 4 Bea Alvarez is away")
    plan.settle()
    assert save(plan, "Ours", "No names") == {}
    [row] = kept(plan)
    for canary in CANARIES:
        assert canary not in row.body
    assert "Call … about the pilot" in row.body
    said = words_of(plan.slack.need_view("U0RAE"))
    assert "14 steps" in said
    assert "named somebody" in said


def test_a_private_step_is_not_in_the_list_nor_counted(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 5)).one()
        step.title, step.visibility = "Our walk-away price", Visibility.SELLER
        session.add(step)
    plan.slack.say("U0RAE", "/map save-template")
    assert "12 steps" in words_of(plan.slack.need_view("U0RAE"))
    assert plan.slack.submit("U0RAE", {"name": "Ours"}) == {}
    assert "walk-away" not in kept(plan)[0].body


def test_bea_is_told_that_the_lists_are_the_sellers(plan: Stage) -> None:
    assert "Only Northwind can do that" in mention(plan, "save-template")
    plan.slack.click("U0BEA", "plan.help", ts=plan.board()["ts"])
    view = plan.slack.need_view("U0BEA")
    assert "plan.save_list" not in str(view)
    assert "plan.edit" in str(view)
    assert kept(plan) == []


def test_rae_gets_to_it_by_mention_and_by_help_too(plan: Stage) -> None:
    mention(plan, "save-template", person="U0RAE")
    plan.slack.click("U0RAE", "plan.save_list")
    assert plan.slack.need_view("U0RAE")["callback_id"] == "plan.save_list"
    plan.slack.close("U0RAE")
    open_from_help(plan, "U0RAE", "plan.save_list")
    assert plan.slack.submit("U0RAE", {"name": "Ours"}) == {}
    assert [row.title for row in kept(plan)] == ["Ours"]


def test_the_name_can_be_said_with_it(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map save-template R&D <!channel> <deals>")
    assert plan.slack.submit("U0RAE") == {}
    [row] = kept(plan)
    assert row.title == "R&D <!channel> <deals>"
    assert "<!channel>" not in str(plan.slack.need_view("U0RAE")["blocks"])


def test_the_same_name_asks_once_before_it_takes_the_place(plan: Stage) -> None:
    save(plan)
    plan.slack.close("U0RAE")
    plan.slack.say("U0RAE", "/map skip 6 Not in this deal")
    errors = save(plan, "our WAY", "Newer")
    assert list(errors) == ["name"]
    assert "Our way" in errors["name"]
    assert kept(plan)[0].summary == "For firms like Acme"
    assert plan.slack.submit("U0RAE", {"name": "our WAY", "summary": "Newer"}) == {}
    assert "in the place of the list" in words_of(plan.slack.need_view("U0RAE"))
    [row] = kept(plan)
    assert (row.title, row.summary) == ("our WAY", "Newer")
    assert "s6" not in row.body


def test_a_form_that_arrives_twice_keeps_one_list_and_asks_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_stage(tmp_path_factory.mktemp("twice"), twice=True) as plan:
        assert save(plan) == {}
        assert len(kept(plan)) == 1


def test_a_list_is_deleted_in_the_form_and_what_was_typed_stays(plan: Stage) -> None:
    save(plan, "Old way")
    plan.slack.close("U0RAE")
    save(plan, "Older way")
    plan.slack.close("U0RAE")
    old = next(row for row in kept(plan) if row.title == "Old way")
    plan.slack.say("U0RAE", "/map save-template New way")
    assert options(plan, block_id="own_list") == {"": ["Old way", "Older way"]}
    plan.slack.click("U0RAE", "plan.drop_list")
    assert "Choose the list first" in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.close("U0RAE")
    picked = {"own_list": f"team:{old.id}", "summary": "Typed"}
    plan.slack.click("U0RAE", "plan.drop_list", values=picked)
    plan.settle()
    assert options(plan, block_id="own_list") == {"": ["Older way"]}
    assert [row.title for row in kept(plan)] == ["Older way"]
    assert plan.slack.submit("U0RAE", {"own_list": None}) == {}
    assert {(row.title, row.summary) for row in kept(plan)} >= {("New way", "Typed")}


def test_a_list_that_was_deleted_meanwhile_is_refused_at_its_field(elsewhere: Stage) -> None:
    save(elsewhere)
    elsewhere.slack.close("U0RAE")
    [row] = kept(elsewhere)
    elsewhere.slack.say("U0RAE", "/map new", channel="C0TEAM")
    elsewhere.settle()
    with elsewhere.database.write() as session:
        session.delete(session.get_one(TeamTemplate, row.id))
    errors = elsewhere.slack.submit(
        "U0RAE",
        {
            "template": f"team:{row.id}",
            "name": "Globex",
            "anchor_kind": "go_live",
            "anchor_date": GO_LIVE.isoformat(),
            "buyer_company": "Globex",
            "seller_country": "GB",
            "buyer_country": "US",
        },
    )
    assert list(errors) == ["template"]
    assert "not here any more" in errors["template"]


def test_the_help_names_it_to_who_has_the_command(plan: Stage) -> None:
    assert "save-template" in command(plan, "help")
    assert "save-template" not in mention(plan, "help")
