"""10,000 seeded requests, good ones and what becomes of them by accident or by intent, each signed by Slack.

None ends in a 5xx or in the last resort, and none changes anything that its sender has no right to. The
rights are counted here anew, from who is who in each plan, and not asked of the table.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from slack_bolt import BoltContext, BoltResponse
from sqlmodel import SQLModel

from bot.desk import INSTALLED
from bot.installations import Installed
from bot.listeners.actions import CHOICES
from bot.listeners.actions import HANDLERS as PRESSED
from bot.listeners.submissions import HANDLERS as SENT
from bot.reception import Next, Reception
from storage.database import Database
from tests.given import CHANNEL
from tests.scenario.by_wire import ELSEWHERE, GUESTS, SECOND, TEAMS, Request, on_the_wire
from tests.scenario.good_requests import good_requests, told_by_slack
from tests.scenario.mutations import Mutant, mutants_of

SEEDS = range(2)
OF_EACH_SEED = 5000

# What anybody leaves behind by asking, answering and being in a channel. Nothing of a plan stands there.
BOOKKEEPING = {
    "channel_member",
    "draft",
    "handover",
    "notice",
    "nudge",
    "nudge_step",
    "outgoing",
    "pace",
    "person",
    "seen_request",
}
# Moved by the order and the days of other steps; what it says is in the other columns.
FOLLOWS_OTHERS = {"position", "due_date", "next_nudge_at", "version", "date_fixed"}
OF_THE_PLAN_ITSELF = ("name", "state", "seller_lead_id", "buyer_lead_id", "reminds", "tells_news")

SELLERS, BUYERS = {"U0RAE", "U0SAM", "U0SIG"}, {"U0BEA", "U0RAVI", "U0BIG"}
SIDE_OF: dict[str, dict[str, set[str]]] = {
    CHANNEL: {"seller": SELLERS, "buyer": BUYERS},
    # Everybody of the firm that sells is on its side, except its guests, who would buy.
    SECOND: {"seller": {"U0RAE", "U0SAM"}, "buyer": {"U0GIL", "U0SIG"}},
    ELSEWHERE: {"seller": {"U0OZ"}, "buyer": {"U0CY"}},
}


STARTED_MEANWHILE = {"seller": {who for who, firm in TEAMS.items() if firm in ("T0NORTHWIND", "T0OTHER")}}
# Their people stand above, guests and all; of other firms it is read who gave them which side.
OWN_FIRMS: dict[str, set[str]] = {
    CHANNEL: {"T0NORTHWIND", "T0ACME"},
    SECOND: {"T0NORTHWIND"},
    ELSEWHERE: set(),
}


class Watch:
    """What stands in the tables, looked at again only where something was written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: set[str] = set()
        self._tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
        sa.event.listen(database.engine, "before_cursor_execute", self._note)
        self.rows = {name: self._read(name) for name in self._tables}
        self.gone_steps: dict[str, dict[str, Any]] = dict(self.rows["step"])

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split(None, 3)
        if words[0] in ("INSERT", "DELETE"):
            self._written.add(words[2].strip('"').partition("(")[0])
        elif words[0] == "UPDATE":
            self._written.add(words[1].strip('"'))

    def _read(self, name: str) -> dict[str, dict[str, Any]]:
        table = self._tables[name]
        with self._database.engine.connect() as connection:
            rows = connection.execute(sa.select(table)).mappings().all()
        keys = [column.name for column in table.primary_key]
        return {":".join(str(row[key]) for key in keys): dict(row) for row in rows}

    @property
    def sees_an_act(self) -> bool:
        """Whether something of a plan was written since `changes` was asked the last time."""
        return not self._written <= BOOKKEEPING

    def changes(self) -> dict[str, list[tuple[dict[str, Any] | None, dict[str, Any] | None]]]:
        """Before and after of every row that is another since this was asked the last time, by table."""
        found = {}
        for name in sorted(self._written):
            before, after = self.rows[name], self._read(name)
            pairs = [
                (before.get(key), after.get(key))
                for key in sorted(before.keys() | after.keys())
                if before.get(key) != after.get(key)
            ]
            self.rows[name] = after
            if name == "step":
                self.gone_steps |= after
            if pairs:
                found[name] = pairs
        self._written.clear()
        return found


def actors_of(mutant: Mutant) -> set[str]:
    """Whom Slack names as who acts: the user of what was pressed or sent, of a command, of an event."""
    found = set()
    for body in mutant.bodies:
        event, user = body.get("event"), body.get("user")
        for who in (body, event if isinstance(event, dict) else {}, user if isinstance(user, dict) else {}):
            found |= {who[key] for key in ("user_id", "user", "id") if isinstance(who.get(key), str)}
    return found


class Rights:
    """Who is on which side of each plan, by what stands in the tables and by what Slack says."""

    def __init__(self, watch: Watch, plans: dict[str, int]) -> None:
        self._watch = watch
        self._channels = {plan_id: channel for channel, plan_id in plans.items()}

    def sides(self, plan_id: int, mutant: Mutant) -> set[str]:
        """The sides that somebody named in it is on."""
        actors = actors_of(mutant)
        here = SIDE_OF.get(self._channels.get(plan_id, ""), STARTED_MEANWHILE)
        known = {side for side, users in here.items() if users & actors}
        return known | self._by_company(plan_id, actors, mutant) | self._given(plan_id, actors)

    def _by_company(self, plan_id: int, actors: set[str], mutant: Mutant) -> set[str]:
        """Somebody whom nobody looked up yet is of the company that Slack names."""
        known = {who for who, row in self._watch.rows["person"].items() if row["team_id"]}
        if not actors - known:
            return set()
        text = json.dumps(mutant.bodies)
        rows = self._watch.rows["plan_organization"].values()
        return {
            str(row["side"].value)
            for row in rows
            if row["plan_id"] == plan_id and row["side"] and f'"{row["team_id"]}"' in text
        }

    def _given(self, plan_id: int, actors: set[str]) -> set[str]:
        """A company, or a person, may have been given a side by somebody who may."""
        firms = {TEAMS[who] for who in actors if who in TEAMS} - {""}
        rows = self._watch.rows
        companies = [
            row
            for row in rows["plan_organization"].values()
            if row["plan_id"] == plan_id
            and row["team_id"] in firms - OWN_FIRMS.get(self._channels.get(plan_id, ""), set())
        ]
        people = [
            row
            for row in rows["plan_person"].values()
            if row["plan_id"] == plan_id and row["user_id"] in actors
        ]
        return {str(row["side"].value) for row in (*companies, *people) if row["side"]}


