"""Questions about plans, steps and people. Every one honours who may see a step."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.installations import copies_for
from storage.models import (
    Change,
    ChannelMember,
    Person,
    Plan,
    PlanOrganization,
    PlanPerson,
    PlanState,
    Side,
    Step,
    StepDependency,
    StepState,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Glance:
    """What one SELECT says about a channel's plan."""

    plan_id: int
    revision: int
    is_open: bool


def glance(connection: sa.Connection, channel_id: str) -> Glance | None:
    """The open plan of the channel, else the one closed last; `None` where there never was one.

    Asked for every `/map status`, so on a bare connection: a session would double its cost.
    """
    row = connection.execute(_GLANCE, {"channel_id": channel_id}).one_or_none()
    return None if row is None else Glance(row.id, row.revision, row.state is PlanState.OPEN)


_GLANCE: sa.Executable = (
    sa.select(col(Plan.id), col(Plan.revision), col(Plan.state))
    .where(col(Plan.channel_id) == sa.bindparam("channel_id"))
    .order_by(sa.case((col(Plan.state) == PlanState.OPEN, 0), else_=1), col(Plan.id).desc())
    .limit(1)
)


def lock_plan(session: Session, plan_id: int) -> Plan | None:
    """The plan, with every other writer on it waiting until this transaction ends.

    As it is under the lock, also where this session has read it before.
    """
    # FOR NO KEY UPDATE on PostgreSQL: a foreign key may point here meanwhile, the sweep's does.
    locked = select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True)
    return session.exec(locked.execution_options(populate_existing=True)).one_or_none()


def open_plan_in(session: Session, channel_id: str) -> Plan | None:
    return session.exec(
        select(Plan).where(Plan.channel_id == channel_id, Plan.state == PlanState.OPEN)
    ).one_or_none()


def may_see(viewer: Side | None) -> sa.ColumnElement[bool]:
    """The condition on `Step` for what is on the plan and a person of this side may know of."""
    return sa.and_(col(Step.removed_at).is_(None), col(Step.visibility).in_(seen_by(viewer)))


def seen_by(viewer: Side | None) -> list[Visibility]:
    """What a person of this side may see; without a side, what both may."""
    return [Visibility.BOTH] + ([Visibility(viewer.value)] if viewer else [])


def steps_of(session: Session, plan_id: int, viewer: Side | None) -> list[Step]:
    """The plan's steps in order, as far as this side may know of them."""
    return list(
        session.exec(
            select(Step).where(Step.plan_id == plan_id, may_see(viewer)).order_by(col(Step.position))
        )
    )


def step_of(session: Session, plan_id: int, step_id: int, viewer: Side | None) -> Step | None:
    return session.exec(
        select(Step).where(Step.id == step_id, Step.plan_id == plan_id, may_see(viewer))
    ).one_or_none()


def step_numbered(session: Session, plan_id: int, number: int, viewer: Side | None) -> Step | None:
    return session.exec(
        select(Step).where(Step.number == number, Step.plan_id == plan_id, may_see(viewer))
    ).one_or_none()


def dependencies_of(session: Session, plan_id: int) -> Mapping[int, Mapping[int, int]]:
    """For each step id the ids of the steps that come before it, with the lag to each in working days."""
    first: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = session.exec(
        select(StepDependency)
        .join(Step, col(Step.id) == col(StepDependency.step_id))
        .where(Step.plan_id == plan_id)
        .order_by(col(StepDependency.after_step_id))
    )
    for row in rows:
        first[row.step_id][row.after_step_id] = row.lag
    return first


def people(session: Session, user_ids: Iterable[str | None]) -> dict[str, Person]:
    """The people Slack told us about, by id. A session looks up each of them once.

    It forgets what nobody holds on to (its identity map is weak), so the people are held here.
    """
    known: dict[str, Person] = session.info.setdefault("people", {})
    wanted = {user_id for user_id in user_ids if user_id}
    if new := wanted - known.keys():
        known.update((p.user_id, p) for p in session.exec(select(Person).where(col(Person.user_id).in_(new))))
    return {user_id: known[user_id] for user_id in wanted if user_id in known}


