"""Every button and every window in the wrong hands, of another moment, of another plan, or never written.

Each is sent as Slack would send it, signed. Whatever it carries: nothing that is not the sender's changes,
and no word of it comes back.
"""

import copy
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from slack_sdk.web.base_client import BaseClient
from slack_sdk.web.slack_response import SlackResponse
from sqlmodel import Session, SQLModel, select

from blocks.ids import Act, View
from bot.listeners.actions import HANDLERS as PRESSED
from bot.listeners.submissions import HANDLERS as SENT
from storage.agreement import ClosedDays, Proposal, ProposalKind, TeamTemplate
from storage.database import Database
from storage.departures import Departure, Gone
from storage.models import (
    Note,
    Nudge,
    NudgeStep,
    Plan,
    PlanOrganization,
    Side,
    Step,
    StepState,
    Visibility,
)
from tests.conftest import fresh_database_url
from tests.given import CHANNEL, MONDAY, NORTHWIND
from tests.scenario.by_wire import (
    ELSEWHERE,
    GLOBEX,
    NOBODY,
    OTHER,
    PRIVATE,
    TEAMS,
    Answer,
    Body,
    Request,
    Wire,
    on_the_wire,
    person_in,
    press,
)
from tests.scenario.good_requests import good_requests
from tests.scenario.test_random_requests import Watch

# What somebody leaves behind by asking. Nothing of a plan stands there.
BOOKKEEPING = {"person", "channel_member", "seen_request", "outgoing", "pace", "draft"}
LATER = date(2026, 9, 1)
NEVER_WAS = 987_654  # an id that no row ever had
FOREIGN = "Zanzibar"  # in every word of the plan of another workspace
OWN_WORD = {Side.SELLER: "Walrus", Side.BUYER: "Quokka"}  # in every word that a side keeps to itself
STRANGE = ("0", "-1", "999999999", "9" * 40, "", " ", "٣", "²", "abc", "1e3")
STRANGE_IN_JSON: tuple[Any, ...] = (0, -1, 999_999_999, 10**40, "3", "٣", None, 1.5, True, [])

# What a guest leaves to others.
NOT_FOR_GUESTS: set[Act | View] = {
    Act.PLAN_EDIT,
    Act.PLAN_SETTINGS,
    Act.PLAN_CLOSE,
    Act.PLAN_MOVE,
    Act.PLAN_REOPEN,
    Act.PLAN_HONEST_DATE,
    Act.PLAN_SAVE_LIST,
    Act.PLAN_DROP_LIST,
    Act.HANDOFF_OPEN,
    Act.HANDOFF_ALL,
    Act.HANDOFF_CHOOSE,
    Act.HANDOFF_STAYS,
    Act.SIDE_CHANGE,
    Act.SIDE_FOR_ALL,
    Act.SIDE_FOR_ONE,
    Act.SIDE_YES,
    Act.SIDE_NO,
    View.PLAN_EDIT,
    View.PLAN_SETTINGS,
    View.PLAN_CLOSE,
    View.PLAN_MOVE,
    View.PLAN_SAVE_LIST,
    View.SIDE_CHANGE,
    View.HANDOFF,
}

Changed = tuple[str, dict[str, Any] | None, dict[str, Any] | None]  # the table, and a row before and after


@dataclass(frozen=True, slots=True)
class Ids:
    """The rows of one plan that a button may name."""

    plan: int
    step: int
    private: Mapping[Side, int]
    note: int
    nudge: int
    proposal: int
    departure: int
    closed: int
    own_list: int


