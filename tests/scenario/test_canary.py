"""What one side keeps to itself reaches the other nowhere: not a word, not a number, not a difference.

The same walk (`walking`) is made twice: with private steps and notes of the other side, and without. All that
reaches the walker has to be the same, to the byte. A new act, window or word is walked by itself, or this
fails.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from blocks.ids import Act, View
from blocks.picture import draw_svg
from bot.application import build_client, build_tandem
from bot.audit import audit
from bot.desk import Visitor
from bot.listeners.verbs import VERBS
from bot.timelines import load_timeline
from bot.use_cases import agreeing, dates, dependencies, editing, notes
from bot.use_cases import steps as cases
from bot.use_cases.common import Work
from bot.use_cases.proposing import Why
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.models import AnchorKind, ChannelMember, Note, Plan, PlanState, Side, Step, Visibility
from storage.templates import lists_of
from tests.conftest import database_in
from tests.given import BEA, BOT, MONDAY, NORTHWIND, RAE, RAVI, SAM, Table
from tests.logged import all_logged
from tests.sandboxed import BOT_TOKEN
from tests.scenario.agreeable import NEXT_CHANNEL, AgreeableSlack, TurnedClock
from tests.scenario.walking import Forged, Walk

CANARY = "CANARY"
COLLEAGUE = {RAE: SAM, BEA: RAVI}
SIDES = {RAE: Side.SELLER, BEA: Side.BUYER}
OTHER = {RAE: BEA, BEA: RAE}
PAST, SOON, LATER = date(2026, 6, 2), date(2026, 6, 8), date(2026, 6, 24)


@dataclass
class Scene:
    """A walk, and what is left when it is over."""

    walk: Walk
    while_planted: list[str]  # calls to Slack while the other side put its secrets in
    pictures: str
    lists: str
    audited: str
    logged: str
    is_open: bool


def called(work: Work, title: str) -> int:
    return work.session.exec(select(Step.id).where(Step.title == title)).one() or 0


def agree(table: Table) -> None:
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            agreeing.agree(work, agreeing.terms_now(work).digest)


def put_on_the_table(table: Table) -> None:
    """What both see: an agreement, a question about it, notes, a step of each side's own."""
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            for place in range(8):  # more than the window of a step has room for
                notes.add_note(work, table.step(3).id or 0, f"said to both, {place}")
            side = SIDES[visitor]
            mine = cases.NewStep(f"Prepare for {side}", side=side, owner_id=visitor.user_id, due=SOON)
            cases.add_step(work, mine)
    agree(table)
    for visitor in (BEA, RAE):
        theirs = table.step_where(side=SIDES[OTHER[visitor]])
        with table.work(visitor) as work:
            dates.change_date(work, theirs.id or 0, dates.NewDate(LATER, Why("legal", "counsel is away")))


def plant(table: Table, visitor: Visitor) -> Forged:
    """Everything that a side can write into what it keeps to itself."""
    first, side = _plant_steps(table, visitor), SIDES[visitor]
    with table.work(visitor) as work:
        notes.add_note(work, first[0], f"{CANARY} note on a private step")
        notes.add_note(work, 3, f"{CANARY} note on a step of both", is_private=True)
        why = Why("other", f"{CANARY} why")
        dates.change_date(work, first[0], dates.NewDate(PAST.replace(day=3), why))
        edit = editing.StepEdit(title=f"{CANARY} price again", role=f"{CANARY} role again", days=7)
        editing.edit_step(work, first[0], edit)
        dependencies.set_after(work, first[0], "2", side)
        dependencies.set_after(work, called(work, f"Prepare for {side}"), _number(work, first[0]), side)
        cases.start_step(work, first[0])
        cases.block_step(work, first[1], f"{CANARY} in the way", LATER)
        cases.complete_step(work, first[2], f"https://example.com/{CANARY}-proof")
        cases.skip_step(work, first[3], f"{CANARY} not needed")
        editing.remove_step(work, first[4], f"{CANARY} taken off")
    with table.database.read() as session:
        secret = select(Step).where(Step.visibility != Visibility.BOTH).order_by(col(Step.id))
        said = select(Note.id).where(Note.visibility != Visibility.BOTH).order_by(col(Note.id))
        found = session.exec(secret).all()
        note_ids = [one or 0 for one in session.exec(said)]
        return Forged([one.id or 0 for one in found], [one.number for one in found], note_ids)


