"""Somebody of the buyer leaves the channel with open steps: their lead hears so in private, nobody else."""

import pytest

from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_sides import modal

RAVI, INES, BEA, RAE, OMAR = "U0RAVI", "U0INES", "U0BEA", "U0RAE", "U0OMAR"
ON_RAVI = (2, 3)


@pytest.fixture
def plan(plan: Stage) -> Stage:
    """Ravi has steps 2 and 3, and wrote a note about one of them; Ines has a step of the same phase."""
    for number in ON_RAVI:
        plan.own(number, RAVI)
    plan.slack.say(RAVI, "@Tandem note 2 Legal has the second draft")
    plan.own(5, INES)
    plan.settle()
    return plan


def goes(plan: Stage, person: str, by: str = RAE) -> None:
    plan.slack.leave(by, person)
    plan.settle()
    plan.slack.advance("hour")
    plan.morning_round()


def briefs(plan: Stage, person: str) -> list[str]:
    return [words_of(one) for one in plan.slack.dms(person) if "handoff." in str(one["blocks"])]


def everything_said_to(plan: Stage, person: str) -> str:
    thread = [reply for one in plan.slack.messages(person) for reply in one.get("replies", [])]
    said = [*plan.slack.messages(person), *thread, *plan.slack.dms(person)]
    return " ".join(words_of(one) for one in said if one["blocks"])


def owners(plan: Stage) -> list[str | None]:
    return [plan.step(number).owner_id for number in ON_RAVI]


def test_the_lead_gets_one_brief_and_the_channel_nothing(plan: Stage) -> None:
    goes(plan, RAVI)
    [brief] = briefs(plan, BEA)
    for words in (
        "Ravi Shah",
        "not in the channel",
        "Two steps are open",
        "Legal has the second draft",
        "Choose somebody",
        "Ravi Shah is still here",
    ):
        assert words in brief
    for blame in ("late", "overdue", "fail", "ignored"):
        assert blame not in brief.lower()
    for _ in range(3):
        plan.slack.advance("day")
        plan.morning_round()
    assert len(briefs(plan, BEA)) == 1
    assert briefs(plan, RAE) == []
    for words in ("is still here", "not in the channel"):
        assert words not in everything_said_to(plan, RAE)


def test_one_press_hands_all_to_the_one_who_was_proposed(plan: Stage) -> None:
    plan.own(4, INES)
    plan.own(1, INES)
    goes(plan, RAVI)
    [brief] = briefs(plan, BEA)
    assert "Hand all to Ines Costa" in brief
    plan.slack.click(BEA, "handoff.all", channel="D0BEA")
    plan.settle()
    assert owners(plan) == [INES, INES]
    assert "with Ines Costa now" in modal(plan, BEA)
    [brief] = briefs(plan, BEA)
    assert "handed over, by Bea Alvarez" in brief
    plan.slack.close(BEA)
    plan.slack.advance("hour")
    plan.morning_round()
    assert any("put your name on" in words_of(one) for one in plan.slack.dms(INES))


def test_somebody_else_is_chosen_in_a_form(plan: Stage) -> None:
    goes(plan, RAVI)
    plan.slack.click(BEA, "handoff.choose", channel="D0BEA")
    view = plan.slack.need_view(BEA)
    assert view["callback_id"] == "handoff"
    old = next(block for block in view["blocks"] if block["block_id"] == "old_owner")
    assert old["element"]["initial_option"]["value"] == RAVI
    plan.slack.submit(BEA, {"owner": plan.person(BEA, "owner", "Omar")})
    plan.settle()
    assert owners(plan) == [OMAR, OMAR]
    assert "Omar Haddad" in modal(plan, BEA)


def test_still_here_keeps_everything(plan: Stage) -> None:
    goes(plan, RAVI)
    plan.slack.click(BEA, "handoff.stays", channel="D0BEA")
    assert "keeps everything" in modal(plan, BEA)
    plan.settle()
    plan.slack.close(BEA)
    assert owners(plan) == [RAVI, RAVI]
    plan.slack.advance("day")
    plan.morning_round()
    assert "is still here, says Bea Alvarez" in briefs(plan, BEA)[0]