@dataclass(slots=True)
class World:
    """`good` are requests about the plan of C0DEAL; what they change is taken back."""

    wire: Wire
    ids: Ids
    foreign: Ids
    good: dict[str, Request]
    watch: Watch

    def take_back(self, changed: list[Changed]) -> None:
        """As it was before, but for what is only ever added to: lines of the ledger, and steps they name."""
        tables = SQLModel.metadata.tables
        order = [table.name for table in SQLModel.metadata.sorted_tables]
        changed = sorted(changed, key=lambda one: order.index(one[0]))
        with self.wire.database.write() as session:
            for name, before, after in reversed(changed):
                stays = name == "slip" or (
                    name == "step" and after and after["plan_id"] in self.wire.plans.values()
                )
                if before is None and after is not None and not stays:
                    session.execute(sa.delete(tables[name]).where(_is(tables[name], after)))
            for name, before, after in changed:
                if before is not None and after is None:
                    session.execute(sa.insert(tables[name]).values(before))
                elif before is not None and after is not None:
                    session.execute(sa.update(tables[name]).where(_is(tables[name], after)).values(before))
        self.watch.changes()

    def send(self, request: Request) -> "Heard":
        """Sends it as a new one, and has seen that nothing broke."""
        fresh, key = as_new(request.body, self.wire)
        before = len(self.wire.calls)
        answer = self.wire.send(fresh)
        assert answer.status == 200, fresh.body
        broke, self.wire.broke[:] = self.wire.broke[:], []
        if broke:
            raise AssertionError(fresh.body) from broke[0]
        return Heard(answer, self.wire.calls[before:], key)

    def changes(self) -> list[Changed]:
        """What is another now, but for bookkeeping; taken back."""
        found = [
            (table, before, after)
            for table, pairs in self.watch.changes().items()
            if table not in BOOKKEEPING
            for before, after in pairs
        ]
        if found:
            self.take_back(found)
        return found


def _is(table: sa.Table, row: dict[str, Any]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key))


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: the answer itself, and what Slack was given to show."""

    answer: Answer
    calls: list[tuple[str, Body]]
    key: str

    @property
    def words(self) -> str:
        """Without the request's own id, so that two of them compare."""
        text = self.answer.text + json.dumps(self.calls, ensure_ascii=False, default=str)
        return text.replace(self.key, "KEY")


def as_new(body: Body, wire: Wire) -> tuple[Request, str]:
    body, key = copy.deepcopy(body), wire.fresh()
    if "trigger_id" in body:
        body["trigger_id"] = key
    if "view" in body:
        body["view"] |= {"id": f"V{key}", "root_view_id": f"V{key}", "hash": f"h{key}"}
    return Request(body), key


def by(request: Request, user: str, host: str = NORTHWIND) -> Request:
    """The same, sent by somebody else, maybe through another copy of Tandem."""
    body = copy.deepcopy(request.body)
    body["user"] = person_in(user)
    if body["type"] == "view_submission":
        body["team"] = {"id": TEAMS.get(user) or NORTHWIND}
    if host != NORTHWIND:
        body["team"] = {"id": host}
        if "view" in body:
            body["view"] |= {"app_installed_team_id": host, "team_id": host}
    return Request(body)


def value_of(request: Request) -> str:
    action = request.body.get("actions", [{}])[0]
    return str(action.get("value") or action.get("selected_option", {}).get("value") or "")


def carrying(request: Request, value: str) -> Request:
    body = copy.deepcopy(request.body)
    action = body["actions"][0]
    if "selected_option" in action:
        action["selected_option"]["value"] = value
    else:
        action["value"] = value
    return Request(body)


def metadata_of(request: Request) -> dict[str, Any]:
    return dict(json.loads(request.body.get("view", {}).get("private_metadata") or "{}"))


def remembering(request: Request, **changed: Any) -> Request:
    """The same out of a window that remembers something else. Nothing to forge where there is no window."""
    body = copy.deepcopy(request.body)
    if metadata_of(request):
        body["view"]["private_metadata"] = json.dumps({**metadata_of(request), **changed})
    return Request(body)


def out_of(request: Request, channel: str) -> Request:
    body = copy.deepcopy(request.body)
    if "channel" in body:
        body["channel"]["id"] = body["container"]["channel_id"] = channel
    return remembering(Request(body), channel_id=channel)