def plan_of(table: str, row: dict[str, Any], watch: Watch) -> int:
    """Which plan a row is of."""
    if table == "plan":
        return int(row["id"])
    if "plan_id" in row:
        return int(row["plan_id"])
    step = watch.rows["step"].get(str(row["step_id"])) or watch.gone_steps.get(str(row["step_id"]))
    assert step is not None, (table, row)
    return int(step["plan_id"])


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {key for key in before if before[key] != after[key]}


def side_it_is_of(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """The one side that this row is kept to, "" for both."""
    visibility = (before or after or {}).get("visibility")
    if visibility is None or visibility.value == "both":
        return ""
    if table == "step" and before and after:
        return "" if differing(before, after) <= FOLLOWS_OTHERS else str(visibility.value)
    return str(visibility.value)


def wrongs(mutant: Mutant, watch: Watch, rights: Rights) -> Iterator[str]:
    """What was changed by nobody with a right to it."""
    for table, pairs in watch.changes().items():
        if table in BOOKKEEPING:
            continue
        for before, after in pairs:
            row = after or before or {}
            if table == "team_template":
                if not actors_of(mutant) & {"U0RAE", "U0SAM", "U0OZ"}:
                    yield f"{table}: {row}"
                continue
            if table in ("installation", "installed_workspace", "oauth_state"):
                yield f"{table}: {row}"
                continue
            sides = rights.sides(plan_of(table, row, watch), mutant)
            owner = side_it_is_of(table, before, after)
            if table == "step" and before and after and differing(before, after) <= {"next_nudge_at"}:
                continue  # somebody's own time zone says when they hear of it
            if not sides and not is_a_claim(table, before, after):
                yield f"{table}: {before} -> {after}"
            elif owner and owner not in sides:
                yield f"{table}, kept by the {owner}: {before} -> {after}"
            if table == "plan" and before and after and actors_of(mutant) <= {*GUESTS}:
                changed = [name for name in OF_THE_PLAN_ITSELF if before[name] != after[name]]
                if changed:
                    yield f"a guest changed {changed} of the plan"


def is_a_claim(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    """Somebody of a company on neither side says which they are with: that is theirs to say."""
    if table == "plan_organization":
        return after is not None and after["side"] is None
    if table == "change":
        return before is None and after is not None and after["kind"] == "side_claimed"
    if table == "plan" and before and after:
        return differing(before, after) <= {"revision", "board_due_at"}
    return False


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_breaks_and_nothing_changes_without_the_right_to_it(
    seed: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in = everybody_let_in(monkeypatch)
    with on_the_wire(database, monkeypatch) as wire:
        good = good_requests(wire)
        assert not wire.broke
        must_be_of_every_kind(good)
        watch = Watch(database)
        rights = Rights(watch, wire.plans)
        mutants = mutants_of(good, seed, wire.fresh)
        answers: Counter[int] = Counter()
        let_in.clear()
        acts = 0
        for count in range(OF_EACH_SEED):
            mutant = mutants.next()
            answer = wire.send_raw(mutant.raw, mutant.content_type)
            said = f"request {count} of seed {seed}: {mutant.raw!r} ({mutant.content_type})"
            answers[answer.status] += 1
            assert answer.status < 500, said
            assert not wire.broke, f"{said}: {wire.broke[0]!r}"
            acts += watch.sees_an_act
            assert list(wrongs(mutant, watch, rights)) == [], said
        # Most get as far as somebody who could do wrong, and some do right: else nothing would be shown here.
        assert len(let_in) > OF_EACH_SEED / 2, (len(let_in), answers)
        assert acts > OF_EACH_SEED / 500, acts
        for event in told_by_slack(wire):
            assert wire.send(event).status < 500, event
        assert not wire.broke


def everybody_let_in(monkeypatch: pytest.MonkeyPatch) -> list[Installed]:
    """The copy of Tandem that each request came through that is for one."""
    found: list[Installed] = []
    receive = Reception.receive

    def note(self: Reception, context: BoltContext, body: dict[str, Any], next: Next) -> BoltResponse | None:
        answer = receive(self, context, body, next)
        if installed := context.get(INSTALLED):
            found.append(installed)
        return answer

    monkeypatch.setattr(Reception, "receive", note)
    return found


def must_be_of_every_kind(good: list[Request]) -> None:
    """Each button, each window, each door: a kind that is missing here would go untried."""
    bodies = [request.body for request in good]
    pressed = {body["actions"][0]["action_id"] for body in bodies if body.get("type") == "block_actions"}
    assert set(PRESSED) - pressed - set(CHOICES.values()) == set()
    sent = {body["view"]["callback_id"] for body in bodies if body.get("type") == "view_submission"}
    assert set(SENT) - sent == set()
    assert {"event_callback", "block_suggestion", "message_action"} <= {body.get("type") for body in bodies}
