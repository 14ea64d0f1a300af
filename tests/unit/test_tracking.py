"""What of a message becomes the form that makes a step of it."""

from typing import Any

import pytest

from bot.listeners.modals.track import cut_on_a_word, track_step
from bot.use_cases.common import Refused
from storage.database import Database
from tests.given import CHANNEL, RAE, STRANGER, Table


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def form(table: Table, text: str) -> dict[str, Any]:
    """What the fields start with."""
    view = track_step(table.desk, RAE, table.plan_id, CHANNEL, "https://northwind.example/p1", text)
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    return {name: element.get("initial_value", "") for name, element in inputs.items()} | {
        "owner": (inputs["owner"].get("initial_option") or {}).get("value", "")
    }


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("R&amp;D &lt;b&gt; asks", "R&D <b> asks"),
        ("<!channel> the keys", "@channel the keys"),
        ("<!here|here> the keys", "@here the keys"),
        ("<!subteam^S1|@security> the keys", "@security the keys"),
        ("<@U0BEA> sends it", "@Bea Alvarez sends it"),
        ("<@U0NOBODY> sends it", "@U0NOBODY sends it"),
        ("see <#C0OTHER|legal>", "see #legal"),
        ("see <https://acme.example/a?b=1&amp;c=2>", "see https://acme.example/a?b=1&c=2"),
        ("see <https://acme.example|the terms>", "see the terms (https://acme.example)"),
        ("\n\n  The keys  \nby Friday", "The keys"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_the_title_is_the_first_line_as_it_was_read(table: Table, said: str, title: str) -> None:
    assert form(table, said)["title"] == title


def test_what_the_title_leaves_out_stands_below(table: Table) -> None:
    assert form(table, "The keys")["description"] == ""
    assert form(table, "The keys\nby Friday")["description"] == "The keys\nby Friday"
    long = "the keys of the house " * 200
    assert len(form(table, long)["title"]) <= 150
    assert len(form(table, long)["description"]) <= 2000


def test_only_one_person_of_this_channel_is_proposed(table: Table) -> None:
    assert form(table, "<@U0BEA> and <@U0BEA> again")["owner"] == "U0BEA"
    assert form(table, "<@U0BEA> or <@U0RAVI>")["owner"] == ""
    assert form(table, "<@U0STRANGER> will")["owner"] == ""
    assert form(table, "<@U0STRANGER> asks <@U0BEA>")["owner"] == "U0BEA"


def test_who_only_reads_gets_no_form(table: Table) -> None:
    with table.work(RAE):
        pass  # Acme sits down as the buyer, so a third company has no side
    with pytest.raises(Refused):
        track_step(table.desk, STRANGER, table.plan_id, CHANNEL, "", "The keys")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("the keys", "the keys"),
        ("the keys of it", "the keys…"),
        ("the keys or it", "the keys…"),
        ("thekeysofit", "thekeysof…"),
        ("1234567890", "1234567890"),
    ],
)
def test_a_text_is_cut_between_two_words(text: str, cut: str) -> None:
    assert cut_on_a_word(text, 10) == cut
    assert len(cut_on_a_word(text, 10)) <= 10