def values_for(ids: Ids) -> dict[Act, str]:
    """What the buttons of that plan carry."""
    step = f"{ids.plan}:{ids.step}"
    carried: dict[Act, str] = dict.fromkeys(PRESSED, str(ids.plan))
    carried |= {act: step for act in PRESSED if act.startswith("step.")}
    carried |= {act: f"{ids.nudge}:{step}" for act in PRESSED if act.startswith("nudge.")}
    carried |= {act: f"{ids.plan}:{ids.proposal}" for act in PRESSED if act.startswith("proposal.")}
    carried |= dict.fromkeys(
        (Act.HANDOFF_ALL, Act.HANDOFF_CHOOSE, Act.HANDOFF_STAYS), f"{ids.plan}:{ids.departure}"
    )
    return carried | {
        Act.NUDGE_SNOOZE: f"{step}:2",
        Act.STEP_NOTES_TURN: f"{step}:0",
        Act.NOTE_SHOW: f"{step}:{ids.note}",
        Act.SIDE_YES: f"{ids.plan}:{GLOBEX}:buyer",
        Act.SIDE_NO: f"{ids.plan}:{GLOBEX}:buyer",
        Act.SIDE_FOR_ALL: f"{ids.plan}:U0PIA:buyer",
        Act.SIDE_FOR_ONE: f"{ids.plan}:U0PIA:buyer",
        Act.CLOSED_REMOVE: f"{ids.plan}:{ids.closed}",
        Act.REGION_PICK: f"{ids.plan}:seller:",
        Act.STEP_DATE_TO: f"{step}:2026-07-20",
        Act.PLAN_HONEST_DATE: f"{ids.plan}:{LATER.toordinal()}:{date(2026, 7, 31).toordinal()}",
    }


def about(request: Request) -> int | None:
    """The plan that a request means."""
    if request.body["type"] == "view_submission":
        return metadata_of(request).get("plan_id")
    first = value_of(request).split(":")[0]
    return int(first) if first.isdecimal() else metadata_of(request).get("plan_id")


def the_good(found: list[Request], ids: Ids) -> dict[str, Request]:
    """One of each kind about this plan, by what is pressed, and in which window, or by what is sent."""
    good: dict[str, Request] = {}
    carried = values_for(ids)
    for request in found:
        body = request.body
        if (
            body.get("type") == "view_submission"
            and metadata_of(request).get("plan_id", ids.plan) == ids.plan
        ):
            sent = View(body["view"]["callback_id"])
            good.setdefault(f"sent {sent}", with_the_newest(request, ids))
        if body.get("type") != "block_actions" or body.get("view", {}).get("type") == "home":
            continue
        act = next((one for one in PRESSED if one == body["actions"][0]["action_id"]), None)
        where = body.get("view", {}).get("callback_id", "")
        if act is None or (where and about(request) != ids.plan):
            continue
        keeps_its_value = act.startswith("plan.f") or not value_of(request) or act.endswith("_pick")
        here = out_of(request, CHANNEL) if not where else request
        good.setdefault(f"{act} {where}", here if keeps_its_value else carrying(here, carried[act]))
    for act in set(PRESSED) - {one.split()[0] for one in good}:
        good[f"{act} "] = press("U0RAE", {"action_id": act.value, "value": carried[act]}, "0")
    return good


def with_the_newest(request: Request, ids: Ids) -> Request:
    """About the step and the question that wait now."""
    known = metadata_of(request)
    now = {"step_id": ids.step, "proposal_id": ids.proposal}
    return remembering(request, **{key: value for key, value in now.items() if key in known})


def kind_of(name: str) -> Act | View:
    first, _, second = name.partition(" ")
    return View(second) if first == "sent" else Act(first)


