"""`kill -9` between a commit and Slack's answer, at each kind of outgoing work, before its effect and after.

Afterwards boards and edits are true, and a post arrived at most once: where nobody can know, the lead hears.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from slack_sdk import WebClient
from sqlmodel import col, select

from bot.clock import SystemClock
from bot.delivery import REPEATABLE
from bot.messages import Messenger
from bot.use_cases import home, plans, roster, steps
from sandbox.faults import Fault, Kind
from sandbox.telling import everything, texts_of
from storage import outbox
from storage.database import Database
from storage.departures import Departure, Gone
from storage.models import ChannelMember, Handover, Notice, Person, Plan, Side, Step
from storage.outgoing import Outgoing, WorkState
from tests.replicas import two_keys
from tests.replicas.deals import BEA, EVERYBODY, NORTHWIND, TANDEM
from tests.replicas.running import eventually
from tests.replicas.scenes import EDIT, LATE, POST, WEDNESDAY, Scene
from tests.replicas.watching import pinned_in

MOMENTS: tuple[tuple[Kind, int], ...] = (("timeout_before", 0), ("timeout_after", 1))  # how many arrive
UNANSWERED = "no answer"  # in the log of the small Slack, before the caller hears so
HELD = 60.0  # seconds; longer than anything here takes
NOTE = {"text": "A word", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "A word"}}]}


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of work. `method` and `where` are the call that is held, `make` has it made.

    A post says `words`, and the lead is told of it in the words `told`, "" for not at all. Of what may be
    repeated, `is_true` says whether it has come true. Each works twice in a row; `time` counts from 1.
    `kind` is said where it is not the name of the case.
    """

    method: str
    where: Callable[[Scene], str | None]
    make: Callable[[Scene, int], None]
    words: str = ""
    told: str = "a message"
    is_true: Callable[[Scene, int], bool] = lambda _scene, _time: True
    prepare: Callable[[Scene], None] = lambda _scene: None
    kind: str = ""


def in_channel(scene: Scene) -> str:
    return scene.deal.channel


def to_bea(_scene: Scene) -> str:
    return "D0BEA"


def to_rae(_scene: Scene) -> str:
    return "D0RAE"


def anywhere(_scene: Scene) -> None:
    return None


def put(scene: Scene, kind: str, time: int, channel: str | None = None, **payload: Any) -> None:
    with scene.deal.database.write() as session:
        outbox.put(
            session,
            key=f"{kind}:{time}",
            kind=kind,
            team_id=NORTHWIND,
            channel_id=channel or scene.deal.channel,
            plan_id=scene.deal.plan_id,
            payload=payload,
            not_before=datetime.now(UTC),
        )


def set_plan(scene: Scene, **values: Any) -> None:
    with scene.deal.database.write() as session:
        session.execute(sa.update(Plan).where(col(Plan.id) == scene.deal.plan_id).values(**values))


def tick(scene: Scene, time: int) -> None:
    with scene.deal.work(BEA) as work:
        steps.complete_step(work, scene.deal.step(time + 1).id or 0)


def board_shows_it(scene: Scene, time: int) -> bool:
    return f"{time} of 13 done" in scene.pinned()


def ask_timeline(scene: Scene, time: int) -> None:
    put(scene, "timeline", time, theme="light", thread_ts=scene.deal.plan().board_ts)


def unpin(scene: Scene, time: int) -> None:
    with scene.slack.slack.world.changed:
        scene.slack.slack.world.channels[scene.deal.channel].pins.clear()
    put(scene, "pin", time, ts=scene.deal.plan().board_ts)


def is_pinned(scene: Scene, _time: int) -> bool:
    return pinned_in(scene.slack, scene.deal.channel).ts == scene.deal.plan().board_ts


def post_board_again(scene: Scene, _time: int) -> None:
    with scene.deal.work() as work:
        plans.post_board_again(work)


def only_the_last_stands(scene: Scene, time: int) -> bool:
    messages = scene.slack.slack.world.messages[scene.deal.channel]
    boards = [post.ts for post in scene.postbox.boards]
    moved = ["stands further down" in everything(messages[ts]) for ts in boards]
    return moved == [True] * time + [False] and is_pinned(scene, time)


def word_to_lead(scene: Scene, time: int) -> None:
    put(scene, "post", time, "U0RAE", message=NOTE)


def ask_status(scene: Scene, _time: int) -> None:
    scene.slack.say("U0BEA", "@Tandem status", scene.deal.channel, settle=False)


