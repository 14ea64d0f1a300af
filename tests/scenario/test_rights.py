"""Every cell of the table of rights, played: what it refuses changes nothing, what it allows happens.

Each cell is a transaction of its own through the desk, with the real use case, that is undone at its end.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from bot.desk import Desk, Visitor
from bot.listeners.modals.privacy import preview
from bot.listeners.modals.steps import step_details
from bot.use_cases import (
    agreeing,
    calendars,
    dates,
    departures,
    editing,
    moving_channel,
    notes,
    own_lists,
    plan_edits,
    privacy,
    proposals,
    sides,
    steps,
    timelines,
)
from bot.use_cases import plans as plan_cases
from bot.use_cases.common import Actor, Refused, Work
from plan.rights import BUYERS, OF_ONE_SIDE, SELLERS, TABLE, THINGS, Action, ActorKind, Refusal, may
from storage import plans
from storage.agreement import Proposal, ProposalKind
from storage.database import AT_THE_END, Database
from storage.models import (
    ChannelMember,
    Nudge,
    NudgeStep,
    Outcome,
    Person,
    PlanOrganization,
    PlanPerson,
    PlanState,
    Side,
    Step,
    StepDependency,
    Visibility,
)
from tests.conftest import fresh_database_url
from tests.given import ACME, BOT, CHANNEL, MONDAY, NORTHWIND
from tests.scenario.by_wire import GLOBEX, NOBODY, PRIVATE, TEAMS, Wire, on_the_wire

WHO: dict[ActorKind, str] = {
    ActorKind.SELLER_LEAD: "U0RAE",
    ActorKind.SELLER: "U0SAM",
    ActorKind.BUYER_LEAD: "U0BEA",
    ActorKind.BUYER: "U0RAVI",
    ActorKind.SELLER_GUEST: "U0SIG",
    ActorKind.BUYER_GUEST: "U0BIG",
    ActorKind.THIRD_ORGANIZATION: "U0PIA",
    ActorKind.UNKNOWN: NOBODY,
    ActorKind.OTHER_WORKSPACE: "U0CY",
}
# What somebody leaves behind by asking. Nothing of a plan stands there.
BOOKKEEPING = {"person", "channel_member", "seen_request", "outgoing", "pace", "draft"}
NEVER_WAS = 987_654  # an id that no row ever had
LATER = (MONDAY + timedelta(days=30)).date()
PEOPLE = {Side.SELLER: ("U0SAM", "U0RAE"), Side.BUYER: ("U0RAVI", "U0BEA")}  # one, and who leads

Rows = dict[str, list[tuple[Any, ...]]]
EVERYTHING = [
    (table.name, sa.select(table).order_by(*table.primary_key)) for table in SQLModel.metadata.sorted_tables
]


class Undone(Exception):
    """The end of every transaction here."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One person before one thing. `step_id` is `NEVER_WAS` where the same is asked of what never was."""

    work: Work
    step: Step
    step_id: int

    @property
    def session(self) -> Session:
        return self.work.session

    @property
    def is_there(self) -> bool:
        return self.step_id == self.step.id

    @property
    def side(self) -> Side:
        """Whose thing it is; of what both know, that of who acts."""
        if self.step.visibility is not Visibility.BOTH:
            return Side(self.step.visibility.value)
        return self.work.actor.side or Side.SELLER


@dataclass(frozen=True, slots=True)
class Play:
    """A representative act: what has to be so before, what is done, and whether it leaves anything."""

    act: Callable[[Scene], object]
    before: Callable[[Scene], object] = lambda scene: None
    only_reads: bool = False