def furnish(session: Session, plan_id: int, team_id: str, word: str) -> Ids:
    """One row of each kind that a button can name."""
    plan = session.get(Plan, plan_id)
    assert plan is not None
    rows = session.exec(select(Step).where(Step.plan_id == plan_id).order_by("number")).all()
    private = {side: next(one for one in rows if one.number == PRIVATE[side]) for side in OWN_WORD}
    for side, row in private.items():
        row.title = f"{word} {OWN_WORD[side]}"
    step = next(one for one in rows if one.number == 4)
    step.state, step.side, step.gate = StepState.OPEN, Side.BUYER, False
    step.owner_id, step.counterpart_id, step.removed_at = plan.buyer_lead_id, None, None
    step.due_date = (MONDAY + timedelta(days=20)).date()
    made = (
        Note(
            plan_id=plan_id,
            step_id=step.id or 0,
            at=MONDAY,
            author_id="U0SAM",
            author_side=Side.SELLER,
            text=f"{word} {OWN_WORD[Side.SELLER]}",
            visibility=Visibility.SELLER,
        ),
        Nudge(user_id=plan.buyer_lead_id or "", local_date=(MONDAY - timedelta(days=300)).date()),
        Proposal(
            plan_id=plan_id,
            step_id=step.id,
            kind=ProposalKind.STEP_DATE,
            old_day=step.due_date,
            new_day=(MONDAY + timedelta(days=27)).date(),
            by_id=plan.buyer_lead_id or "",
            by_side=Side.BUYER,
            reason=word,
            at=MONDAY,
        ),
        Departure(
            plan_id=plan_id,
            user_id="U0GHOST" if word else "U0RAVI",
            side=Side.BUYER,
            reason=Gone.LEFT,
            noticed_at=MONDAY,
            proposed_id=plan.buyer_lead_id,
        ),
        ClosedDays(plan_id=plan_id, side=Side.BUYER, first=MONDAY.date(), last=MONDAY.date(), why=word),
        TeamTemplate(team_id=team_id, title=f"{word} list", body="", created_by="U0RAE", created_at=MONDAY),
    )
    session.add_all(made)
    session.add(
        PlanOrganization(plan_id=plan_id, team_id=GLOBEX, claimed_side=Side.BUYER, claimed_by="U0GIL")
    )
    session.flush()
    note, nudge, proposal, departure, closed, own_list = (one.id or 0 for one in made)
    session.add(
        NudgeStep(
            nudge_id=nudge,
            step_id=step.id or 0,
            user_id=plan.buyer_lead_id or "",
            armed_for=MONDAY.date(),
        )
    )
    hidden = {side: row.id or 0 for side, row in private.items()}
    return Ids(plan_id, step.id or 0, hidden, note, nudge, proposal, departure, closed, own_list)


def name_all_foreign(session: Session, plan_id: int) -> None:
    plan = session.get(Plan, plan_id)
    assert plan is not None
    plan.name = f"{FOREIGN} plan"
    plan.seller_company, plan.buyer_company = f"{FOREIGN} sells", f"{FOREIGN} buys"
    for step in session.exec(select(Step).where(Step.plan_id == plan_id)):
        step.title = f"{FOREIGN} {step.title}"
        step.phase = f"{FOREIGN} {step.phase}"


def _with_channels(call: Callable[..., SlackResponse]) -> Callable[..., SlackResponse]:
    """Slack also lists the channels that somebody and Tandem are in."""

    def api_call(client: BaseClient, api_method: str, **how: Any) -> SlackResponse:
        answer = call(client, api_method, **how)
        if api_method == "users.conversations":
            assert isinstance(answer.data, dict)
            answer.data["channels"] = [{"id": "C0EMPTY", "name": "empty"}]
        return answer

    return api_call


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, with_tables: sa.URL) -> Iterator[World]:
    folder, name = tmp_path_factory.mktemp("forged"), with_tables.database or ""
    with fresh_database_url(folder, template=name) as url, pytest.MonkeyPatch.context() as patch:
        if with_tables.get_backend_name() == "sqlite":
            shutil.copyfile(name, folder / "tandem.db")
        database = Database(url)
        with on_the_wire(database, patch) as wire:
            patch.setattr(BaseClient, "api_call", _with_channels(BaseClient.api_call))
            found = good_requests(wire)
            with database.write() as session:
                for proposal in session.exec(select(Proposal)):
                    session.delete(proposal)
                session.flush()
                name_all_foreign(session, wire.plans[ELSEWHERE])
                ids = furnish(session, wire.plans[CHANNEL], NORTHWIND, "")
                foreign = furnish(session, wire.plans[ELSEWHERE], OTHER, FOREIGN)
            yield World(wire, ids, foreign, the_good(found, ids), Watch(database))
        database.dispose()


def is_foreign(world: World, table: str, row: dict[str, Any]) -> bool:
    """Whether a row is of the plan of another workspace."""
    if table == "plan":
        return bool(row["id"] == world.foreign.plan)
    step = world.watch.rows["step"].get(str(row.get("step_id")), {})
    plan_id = row.get("plan_id") or step.get("plan_id")
    return plan_id == world.foreign.plan or (table == "team_template" and row["team_id"] == OTHER)