def become_late(scene: Scene, time: int) -> None:
    """Wednesday morning, and then Thursday: Bea hears of one step on each."""
    if time == 2:
        scene.deal.give(6, "U0BEA", WEDNESDAY.date())
    scene.slack.turn_to(WEDNESDAY.replace(day=WEDNESDAY.day + time - 1))


def nudge_bea(scene: Scene) -> None:
    scene.deal.give(6, "U0BEA", LATE)
    scene.slack.turn_to(WEDNESDAY)
    eventually(lambda: scene.postbox.nudges, why="Bea is nudged")
    scene.rest()


def answer_nudge(scene: Scene, time: int) -> None:
    """Of the two steps in the nudge first one is done, then the other; its message shows that."""
    with scene.deal.work(BEA) as work:
        steps.complete_step(work, scene.deal.step(4 + time).id or 0)


def nudge_shows_it(scene: Scene, time: int) -> bool:
    [dm] = scene.slack.dms("U0BEA")
    return texts_of(dm["blocks"]).count("done, by Bea") == time


def have_a_word(scene: Scene) -> None:
    word_to_lead(scene, 0)
    eventually(lambda: scene.slack.dms("U0RAE"), why="the word is there")
    scene.rest()


def edit_word(scene: Scene, time: int) -> None:
    words = {**NOTE, "text": f"Word {time}"}
    put(scene, "edit", time, "D0RAE", ts=scene.slack.dms("U0RAE")[0]["ts"], message=words)


def forget_roster(scene: Scene, _time: int) -> None:
    with scene.deal.database.write() as session:
        session.execute(sa.delete(ChannelMember))
        roster.ask_for_roster(session, NORTHWIND, scene.deal.channel, datetime.now(UTC))


def roster_is_read(scene: Scene, _time: int) -> bool:
    with scene.deal.database.read() as session:
        return set(session.exec(select(ChannelMember.user_id))) == {*EVERYBODY, TANDEM}


def forget_people(scene: Scene, time: int) -> None:
    """Of some in the channel nobody knows any more who they are."""
    forgotten = sa.update(Person).where(col(Person.user_id).in_(["U0RAVI", "U0OMAR"]))
    with scene.deal.database.write() as session:
        session.execute(forgotten.values(refreshed_at=datetime(1970, 1, 1, tzinfo=UTC), name="?"))
    forget_roster(scene, time)


def people_are_known(scene: Scene, time: int) -> bool:
    with scene.deal.database.read() as session:
        nameless = session.exec(select(Person.user_id).where(Person.name == "?")).all()
    return not nameless and roster_is_read(scene, time)


def become_late_and_unreachable(scene: Scene, time: int) -> None:
    scene.slack.refuse_dms("U0BEA")
    become_late(scene, time)


def open_home(scene: Scene, time: int) -> None:
    set_plan(scene, name=f"Deal as of {time}")
    with scene.deal.database.write() as session:
        home.open_home(session, NORTHWIND, "U0RAE", datetime.now(UTC))


def home_shows_it(scene: Scene, time: int) -> bool:
    shown = scene.slack.home("U0RAE")
    return shown is not None and f"Deal as of {time}" in texts_of(shown["blocks"])


def hand_over(scene: Scene, time: int) -> None:
    """To Ravi on Tuesday; to Omar, who has heard of nothing yet, the second time."""
    set_plan(scene, gives_notice=True)
    person = "U0RAVI" if time == 1 else "U0OMAR"
    with scene.deal.work() as work:
        steps.assign_step(work, scene.deal.step(7 + time).id or 0, person)


def hand_over_to_the_unreachable(scene: Scene, time: int) -> None:
    for person in ("U0RAVI", "U0OMAR"):
        scene.slack.refuse_dms(person)
    hand_over(scene, time)


def make_news(scene: Scene, time: int) -> None:
    set_plan(scene, tells_news=True)
    tick(scene, time)
    with scene.deal.database.write() as session:  # not in twenty seconds: now
        news = sa.update(Outgoing).where(col(Outgoing.kind) == "news")
        session.execute(news.values(not_before=datetime.now(UTC)))


def stand_still_without_a_reason(scene: Scene, time: int) -> None:
    """Archived, it says; Slack will say that the channel is well."""
    set_plan(scene, frozen_at=datetime.now(UTC), frozen_reason="archived")
    put(scene, "channel_check", time)


def goes_on(scene: Scene, _time: int) -> bool:
    return scene.deal.plan().frozen_at is None