def roster(session: Session, channel_id: str) -> list[Person]:
    """The people in a channel, by name. Bots and those who left their firm are not people to ask."""
    return list(session.exec(_people_in(channel_id).order_by(col(Person.name))))


def is_in_channel(session: Session, channel_id: str, user_id: str) -> bool:
    """Whether this is a person of the channel, one who may own a step."""
    return session.exec(_people_in(channel_id).where(Person.user_id == user_id)).first() is not None


def is_in_a_channel(session: Session, user_id: str) -> bool:
    """Whether the roster of any channel has them."""
    return session.exec(select(ChannelMember).where(ChannelMember.user_id == user_id)).first() is not None


def _people_in(channel_id: str) -> SelectOfScalar[Person]:
    return (
        select(Person)
        .join(ChannelMember, col(ChannelMember.user_id) == col(Person.user_id))
        .where(
            ChannelMember.channel_id == channel_id,
            col(Person.is_bot).is_(False),
            col(Person.is_deleted).is_(False),
        )
    )


@dataclass(frozen=True, slots=True)
class Sides:
    """Which side each person and organisation of a plan is on.

    A firm on Enterprise Grid is one organisation by its `E…` id, whatever workspace somebody is of:
    `grids` has that id by the ids of its workspaces, as far as we know them.
    """

    seller_team_id: str
    people: Mapping[str, Side]
    organizations: Mapping[str, Side | None]
    grids: Mapping[str, str] = field(default_factory=dict)
    buyer_lead_id: str | None = None

    def of(self, person: Person | None) -> Side | None:
        """A person's recorded side, else buyer for a guest of the seller, else the organisation's.

        Where another firm buys, people of the seller's own are with the seller, whatever was recorded while
        they were among themselves: that firm keeps things to itself.
        """
        if person is None:
            return None
        firm, own = self.firm_of(person), self.people.get(person.user_id)
        is_colleague = firm == self.seller_firm and not person.is_guest
        if own is not None and not (is_colleague and own is Side.BUYER and self._another_firm_buys):
            return own
        if person.is_guest and firm == self.seller_firm:
            return Side.BUYER
        return self.organizations.get(firm, self.organizations.get(person.team_id))

    @property
    def _another_firm_buys(self) -> bool:
        """Not where the buyer's lead was given that side in person: one workspace holds both firms then."""
        is_one_workspace = self.people.get(self.buyer_lead_id or "") is Side.BUYER
        return Side.BUYER in self.organizations.values() and not is_one_workspace

    def firm_of(self, person: Person) -> str:
        """The organisation somebody belongs to: their Grid where they are on one, else their workspace."""
        return person.enterprise_id or self.firm(person.team_id)

    def firm(self, team_id: str) -> str:
        return self.grids.get(team_id, team_id)

    @property
    def seller_firm(self) -> str:
        """The organisation of the workspace that installed Tandem."""
        return self.firm(self.seller_team_id)


def sides(session: Session, plan: Plan) -> Sides:
    people = select(PlanPerson).where(PlanPerson.plan_id == plan.id)
    firms = session.exec(select(PlanOrganization).where(PlanOrganization.plan_id == plan.id))
    organizations = {firm.team_id: firm.side for firm in firms}
    return Sides(
        plan.team_id,
        {person.user_id: person.side for person in session.exec(people)},
        organizations,
        _workspaces_of(session, [firm for firm in organizations if firm.startswith("E")]),
        plan.buyer_lead_id,
    )


def _workspaces_of(session: Session, grids: Collection[str]) -> dict[str, str]:
    """The Grid of each workspace, of these Grids, that somebody we know is of."""
    if not grids:
        return {}
    rows = select(Person.team_id, Person.enterprise_id).where(col(Person.enterprise_id).in_(grids))
    return dict(session.exec(rows.distinct()).all())