def must_be_ones_own(world: World, user: str, request: Request, heard: Heard) -> None:
    """Nothing of another plan changed, nor what the other side keeps to itself; and no word of it is said."""
    side = Side.SELLER if user in ("U0RAE", "U0SAM", "U0SIG") else Side.BUYER
    theirs = side.other
    said = (user, request.body)
    for table, before, after in world.changes():
        row = after or before or {}
        assert not is_foreign(world, table, row), (table, before, after, said)
        if row.get("visibility") == Visibility(theirs.value):
            changed = {key for key in row if (before or {}).get(key) != (after or {}).get(key)}
            assert changed <= {"position"}, (table, before, after, said)
    for word in (FOREIGN, OWN_WORD[theirs]):
        assert word not in heard.words, said


def test_every_button_and_every_window_is_tried(world: World) -> None:
    assert {kind_of(name) for name in world.good} == {*PRESSED, *SENT}


def test_most_of_them_do_something_in_the_right_hands(world: World) -> None:
    """Else all that follows would show nothing."""
    does = set()
    for name, request in world.good.items():
        for user in ("U0RAE", "U0BEA"):
            world.send(by(request, user))
            if world.changes():
                does.add(kind_of(name))
    print(sorted(map(repr, {*PRESSED, *SENT} - does)))
    assert len(does) > 30


WITHOUT_A_RIGHT = {
    "third organization": ("U0PIA", NORTHWIND),
    "nobody knows them": (NOBODY, NORTHWIND),
    "another workspace": ("U0CY", NORTHWIND),
    "another workspace by its own copy": ("U0OZ", OTHER),
}


# Theirs to do after all: to say which company one is with, and, where a request names no company, to start a
# plan as one of the workspace that Tandem lives in. It is no act on a plan.
THEIR_RIGHTS: set[tuple[str, Act | View]] = {
    *(("third organization", act) for act in (Act.SIDE_SELLER, Act.SIDE_BUYER, Act.SIDE_READS)),
    ("nobody knows them", View.PLAN_NEW),
}
NAME = "The plan of U0RAE and U0BEA"
# Who came another way is told nothing of the plan; it is theirs that is foreign to the others.
NOT_FOR_THEM = {
    who: (*OWN_WORD.values(), NAME if who.startswith("another") else FOREIGN) for who in WITHOUT_A_RIGHT
}


@pytest.mark.parametrize("who", WITHOUT_A_RIGHT)
def test_who_has_no_right_changes_nothing(who: str, world: World) -> None:
    user, host = WITHOUT_A_RIGHT[who]
    for name, request in world.good.items():
        if (who, kind_of(name)) in THEIR_RIGHTS:
            continue
        heard = world.send(by(request, user, host))
        assert world.changes() == [], (name, user)
        for word in NOT_FOR_THEM[who]:
            assert word not in heard.words, (name, user)


@pytest.mark.parametrize("user", ["U0SIG", "U0BIG"])
def test_a_guest_leaves_the_plan_itself_to_others(user: str, world: World) -> None:
    for name, request in world.good.items():
        if kind_of(name) in NOT_FOR_GUESTS:
            world.send(by(request, user))
            assert world.changes() == [], name


def on_another_step(request: Request, plan_id: int, step_id: int) -> Request:
    """The same about another step, said in the value and in what the window remembers."""
    value = value_of(request)
    parts = value.split(":")
    act = request.body.get("actions", [{}])[0].get("action_id", "")
    if act.startswith("nudge.") and act != Act.NUDGE_SNOOZE:
        request = carrying(request, ":".join([*parts[:-2], str(plan_id), str(step_id)]))
    elif act.startswith(("step.", "note.", "nudge.")) and len(parts) > 1:
        request = carrying(request, ":".join([str(plan_id), str(step_id), *parts[2:]]))
    if "step_id" in metadata_of(request) and "proposal_id" not in metadata_of(request):
        request = remembering(request, plan_id=plan_id, step_id=step_id)
    return request


