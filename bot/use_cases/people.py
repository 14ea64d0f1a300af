"""Naming the people of a plan: one for each role, and with it for all its open steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.steps import assign_step
from plan.rights import Action
from plan.roles import Role, roles_of
from storage import plans


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen for a role, and who stood there when the form was opened; `None` for nobody."""

    field: str  # where it was asked: an error belongs there
    shown: str | None
    chosen: str | None


@needs(Action.NAME_OWNER)
def name_people(work: Work, choices: Mapping[str, Choice]) -> int:
    """Give each role's open steps to the person chosen, and say how many steps that changed.

    `choices` are by the role's key. A choice that was left as it was fills the steps that have no person yet;
    a new one takes all of them; none at all takes the name off those who had it.
    """
    steps = plans.steps_of(work.session, work.plan_id, work.actor.side)
    roles = roles_known_to(work)
    people = {step.id or 0: [step.owner_id, step.counterpart_id] for step in steps}
    asked_in: dict[int, str] = {}
    for key, choice in choices.items():
        role = roles.get(key)
        if role is not None:
            _seat(role, choice, people, asked_in)
        elif choice.chosen != choice.shown:
            raise Refused("role_gone", field=choice.field)
    by_id = {step.id: step for step in steps}
    changed = [i for i in asked_in if people[i] != [by_id[i].owner_id, by_id[i].counterpart_id]]
    for step_id in changed:
        owner, counterpart = people[step_id]
        try:
            assign_step(work, step_id, owner, counterpart)
        except Refused as refused:
            raise Refused(refused.code, field=asked_in[step_id], **refused.facts) from None
    return len(changed)


def roles_known_to(work: Work) -> Mapping[str, Role]:
    """The roles of the open steps that the actor may know of, by their keys."""
    steps = plans.steps_of(work.session, work.plan_id, work.actor.side)
    return {role.key: role for role in roles_of(steps, work.actor.side)}


def _seat(
    role: Role, choice: Choice, people: Mapping[int, list[str | None]], asked_in: dict[int, str]
) -> None:
    """Put the person chosen on the role's seats. `people` holds owner and counterpart of each step."""
    for seat in role.seats:
        if choice.chosen == choice.shown and seat.person is not None:
            continue
        if choice.chosen is None and seat.person != choice.shown:
            continue
        step_id = seat.step.id or 0
        people[step_id][1 if seat.is_counterpart else 0] = choice.chosen
        asked_in[step_id] = choice.field