def _asked(by_own: bool) -> Callable[[Scene], None]:
    """A question for another day of the step stands open, by the side of who acts or by the other one."""

    def ask(scene: Scene) -> None:
        own = scene.work.actor.side or Side.SELLER
        side = own if by_own else own.other
        question = Proposal(
            id=NEVER_WAS - 1,
            plan_id=scene.work.plan_id,
            step_id=scene.step.id,
            kind=ProposalKind.STEP_DATE,
            old_day=scene.step.due_date,
            new_day=LATER,
            by_id=PEOPLE[side][1],
            by_side=side,
            at=MONDAY,
        )
        scene.session.add(question)

    return ask


def _of_the_own_side(scene: Scene) -> None:
    """A step that may be kept to a side: of it alone, and nothing comes after it."""
    if scene.step.visibility is Visibility.BOTH:
        scene.step.side = scene.side
        scene.step.gate = False
        scene.step.owner_id = scene.step.counterpart_id = None
        after = sa.delete(StepDependency).where(col(StepDependency.after_step_id) == scene.step.id)
        scene.session.execute(after)


def _held_by_one(scene: Scene) -> None:
    scene.step.owner_id = PEOPLE[scene.side][0] if scene.is_there else None


def _heard_of(scene: Scene) -> None:
    user = scene.work.actor.user_id
    scene.session.add(Nudge(id=NEVER_WAS, user_id=user, local_date=MONDAY.date()))
    scene.session.flush()
    heard = NudgeStep(nudge_id=NEVER_WAS, step_id=scene.step.id or 0, user_id=user, armed_for=MONDAY.date())
    scene.session.add(heard)


def _gate(scene: Scene) -> None:
    scene.step.gate = True


def _in_the_other_channel(scene: Scene) -> None:
    scene.session.merge(ChannelMember(channel_id="C0EMPTY", user_id=scene.work.actor.user_id))


def _closed(scene: Scene) -> None:
    scene.work.plan.state = PlanState.CLOSED


def _board_is_up(scene: Scene) -> None:
    scene.work.plan.board_ts = "1.1"


def _claimed_by_globex(scene: Scene) -> None:
    claim = PlanOrganization(
        plan_id=scene.work.plan_id, team_id=GLOBEX, claimed_side=Side.BUYER, claimed_by="U0GIL"
    )
    scene.session.add(claim)


def _acmes_new_one_is_taken_for_a_seller(scene: Scene) -> None:
    scene.session.add(Person(user_id="U0NEW", team_id=ACME, name="New", refreshed_at=MONDAY))
    scene.session.add(ChannelMember(channel_id=CHANNEL, user_id="U0NEW"))
    scene.session.add(PlanPerson(plan_id=scene.work.plan_id, user_id="U0NEW", side=Side.SELLER))
    scene.session.flush()
    scene.work.sides = plans.sides(scene.session, scene.work.plan)


def _set_visibility(scene: Scene) -> None:
    if scene.step.visibility is Visibility.BOTH and scene.is_there:
        privacy.hide_step(scene.work, scene.step_id)
    else:
        privacy.show_step(scene.work, scene.step_id)


def _add(scene: Scene) -> None:
    """To what both know, or to a side's own. Nobody can so much as name the other side's own."""
    is_private = scene.step.visibility is not Visibility.BOTH
    steps.add_step(scene.work, steps.NewStep("Another", side=scene.side, is_private=is_private))


