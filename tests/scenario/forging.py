"""For `test_rights_forged`: two plans, good requests about one of them, and what is to be of a forged one."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from slack_sdk.web.base_client import BaseClient
from slack_sdk.web.slack_response import SlackResponse
from sqlmodel import Session, SQLModel, select

from blocks.ids import Act, Field, View
from bot.listeners.actions import HANDLERS as PRESSED
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
from tests.scenario.by_hand import (
    Ids,
    about,
    as_new,
    carrying,
    metadata_of,
    out_of,
    remembering,
    value_of,
    values_for,
)
from tests.scenario.by_wire import (
    ELSEWHERE,
    GLOBEX,
    OTHER,
    PRIVATE,
    Answer,
    Body,
    Request,
    Wire,
    on_the_wire,
    press,
)
from tests.scenario.good_requests import good_requests
from tests.scenario.test_random_requests import Watch

# What somebody leaves behind by asking. Nothing of a plan stands there.
BOOKKEEPING = {"person", "channel_member", "seen_request", "outgoing", "pace", "draft"}
VERSION = 50  # of the step
GONE = "U0RAVI"  # who has another step
NEVER_WAS = 987_654  # an id that no row ever had
FOREIGN = "Zanzibar"  # in every word of the plan of another workspace
OWN_WORD = {Side.SELLER: "Walrus", Side.BUYER: "Quokka"}  # in every word that a side keeps to itself
Changed = tuple[str, dict[str, Any] | None, dict[str, Any] | None]  # the table, and a row before and after


@dataclass(slots=True)
class World:
    """`good` are requests about the plan of C0DEAL; what they change is taken back."""

    wire: Wire
    ids: Ids
    foreign: Ids
    good: dict[str, Request]
    watch: Watch

    def take_back(self, changed: list[Changed]) -> None:
        """As it was before, but for the ledger, which is only ever added to."""
        tables = SQLModel.metadata.tables
        order = [table.name for table in SQLModel.metadata.sorted_tables]
        changed = sorted(changed, key=lambda one: order.index(one[0]))
        with self.wire.database.write() as session:
            for name, before, after in reversed(changed):
                if before is None and after is not None and name != "slip":
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
        keeps_its_value = (
            act.startswith("plan.f") or not value_of(request) or act in (Act.PERSON_PICK, Act.ZONE_PICK)
        )
        here = out_of(request, CHANNEL) if not where else request
        good.setdefault(f"{act} {where}", here if keeps_its_value else carrying(here, carried[act]))
    for act in set(PRESSED) - {one.split()[0] for one in good}:
        good[f"{act} "] = press("U0RAE", {"action_id": act.value, "value": carried[act]}, "0")
    return good


def with_the_newest(request: Request, ids: Ids) -> Request:
    """About the step and the question that wait now, and well filled in."""
    known = metadata_of(request)
    now = {"step_id": ids.step, "proposal_id": ids.proposal, "version": VERSION}
    request = remembering(request, **{key: value for key, value in now.items() if key in known})
    for block_id, elements in request.body["view"]["state"]["values"].items():
        for element in elements.values():
            if block_id in (Field.LINK, Field.PROOF):
                element["value"] = "https://acme.example/plan"
            if block_id == Field.OLD_OWNER:
                element["selected_option"]["value"] = GONE
    return request


def furnish(session: Session, plan_id: int, team_id: str, word: str) -> Ids:
    """One row of each kind that a button can name."""
    plan = session.get(Plan, plan_id)
    assert plan is not None
    rows = session.exec(select(Step).where(Step.plan_id == plan_id).order_by("number")).all()
    private = {side: next(one for one in rows if one.number == PRIVATE[side]) for side in OWN_WORD}
    for side, row in private.items():
        row.title = f"{word} {OWN_WORD[side]}"
    step = next(one for one in rows if one.number == 4)
    step.version = VERSION
    rows[4].owner_id, rows[4].state, rows[4].removed_at = GONE, StepState.OPEN, None
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
            user_id=GONE,
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


@contextmanager
def the_world(folder: Path, with_tables: sa.URL) -> Iterator[World]:
    """Tandem on the wire, every kind of request found, and rows for them to name. `folder` is for SQLite."""
    name = with_tables.database or ""
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


def windows(good: dict[str, Request]) -> dict[tuple[str, str], Request]:
    """One that was sent and one that something was pressed in, of each."""
    return {
        (request.body["type"], request.body["view"]["callback_id"]): request
        for request in good.values()
        if metadata_of(request)
    }
