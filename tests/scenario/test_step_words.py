"""Every word about a step, after `/map` and after `@Tandem`: the same words do the same in both."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from plan.when import describe_day
from storage.database import Database
from storage.models import Change, Note, Step, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import TUESDAY, Stage, make_stage
from tests.scenario.doors import DOORS, Door, by_command, by_mention, state_of


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]


def test_owner_takes_a_mention_or_a_name(plan: Stage, door: Door) -> None:
    assert "Ravi Shah's now" in door(plan, "owner 2 @Ravi")
    assert plan.step(2).owner_id == "U0RAVI"
    assert "Omar Haddad's now" in door(plan, "owner #2 omar")
    assert "Sam Okoro's now" in door(plan, "owner 2 to @Sam Okoro")
    assert "Sam Okoro's already" in door(plan, "owner 2 sam")
    assert plan.step(2).owner_id == "U0SAM"


def test_date_shows_back_what_was_understood_and_what_waits_for_it(plan: Stage, door: Door) -> None:
    old = plan.step(2).due_date
    answer = door(plan, "date 2 next Fri")
    assert str(plan.step(2).due_date) == "2026-06-12"
    assert "due Fri 12 Jun, before it was" in answer
    assert old is not None
    assert str(old.day) in answer
    assert "already" in door(plan, "date 2 12 Jun")


def test_a_day_two_years_away_is_answered_with_its_year(plan: Stage, door: Door) -> None:
    old = plan.step(2).due_date
    assert old is not None
    assert f"due Wed 15 Mar 2028, before it was {describe_day(old, TUESDAY.date())}." in door(
        plan, "date 2 15 Mar 2028"
    )
    assert "due Wed 15 Mar 2028 already" in door(plan, "date 2 15 Mar 2028")
    assert "due Fri 12 Jun, before it was Wed 15 Mar 2028." in door(plan, "date 2 next Fri")
    assert "due Wed 15 Mar 2028" in door(plan, "add Renew 15 Mar 2028")
    assert "2026" not in door(plan, "add Call the DPO next Fri")


def test_a_day_two_years_away_has_its_year_wherever_it_is_told(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map date 2 15 Mar 2028")
    plan.slack.say("U0RAE", "/map date 3 next Fri")
    plan.settle()
    news = plan.board()["replies"][0]["text"]
    plan.slack.say("U0RAE", "/map history")
    history = str(plan.slack.need_view("U0RAE")["blocks"])
    plan.slack.close("U0RAE")
    plan.slack.say("U0RAE", "/map open 2")
    window = str(plan.slack.need_view("U0RAE")["blocks"])
    for told in (plan.board_text(), news, history, window):
        assert "15 Mar" in told
        assert told.count("15 Mar") == told.count("Wed 15 Mar 2028")
        assert "2026" not in told
    assert "Fri 12 Jun" in plan.board_text()


def test_block_and_unblock(plan: Stage, door: Door) -> None:
    assert "is blocked: R&amp;D is away" in door(plan, "block 2 R&D is away").replace("until: ", ": ")
    assert plan.step(2).state_reason == "R&D is away"
    assert "can go on" in door(plan, "unblock 2")
    assert plan.step(2).state is StepState.OPEN
    assert "is not blocked" in door(plan, "unblock 2")


def test_skip_and_reopen(plan: Stage, door: Door) -> None:
    assert "skipped: We have it already" in door(plan, "skip 2 We have it already")
    assert plan.step(2).state is StepState.SKIPPED
    assert "open again" in door(plan, "reopen 2")
    assert plan.step(2).state is StepState.OPEN
    assert "open already" in door(plan, "reopen 2")
    assert "open already" in door(plan, "reopen")  # the plan


def test_a_note_keeps_its_lines_and_names(plan: Stage, door: Door) -> None:
    assert "Noted" in door(plan, "note 2 @Ravi is away\nuntil R&D is back")
    [note] = plan.rows(select(Note))
    assert note.text == "@Ravi Shah is away\nuntil R&D is back"


def test_start(plan: Stage, door: Door) -> None:
    assert "started, by" in door(plan, "start 2")
    assert plan.step(2).state is StepState.STARTED
    assert "started already" in door(plan, "start 2")


def test_done_with_a_link_keeps_it_as_proof(plan: Stage, door: Door) -> None:
    assert "is done" in door(plan, "done 2 https://example.com/signed?a=1&b=2")
    assert plan.step(2).proof == "https://example.com/signed?a=1&b=2"


def test_done_by_mention_keeps_the_message_as_proof_and_by_command_nothing(plan: Stage) -> None:
    by_mention(plan, "done 2")
    by_command(plan, "done 3")
    assert "/archives/C0DEAL/p" in plan.step(2).proof
    assert plan.step(3).proof == ""
    plan.slack.say("U0RAE", "/map open 2")
    assert "the message that says so" in str(plan.slack.need_view("U0RAE"))


def test_without_a_permalink_done_is_done_all_the_same(plan: Stage) -> None:
    plan.slack.fail("chat.getPermalink", "fatal_error")
    assert "is done" in by_mention(plan, "done 2")
    assert (plan.step(2).state, plan.step(2).proof) == (StepState.DONE, "")


FORMS = {
    "date": "step.date",
    "owner": "step.owner",
    "block": "step.block",
    "skip": "step.skip",
    "note": "step.note",
    "edit": "step.edit",
    "delete": "step.delete",
    "open": "step.details",
}


@pytest.mark.parametrize(("word", "form"), FORMS.items())
def test_without_what_it_needs_a_word_opens_the_form_or_gives_the_button_to_it(
    plan: Stage, word: str, form: str
) -> None:
    plan.slack.say("U0RAE", f"/map {word} 4")
    view = plan.slack.need_view("U0RAE")
    assert view["callback_id"] == form
    assert plan.step(4).title in str(view)
    by_mention(plan, f"{word} 4")
    plan.slack.click("U0BEA", "step.open" if word == "open" else form, ts=last_reply(plan))
    assert plan.slack.need_view("U0BEA")["callback_id"] == form


def last_reply(plan: Stage) -> str:
    replies = [reply for one in plan.slack.messages("U0BEA") for reply in one["replies"]]
    return str(replies[-1]["ts"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("done x", "Which step"),
        ("done 3-5", "can mean two things"),
        ("done 3 x", "only a link fits"),
        ("4 May", "is a day. Which step"),
        ("4, 5 Jun", "can mean two things"),
        ("4 open", "can mean two things"),
        ("4 3/4", "could be"),
        ("4 soonish", "What about step 4"),
        ("4 people will join", "What about step 4"),
        ("done 99", "no step 99"),
        ("done 2 because it is", "only a link fits"),
        ("done 2 https://a@b.example", "no link everybody can open"),
        ("owner 2 Nobody Known", "I do not know who"),
        ("owner 2 @Tandem", "in this channel"),
        ("owner 99 sam", "no step 99"),
        ("date 2 31 Feb", "on no calendar"),
        ("date 2 soonish", "as a day"),
        ("date 2 1 Jun", "is over"),
        ("date 2 3/4", "could be"),
        ("date soon", "Which step"),
        ("block 2,3 legal", "One step at a time"),
        ("unblock 2 3", "One step at a time"),
        ("start 99", "no step 99"),
        ("note 2 " + "n" * 2001, "2001 characters"),
        ("skip 2 " + "s" * 501, "501 characters"),
        ("edit x", "Which step"),
        ("delete 2 now", "nothing else fits"),
        ("open 0", "Which step"),
        ("reopen x", "Which step"),
    ],
)
def test_what_is_unclear_is_refused_with_all_that_was_typed_and_changes_nothing(
    plan: Stage, door: Door, typed: str, said: str
) -> None:
    before = state_of(plan)
    answer = door(plan, typed)
    assert said in answer
    assert typed.split(" ", 1)[1] in answer
    assert state_of(plan) == before


@pytest.mark.parametrize("typed", ["date 2 19 Jun", "owner 2 sam", "note 2 hello", "delete 2", "reopen 2"])
def test_a_deleted_step_has_no_number_any_more(plan: Stage, door: Door, typed: str) -> None:
    plan.slack.say("U0RAE", "/map delete 2")
    assert plan.slack.submit("U0RAE", {}) == {}
    assert "no step 2" in door(plan, typed)


def test_finished_steps_are_talked_about_but_not_moved(plan: Stage, door: Door) -> None:
    door(plan, "done 2")
    assert "is finished" in door(plan, "date 2 19 Jun")
    assert "is finished" in door(plan, "owner 2 sam")
    assert "Noted" in door(plan, "note 2 well done")


def test_a_closed_plan_takes_no_word_but_shows_its_steps(plan: Stage, door: Door) -> None:
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "won", "reason": "Signed"})
    plan.settle()
    for typed in ("date 2 19 Jun", "note 2 hello", "done 2", "edit 2"):
        assert "is closed" in door(plan, typed)
    plan.slack.say("U0RAE", "/map open 2")
    assert "Step 2" in str(plan.slack.need_view("U0RAE")["title"])


def test_a_private_step_has_no_number_for_the_others_nor_in_a_thread(plan: Stage) -> None:
    with plan.database.write() as session:
        session.exec(select(Step).where(Step.number == 2)).one().visibility = "seller"  # type: ignore[assignment]  # as the column takes it
    assert "no step 2" in by_mention(plan, "note 2 what is this")
    plan.slack.say("U0RAE", "@Tandem date 2 19 Jun")
    plan.settle()
    assert "no step 2" in words_of(plan.slack.messages("U0RAE")[-1]["replies"][-1])
    assert "Noted" in by_command(plan, "note 2 between us")


@pytest.fixture
def doubled(database: Database) -> Iterator[Stage]:
    """Every request reaches Tandem twice."""
    yield from make_stage(database, twice=True)


def test_every_word_delivered_twice_is_done_once_and_answered_once_with_what_it_did(doubled: Stage) -> None:
    doubled.start_plan()
    spoken = {
        "start 2": "started, by",
        "note 2 hello": "Noted",
        "date 2 19 Jun": "due Fri 19 Jun",
        "owner 2 sam": "Sam Okoro's now",
        "block 2 legal": "is blocked",
        "unblock 2": "can go on",
        "done 2": "is done",
        "reopen 2": "open again",
    }
    for typed, said in spoken.items():
        assert said in by_mention(doubled, typed)
    kinds = [change.kind for change in doubled.rows(select(Change).order_by(col(Change.id)))]
    assert len(kinds) == 1 + len(spoken)