PLAYS: dict[Action, Play] = {
    Action.READ: Play(lambda at: at.work.step(at.step_id), only_reads=True),
    Action.PREVIEW: Play(lambda at: None, only_reads=True),  # see `test_a_preview`: it is no transaction
    Action.NOTE: Play(lambda at: notes.add_note(at.work, at.step_id, "Words")),
    Action.WORK: Play(lambda at: steps.block_step(at.work, at.step_id, "Legal is away", None)),
    Action.CONFIRM: Play(lambda at: steps.complete_step(at.work, at.step_id), _gate),
    Action.MOVE_DATE: Play(lambda at: dates.change_date(at.work, at.step_id, dates.NewDate(LATER))),
    Action.NAME_OWNER: Play(lambda at: steps.assign_step(at.work, at.step_id, PEOPLE[at.side][0])),
    Action.HAND_OFF: Play(lambda at: departures.hand_off(at.work, *PEOPLE[at.side]), _held_by_one),
    Action.SNOOZE: Play(lambda at: steps.snooze_step(at.work, at.step_id, 2), _heard_of),
    Action.ADD_STEP: Play(_add),
    Action.EDIT_STEP: Play(
        lambda at: editing.edit_step(at.work, at.step_id, editing.StepEdit(title="Another title"))
    ),
    Action.DROP_STEP: Play(lambda at: steps.skip_step(at.work, at.step_id, "Not needed")),
    Action.SET_VISIBILITY: Play(_set_visibility, _of_the_own_side),
    Action.AGREE: Play(lambda at: agreeing.agree(at.work, agreeing.terms_now(at.work).digest)),
    Action.ANSWER: Play(lambda at: proposals.accept(at.work, NEVER_WAS - 1), _asked(by_own=False)),
    Action.TAKE_BACK: Play(lambda at: proposals.withdraw(at.work, NEVER_WAS - 1), _asked(by_own=True)),
    Action.KEEP_CALENDAR: Play(lambda at: calendars.add_closed_days(at.work, Side.BUYER, LATER, LATER)),
    Action.POST_BOARD: Play(lambda at: plan_cases.post_board_again(at.work), _board_is_up),
    Action.SHARE: Play(lambda at: timelines.show_timeline(at.work, "key", "light")),
    Action.CHANGE_PLAN: Play(lambda at: plan_edits.edit_plan(at.work, {"name": "Another name"})),
    Action.MOVE_PLAN: Play(
        lambda at: moving_channel.move_plan(at.work, "C0EMPTY", BOT), _in_the_other_channel
    ),
    Action.CLOSE_PLAN: Play(lambda at: plan_cases.close_plan(at.work, Outcome.WON, "We won")),
    Action.REOPEN_PLAN: Play(lambda at: plan_cases.reopen_plan(at.work), _closed),
    Action.CLAIM_SIDE: Play(lambda at: sides.claim_side(at.work, Side.BUYER)),
    Action.GIVE_SIDE: Play(
        lambda at: sides.decide_claim(at.work, GLOBEX, Side.BUYER, right=True), _claimed_by_globex
    ),
    Action.CORRECT_SIDE: Play(
        lambda at: sides.change_side(at.work, "U0NEW", Side.BUYER), _acmes_new_one_is_taken_for_a_seller
    ),
    Action.KEEP_LISTS: Play(lambda at: own_lists.keep_list(at.work, "Ours", "")),
}
# Where nothing is asked for by its id, this is what somebody hears of what they may not know of.
WITHOUT_AN_ID = {Action.HAND_OFF: "owns_nothing", Action.ADD_STEP: "private_own_only"}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, with_tables: sa.URL) -> Iterator[Wire]:
    """The people of all kinds and their plans, once: nothing that is done here stays."""
    folder, name = tmp_path_factory.mktemp("rights"), with_tables.database or ""
    with fresh_database_url(folder, template=name) as url, pytest.MonkeyPatch.context() as patch:
        if with_tables.get_backend_name() == "sqlite":
            shutil.copyfile(name, folder / "tandem.db")
        database = Database(url)
        with on_the_wire(database, patch) as spoken_to:
            yield spoken_to
        database.dispose()


def rows_of(session: Session) -> Rows:
    session.flush()
    connection = session.connection()
    return {name: [tuple(row) for row in connection.execute(question)] for name, question in EVERYTHING}


def of_plans(rows: Rows) -> Rows:
    return {name: found for name, found in rows.items() if name not in BOOKKEEPING}


def desk_of(wire: Wire) -> Desk:
    return replace(wire.tandem.desk, team_id=NORTHWIND)


def visitor(kind: ActorKind) -> Visitor:
    return Visitor(WHO[kind], TEAMS[WHO[kind]])


