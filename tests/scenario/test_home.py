"""App Home: what Rae has to do on all her plans, on one page that keeps itself true."""

import json
from datetime import date, datetime, timedelta

import pytest
from slack_bolt import BoltContext
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import steps as cases
from bot.use_cases.sides import claim_side
from storage.models import Person, Side, Step, StepState, Visibility
from storage.outgoing import Outgoing, WorkState
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage

RAE = Visitor("U0RAE", "T0NORTHWIND")


def opened(stage: Stage, person: str = "U0RAE") -> str:
    """Somebody opens the Home tab; the words they see."""
    stage.slack.open_home(person)
    stage.settle()
    return seen(stage, person)


def seen(stage: Stage, person: str = "U0RAE") -> str:
    home = stage.slack.home(person)
    assert home is not None, "nothing was published"
    return words_of(home)


def part(words: str, title: str) -> str:
    """What stands under a heading, up to the next one."""
    [_, after] = words.split(f"*{title}*\n")
    for other in ("Waits for your yes", "Who should have these?", "Your steps", "Plans you lead"):
        after = after.split(f"\n*{other}*\n")[0]
    return after


def many_steps(stage: Stage, count: int) -> None:
    """Behind the curtain: Rae owns so many steps, each due a day after the one before."""
    plan_id = stage.plan().id or 0
    with stage.tandem.desk.work(RAE, plan_id, channel_id="C0DEAL", request_key="many") as work:
        for number in range(1, count + 1):
            due = date(2026, 6, 3) + timedelta(days=number)
            cases.add_step(work, cases.NewStep(f"Errand no. {number}.", owner_id="U0RAE", due=due))
    stage.settle()


def test_who_has_no_plan_reads_how_to_begin(stage: Stage) -> None:
    words = opened(stage)
    assert "Start here" in words
    assert "/invite @Tandem" in words
    assert "/map new" in words
    stage.slack.click("U0RAE", "plan.help", home=True)
    assert "done 4" in words_of(stage.slack.need_view("U0RAE"))