def _number(work: Work, step_id: int) -> str:
    return str(work.step(step_id).number)


def _plant_steps(table: Table, visitor: Visitor) -> list[int]:
    with table.work(visitor) as work:
        return [
            cases.add_step(
                work,
                cases.NewStep(
                    f"{CANARY} price {place}",
                    phase=f"{CANARY} phase" if place % 2 else None,
                    role=f"{CANARY} role",
                    owner_id=(COLLEAGUE[visitor] if place else visitor).user_id,
                    due=PAST,
                    description=f"{CANARY} more about it",
                    link=f"https://example.com/{CANARY}",
                    is_private=True,
                ),
            ).id
            or 0
            for place in range(6)
        ]


def plant_nothing(table: Table, forged: Forged) -> None:
    """Ids are counted over all plans, so something of another plan has those that the secrets had."""
    with table.database.write() as session:
        for step_id, number in zip(forged.steps, forged.numbers, strict=True):
            decoy = Step(plan_id=2, number=number, position=number, phase="x", title="x", side=Side.JOINT)
            decoy.id = step_id
            session.add(decoy)
        session.flush()
        for note_id in forged.notes:
            note = Note(plan_id=2, step_id=forged.steps[0], at=MONDAY, author_id="U0X", text="x")
            note.id = note_id
            session.add(note)


def another_channel(session: Session) -> None:
    for user_id in (RAE.user_id, BOT):
        session.add(ChannelMember(channel_id=NEXT_CHANNEL, user_id=user_id))


def another_plan(session: Session) -> None:
    session.add(
        Plan(
            id=2,
            team_id="T0ELSE",
            channel_id="C0ELSE",
            name="x",
            template="x",
            seller_company="x",
            buyer_company="x",
            anchor_kind=AnchorKind.GO_LIVE,
            anchor_date=LATER,
            seller_country="GB",
            buyer_country="US",
            seller_time_zone="Europe/London",
            buyer_time_zone="Europe/London",
            time_zone="Europe/London",
            state=PlanState.CLOSED,
            created_at=MONDAY,
            created_by="U0X",
        )
    )


def walked(folder: Path, monkeypatch: pytest.MonkeyPatch, walker: Visitor, forged: Forged | None) -> Scene:
    """The walk of one person; with the other side's secrets, unless their ids are given: then without."""
    with database_in(folder) as database:
        return _walk(database, monkeypatch, walker, forged)


def _walk(
    database: Database, monkeypatch: pytest.MonkeyPatch, walker: Visitor, forged: Forged | None
) -> Scene:
    slack, clock = AgreeableSlack([COLLEAGUE[OTHER[walker]].user_id]), TurnedClock()
    slack.put_in_the_place_of_slack(monkeypatch)
    table = Table(database)
    with database.write() as session:
        another_plan(session)
        another_channel(session)
    client = build_client(BOT_TOKEN, "http://127.0.0.1:1/api/")
    tandem = build_tandem(database, clock, client, SIGNING_SECRET)
    walk = Walk(tandem, slack, clock, walker, Forged([], [], []))
    put_on_the_table(table)
    walk.settle()
    before = len(slack.calls)
    if forged is None:
        forged = plant(table, OTHER[walker])
    else:
        plant_nothing(table, forged)
    walk.settle()
    walk.forged = forged
    planted = [f"{method} {args}" for method, args in slack.calls[before:]]
    with everything_logged() as logged:
        walk.everywhere()
    return _what_is_left(walk, table, planted, "\n".join(logged))


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """What goes to the log at its lowest level, ours and that of the libraries."""
    lines: list[str] = []
    root, handler = logging.getLogger(), logging.Handler(logging.DEBUG)
    level = root.level
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with all_logged() as events:
        yield lines
    root.removeHandler(handler)
    root.setLevel(level)
    lines += map(str, events)