def on_another_plan(request: Request, plan_id: object) -> Request:
    parts = value_of(request).split(":")
    at = 1 if request.body.get("actions", [{}])[0].get("action_id") in NUDGES else 0
    if len(parts) > at and parts[at].isdecimal():
        request = carrying(request, ":".join([*parts[:at], str(plan_id), *parts[at + 1 :]]))
    return remembering(request, plan_id=plan_id)


NUDGES = {act for act in Act if act.startswith("nudge.") and act is not Act.NUDGE_SNOOZE}
Forgery = Callable[[Request, Ids, Ids], Request]


def another_thing(request: Request, ids: Ids, foreign: Ids) -> Request:
    """What a button names besides the plan and the step: that of the other plan."""
    body = request.body
    act = body.get("actions", [{}])[0].get("action_id", "")
    parts = value_of(request).split(":")
    if act in NUDGES:
        return carrying(request, ":".join([str(foreign.nudge), *parts[1:]]))
    if act.startswith("proposal."):
        return carrying(request, f"{ids.plan}:{foreign.proposal}")
    if act in (Act.HANDOFF_ALL, Act.HANDOFF_CHOOSE, Act.HANDOFF_STAYS):
        return carrying(request, f"{ids.plan}:{foreign.departure}")
    if act == Act.CLOSED_REMOVE:
        return carrying(request, f"{ids.plan}:{foreign.closed}")
    if act == Act.NOTE_SHOW:
        return carrying(request, f"{ids.plan}:{ids.step}:{foreign.note}")
    if "proposal_id" in metadata_of(request):
        return remembering(request, proposal_id=foreign.proposal)
    return request


FORGERIES: dict[str, Forgery] = {
    "the other plan in this channel": lambda one, ids, other: on_another_plan(one, other.plan),
    "the other plan in its own channel": lambda one, ids, other: out_of(
        on_another_plan(one, other.plan), ELSEWHERE
    ),
    "the other plan in a private conversation": lambda one, ids, other: remembering(
        on_another_plan(out_of(one, "D0OWN"), other.plan), channel_id=CHANNEL, private=True
    ),
    "this plan in the other channel": lambda one, ids, other: out_of(one, ELSEWHERE),
    "a step of the other plan": lambda one, ids, other: on_another_step(one, ids.plan, other.step),
    "the other plan and a step of it": lambda one, ids, other: on_another_step(one, other.plan, other.step),
    "what the other plan keeps to its seller": lambda one, ids, other: on_another_step(
        one, ids.plan, other.private[Side.SELLER]
    ),
    "a question, a person gone, days of the other plan": another_thing,
}


@pytest.mark.parametrize("user", ["U0RAE", "U0BEA"])
@pytest.mark.parametrize("forgery", FORGERIES)
def test_ids_of_another_plan_and_channel_reach_nothing_there(forgery: str, user: str, world: World) -> None:
    forged = [
        by(one, user)
        for request in world.good.values()
        if (one := FORGERIES[forgery](request, world.ids, world.foreign)) != request
    ]
    assert len(forged) > 10
    for request in forged:
        must_be_ones_own(world, user, request, world.send(request))


@pytest.mark.parametrize("user", ["U0RAE", "U0SAM", "U0SIG", "U0BEA", "U0RAVI", "U0BIG"])
def test_what_the_other_side_keeps_to_itself_is_answered_as_what_never_was(user: str, world: World) -> None:
    theirs = Side.BUYER if user in ("U0RAE", "U0SAM", "U0SIG") else Side.SELLER
    hidden = world.ids.private[theirs]
    for name, request in world.good.items():
        forged = by(on_another_step(request, world.ids.plan, hidden), user)
        if forged.body == by(request, user).body:
            continue  # it names no step
        heard = world.send(forged)
        assert world.changes() == [], name
        never = world.send(by(on_another_step(request, world.ids.plan, NEVER_WAS), user))
        assert heard.words.replace(str(hidden), "IT") == never.words.replace(str(NEVER_WAS), "IT"), name
        assert OWN_WORD[theirs] not in heard.words, name


