"""The lists of steps that the seller's team keeps as its own, to start other plans from."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from blocks.ids import Field
from bot.use_cases.common import Actor, Refused, Work, needs, why_not
from bot.use_cases.typed import clean_words
from plan.plan_file import MAX_NAME, MAX_SIZE, MAX_STEPS, PlanFile, parse_plan_file
from plan.plan_writing import Kept, as_list, write_plan_file
from plan.rights import Action, Refusal, may
from storage import plans, templates
from storage.agreement import TeamTemplate
from storage.models import Plan

OWN = "team:"  # before the id of a team's own list, where the others have their name
SUMMARY_LENGTH = 75  # characters, what an option of Slack's holds
MOST_LISTS = 50  # of one team


@dataclass(frozen=True, slots=True)
class ListKept:
    title: str
    steps: int
    names_left_out: int  # texts that named somebody, or the customer
    replaced: bool


def own_list(session: Session, team_id: str, key: str) -> PlanFile:
    """A team's own list by its key. Raises `Refused` for one that is gone, or another team's."""
    number = key.removeprefix(OWN)
    found = None
    if number.isascii() and number.isdigit() and len(number) <= 9:
        found = templates.list_of(session, team_id, int(number))
    if found is None:
        raise Refused("template_gone", field=Field.TEMPLATE)
    return parse_plan_file(found.body, key)


def must_keep_lists(session: Session, plan: Plan, actor: Actor) -> None:
    """Raises `Refused` unless the actor is of the team that the lists belong to. The plan may be closed."""
    refusal = may(Action.KEEP_LISTS, actor.kind)
    if refusal is None and not is_of_own_firm(session, plan, actor):  # another firm, that sells along
        refusal = Refusal.ONLY_THE_SELLER
    if refusal is not None:
        raise why_not(refusal, session, plan, actor)


def is_of_own_firm(session: Session, plan: Plan, actor: Actor) -> bool:
    """Whether somebody is of the firm that installed Tandem, on Enterprise Grid of any workspace of it."""
    return actor.team_id in (plan.team_id, plans.sides(session, plan).seller_firm)


def list_called(work: Work, title: str) -> TeamTemplate | None:
    """The team's list of that name, which keeping another would replace."""
    return templates.list_titled(work.session, work.plan.team_id, _title(title))


@needs(Action.KEEP_LISTS)
def keep_list(work: Work, title: str, summary: str) -> ListKept:
    """Keep the plan's steps as a list, in the place of one of the same name.

    Without people, dates, notes and links, and with only what both sides may know of. Raises `Refused` for a
    plan without steps, or with more than a list holds.
    """
    must_keep_lists(work.session, work.plan, work.actor)
    title, summary = _title(title), clean_words(summary, Field.SUMMARY, SUMMARY_LENGTH)
    kept = _as_list(work, title, summary)
    body = write_plan_file(kept.plan)
    if len(body) > MAX_SIZE:
        raise Refused("list_long", field=Field.NAME)
    parse_plan_file(body)  # what cannot be read again is not kept
    row = list_called(work, title)
    replaced = row is not None
    if row is None:
        _must_have_room(work)
        row = TeamTemplate(
            team_id=work.plan.team_id, title=title, body="", created_by="", created_at=work.now
        )
    row.title, row.summary, row.body = title, summary, body
    row.created_by, row.created_at = work.actor.user_id, work.now
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:  # somebody kept another plan by this name in the same second
        raise Refused("list_taken", field=Field.NAME) from None
    return ListKept(title, len(kept.plan.steps), kept.names_left_out, replaced)


def _title(raw: str) -> str:
    title = clean_words(raw, Field.NAME, MAX_NAME)
    if not title:
        raise Refused("text_missing", field=Field.NAME)
    return title


def _as_list(work: Work, title: str, summary: str) -> Kept:
    steps = plans.steps_of(work.session, work.plan_id, None)
    people = {person.user_id: person for person in plans.roster(work.session, work.plan.channel_id)}
    owners = [user for step in steps for user in (step.owner_id, step.counterpart_id)]
    people |= plans.people(work.session, [*owners, work.plan.seller_lead_id, work.plan.buyer_lead_id])
    kept = as_list(
        title,
        summary,
        steps,
        plans.dependencies_of(work.session, work.plan_id),
        work.plan.anchor_step_id,
        [person.name for person in people.values()],
        work.plan.buyer_company,
    )
    if not kept.plan.steps:
        raise Refused("list_empty", field=Field.NAME)
    if len(kept.plan.steps) > MAX_STEPS:
        raise Refused("list_long", field=Field.NAME)
    return kept


def _must_have_room(work: Work) -> None:
    if len(templates.lists_of(work.session, work.plan.team_id)) >= MOST_LISTS:
        raise Refused("lists_full", field=Field.NAME, most=MOST_LISTS)


@needs(Action.KEEP_LISTS)
def drop_list(work: Work, list_id: int) -> str:
    """Delete one of the team's lists and say what it was called; "" where it is gone already. Plans that were
    started from it stay as they are."""
    must_keep_lists(work.session, work.plan, work.actor)
    found = templates.list_of(work.session, work.plan.team_id, list_id)
    if found is None:
        return ""
    work.session.delete(found)
    return found.title