@contextmanager
def at_work(wire: Wire, kind: ActorKind, plan_id: int | None = None) -> Iterator[Work]:
    """A transaction as somebody of this kind, that is undone. Raises `Refused` as the desk does."""
    plan_id = wire.plans[CHANNEL] if plan_id is None else plan_id
    try:
        with desk_of(wire).work(visitor(kind), plan_id, channel_id=CHANNEL, request_key="a press") as work:
            assert work.actor.kind is kind
            yield work
            raise Undone
    except Undone:
        pass


@contextmanager
def past_the_desk(wire: Wire) -> Iterator[Work]:
    """What no desk would let through: the use case in the hands of somebody for whom there is no plan."""
    with at_work(wire, ActorKind.SELLER_LEAD) as work:
        elsewhere = Actor("U0CY", TEAMS["U0CY"], None, "Cy", is_elsewhere=True)
        yield Work(work.session, work.plan, elsewhere, work.sides, work.now, work.wall)


def the_step(work: Work, visibility: Visibility) -> Step:
    number = 3 if visibility is Visibility.BOTH else PRIVATE[Side(visibility.value)]
    found = plans.step_numbered(
        work.session, work.plan_id, number, Side(visibility.value) if number > 3 else None
    )
    assert found is not None
    return found


def play(
    work: Work,
    action: Action,
    visibility: Visibility,
    *,
    never_was: bool = False,
    before: Callable[[Scene], object] | None = None,
) -> Refused | None:
    """Do it. Answers with the no, having seen that it left nothing behind, or with None for a yes."""
    step = the_step(work, visibility)
    scene = Scene(work, step, NEVER_WAS if never_was else step.id or 0)
    (before or PLAYS[action].before)(scene)
    rows = rows_of(work.session)
    refused = None
    try:
        PLAYS[action].act(scene)
    except Refused as no:
        refused = no
    if refused is not None:
        assert of_plans(rows_of(work.session)) == of_plans(rows), f"{refused.code}, and yet it changed"
        return refused
    for act in work.session.info.pop(AT_THE_END, []):
        act()
    if not PLAYS[action].only_reads:
        assert rows_of(work.session) != rows, "nothing happened"
    return None


def answer(
    wire: Wire, kind: ActorKind, action: Action, visibility: Visibility, *, never_was: bool = False
) -> tuple[str, dict[str, Any]] | None:
    with at_work(wire, kind) as work:
        refused = play(work, action, visibility, never_was=never_was)
        return None if refused is None else (refused.code, dict(refused.facts))
    raise AssertionError("not reached")


def code_of(refusal: Refusal, kind: ActorKind) -> str:
    """Somebody of a company that is known, and on neither side, is asked which side they are on."""
    asks = refusal is Refusal.NOT_ON_THE_PLAN and kind is ActorKind.THIRD_ORGANIZATION
    return "which_side" if asks else refusal.value


def test_every_action_is_played() -> None:
    assert set(PLAYS) == set(Action)
    assert set(WHO) == set(ActorKind)
    assert {action for _, action, _ in TABLE} == set(Action)


CELL = ("kind", "action", "visibility")
OF_A_PLAN = [cell for cell in TABLE if cell[0] is not ActorKind.OTHER_WORKSPACE]


@pytest.mark.parametrize(CELL, [cell for cell in OF_A_PLAN if TABLE[cell] is None])
def test_what_the_table_allows_happens(
    kind: ActorKind, action: Action, visibility: Visibility, wire: Wire
) -> None:
    assert answer(wire, kind, action, visibility) is None


@pytest.mark.parametrize(
    CELL,
    [cell for cell in OF_A_PLAN if TABLE[cell] not in (None, Refusal.UNSEEN) and cell[1] != Action.PREVIEW],
)
def test_what_the_table_refuses_changes_nothing(
    kind: ActorKind, action: Action, visibility: Visibility, wire: Wire
) -> None:
    refusal = TABLE[kind, action, visibility]
    assert refusal is not None
    said = answer(wire, kind, action, visibility)
    assert said is not None, "it went through"
    assert said[0] == code_of(refusal, kind)