def is_gone(scene: Scene, time: int) -> int:
    """Ravi, then Omar: noted, and Bea is to hear of it."""
    user_id = ("U0RAVI", "U0OMAR")[time - 1]
    with scene.deal.database.write() as session:
        session.execute(sa.delete(ChannelMember).where(col(ChannelMember.user_id) == user_id))
        gone = Departure(
            plan_id=scene.deal.plan_id,
            user_id=user_id,
            side=Side.BUYER,
            reason=Gone.LEFT,
            noticed_at=datetime.now(UTC),
            told_id="U0BEA",  # as if a round had put it there: none does so by itself
        )
        session.add(gone)
        session.flush()
        return gone.id or 0


def tell_who_is_gone(scene: Scene, time: int) -> None:
    put(scene, "departure", time, "U0BEA", departure=is_gone(scene, time))


def be_back(scene: Scene, time: int) -> None:
    """What stands in Bea's conversation with Tandem says so."""
    departure = is_gone(scene, time)
    [ts] = [one["ts"] for one in scene.slack.dms("U0BEA")][-1:]
    with scene.deal.database.write() as session:
        kept = session.get_one(Departure, departure)
        kept.channel_id, kept.message_ts, kept.ended_at = "D0BEA", ts, datetime.now(UTC)
    put(scene, "departure_refresh", time, "D0BEA", departure=departure)


def says_who_is_back(scene: Scene, time: int) -> bool:
    return ("Ravi", "Omar")[time - 1] in texts_of(scene.slack.dms("U0BEA")[-1]["blocks"])


def draw_new_steps_anew(scene: Scene, time: int) -> None:
    """What stands in Bea's conversation with Tandem says that another step is hers."""
    set_plan(scene, gives_notice=True)
    step_id, ts = scene.deal.step(7 + time).id, scene.slack.dms("U0BEA")[-1]["ts"]
    with scene.deal.database.write() as session:
        session.execute(sa.update(Step).where(col(Step.id) == step_id).values(owner_id="U0BEA"))
        notice = Notice(user_id="U0BEA", local_date=date(2020, 1, time))
        session.add(notice)
        session.flush()
        session.add(
            Handover(
                step_id=step_id or 0,
                user_id="U0BEA",
                by_id="U0RAE",
                tell_at=datetime.now(UTC),
                notice_id=notice.id,
            )
        )
        notice_id = notice.id
    put(scene, "notice_refresh", time, "D0BEA", notice=notice_id, ts=ts)


def says_what_is_new(scene: Scene, time: int) -> bool:
    return scene.deal.step(7 + time).title in texts_of(scene.slack.dms("U0BEA")[-1]["blocks"])


CASES: Mapping[str, Case] = {
    "board": Case(EDIT, in_channel, tick, is_true=board_shows_it),
    "pin": Case("pins.add", in_channel, unpin, is_true=is_pinned),
    "board_moved": Case(EDIT, in_channel, post_board_again, is_true=only_the_last_stands),
    "post": Case(POST, to_rae, word_to_lead, words="A word"),
    "reply": Case(POST, in_channel, ask_status, words="go-live"),
    "nudge": Case(POST, to_bea, become_late, words="waiting for you", told="a reminder"),
    "nudge_refresh": Case(EDIT, to_bea, answer_nudge, is_true=nudge_shows_it, prepare=nudge_bea),
    "word": Case(POST, to_bea, two_keys.sign_anew, words="has agreed to"),
    "proposal": Case(POST, to_bea, two_keys.ask, words="asks to move", prepare=two_keys.agree),
    "proposal_refresh": Case(
        EDIT, to_bea, two_keys.take_back, is_true=two_keys.is_taken_back, prepare=two_keys.ask_twice
    ),
    "edit": Case(
        EDIT,
        to_rae,
        edit_word,
        is_true=lambda scene, time: scene.slack.dms("U0RAE")[0]["text"] == f"Word {time}",
        prepare=have_a_word,
    ),
    "roster": Case("conversations.members", in_channel, forget_roster, is_true=roster_is_read),
    "channel_check": Case("conversations.info", in_channel, stand_still_without_a_reason, is_true=goes_on),
    "departure": Case(POST, to_bea, tell_who_is_gone, words="is not in the channel", told=""),
    "departure_refresh": Case(EDIT, to_bea, be_back, is_true=says_who_is_back, prepare=nudge_bea),
    "home": Case("views.publish", anywhere, open_home, is_true=home_shows_it),
    "notice": Case(POST, anywhere, hand_over, words="put your name on", told="a word about new steps"),
    "notice_refresh": Case(EDIT, to_bea, draw_new_steps_anew, is_true=says_what_is_new, prepare=nudge_bea),
    "timeline": Case("files.completeUploadExternal", anywhere, ask_timeline, words="🗓️", told="a timeline"),
    "news": Case(POST, in_channel, make_news, words="is done, by Bea", told="a line in the board"),
}
# The second call of a kind that makes two, and what is said where a private message is refused.
MORE: Mapping[str, Case] = {
    "unpin": Case(
        "pins.remove", in_channel, post_board_again, is_true=only_the_last_stands, kind="board_moved"
    ),
    "look-up": Case("users.info", anywhere, forget_people, is_true=people_are_known, kind="roster"),
    "nudge in thread": Case(
        POST, in_channel, become_late_and_unreachable, words="waiting for you", kind="reply"
    ),
    "notice in thread": Case(
        POST, in_channel, hand_over_to_the_unreachable, words="has your name on", kind="reply"
    ),
}


