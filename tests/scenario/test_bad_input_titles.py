"""A title reads the same by command, by mention and by form; and whatever it is, it calls nobody."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from storage.models import Step
from tests.blocks.rules import check
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import DOORS, open_stage, state_of

TITLES = {
    "R&D <b> terms": "R&D <b> terms",
    "&lt;b&gt; as typed": "&lt;b&gt; as typed",
    "<!channel> and @everyone and <!here>": "<!channel> and @everyone and <!here>",
    "<@U0OMAR> by hand": "<@U0OMAR> by hand",
    "<https://evil.example|Click> it": "<https://evil.example|Click> it",
    "*bold* _soft_ ~gone~ `code`": "*bold* _soft_ ~gone~ `code`",
    "חוזה – signed": "חוזה – signed",
    "\u202edetrevni\u202c order": "detrevni order",
    "in\u200bvis\u200dible\ufeff": "invis\u200dible",
    "👨\u200d👩\u200d👧 onboarding": "👨\u200d👩\u200d👧 onboarding",
    "  many   spaces  ": "many spaces",
    "Read https://acme.example/a?b=1&c=2": "Read https://acme.example/a?b=1&c=2",
    "Ask in #acme-northwind first": "Ask in #acme-northwind first",
    "x" * 150: "x" * 150,
    "é" * 150: "é" * 150,
}
NO_TITLES = [" ", "   ", "\u200b\u200b", "\u202e\u2066", "\u00a0", "\u2800", "\u3164\ufe0f"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("plan")) as stage:
        yield stage


def newest(plan: Stage) -> Step:
    with plan.database.read() as session:
        return session.exec(select(Step).order_by(col(Step.id).desc()).limit(1)).one()


def by_form(plan: Stage, title: str) -> None:
    plan.slack.click("U0BEA", "plan.add", ts=plan.board()["ts"])
    assert plan.slack.submit("U0BEA", {"title": title}) == {}


@pytest.mark.parametrize(("typed", "kept"), TITLES.items(), ids=ascii)
def test_the_same_words_are_the_same_title_by_every_door(plan: Stage, typed: str, kept: str) -> None:
    for say in DOORS.values():
        say(plan, f'add "{typed}"')
        assert newest(plan).title == kept
    by_form(plan, typed)
    assert newest(plan).title == kept


@pytest.mark.parametrize("typed", [one for one in TITLES if len(one) < 150], ids=ascii)
def test_without_quotes_it_is_the_same(plan: Stage, typed: str) -> None:
    for say in DOORS.values():
        say(plan, f"add {typed}")
        assert newest(plan).title == TITLES[typed]


@pytest.mark.parametrize("typed", NO_TITLES, ids=ascii)
def test_a_title_nobody_could_see_is_asked_for_under_its_field(plan: Stage, typed: str) -> None:
    before = state_of(plan)
    plan.slack.click("U0BEA", "plan.add", ts=plan.board()["ts"])
    assert plan.slack.submit("U0BEA", {"title": typed, "role": "Counsel"}) == {
        "title": "What is to be done? Write it in a few words."
    }
    assert "Counsel" in str(plan.slack.need_view("U0BEA")["values"])
    plan.slack.close("U0BEA")
    assert state_of(plan) == before


def test_a_title_over_150_characters_stays_in_its_field(plan: Stage) -> None:
    before = state_of(plan)
    plan.slack.click("U0BEA", "plan.add", ts=plan.board()["ts"])
    try:
        errors = plan.slack.submit("U0BEA", {"title": "x" * 151})
    except RefusedError as refused:  # Slack itself does not let the form go
        errors = refused.fields
    assert list(errors) == ["title"]
    assert state_of(plan) == before
    plan.slack.close("U0BEA")


def test_none_of_them_calls_anybody_or_formats_anything(plan: Stage) -> None:
    plan.settle()
    plan.slack.click("U0BEA", "plan.steps", ts=plan.board()["ts"])
    assert "R&amp;D &lt;b&gt; terms" in words_of(plan.slack.need_view("U0BEA"))
    view = plan.slack.slack.world.top_view("U0BEA")
    assert view is not None
    check({part: value for part, value in view.body.items() if value is not None})
    shown = [one for root in plan.slack.messages("U0BEA") for one in (root, *root["replies"]) if one["bot"]]
    assert len(shown) > len(TITLES)
    for message in shown:
        check(message)