@pytest.mark.parametrize("user", ["U0CY", "U0PIA"])
def test_a_plan_that_is_not_theirs_is_answered_as_one_that_never_was(user: str, world: World) -> None:
    """The third company asks about the plan of another workspace, and that one about this one."""
    plan_id = world.ids.plan if user == "U0CY" else world.foreign.plan
    for name, request in world.good.items():
        heard = world.send(by(on_another_plan(request, plan_id), user))
        never = world.send(by(on_another_plan(request, NEVER_WAS), user))
        assert world.changes() == [], name
        assert heard.words.replace(f'"{plan_id}"', "IT") == never.words.replace(f'"{NEVER_WAS}"', "IT"), name


def test_a_note_of_the_other_side_is_not_shown_by_its_id(world: World) -> None:
    request = world.good["note.show "]
    assert value_of(request).endswith(f":{world.ids.note}")
    heard = world.send(by(request, "U0BEA"))
    assert world.changes() == []
    never = carrying(request, f"{world.ids.plan}:{world.ids.step}:{NEVER_WAS}")
    assert heard.words == world.send(by(never, "U0BEA")).words
    assert OWN_WORD[Side.SELLER] not in heard.words


def _stale(world: World, **now: Any) -> None:
    with world.wire.database.write() as session:
        session.execute(sa.update(Step).where(Step.id == world.ids.step).values(**now))
    world.watch.changes()


@pytest.fixture
def as_it_was(world: World) -> Iterator[None]:
    row = {**world.watch.rows["step"][str(world.ids.step)]}
    yield
    _stale(world, **row)


def test_a_button_of_a_step_that_is_done_meanwhile(world: World, as_it_was: None) -> None:
    _stale(world, state=StepState.DONE, finished_at=MONDAY, finished_by="U0RAVI")
    for name, request in world.good.items():
        heard = world.send(by(request, "U0BEA"))
        for table, before, after in world.changes():
            is_it = table == "step" and after is not None and after["id"] == world.ids.step
            if is_it and before is not None and after is not None and before["state"] is not after["state"]:
                assert kind_of(name) in (Act.STEP_REOPEN, Act.STEP_MORE), name
        assert OWN_WORD[Side.SELLER] not in heard.words
        assert FOREIGN not in heard.words


def test_a_button_of_a_step_that_is_gone_meanwhile_says_the_same_as_of_a_private_one(
    world: World, as_it_was: None
) -> None:
    """Taken off by somebody, or kept to themselves by the other side: Rae cannot tell."""
    fresh = {"state": StepState.OPEN, "title": "Quokka of theirs"}
    about_it = {
        name: by(request, "U0RAE")
        for name, request in world.good.items()
        if on_another_step(request, world.ids.plan, NEVER_WAS).body != request.body
    }
    assert len(about_it) > 30
    _stale(world, visibility=Visibility.BUYER, **fresh)
    hidden = {}
    for name, request in about_it.items():
        hidden[name] = world.send(request).words
        assert world.changes() == [], name
        assert "Quokka" not in hidden[name], name
    _stale(world, visibility=Visibility.BOTH, removed_at=MONDAY, **fresh)
    for name, request in about_it.items():
        gone = world.send(request)
        assert world.changes() == [], name
        assert gone.words == hidden[name], name


def windows(good: dict[str, Request]) -> dict[tuple[str, str], Request]:
    """One that was sent and one that something was pressed in, of each."""
    return {
        (request.body["type"], request.body["view"]["callback_id"]): request
        for request in good.values()
        if metadata_of(request)
    }


@pytest.mark.parametrize("strange", STRANGE, ids=ascii)
def test_a_value_that_no_version_wrote(strange: str, world: World) -> None:
    for request in {kind_of(name): request for name, request in world.good.items()}.values():
        parts = value_of(request).split(":")
        for at in range(len(parts) if value_of(request) else 0):
            forged = by(carrying(request, ":".join([*parts[:at], strange, *parts[at + 1 :]])), "U0BEA")
            must_be_ones_own(world, "U0BEA", forged, world.send(forged))


@pytest.mark.parametrize("strange", STRANGE_IN_JSON, ids=ascii)
def test_a_memory_of_a_window_that_no_version_wrote(strange: object, world: World) -> None:
    for request in windows(world.good).values():
        for key in metadata_of(request):
            forged = by(remembering(request, **{key: strange}), "U0BEA")
            must_be_ones_own(world, "U0BEA", forged, world.send(forged))