def test_no_kind_is_forgotten(database: Database) -> None:
    assert set(CASES) == set(Messenger(database, SystemClock(), lambda _team: WebClient()).senders)
    # What a Grid's copy is for is asked of Slack by no Messenger: see tests/scenario/test_installing.py.
    assert {kind for kind, case in CASES.items() if not case.words} == REPEATABLE - {"workspaces"}


@pytest.mark.parametrize("name", [*sorted(CASES), *sorted(MORE)])
def test_a_process_killed_before_slack_answered_leaves_the_truth(scene: Scene, name: str) -> None:
    case = CASES.get(name) or MORE[name]
    kind = case.kind or name
    case.prepare(scene)
    arrived = 0
    for time, (fault, arrives) in enumerate(MOMENTS, start=1):
        kill_in_the_act(scene, case, fault, time)
        arrived += arrives
        if case.words:
            assert len(scene.outbox.rows(kind, state=WorkState.UNKNOWN)) == time
            posts = [post for post in scene.postbox.posts if case.words in post.words and not post.is_board]
            assert len(posts) == arrived, f"{fault}: said once, or not at all"
            if case.told:
                assert scene.told_of(case.told) == time, "the lead hears once of each"
            else:
                assert scene.postbox.unknowns == [], "it is nobody's over there: it waits in a window"
        else:
            assert {row.state for row in scene.outbox.rows(kind)} == {WorkState.SENT}
            assert case.is_true(scene, time), f"{fault}: it is not so"
            assert scene.postbox.unknowns == []
    assert scene.replica.complaints() == []


@pytest.mark.parametrize(("fault", "arrives"), MOMENTS)
def test_a_process_killed_as_it_posts_a_board_leaves_one_or_none_until_somebody_asks(
    before: Scene, fault: Kind, arrives: int
) -> None:
    before.slack.slack.faults.add(Fault(method=POST, channel=before.deal.channel, kind=fault, latency=HELD))
    before.replica.start()
    eventually(lambda: before.times(POST, UNANSWERED), why="the call is made")
    die_and_come_back(before)
    tick(before, 1)
    before.replica.stop()  # what is left is sent by another one, which was told nothing
    before.replica.start()
    before.replica.wait_until_well()
    before.rest()
    assert len(before.postbox.boards) == arrives
    assert before.told_of("the board") == 1
    assert {row.state for row in before.outbox.rows("board")} == {WorkState.SENT}

    post_board_again(before, 1)
    eventually(lambda: before.deal.plan().board_ts, why="there is another one")
    before.rest()
    assert len(before.postbox.boards) == arrives + 1
    assert board_shows_it(before, 1)
    assert before.told_of("the board") == 1
    assert before.replica.complaints() == []


def kill_in_the_act(scene: Scene, case: Case, fault: Kind, time: int) -> None:
    """The call is under way, or done and not answered; then the process is gone, and another one starts."""
    held = len(scene.times(case.method, UNANSWERED))
    rule = Fault(method=case.method, channel=case.where(scene), kind=fault, latency=HELD)
    scene.slack.slack.faults.add(rule)
    case.make(scene, time)
    eventually(lambda: len(scene.times(case.method, UNANSWERED)) > held, why="the call is made")
    die_and_come_back(scene)


def die_and_come_back(scene: Scene) -> None:
    scene.replica.kill()
    scene.replica.bury()
    scene.outbox.outlive_leases()
    scene.replica.start()
    scene.replica.wait_until_well()
    scene.rest()