def test_rae_sees_her_steps_and_the_plan_she_leads(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    words = opened(plan)
    assert "2  Write down who signs off" in part(words, "Your steps")
    assert "due Fri 12 Jun" in part(words, "Your steps")
    assert "<#C0DEAL>" in part(words, "Your steps")
    led = part(words, "Plans you lead")
    assert "Acme × Northwind" in led
    assert "On track" in led
    assert "The ball is with" in led


def test_a_home_follows_the_plan_while_it_is_looked_at(plan: Stage) -> None:
    assert "*Your steps*" not in opened(plan)
    plan.own(2, "U0RAE", date(2026, 6, 12))
    assert "2  Write down who signs off" in part(seen(plan), "Your steps")
    plan.slack.click("U0BEA", "step.done", near="2  Write down who signs off")
    plan.settle()
    assert "*Your steps*" not in seen(plan)


def test_who_gives_a_step_away_loses_it_from_the_home(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    opened(plan)
    opened(plan, "U0SAM")
    plan.own(2, "U0SAM")
    assert "*Your steps*" not in seen(plan)
    assert "2  Write down" in part(seen(plan, "U0SAM"), "Your steps")


def test_several_changes_in_a_moment_are_one_drawing(plan: Stage) -> None:
    opened(plan)
    before = plan.count("home")
    with plan.tandem.desk.work(RAE, plan.plan().id or 0, channel_id="C0DEAL", request_key="five") as work:
        for number in range(5):
            cases.add_step(work, cases.NewStep(f"Errand {number}", owner_id="U0RAE"))
    plan.settle()
    assert plan.count("home") == before + 1
    assert part(seen(plan), "Your steps").count("Errand") == 5


def test_done_in_the_home_takes_the_step_away_there(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    opened(plan)
    plan.slack.click("U0RAE", "step.done", near="2  Write down", home=True)
    plan.settle()
    assert plan.step(2).state is StepState.DONE
    assert plan.step(2).finished_by == "U0RAE"
    assert "*Your steps*" not in seen(plan)
    assert plan.slack.view("U0RAE") is None  # no window opened over it
    assert "1 of 13 done" in plan.board_text()


def test_open_in_the_home_leads_into_the_step_and_what_is_done_there_shows(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    opened(plan)
    plan.slack.click("U0RAE", "step.open", near="2  Write down", home=True)
    assert "Write down who signs off" in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.click("U0RAE", "step.date")
    assert plan.slack.submit("U0RAE", {"due": "2026-06-19"}) == {}
    plan.settle()
    assert "due Fri 19 Jun" in part(seen(plan), "Your steps")


def test_the_other_sides_yes_asks_for_mine(plan: Stage) -> None:
    assert "Waits for your yes" not in opened(plan)
    plan.slack.click("U0BEA", "step.done", near="1  Agree on the goals")
    plan.settle()
    assert "1  Agree on the goals" in part(seen(plan), "Waits for your yes")
    assert "Bea Alvarez confirmed for Acme" in part(seen(plan), "Waits for your yes")
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals", home=True)
    plan.settle()
    assert plan.step(1).state is StepState.DONE
    assert "Waits for your yes" not in seen(plan)


def test_a_half_of_ones_own_that_is_given_waits_for_the_other_side(plan: Stage) -> None:
    plan.own(1, "U0RAE", date(2026, 6, 12))
    opened(plan)
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals", home=True)
    plan.settle()
    assert "Acme's yes is missing" in part(seen(plan), "Your steps")
    with pytest.raises(AssertionError, match=r"sees no step\.done"):
        plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals", home=True)


def test_steps_without_a_name_ask_their_lead_for_one(plan: Stage) -> None:
    asked = part(opened(plan), "Who should have these?")
    home = plan.slack.home("U0RAE")
    assert home is not None
    numbers = [
        block
        for block in home["blocks"]
        if block["block_id"].startswith("nameless.") and block.get("accessory")
    ]
    assert len(numbers) == 3
    assert "more without a name" in asked
    first = numbers[0]["text"]["text"].split("*")[1]
    plan.slack.click("U0RAE", "nudge.owner", near=first, home=True)
    assert plan.slack.submit("U0RAE", {"owner": plan.person("U0RAE", "owner", "Sam")}) == {}
    plan.settle()
    assert plan.step(int(first.split()[0])).owner_id == "U0SAM"
    assert first not in part(seen(plan), "Who should have these?")


def test_the_buyers_steps_without_a_name_are_not_raes_to_ask(plan: Stage) -> None:
    asked = part(opened(plan), "Who should have these?")
    buyers = plan.rows(select(Step).where(Step.side == "buyer"))
    assert buyers
    for step in buyers:
        assert step.title not in asked


def test_what_waits_stands_first(plan: Stage) -> None:
    plan.own(4, "U0RAE", date(2026, 6, 3))
    plan.own(2, "U0RAE", date(2026, 6, 12))
    plan.own(5, "U0RAE", date(2026, 6, 5))
    opened(plan)
    plan.slack.advance("day")
    plan.slack.advance("day")  # Thursday: step 4 was due on Wednesday
    plan.morning_round()
    own = part(seen(plan), "Your steps")
    places = [own.index(f"*{number}  ") for number in (4, 5, 2)]
    assert places == sorted(places)
    assert "waiting, due Wed 3 Jun" in own
    assert "Waiting" in part(seen(plan), "Plans you lead")


@pytest.mark.parametrize("count", [47, 187])  # with the template's 13: 60 and 200 on the plan
def test_a_home_holds_very_many_steps(plan: Stage, count: int) -> None:
    many_steps(plan, count)
    words = opened(plan)
    home = plan.slack.home("U0RAE")
    assert home is not None
    assert len(home["blocks"]) <= 100
    assert len(json.dumps(home["blocks"])) < 250_000
    own = part(words, "Your steps")
    assert [f"Errand no. {n}." in own for n in (1, 30, 31)] == [True, True, False]
    assert f"… and {count - 30} more" in own
    assert "/map mine" in own


def test_people_of_acme_have_no_home_and_none_is_published_for_them(plan: Stage) -> None:
    plan.own(2, "U0BEA", date(2026, 6, 12))
    with pytest.raises(RefusedError, match="no_app_home"):
        plan.slack.open_home("U0BEA")
    opened(plan)
    plan.own(4, "U0RAVI")
    assert {call["user_id"] for call in plan.slack.calls("views.publish")} == {"U0RAE"}


def test_an_opening_that_slack_reports_of_an_external_publishes_nothing(plan: Stage) -> None:
    from bot.listeners.home import Home

    event = {"type": "app_home_opened", "user": "U0BEA", "tab": "home", "channel": "D1"}
    body = {"team_id": "T0ACME", "event_id": "Ev1", "event": event}
    Home(plan.tandem.desk).handle_opened(event, body, BoltContext())
    assert plan.count("home") == 0


def test_the_conversation_beside_it_publishes_nothing(plan: Stage) -> None:
    plan.slack.open_home("U0RAE", tab="messages")
    plan.settle()
    assert plan.count("home") == 0


def test_only_ones_own_side_of_a_plan_shows(plan: Stage) -> None:
    """A guest of Northwind's workspace is a buyer there: what is Northwind's alone stays away."""
    plan.own(3, "U0RAE", date(2026, 6, 12))
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 3)).one()
        step.visibility, step.title, step.counterpart_id = Visibility.SELLER, "Walk-away price", "U0MEI"
        guest = session.get_one(Person, "U0MEI")
        guest.is_guest = True
        session.add(step)
        session.add(guest)
    plan.own(4, "U0MEI", date(2026, 6, 15))
    assert "Walk-away price" in opened(plan)
    words = opened(plan, "U0MEI")
    assert "*4  " in part(words, "Your steps")
    assert "Walk-away price" not in words


def test_a_stale_home_says_so_and_is_drawn_again(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    opened(plan)
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 2)).one()
        step.removed_at, step.removed_by = datetime.fromisoformat("2026-06-02T14:00:00+00:00"), "U0BEA"
        session.add(step)
    plan.slack.click("U0RAE", "step.done", near="2  Write down", home=True)
    assert "not on the plan any more" in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.close("U0RAE")
    plan.settle()
    assert "2  Write down" not in seen(plan)


def test_a_closed_plan_leaves_the_home(plan: Stage) -> None:
    plan.own(2, "U0RAE", date(2026, 6, 12))
    opened(plan)
    before = plan.slack.home("U0RAE")
    assert before is not None
    plan.slack.say("U0BEA", "@Tandem close")
    plan.settle()
    plan.slack.click("U0BEA", "plan.close")
    assert plan.slack.submit("U0BEA", {"outcome": "lost", "reason": "No budget"}) == {}
    plan.slack.click("U0RAE", "step.done", near="2  Write down", home=True)  # before it was drawn again
    assert "is closed" in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.close("U0RAE")
    plan.settle()
    assert "Start here" in seen(plan)


def test_a_home_that_slack_refuses_is_not_tried_for_ever(plan: Stage) -> None:
    plan.slack.fail("views.publish", "refused", times=99, error="not_enabled")
    plan.slack.open_home("U0RAE")
    plan.settle()
    plan.own(2, "U0RAE", date(2026, 6, 12))
    homes = plan.rows(select(Outgoing).where(Outgoing.kind == "home"))
    assert [one.state for one in homes] == [WorkState.FAILED]


def test_a_home_whose_answer_was_lost_is_sent_again(plan: Stage) -> None:
    plan.slack.fail("views.publish", "fatal_error")
    assert "Plans you lead" in opened(plan)
    states = plan.rows(select(Outgoing.state).where(col(Outgoing.kind) == "home"))
    assert states == [WorkState.SENT]


def test_a_home_goes_on_where_the_board_cannot(plan: Stage) -> None:
    opened(plan)
    plan.slack.fail("chat.update", "refused", times=9, error="not_in_channel")
    plan.own(2, "U0RAE", date(2026, 6, 12))
    assert "2  Write down" in part(seen(plan), "Your steps")


def test_a_home_not_looked_at_for_a_week_stands_still_until_it_is_opened(plan: Stage) -> None:
    opened(plan)
    plan.clock.pushed += timedelta(days=8)
    before = plan.count("home")
    plan.own(2, "U0RAE", date(2026, 6, 12))
    assert plan.count("home") == before
    assert "2  Write down" in part(opened(plan), "Your steps")


def test_who_claims_a_side_waits_in_the_leads_home(plan: Stage) -> None:
    opened(plan)
    with plan.database.write() as session:
        session.add(
            Person(user_id="U0ANA", team_id="T0GLOBEX", name="Ana Silva", refreshed_at=plan.clock.wall())
        )
    ana, plan_id = Visitor("U0ANA", "T0GLOBEX"), plan.plan().id or 0
    with plan.tandem.desk.work(ana, plan_id, channel_id="C0DEAL", request_key="ana") as work:
        claim_side(work, Side.BUYER)
    plan.settle()
    assert "Ana Silva* is from a company that is on neither side yet" in seen(plan)
    assert "we are with Acme" in seen(plan)
    plan.slack.click("U0RAE", "side.yes", home=True)
    plan.slack.close("U0RAE")
    plan.settle()
    assert "Ana Silva" not in seen(plan)
    with plan.tandem.desk.look(ana, plan_id, channel_id="C0DEAL") as look:
        assert look.actor.side is Side.BUYER