def test_who_comes_back_ends_it_quietly(plan: Stage) -> None:
    goes(plan, RAVI)
    plan.slack.invite(BEA, RAVI)
    plan.settle()
    plan.slack.advance("hour", 2)
    plan.morning_round()
    [brief] = briefs(plan, BEA)
    assert "Nothing to do about *Ravi Shah*" in brief
    assert "Choose somebody" not in brief


def test_where_private_messages_are_refused_it_waits_in_the_window_of_own_steps(plan: Stage) -> None:
    plan.slack.refuse_dms(BEA)
    goes(plan, RAVI)
    assert plan.slack.dms(BEA) == []
    for person in (BEA, RAE):
        assert "is still here" not in everything_said_to(plan, person)
    plan.slack.click(BEA, "plan.mine", ts=plan.board()["ts"])
    assert "Ravi Shah is still here" in modal(plan, BEA)
    plan.slack.close(BEA)
    plan.slack.click(RAE, "plan.mine", ts=plan.board()["ts"])
    assert "Ravi" not in modal(plan, RAE)


def test_who_has_no_account_any_more(plan: Stage) -> None:
    """Of the seller's own people Slack tells it in the moment."""
    plan.own(2, "U0SAM")
    plan.slack.change_person("U0SAM", deleted=True)
    plan.settle()
    plan.slack.advance("hour", 2)
    plan.morning_round()
    [brief] = briefs(plan, RAE)
    assert "*Sam Okoro* has no account in Slack any more" in brief
    assert briefs(plan, BEA) == []


def test_by_words_at_once(plan: Stage) -> None:
    plan.slack.say(RAE, "/map handoff @Ravi @Ines")
    assert "Two steps of Ravi Shah are with Ines Costa now" in words_of(plan.slack.messages(RAE)[-1])
    plan.settle()
    assert owners(plan) == [INES, INES]


def test_by_a_mention_and_the_way_back(plan: Stage) -> None:
    for words, owner in (
        ("@Tandem handoff @Ravi to @Ines", INES),
        ("@Tandem handoff from @Ines to @Ravi", RAVI),
    ):
        plan.slack.say(BEA, words)
        plan.settle()
        assert owners(plan) == [owner, owner]
    assert plan.step(5).owner_id == RAVI, "all that is open, also what was hers before"


def test_for_who_left_by_name(plan: Stage) -> None:
    goes(plan, RAVI)
    plan.slack.say(RAE, "/map handoff @Ravi @Ines")
    plan.settle()
    assert owners(plan) == [INES, INES]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("handoff @Ravi @Ravi", "the same person twice"),
        ("handoff @Ravi @Sam", "not on that side"),
        ("handoff @Omar @Ines", "has nothing open"),
        ("handoff everything to everybody", "handoff @old @new"),
        ("handoff @Ravi @Ines @Omar", "handoff @old @new"),
    ],
)
def test_what_cannot_be_handed_off_is_said_where_they_are(plan: Stage, words: str, answer: str) -> None:
    plan.slack.say(RAE, f"/map {words}")
    assert answer in words_of(plan.slack.messages(RAE)[-1])
    assert owners(plan) == [RAVI, RAVI]


def test_without_names_the_form_asks(plan: Stage) -> None:
    plan.slack.say(RAE, "/map handoff @Ravi")
    view = plan.slack.need_view(RAE)
    assert "Ravi Shah" in words_of(view)
    plan.slack.close(RAE)
    plan.slack.say(BEA, "@Tandem handoff @Ravi")
    plan.settle()
    [reply] = plan.slack.messages(BEA)[-1]["replies"]
    plan.slack.click(BEA, "handoff.open", ts=reply["ts"])
    assert plan.slack.need_view(BEA)["callback_id"] == "handoff"