def grid_of(session: Session, team_id: str) -> str:
    """The `E…` of a workspace's Grid, as its people and its copy of Tandem say; "" where there is none."""
    installed = copies_for(session, [team_id]).get(team_id)
    if installed is not None and installed.enterprise_id:
        return installed.enterprise_id
    of_people = select(Person.enterprise_id).where(Person.team_id == team_id, Person.enterprise_id != "")
    return session.exec(of_people.limit(1)).first() or ""


def is_one_firm(session: Session, plan: Plan, sides: Sides) -> bool:
    """Whether only one firm is in the plan's channel, without guests: its sides are what people say."""
    here = [person for person in roster(session, plan.channel_id) if person.team_id or person.enterprise_id]
    firms = {firm for firm, side in sides.organizations.items() if sides.firm(firm) != sides.seller_firm}
    return not firms and all(
        sides.firm_of(person) == sides.seller_firm and not person.is_guest for person in here
    )


def sides_once(session: Session) -> Callable[[Plan], Sides]:
    """`sides`, asked once for each plan: for a round in which nobody takes or changes one."""
    known: dict[int | None, Sides] = {}

    def of(plan: Plan) -> Sides:
        if plan.id not in known:
            known[plan.id] = sides(session, plan)
        return known[plan.id]

    return of


def history(
    session: Session, plan_id: int, viewer: Side | None, limit: int, step_id: int | None = None
) -> list[tuple[Change, Step | None]]:
    """The newest changes first, with the step each is about; of one step only, if asked so."""
    seen = seen_by(viewer)
    rows = session.exec(
        select(Change, Step)
        .outerjoin(Step, col(Step.id) == col(Change.step_id))
        .where(
            Change.plan_id == plan_id,
            col(Change.visibility).in_(seen),
            sa.or_(col(Step.id).is_(None), col(Step.visibility).in_(seen)),
            sa.true() if step_id is None else Change.step_id == step_id,
        )
        .order_by(col(Change.id).desc())
        .limit(limit)
    )
    return [(change, step) for change, step in rows]


def every_step(session: Session, plan_id: int) -> list[Step]:
    """All steps of a plan, whoever may see them. For work that shows nothing to anybody."""
    return list(
        session.exec(
            select(Step)
            .where(Step.plan_id == plan_id, col(Step.removed_at).is_(None))
            .order_by(col(Step.position))
        )
    )


def channels_with_plans(session: Session, user_id: str) -> list[str]:
    """The channels this person is in that have an open plan, the newest plan first."""
    return list(
        session.exec(
            select(Plan.channel_id)
            .join(ChannelMember, col(ChannelMember.channel_id) == col(Plan.channel_id))
            .where(ChannelMember.user_id == user_id, Plan.state == PlanState.OPEN)
            .order_by(col(Plan.id).desc())
        )
    )


def open_plans(session: Session, board_due_at: datetime | None = None) -> list[Plan]:
    """All open plans, or those whose board is due at that moment and that nobody changes just now."""
    query = select(Plan).where(Plan.state == PlanState.OPEN).order_by(col(Plan.id))
    if board_due_at is not None:
        query = query.where(col(Plan.board_due_at) <= board_due_at, col(Plan.frozen_at).is_(None))
        query = query.limit(100).with_for_update(skip_locked=True, key_share=True)
    return list(session.exec(query.execution_options(populate_existing=True)))


def open_plans_of(session: Session, user_id: str) -> list[Plan]:
    """The open plans in which a person leads a side, or owns or shares a step that is open."""
    theirs = select(Step.plan_id).where(
        col(Step.removed_at).is_(None),
        col(Step.state).not_in([state for state in StepState if state.is_finished]),
        sa.or_(col(Step.owner_id) == user_id, col(Step.counterpart_id) == user_id),
    )
    return list(
        session.exec(
            select(Plan)
            .where(
                Plan.state == PlanState.OPEN,
                sa.or_(
                    col(Plan.seller_lead_id) == user_id,
                    col(Plan.buyer_lead_id) == user_id,
                    col(Plan.id).in_(theirs),
                ),
            )
            .order_by(col(Plan.id))
        )
    )
