"""Days lost and won since both sides agreed: who asks sees them by side, and where they come from."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.desk import Visitor
from bot.use_cases import agreeing
from bot.use_cases.slips import landing, note_slip
from storage.agreement import SlipKind
from storage.models import Step, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, TUESDAY, Stage
from tests.scenario.test_words import mention

LEFT = timedelta(days=7)
QUESTIONNAIRE, REVIEW = 4, 6  # of the buyer
FIRST_DAY, LATER_DAY = date(2026, 6, 10), date(2026, 6, 24)


def agree(plan: Stage) -> None:
    """Bea and then Rae agree to the plan as it stands, behind the curtain."""
    for visitor in (Visitor("U0BEA", "T0ACME"), Visitor("U0RAE", "T0NORTHWIND")):
        with plan.tandem.desk.work(
            visitor, plan.plan().id or 0, channel_id="C0DEAL", request_key=f"agree:{visitor.user_id}"
        ) as work:
            agreeing.agree(work, agreeing.terms_now(work).digest)
    plan.settle()


def move(plan: Stage, number: int, day: date, key: str, reason: str = "The portal is closed") -> None:
    """Behind the curtain: Bea moved a step, and Rae said yes."""
    with plan.tandem.desk.work(
        Visitor("U0BEA", "T0ACME"), plan.plan().id or 0, channel_id="C0DEAL", request_key=key
    ) as work:
        step = work.session.get_one(Step, plan.step(number).id)
        before, old = landing(work), step.due_date
        step.due_date, step.date_fixed = day, True
        note_slip(
            work,
            SlipKind.MOVED,
            step,
            old=old,
            new=day,
            lands_before=before,
            reason_code="queue",
            reason=reason,
            agreed_by="U0RAE",
        )


@pytest.fixture
def plan(plan: Stage) -> Stage:
    plan.own(QUESTIONNAIRE, "U0BEA", FIRST_DAY)
    plan.own(REVIEW, "U0BEA", LATER_DAY)
    return plan


@pytest.fixture
def agreed(plan: Stage) -> Stage:
    agree(plan)
    return plan


def done(plan: Stage, number: int, on: date) -> None:
    """Bea ticks a step off on that day."""
    plan.slack.turn_to(datetime(on.year, on.month, on.day, 14, tzinfo=UTC))
    plan.slack.say("U0BEA", f"@Tandem done {number}")
    plan.settle()


def slips(plan: Stage, text: str = "slips") -> str:
    """What Rae sees in the window that `/map slips` opens."""
    plan.slack.say("U0RAE", f"/map {text}")
    plan.settle()
    return words_of(plan.slack.need_view("U0RAE"))


def test_days_lost_and_won_back_by_the_same_side(agreed: Stage) -> None:
    done(agreed, QUESTIONNAIRE, date(2026, 6, 17))  # five working days after its day
    done(agreed, REVIEW, date(2026, 6, 18))  # three before it: 19 June is a holiday where Acme is
    words = slips(agreed)
    assert "Acme: 5 days lost, 3 won back." in words
    assert "Northwind" not in words.split("\n", 1)[0]
    assert "Agreed for Fri 7 Aug, lands Fri 7 Aug." in words
    newest, older = words.index("6  Review the security"), words.index("4  Send the security")
    assert newest < older < words.index("Both sides agreed to the plan")
    assert "is done  ·  Wed 10 Jun → Wed 17 Jun  ·  +5 days" in words.replace("*", "")
    assert "is done  ·  Wed 24 Jun → Thu 18 Jun  ·  −3 days" in words.replace("*", "")
    assert "Bea Alvarez (Acme)" in words
    assert "Rae Lindqvist (Northwind) and Bea Alvarez" in words


def test_a_moved_step_says_who_agreed_and_why_and_what_it_does_to_the_day(agreed: Stage) -> None:
    move(agreed, 13, GO_LIVE + LEFT, "move")
    words = slips(agreed).replace("*", "")
    assert "Both together: 5 days lost." in words
    assert "Fri 7 Aug → Fri 14 Aug  ·  +5 days" in words
    assert "Bea Alvarez (Acme), agreed by Rae Lindqvist" in words
    assert "Waiting in somebody's queue: The portal is closed" in words
    assert "go-live Fri 7 Aug → Fri 14 Aug" in words
    assert "Agreed for Fri 7 Aug, lands Fri 14 Aug." in words


def test_opening_a_step_again_takes_its_days_back(agreed: Stage) -> None:
    done(agreed, QUESTIONNAIRE, date(2026, 6, 17))
    agreed.slack.say("U0BEA", f"@Tandem reopen {QUESTIONNAIRE}")
    agreed.settle()
    words = slips(agreed)
    assert "Acme: 5 days lost, 5 won back." in words
    assert "is open again, due Wed 10 Jun" in words


def test_bea_asks_by_mention_and_the_thread_hears_what_both_sides_may_know(agreed: Stage) -> None:
    done(agreed, QUESTIONNAIRE, date(2026, 6, 17))
    for person in ("U0BEA", "U0RAE"):
        words = mention(agreed, "slips", person)
        assert "Acme: 5 days lost." in words
        assert "4  Send the security" in words


def test_a_long_ledger_is_short_in_the_thread_and_has_pages_in_the_window(agreed: Stage) -> None:
    for place in range(30):
        move(agreed, QUESTIONNAIRE, FIRST_DAY + timedelta(place), f"move:{place}", f"Reason {place}.")
    words = mention(agreed, "slips")
    assert "Reason 29." in words
    assert "Reason 24." not in words
    assert "… and 26 earlier changes" in words
    agreed.slack.click("U0BEA", "plan.slips")
    words = words_of(agreed.slack.need_view("U0BEA"))
    assert "Reason 29." in words
    assert "Reason 9." not in words
    assert "1 to 20 of 31 changes" in words
    agreed.slack.click("U0BEA", "plan.slips_page")
    words = words_of(agreed.slack.need_view("U0BEA"))
    assert "Reason 9." in words
    assert "Both sides agreed to the plan" in words
    assert "21 to 31 of 31 changes" in words
    agreed.slack.click("U0BEA", "plan.slips_page")
    assert "Reason 29." in words_of(agreed.slack.need_view("U0BEA"))


def test_the_other_side_hears_nothing_of_a_private_step(agreed: Stage) -> None:
    with agreed.database.write() as session:
        step = session.get_one(Step, agreed.step(3).id)
        step.visibility, step.title, step.due_date = Visibility.SELLER, "Walk-away price", FIRST_DAY
    agreed.slack.turn_to(datetime(2026, 6, 17, 14, tzinfo=UTC))
    agreed.slack.say("U0RAE", "/map done 3")
    agreed.settle()
    assert "Walk-away price" not in mention(agreed, "slips", "U0BEA")
    assert "No day lost or won so far." in mention(agreed, "slips", "U0RAE"), "everybody reads the thread"
    agreed.slack.click("U0BEA", "plan.history", ts=agreed.board()["ts"])
    agreed.slack.click("U0BEA", "plan.slips")
    theirs = words_of(agreed.slack.need_view("U0BEA"))
    assert "Walk-away price" not in theirs
    assert "No day lost or won so far." in theirs
    ours = slips(agreed)
    assert "Northwind: 5 days lost." in ours
    assert "Walk-away price" in ours


def test_before_an_agreement_it_says_how_counting_begins(plan: Stage) -> None:
    words = slips(plan)
    assert "Nothing is counted yet" in words
    assert "somebody of Northwind and somebody of Acme have agreed" in words
    acts = [
        one.get("action_id")
        for block in plan.slack.need_view("U0RAE")["blocks"]
        for one in block.get("elements", [])
    ]
    assert "plan.agree" in acts
    assert "Nothing is counted yet" in mention(plan, "slips")
    done(plan, QUESTIONNAIRE, date(2026, 6, 17))
    assert "Send the security" not in mention(plan, "slips"), "nothing was counted then"


def test_the_way_there_from_help_and_history(agreed: Stage) -> None:
    for door in ("plan.help", "plan.history"):
        agreed.slack.click("U0BEA", door, ts=agreed.board()["ts"])
        agreed.slack.click("U0BEA", "plan.slips")
        assert "No day lost or won so far." in words_of(agreed.slack.need_view("U0BEA"))
        agreed.slack.close("U0BEA")
        if agreed.slack.view("U0BEA"):
            agreed.slack.close("U0BEA")


def test_a_closed_plan_keeps_its_ledger_and_lands_nowhere(agreed: Stage) -> None:
    done(agreed, QUESTIONNAIRE, date(2026, 6, 17))
    agreed.slack.say("U0RAE", "/map close")
    assert agreed.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"}) == {}
    agreed.settle()
    words = slips(agreed)
    assert "Acme: 5 days lost." in words
    assert "Agreed for Fri 7 Aug." in words


def test_words_behind_slips_are_handed_back(agreed: Stage) -> None:
    assert "No day lost or won so far." in slips(agreed, "ledger")
    agreed.slack.close("U0RAE")
    slips(agreed, "slips of the buyer")
    assert "of the buyer" in words_of(agreed.slack.messages("U0RAE")[-1])


@pytest.mark.parametrize(("hour", "lost"), [(3, False), (4, True)])
def test_a_day_ends_where_the_owner_is(agreed: Stage, hour: int, lost: bool) -> None:
    """Half past eleven at night in New York is in time there, although it is the next day in London."""
    assert TUESDAY.date() < FIRST_DAY
    agreed.slack.turn_to(datetime(2026, 6, 11, hour, 30, tzinfo=UTC))
    agreed.slack.say("U0BEA", f"@Tandem done {QUESTIONNAIRE}")
    agreed.settle()
    assert ("Wed 10 Jun → Thu 11 Jun  ·  *+1 day*" in slips(agreed)) is lost