@pytest.mark.parametrize(CELL, [cell for cell in OF_A_PLAN if TABLE[cell] is Refusal.UNSEEN])
def test_what_somebody_may_not_know_of_is_as_if_it_never_was(
    kind: ActorKind, action: Action, visibility: Visibility, wire: Wire
) -> None:
    said = answer(wire, kind, action, visibility)
    assert said is not None, "it went through"
    assert said == answer(wire, kind, action, visibility, never_was=True)
    refusal = may(action, kind)  # they may not do it at all
    assert said[0] == (code_of(refusal, kind) if refusal else WITHOUT_AN_ID.get(action, "no_such_step"))


@pytest.mark.parametrize("kind", sorted(SELLERS | BUYERS))
@pytest.mark.parametrize(("action", "by_own"), [(Action.ANSWER, True), (Action.TAKE_BACK, False)])
def test_nobody_answers_their_own_sides_question_nor_takes_back_the_other_ones(
    action: Action, by_own: bool, kind: ActorKind, wire: Wire
) -> None:
    with at_work(wire, kind) as work:
        refused = play(work, action, Visibility.BOTH, before=_asked(by_own=by_own))
        assert refused is not None
        assert refused.code == OF_ONE_SIDE[action].value


@pytest.mark.parametrize("action", Action)
def test_for_another_workspace_no_plan_is_there_not_even_past_the_desk(action: Action, wire: Wire) -> None:
    kind = ActorKind.OTHER_WORKSPACE
    said = []
    for plan_id in (None, NEVER_WAS):
        with pytest.raises(Refused) as refused, at_work(wire, kind, plan_id):
            pass
        said.append((refused.value.code, dict(refused.value.facts)))
    assert said == [("no_such_plan", {})] * 2
    if action in (Action.READ, Action.PREVIEW):  # for which the desk alone is asked
        return
    for visibility in Visibility if action in THINGS else [Visibility.BOTH]:
        with past_the_desk(wire) as work:
            past = play(work, action, visibility)
            assert past is not None
            assert past.code == "no_such_plan"


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("visibility", Visibility)
def test_the_window_of_a_step_opens_for_who_may_know_of_it(
    kind: ActorKind, visibility: Visibility, wire: Wire
) -> None:
    with at_work(wire, ActorKind.SELLER_LEAD) as work:
        step_id = the_step(work, visibility).id or 0
    where = (wire.plans[CHANNEL], step_id, CHANNEL)
    if TABLE[kind, Action.READ, visibility] is None:
        assert step_details(desk_of(wire), visitor(kind), *where)["blocks"]
        return
    with pytest.raises(Refused) as refused:
        step_details(desk_of(wire), visitor(kind), *where)
    with pytest.raises(Refused) as never:
        step_details(desk_of(wire), visitor(kind), where[0], NEVER_WAS, CHANNEL)
    assert (refused.value.code, refused.value.facts) == (never.value.code, never.value.facts)
    assert refused.value.code in ("no_such_step", "no_such_plan")


@pytest.mark.parametrize("kind", ActorKind)
def test_a_preview_opens_for_who_may_have_it(kind: ActorKind, wire: Wire) -> None:
    refusal = TABLE[kind, Action.PREVIEW, Visibility.BOTH]
    if refusal is None:
        shown = preview(desk_of(wire), visitor(kind), wire.plans[CHANNEL], CHANNEL)
        assert not [side for side in Side if f"What {side} keeps to itself" in str(shown)]
        return
    with pytest.raises(Refused) as refused:
        preview(desk_of(wire), visitor(kind), wire.plans[CHANNEL], CHANNEL)
    assert refused.value.code == ("no_such_plan" if refusal is Refusal.UNSEEN else code_of(refusal, kind))
