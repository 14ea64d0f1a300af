"""`python app.py forget-workspace`: all that is kept for a workspace goes, and nothing of anybody else's."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.operating import Report, forget_workspace
from bot.use_cases import steps
from bot.use_cases.common import Actor
from bot.use_cases.plans import start_plan
from storage import drafts
from storage.agreement import Slip, SlipKind, TeamTemplate
from storage.database import Database
from storage.models import (
    Change,
    ChannelMember,
    Note,
    Nudge,
    NudgeStep,
    Person,
    Plan,
    PlanOrganization,
    Side,
    Step,
    Visibility,
)
from storage.outgoing import Outgoing, Pace, PlanToForget
from tests.copies import a_copy, an_org_copy, keep
from tests.given import ACME, BEA, CHANNEL, MONDAY, NORTHWIND, RAE, RAVI, SAM, Table, new_plan
from tests.unit.ledgers import agree, moved_six_times

OTHERS, OTHERS_CHANNEL = "T0OTHERS", "C0OTHERS"
OLA = "U0OLA"  # of the other seller; Bea buys from both


@pytest.fixture
def table(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Northwind's plan with a bit of everything, and another seller's plan with the same buyer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    table = Table(database)
    keep(database, a_copy(NORTHWIND, bot_user_id="U0TANDEM"))
    keep(database, a_copy(OTHERS, bot_user_id="U0TANDEM2"))
    _use(table)
    with database.write() as session:
        _another_seller(session)
        drafts.keep(session, RAE.user_id, CHANNEL, {"name": "Half"}, MONDAY)
        drafts.keep(session, OLA, OTHERS_CHANNEL, {"name": "Other"}, MONDAY)
        for team in (NORTHWIND, OTHERS):
            session.add(TeamTemplate(team_id=team, title="Ours", body="x", created_by="U", created_at=MONDAY))
    return table


def _use(table: Table) -> None:
    agree(table)
    moved_six_times(table)
    with table.work(RAE) as work:
        steps.assign_step(work, table.step(3).id or 0, BEA.user_id)
    with table.database.write() as session:
        step = table.step(3)
        nudge = Nudge(user_id=BEA.user_id, local_date=MONDAY.date())
        session.add(nudge)
        session.flush()
        session.add(
            NudgeStep(
                nudge_id=nudge.id or 0, step_id=step.id or 0, user_id=BEA.user_id, armed_for=MONDAY.date()
            )
        )
        session.add(
            Note(plan_id=table.plan_id, step_id=step.id or 0, at=MONDAY, author_id=BEA.user_id, text="A word",
                 visibility=Visibility.BUYER)
        )  # fmt: skip
        _a_slip(session, table.plan_id)


def _a_slip(session: Session, plan_id: int) -> None:
    session.add(
        Slip(plan_id=plan_id, position=900, round=1, at=MONDAY, kind=SlipKind.MOVED, side=Side.BUYER,
             actor_id=BEA.user_id, previous="0" * 64, hash="1" * 64)
    )  # fmt: skip


def _another_seller(session: Session) -> None:
    session.add(Person(user_id=OLA, team_id=OTHERS, name="Ola Berg", refreshed_at=MONDAY))
    for user_id in (OLA, BEA.user_id, "U0TANDEM2"):
        session.add(ChannelMember(channel_id=OTHERS_CHANNEL, user_id=user_id))
    actor = Actor(OLA, OTHERS, Side.SELLER, "Ola Berg")
    plan = replace(new_plan(), seller_lead_id=OLA)
    started = start_plan(session, OTHERS, OTHERS_CHANNEL, actor, plan, MONDAY, MONDAY)
    _a_slip(session, started.plan.id or 0)


def of_others(database: Database) -> dict[str, int]:
    """What is kept of the other seller, by table."""
    with database.read() as session:
        plan = session.exec(select(Plan).where(Plan.team_id == OTHERS)).one()
        counted = {
            table.__name__: len(session.exec(select(table).where(table.plan_id == plan.id)).all())
            for table in (Step, Change, Slip, PlanOrganization)
        }
        rows = session.exec(select(Outgoing).where(Outgoing.team_id == OTHERS)).all()
        return counted | {"outgoing": len(rows)}


def members_of(channel: str) -> SelectOfScalar[str]:
    return select(ChannelMember.user_id).where(ChannelMember.channel_id == channel)


def everything(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }


def forget(workspace: str = NORTHWIND) -> Report:
    return forget_workspace(workspace, is_meant=True)


def test_without_a_yes_it_only_says_what_it_would_delete(table: Table) -> None:
    before = everything(table.database)
    report = forget_workspace(NORTHWIND, is_meant=False)
    assert report.lines[0] == "Kept for T0NORTHWIND:"
    assert "1 plan" in report.lines
    assert report.lines[-1] == "Nothing was deleted. Add --yes to delete all of this for good."
    assert everything(table.database) == before


def test_it_deletes_what_it_said_and_nothing_is_left(table: Table) -> None:
    said = forget_workspace(NORTHWIND, is_meant=False).lines[1:-1]
    report = forget()
    assert report.lines == ("Deleted for T0NORTHWIND:", *said)
    assert {"1 plan", "1 reminder", "1 note", "1 draft", "1 list of its own"} <= set(said)
    assert "1 installation with its token" in said
    assert "1 line of a slip ledger" not in said, "the agreement has lines of its own"
    assert any(line.endswith("lines of slip ledgers") for line in said)
    with table.database.read() as session:
        assert session.exec(select(Plan).where(Plan.team_id == NORTHWIND)).all() == []
        for kind in (Step, Change, Slip, Note):
            gone = session.exec(select(kind).where(kind.plan_id == table.plan_id)).all()
            assert gone == [], kind.__name__
        assert session.exec(select(Nudge)).all() == []
        assert session.exec(select(PlanToForget)).all() == []
        assert session.exec(select(Outgoing).where(Outgoing.team_id == NORTHWIND)).all() == []


def test_nothing_anywhere_names_who_is_forgotten(table: Table) -> None:
    """But what Slack delivered: it is remembered for a day, so that it is not carried out twice."""
    with table.database.write() as session:
        session.add(Nudge(user_id=RAE.user_id, local_date=MONDAY.date()))  # taken back before it was sent
        for place in (CHANNEL, RAE.user_id, OTHERS_CHANNEL):
            session.add(Pace(key=f"post:channel_id:{place}", free_at=MONDAY))
    forget()
    gone = {NORTHWIND, CHANNEL, RAE.user_id, SAM.user_id, RAVI.user_id}
    with table.database.read() as session:
        for name, of_it in SQLModel.metadata.tables.items():
            if name != "seen_request":
                kept = str(session.execute(sa.select(of_it)).all())
                assert [one for one in gone if f"{one}'" in kept] == [], name
        assert [one.key for one in session.exec(select(Pace))] == [f"post:channel_id:{OTHERS_CHANNEL}"]


def test_running_again_says_that_nothing_is_kept(table: Table) -> None:
    forget()
    assert forget() == Report(("Nothing is kept for T0NORTHWIND.",))


def test_nothing_of_another_workspace_is_touched(table: Table) -> None:
    before = of_others(table.database)
    forget()
    assert of_others(table.database) == before
    with table.database.read() as session:
        assert {one.team_id for one in session.exec(select(TeamTemplate))} == {OTHERS}
        assert len(drafts.kept_for(session, OLA, OTHERS_CHANNEL)) == 1
        members = session.exec(
            select(ChannelMember.user_id).where(ChannelMember.channel_id == OTHERS_CHANNEL)
        )
        assert set(members) == {OLA, BEA.user_id, "U0TANDEM2"}


def test_people_stay_whom_another_workspace_needs(table: Table) -> None:
    report = forget()
    assert any("1 person stays" in line for line in report.lines)
    with table.database.read() as session:
        assert set(session.exec(select(Person.user_id))) == {OLA, BEA.user_id}


def _remind_once(session: Session, user_id: str, plan_id: int) -> None:
    """Somebody owned a step of the plan for a while, was reminded of it, and did nothing there."""
    session.add(Person(user_id=user_id, team_id=ACME, name=user_id, refreshed_at=MONDAY))
    step = session.exec(select(Step).where(Step.plan_id == plan_id)).first()
    nudge = Nudge(user_id=user_id, local_date=MONDAY.date())
    session.add(nudge)
    session.flush()
    assert step is not None
    session.add(
        NudgeStep(nudge_id=nudge.id or 0, step_id=step.id or 0, user_id=user_id, armed_for=MONDAY.date())
    )


def test_who_was_only_reminded_goes_or_stays_with_that_plan(table: Table) -> None:
    with table.database.write() as session:
        theirs = session.exec(select(Plan).where(Plan.team_id == OTHERS)).one()
        _remind_once(session, "U0ONCE", table.plan_id)
        _remind_once(session, "U0ELSE", theirs.id or 0)
        session.add(ChannelMember(channel_id=CHANNEL, user_id="U0ELSE"))
    forget()
    with table.database.read() as session:
        assert session.get(Person, "U0ONCE") is None
        assert session.get(Person, "U0ELSE") is not None


def test_a_channel_in_which_another_copy_is_keeps_its_people(table: Table) -> None:
    keep(table.database, a_copy(ACME, bot_user_id="U0TANDEM3"))
    with table.database.write() as session:
        session.add(ChannelMember(channel_id=CHANNEL, user_id="U0TANDEM3"))
    forget()
    with table.database.read() as session:
        members = set(session.exec(members_of(CHANNEL)))
        assert {RAE.user_id, SAM.user_id, BEA.user_id, RAVI.user_id} <= members
        assert session.get(Person, RAE.user_id) is not None


def test_what_the_workspace_is_the_buyer_of_is_the_sellers(table: Table) -> None:
    before = everything(table.database)
    assert forget(ACME).lines[0] == "Nothing is kept for T0ACME."
    assert everything(table.database) == before


def test_a_whole_grid_is_forgotten_with_its_workspaces(table: Table) -> None:
    keep(table.database, an_org_copy("E0NORTHWIND", bot_user_id="W0TANDEM"), NORTHWIND)
    report = forget("E0NORTHWIND")
    assert "1 plan" in report.lines
    assert "2 installations with their tokens" in report.lines
    assert forget(NORTHWIND).lines == ("Nothing is kept for T0NORTHWIND.",)


def test_a_line_of_a_ledger_alone_can_still_not_be_deleted(table: Table) -> None:
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), table.database.write() as session:
        session.execute(sa.delete(Slip).where(col(Slip.plan_id) == table.plan_id))
    with table.database.write() as session:
        session.add(PlanToForget(plan_id=table.plan_id))
    changed = sa.update(Slip).where(col(Slip.plan_id) == table.plan_id).values(reason="x")
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), table.database.write() as session:
        session.execute(changed)


@pytest.mark.parametrize("workspace", ["", "northwind", "C0DEAL", "T0 OR 1=1", "T" * 40])
def test_what_is_no_id_is_refused(table: Table, workspace: str) -> None:
    report = forget(workspace)
    assert report.code == 2
    assert "no id of a workspace" in report.complaints[0]


def test_it_says_so_where_the_tables_are_of_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.operating import NotUpToDate

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(NotUpToDate, match=r"python app\.py migrate"):
        forget()