def _what_is_left(walk: Walk, table: Table, planted: list[str], logged: str) -> Scene:
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        viewers = (None, SIDES[walk.visitor])
        views = [load_timeline(session, plan, viewer, walk.clock.now()) for viewer in viewers]
        return Scene(
            walk,
            planted,
            "\n".join(draw_svg(view) for view in views),
            "\n".join(one.body for one in lists_of(session, NORTHWIND)),
            "\n".join(verdict.sentence for verdict in audit(table.database)),
            logged,
            plan.state is PlanState.OPEN,
        )


@dataclass
class Pair:
    walker: Visitor
    secret: Scene
    without: Scene


@pytest.fixture(scope="module", params=[BEA, RAE], ids=["the buyer walks", "the seller walks"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    walker: Visitor = request.param
    with pytest.MonkeyPatch.context() as monkeypatch:
        secret = walked(tmp_path_factory.mktemp("secret"), monkeypatch, walker, None)
        without = walked(tmp_path_factory.mktemp("without"), monkeypatch, walker, secret.walk.forged)
        yield Pair(walker, secret, without)


def test_every_act_and_every_word_was_walked(pair: Pair) -> None:
    assert {act.value for act in Act} - pair.secret.walk.acts == set()
    assert pair.secret.walk.verbs == set(VERBS)
    assert len(pair.secret.walk.seen) > 500
    heard = [name for name, what in pair.secret.walk.seen if what.strip()]
    assert len(heard) > len(pair.secret.walk.seen) * 0.8, "hardly anything came back: nothing was walked"
    assert pair.secret.is_open, "the way ended before its end"


# Who installed Tandem starts plans, keeps lists and takes a plan elsewhere; the buyer has no form for it.
ONLY_THE_SELLERS = {View.PLAN_NEW, View.PLAN_SAVE_LIST, View.PLAN_MOVE}


def test_every_window_was_open(pair: Pair) -> None:
    seen = {View(name) for name in pair.secret.walk.views}
    assert set(View) - seen - (ONLY_THE_SELLERS if pair.walker is BEA else set()) == set()


def test_nothing_broke_on_the_way(pair: Pair) -> None:
    for scene in (pair.secret, pair.without):
        assert "'broke'" not in scene.logged
        assert "stumbled" not in scene.logged


def test_no_word_of_it_is_said_or_shown(pair: Pair) -> None:
    told = {name: what for name, what in pair.secret.walk.seen if _leaks(name, what)}
    assert told == {}
    assert CANARY not in pair.secret.pictures
    assert CANARY not in pair.secret.lists
    assert CANARY not in pair.secret.audited


def _leaks(name: str, what: str) -> bool:
    """The walker searches for the word itself, and reads what they typed."""
    return CANARY in what and CANARY not in name


def test_no_word_of_it_is_logged(pair: Pair) -> None:
    assert [line for line in pair.secret.logged.splitlines() if CANARY in line and "search" not in line] == []


def test_nobody_hears_that_something_was_put_in(pair: Pair) -> None:
    assert pair.secret.while_planted == pair.without.while_planted


def test_all_that_reaches_them_is_the_same_without_it(pair: Pair) -> None:
    secret, without = pair.secret.walk.seen, pair.without.walk.seen
    for place, (one, other) in enumerate(zip(secret, without, strict=False)):
        assert one == other, place
    assert len(secret) == len(without)
    assert pair.secret.pictures == pair.without.pictures
    assert pair.secret.lists == pair.without.lists


def test_how_many_lines_its_ledger_has_is_not_told(pair: Pair) -> None:
    assert pair.secret.audited == pair.without.audited
