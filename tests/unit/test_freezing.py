"""A plan stands still while its channel cannot be used: who hears so, and when it goes on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from sqlmodel import Session, col, select

from bot.desk import Visitor
from bot.messages import Messenger
from bot.use_cases import channels, dates, freezing
from bot.use_cases import steps as cases
from bot.use_cases.channels import Happened
from bot.use_cases.common import Refused, arm_all
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.moving_channel import move_plan
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import close_plan, draw_boards_of_a_new_day
from plan.standing import ChannelState, Still, why_it_stands_still
from storage import outbox, plans
from storage.agreement import Proposal, ProposalKind
from storage.database import Database
from storage.installations import Installation, InstalledWorkspace
from storage.models import (
    Change,
    ChannelMember,
    Draft,
    Nudge,
    NudgeStep,
    Outcome,
    Person,
    Plan,
    PlanOrganization,
    Side,
    Step,
)
from storage.outgoing import Outgoing, WorkState
from tests.given import ACME, BEA, BOT, CHANNEL, MONDAY, NORTHWIND, RAE, STRANGER, Table

FINE = ChannelState()
DUE = date(2026, 6, 3)
MORNING_AFTER = datetime(2026, 6, 4, 13, 30, tzinfo=UTC)  # 09:30 in New York
DAY = timedelta(days=1)


@pytest.fixture
def table(database: Database) -> Table:
    table = Table(database)
    with database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            step.due_date, step.next_nudge_at = date(2026, 12, 1), None
            session.add(step)
    forget_outbox(table)
    return table


def forget_outbox(table: Table) -> None:
    with table.database.write() as session:
        for row in session.exec(select(Outgoing)):
            session.delete(row)


def event(table: Table, act: Callable[[Happened], None], channel_id: str = CHANNEL) -> None:
    clock = table.clock
    with table.database.write() as session:
        act(Happened(session, channel_id, NORTHWIND, BOT, clock.now(), clock.wall()))


def stop(table: Table, reason: Still = Still.ARCHIVED) -> None:
    event(table, lambda happened: channels.stop(happened, reason))


def answer(table: Table, state: ChannelState = FINE, channel_id: str = CHANNEL) -> None:
    """Slack said how the channel is."""
    clock = table.clock
    with table.database.write() as session:
        freezing.judge(session, table.plan_id, channel_id, state, clock.now(), clock.wall())


def plan(table: Table) -> Plan:
    with table.database.read() as session:
        return session.get_one(Plan, table.plan_id)


def rows(table: Table, kind: str = "") -> list[Outgoing]:
    with table.database.read() as session:
        query = select(Outgoing).order_by(col(Outgoing.id))
        return [row for row in session.exec(query) if not kind or row.kind == kind]


def words(table: Table) -> list[tuple[str, str]]:
    """Who was told what, by its first sign: ❄️ or ☀️."""
    return [(row.channel_id or "", row.payload["message"]["text"][:1]) for row in rows(table, "word")]


def all_said(table: Table) -> None:
    """What was on its way arrived."""
    with table.database.write() as session:
        for row in session.exec(select(Outgoing)):
            row.state = WorkState.SENT
            session.add(row)


def owned(table: Table, visitor: Visitor = BEA) -> Step:
    with table.database.read() as session:
        step = next(
            s for s in plans.every_step(session, table.plan_id) if s.side is Side.BUYER and not s.gate
        )
    with table.work(RAE) as work:
        cases.assign_step(work, step.id or 0, visitor.user_id)
    with table.work(RAE) as work:
        dates.move_step(work, step.id or 0, DUE)
    return step


def morning_round(table: Table, moment: datetime) -> int:
    table.clock.moment = moment
    with table.database.write() as session:
        return sweep(session, moment, table.clock.wall())


def test_both_leads_are_told_once_however_often_it_happens(table: Table) -> None:
    for reason in (Still.ARCHIVED, Still.ARCHIVED, Still.REMOVED, Still.DELETED):
        stop(table, reason)
    assert plan(table).frozen_reason == "deleted"  # what says most of the way out
    assert words(table) == [("U0RAE", "❄"), ("U0BEA", "❄")]
    assert "deleted" in str(rows(table, "word")[0].payload)
    all_said(table)
    for reason in Still:
        stop(table, reason)
    assert len(words(table)) == 2


def test_what_is_undone_at_once_needs_no_word_at_all(table: Table) -> None:
    stop(table)
    answer(table)
    assert plan(table).frozen_at is None
    assert words(table) == []
    assert [row.kind for row in rows(table, "board")] == ["board"]


def test_whoever_was_told_hears_once_that_it_goes_on(table: Table) -> None:
    stop(table)
    all_said(table)
    answer(table)
    answer(table)
    assert words(table)[2:] == [("U0RAE", "☀"), ("U0BEA", "☀")]


def test_only_the_sellers_lead_is_offered_the_ways_out(table: Table) -> None:
    stop(table)
    said = {row.channel_id: str(row.payload["message"]["blocks"]) for row in rows(table, "word")}
    assert "plan.move" in said["U0RAE"]
    assert "plan.close" in said["U0RAE"]
    assert "action_id" not in said["U0BEA"]


def test_unarchived_but_not_shared_any_more_it_still_stands_still(table: Table) -> None:
    stop(table)
    event(table, lambda happened: channels.disconnect(happened, is_ext_shared=False))
    event(table, channels.come_back)
    assert plan(table).frozen_at is not None
    answer(table, ChannelState(is_shared=False))
    assert plan(table).frozen_reason == "unshared"
    answer(table)
    assert plan(table).frozen_reason == ""


def test_each_event_leaves_the_question_how_the_channel_is_and_it_is_one_question(table: Table) -> None:
    stop(table)
    event(table, channels.come_back)
    [row] = rows(table, "channel_check")
    assert (row.channel_id, row.plan_id) == (CHANNEL, table.plan_id)


def test_a_no_of_slacks_asks_only_once_in_a_while(table: Table) -> None:
    def refused() -> None:
        with table.database.write() as session:
            found = session.get_one(Plan, table.plan_id)
            freezing.ask_about_channel(session, found, table.clock.wall(), is_news=False)

    refused()
    all_said(table)
    refused()
    first, second = rows(table, "channel_check")
    assert second.not_before - first.not_before == freezing.ASK_AGAIN
    stop(table)  # an event is news, and does not wait so long
    assert rows(table, "channel_check")[-1].not_before < second.not_before


def test_nobody_is_reminded_meanwhile_and_of_what_became_late_on_the_next_morning(table: Table) -> None:
    step = owned(table)
    stop(table)
    for days in range(5):
        assert morning_round(table, MORNING_AFTER + days * DAY) == 0
    monday = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
    table.clock.moment = monday
    answer(table)
    assert morning_round(table, monday) == 0  # not at once
    assert morning_round(table, datetime(2026, 6, 9, 13, 30, tzinfo=UTC)) == 1
    assert morning_round(table, datetime(2026, 6, 10, 13, 30, tzinfo=UTC)) == 0
    with table.database.read() as session:
        assert [(one.step_id, one.armed_for) for one in session.exec(select(NudgeStep))] == [(step.id, DUE)]


def test_nobody_hears_twice_of_a_day_they_heard_of_before(table: Table) -> None:
    owned(table)
    assert morning_round(table, MORNING_AFTER) == 1
    all_said(table)
    with table.database.write() as session:
        [nudge] = session.exec(select(Nudge)).all()
        nudge.channel_id, nudge.message_ts = "D1", "1.0"
        session.add(nudge)
    stop(table)
    answer(table)
    assert [morning_round(table, MORNING_AFTER + days * DAY) for days in range(1, 8)] == [0] * 7


def test_a_reminder_that_was_not_sent_yet_is_not_said_and_comes_when_the_plan_goes_on(table: Table) -> None:
    owned(table)
    assert morning_round(table, MORNING_AFTER) == 1
    stop(table)
    with table.database.read() as session:
        assert session.exec(select(NudgeStep)).all() == []
    answer(table)
    assert morning_round(table, MORNING_AFTER + DAY) == 1


def test_whatever_arms_a_step_meanwhile_it_reminds_nobody(table: Table) -> None:
    owned(table)
    stop(table)
    with table.work(RAE) as work:
        arm_all(work)
    with table.database.read() as session:
        assert {step.next_nudge_at for step in plans.every_step(session, table.plan_id)} == {None}


def test_a_step_that_is_armed_all_the_same_is_passed_over(table: Table) -> None:
    step = owned(table)
    stop(table)
    with table.database.write() as session:
        kept = session.get_one(Step, step.id)
        kept.next_nudge_at = MORNING_AFTER
        session.add(kept)
    assert morning_round(table, MORNING_AFTER) == 0


def test_a_new_owner_hears_of_it_when_the_plan_goes_on(table: Table) -> None:
    owned(table)
    stop(table)
    moment = MORNING_AFTER

    def notices() -> int:
        with table.database.write() as session:
            return tell_new_owners(session, moment, moment)

    assert notices() == 0
    table.clock.moment = moment
    answer(table)
    assert notices() == 1


def test_no_board_of_a_new_day_and_no_old_news_but_a_fresh_board_in_the_end(table: Table) -> None:
    owned(table)
    with table.work(BEA) as work:
        cases.complete_step(work, table.step_where(side=Side.BUYER, gate=False).id or 0)
    assert {"board", "news"} <= {row.kind for row in rows(table)}
    stop(table)
    assert {row.kind for row in rows(table)} & set(freezing.SAID_THERE) == set()
    with table.database.write() as session:
        kept = session.get_one(Plan, table.plan_id)
        kept.board_due_at = MONDAY
        session.add(kept)
    with table.database.write() as session:
        assert draw_boards_of_a_new_day(session, MONDAY + DAY, MONDAY + DAY) == 0
    answer(table)
    assert [row.kind for row in rows(table) if row.kind in freezing.SAID_THERE] == ["board"]
    with table.database.read() as session:
        assert session.exec(select(Change).where(col(Change.is_news))).all() == []


def ask_bea(session: Session, table: Table) -> None:
    """Rae would move the day, and the question to Bea is on its way."""
    proposal = Proposal(
        plan_id=table.plan_id,
        kind=ProposalKind.ANCHOR,
        new_day=date(2026, 9, 1),
        by_id=RAE.user_id,
        by_side=Side.SELLER,
        asked_id=BEA.user_id,
        at=MONDAY,
    )
    session.add(proposal)
    session.flush()
    freezing.ask_again(session, session.get_one(Plan, table.plan_id), MONDAY)


def test_a_question_that_nobody_was_asked_yet_is_asked_when_the_plan_goes_on(table: Table) -> None:
    with table.database.write() as session:
        ask_bea(session, table)
    assert len(rows(table, "proposal")) == 1
    stop(table)
    assert rows(table, "proposal") == []
    answer(table)
    assert [row.channel_id for row in rows(table, "proposal")] == ["U0BEA"]


def test_it_can_be_read_and_closed_and_nothing_else_and_says_why(table: Table) -> None:
    stop(table)
    with pytest.raises(Refused) as refused, table.work(BEA) as work:
        cases.complete_step(work, table.step(1).id or 0)
    assert refused.value.code == "plan_frozen"
    assert refused.value.facts == {
        "plan": "Acme × Northwind",
        "reason": "archived",
        "seller": "Northwind",
    }
    with table.desk.look(BEA, table.plan_id, channel_id=CHANNEL) as look:
        assert look.plan.frozen_at is not None
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "They went with nobody")
    stop(table)  # of a closed plan it means nothing
    assert len(words(table)) == 2


def test_a_closed_plan_does_not_stand_still(table: Table) -> None:
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "They went with nobody")
    stop(table)
    answer(table, ChannelState(is_archived=True))
    assert plan(table).frozen_at is None
    assert words(table) == []


def test_an_uninstalled_tandem_tells_nobody_and_what_follows_is_told(table: Table) -> None:
    clock = table.clock
    with table.database.write() as session:
        stopped = freezing.freeze_plans(
            session, team_id=NORTHWIND, reason="uninstalled", now=clock.now(), wall=clock.wall()
        )
        assert [one.id for one in stopped] == [table.plan_id]
    assert words(table) == []
    with table.database.write() as session:
        assert freezing.thaw_plans(session, team_id=NORTHWIND, wall=clock.wall()) != []
    answer(table, ChannelState(is_there=False))  # installed again, and invited nowhere
    assert plan(table).frozen_reason == "removed"
    assert words(table) == [("U0RAE", "❄"), ("U0BEA", "❄")]


def test_another_workspaces_plans_go_on(table: Table) -> None:
    clock = table.clock
    with table.database.write() as session:
        where = {"reason": "uninstalled", "now": clock.now(), "wall": clock.wall()}
        assert freezing.freeze_plans(session, team_id="T0OTHER", **where) == []  # type: ignore[arg-type]
    stop_elsewhere = lambda happened: channels.stop(happened, Still.ARCHIVED)  # noqa: E731
    event(table, stop_elsewhere, "C0OTHER")
    assert plan(table).frozen_at is None


def test_the_other_copy_of_tandem_may_leave(table: Table) -> None:
    with table.database.write() as session:
        for number, (team, bot) in enumerate(((NORTHWIND, BOT), (ACME, "U0ACMEBOT")), 1):
            session.add(Installation(id=number, team_id=team, bot_user_id=bot, installed_at=MONDAY))
            session.flush()
            session.add(InstalledWorkspace(workspace_id=team, installation_id=number))
    event(table, lambda happened: channels.tandem_left(happened, "U0ACMEBOT"))
    assert plan(table).frozen_at is None
    event(table, lambda happened: channels.tandem_left(replace(happened, bot_user_id="U0ACMEBOT"), BOT))
    assert plan(table).frozen_reason == "removed"
    event(table, lambda happened: channels.tandem_came(happened, "U0ACMEBOT"))
    assert rows(table, "post") == []  # no welcome in a channel that has its plan


def test_a_third_company_may_leave(table: Table) -> None:
    event(table, lambda happened: channels.disconnect(happened, is_ext_shared=True))
    assert plan(table).frozen_at is None
    assert [row.kind for row in rows(table)] == ["roster"]


def test_a_plan_whose_buyer_is_of_the_same_workspace_needs_no_shared_channel(table: Table) -> None:
    with table.database.write() as session:
        for firm in session.exec(select(PlanOrganization).where(PlanOrganization.side == Side.BUYER)):
            session.delete(firm)
    event(table, lambda happened: channels.disconnect(happened, is_ext_shared=False))
    answer(table, ChannelState(is_shared=False))
    assert plan(table).frozen_at is None


def test_drafted_inside_and_shared_later_the_lead_hears_once_who_can_see_it(table: Table) -> None:
    with table.database.write() as session:
        for firm in session.exec(select(PlanOrganization).where(PlanOrganization.side == Side.BUYER)):
            session.delete(firm)
    for _ in range(2):
        event(table, lambda happened: channels.connect(happened, ACME))
        all_said(table)
    [row] = rows(table, "post")
    assert row.channel_id == "U0RAE"
    assert "Acme is in <#C0DEAL> now" in row.payload["message"]["text"]
    assert [one.channel_id for one in rows(table, "roster")] == [CHANNEL, CHANNEL]


def test_a_channel_with_another_id_takes_everything_along(table: Table) -> None:
    with table.database.write() as session:
        session.add(Draft(user_id="U0RAE", channel_id=CHANNEL, typed={"name": "x"}, saved_at=MONDAY))
        session.add(ChannelMember(channel_id="C0NEW", user_id="U0RAE"))
        kept = session.get_one(Plan, table.plan_id)
        kept.board_ts = "17.1"
        session.add(kept)
        outbox.put_board(session, kept, MONDAY)
    for _ in range(2):
        event(table, lambda happened: channels.follow(happened, "C0NEW"))
    assert (plan(table).channel_id, plan(table).board_ts) == ("C0NEW", "17.1")
    assert {row.channel_id for row in rows(table)} == {"C0NEW"}
    with table.database.read() as session:
        people = set(session.exec(select(ChannelMember.user_id).where(ChannelMember.channel_id == "C0NEW")))
        assert people == {"U0RAE", "U0SAM", "U0BEA", "U0RAVI"}
        assert session.exec(select(ChannelMember).where(ChannelMember.channel_id == CHANNEL)).all() == []
        assert session.get(Draft, ("U0RAE", "C0NEW")) is not None
    with table.desk.work(BEA, table.plan_id, channel_id="C0NEW", request_key="x") as work:
        cases.start_step(work, table.step_where(side=Side.BUYER, gate=False).id or 0)


def test_an_answer_about_a_channel_that_the_plan_left_means_nothing(table: Table) -> None:
    event(table, lambda happened: channels.follow(happened, "C0NEW"))
    answer(table, ChannelState(is_there=False))
    assert plan(table).frozen_at is None


@dataclass
class World:
    """The channel as it is, and what its events say of it, in any order and number."""

    is_archived: bool = False
    is_shared: bool = True
    is_member: bool = True
    frozen_reason: str = ""

    @property
    def is_usable(self) -> bool:
        return self.is_shared and self.is_member and not self.is_archived and not self.frozen_reason

    def happen(self, what: str) -> None:
        name, _, value = what.partition(":")
        if name == "frozen_reason":
            self.frozen_reason = value
        else:
            setattr(self, name, value == "yes")

    def state(self) -> ChannelState:
        return ChannelState(True, self.is_member, self.is_archived, self.is_shared, self.frozen_reason)


TOLD: dict[str, Callable[[Happened], None]] = {
    "is_archived:yes": lambda happened: channels.stop(happened, Still.ARCHIVED),
    "is_archived:no": channels.come_back,
    "is_shared:no": lambda happened: channels.disconnect(happened, is_ext_shared=False),
    "is_shared:yes": lambda happened: channels.connect(happened, ACME),
    "is_member:no": lambda happened: channels.tandem_left(happened, BOT),
    "is_member:yes": lambda happened: channels.tandem_came(happened, BOT),
}
UNTOLD = ["frozen_reason:connection_severed", "frozen_reason:migrating", "frozen_reason:"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    happened=st.lists(
        st.tuples(st.sampled_from([*TOLD, *UNTOLD]), st.integers(0, 2), st.booleans()), max_size=8
    ),
    late=st.lists(st.sampled_from(sorted(TOLD)), max_size=3),
)
def test_in_the_end_a_plan_stands_still_if_and_only_if_its_channel_is_not_usable(
    table: Table, happened: list[tuple[str, int, bool]], late: list[str]
) -> None:
    """Events get lost (0 times), come twice, come late and in any order; a question is asked now and then."""
    stop(table)  # and on again, so that everything is armed
    answer(table)
    forget_outbox(table)
    world = World()
    for what, times, is_asked in happened:
        world.happen(what)
        for _ in range(times if what in TOLD else 0):
            event(table, TOLD[what])
        if is_asked:
            answer(table, world.state())
    for what in late:
        event(table, TOLD[what])
    answer(table, world.state())  # each event left this question; the daily round asks it, too
    now = plan(table)
    assert (now.frozen_at is None, now.frozen_reason == "") == (world.is_usable, world.is_usable)
    with table.database.read() as session:
        armed = [s for s in plans.every_step(session, table.plan_id) if s.next_nudge_at is not None]
    assert bool(armed) == world.is_usable
    told = [word for word in words(table) if word[0] == "U0BEA"]
    for before, after in pairwise(told):
        assert before != after  # never the same twice


@pytest.mark.parametrize(
    ("state", "before", "reason"),
    [
        (FINE, None, None),
        (FINE, Still.UNINSTALLED, None),
        (ChannelState(is_there=False), None, Still.REMOVED),
        (ChannelState(is_there=False), Still.ARCHIVED, Still.REMOVED),
        (ChannelState(is_there=False), Still.DELETED, Still.DELETED),
        (ChannelState(is_there=False), Still.UNSHARED, Still.UNSHARED),
        (ChannelState(is_archived=True, is_shared=False), None, Still.ARCHIVED),
        (ChannelState(frozen_reason="connection_severed"), None, Still.UNSHARED),
        (ChannelState(frozen_reason="something_new"), None, Still.FROZEN),
        (ChannelState(is_shared=False, is_member=False), None, Still.UNSHARED),
        (ChannelState(is_member=False), None, Still.REMOVED),
    ],
)
def test_why_it_stands_still(state: ChannelState, before: Still | None, reason: Still | None) -> None:
    assert why_it_stands_still(state, before, needs_sharing=True) is reason


def test_two_replicas_that_hear_the_same_tell_it_once(table: Table) -> None:
    """Each in a transaction of its own, one after the other: the second finds it standing still already."""
    clock = table.clock
    stopped = []
    for _ in range(2):
        with table.database.write() as session:
            stopped += freezing.freeze_plans(
                session, channel_id=CHANNEL, reason="archived", now=clock.now(), wall=clock.wall()
            )
    assert len(stopped) == 1
    assert len(words(table)) == 2
    assert [work.key for work in rows(table, "word")] == [
        f"stands_still:{table.plan_id}:U0RAE",
        f"stands_still:{table.plan_id}:U0BEA",
    ]


def test_the_log_says_when_it_stood_still_and_when_it_went_on(table: Table) -> None:
    stop(table)
    answer(table)
    with table.database.read() as session:
        kinds = [change.kind for change, _ in plans.history(session, table.plan_id, None, 2)]
    assert kinds == ["plan_thawed", "plan_frozen"]


def test_moved_to_where_the_buyer_is_not_it_goes_on_until_it_was_shared_and_is_not_any_more(
    table: Table,
) -> None:
    with table.database.write() as session:
        for user_id in (BOT, RAE.user_id):
            session.add(ChannelMember(channel_id="C0INSIDE", user_id=user_id))
    stop(table, Still.UNSHARED)
    with table.work(RAE) as work:
        move_plan(work, "C0INSIDE", BOT)
    inside = ChannelState(is_shared=False)
    answer(table, inside, "C0INSIDE")
    assert plan(table).frozen_at is None
    answer(table, FINE, "C0INSIDE")  # shared with Acme
    answer(table, inside, "C0INSIDE")
    assert plan(table).frozen_reason == "unshared"


def test_who_moves_a_plan_gives_its_channel_no_second_word(table: Table) -> None:
    with table.database.write() as session:
        for user_id in (BOT, RAE.user_id, BEA.user_id):
            session.add(ChannelMember(channel_id="C0ELSE", user_id=user_id))
    stop(table)
    with table.work(RAE) as work:
        move_plan(work, "C0ELSE", BOT)
    answer(table, ChannelState(is_archived=True))  # of the channel that it left
    assert (plan(table).channel_id, plan(table).frozen_at) == ("C0ELSE", None)
    assert words(table) == []
    [board] = rows(table, "board")
    assert board.channel_id == "C0ELSE"


def test_only_the_seller_moves_a_plan(table: Table) -> None:
    for visitor in (BEA, STRANGER):
        with pytest.raises(Refused) as refused, table.work(visitor) as work:
            move_plan(work, "C0ELSE", BOT)
        assert refused.value.code in ("only_the_seller", "which_side", "no_such_plan")


def test_a_reminder_that_waits_for_the_boards_thread_comes_when_the_plan_goes_on(table: Table) -> None:
    """Slack lets no private message through, and the channel closes before the quiet mention is there."""
    owned(table)
    assert morning_round(table, MORNING_AFTER) == 1
    clock = table.clock
    with table.database.write() as session:
        plan = session.get_one(Plan, table.plan_id)
        plan.board_ts = "17.1"
        session.add(plan)
        row = session.exec(select(Outgoing).where(Outgoing.kind == "nudge")).one()
        row.state, row.error = WorkState.FAILED, "messages_tab_disabled"
        session.add(row)
        session.flush()
        messenger = Messenger(table.database, clock, lambda _team: WebClient())
        messenger.refused(session, row, row.error)
    assert [row.key for row in rows(table, "reply")] == [f"nudge_thread:1:{table.plan_id}"]
    stop(table)
    answer(table)
    assert morning_round(table, MORNING_AFTER + DAY) == 1


def test_a_board_that_slack_refused_is_drawn_once_the_channel_is_well(table: Table) -> None:
    """Closed and open again before anybody asked: the plan never stood still, and its board is old."""
    with table.work(RAE) as work:
        work.refresh_board()
    answer(table)
    assert len(rows(table, "board")) == 1
    with table.database.write() as session:
        [row] = session.exec(select(Outgoing).where(Outgoing.kind == "board")).all()
        row.state = WorkState.FAILED
        session.add(row)
    answer(table)
    assert [row.state for row in rows(table, "board")] == [WorkState.FAILED, WorkState.PENDING]


def test_who_heard_that_it_stands_still_hears_where_it_goes_on_when_it_is_moved(table: Table) -> None:
    with table.database.write() as session:
        for user_id in (BOT, RAE.user_id):
            session.add(ChannelMember(channel_id="C0ELSE", user_id=user_id))
    stop(table)
    all_said(table)
    with table.work(RAE) as work:
        move_plan(work, "C0ELSE", BOT)
    [row] = [row for row in rows(table, "word") if row.state is WorkState.PENDING]
    assert row.channel_id == "U0BEA"  # Rae did it
    assert "goes on in <#C0ELSE>. Rae Lindqvist moved it there" in row.payload["message"]["text"]
    assert "<#C0ELSE>" in row.payload["for_lead"]["text"]


def test_whom_it_does_not_reach_that_it_goes_on_the_lead_is_asked_to_tell(table: Table) -> None:
    stop(table)
    all_said(table)
    answer(table)
    [to_rae, to_bea] = [row for row in rows(table, "word") if row.state is WorkState.PENDING]
    assert "Bea Alvarez" in to_bea.payload["for_lead"]["text"]
    assert to_bea.payload["for_lead"] != to_rae.payload["message"]  # which Rae has heard


def test_another_workspace_of_a_company_that_is_known_is_no_other_company(table: Table) -> None:
    """A plan knows a company of Enterprise Grid by the Grid, and Slack tells of its workspaces."""
    with table.database.write() as session:
        buyer = session.get_one(PlanOrganization, (table.plan_id, ACME))
        session.delete(buyer)
        session.add(PlanOrganization(plan_id=table.plan_id, team_id="E0ACME", side=Side.BUYER))
        for person in session.exec(select(Person).where(Person.team_id == ACME)):
            person.enterprise_id = "E0ACME"
            session.add(person)
    event(table, lambda happened: channels.connect(happened, ACME))
    assert rows(table, "post") == []
    event(table, lambda happened: channels.connect(happened, "T0PARTNER"))
    assert "Another company is in" in rows(table, "post")[0].payload["message"]["text"]


def test_a_question_that_is_on_its_way_when_the_plan_asks_again_is_asked_once(table: Table) -> None:
    with table.database.write() as session:
        ask_bea(session, table)
        [row] = session.exec(select(Outgoing).where(Outgoing.kind == "proposal")).all()
        row.state = WorkState.SENDING
        session.add(row)
    stop(table)
    answer(table)
    asked: list[str] = []

    class Mouth(WebClient):
        def chat_postMessage(self, **call: Any) -> Any:
            asked.append(call["channel"])
            return {"channel": "D0BEA", "ts": "1.0"}

    messenger = Messenger(table.database, table.clock, lambda _team: Mouth())
    questions = rows(table, "proposal")
    assert len(questions) == 2
    for question in questions:
        messenger.send(question)
    assert asked == ["U0BEA"]
