"""What Tandem answers in a thread, where both companies read it, counts and names only what both know of."""

from sqlmodel import select

from storage.models import Person, PlanPerson, Side, Step, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage

SECRET = "Walk-away price"
GUEST = "U0LENA"


def keep(plan: Stage, words: str) -> None:
    plan.slack.say("U0RAE", f"/map private {words}")
    plan.settle()


def replies(plan: Stage, words: str, person: str = "U0RAE") -> str:
    ts = plan.slack.say(person, f"@Tandem {words}")
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    return "\n".join(words_of(one) for one in said["replies"])


def test_how_many_steps_went_along_with_the_day(plan: Stage) -> None:
    counted = plan.rows(select(Step.id))
    keep(plan, f"{SECRET} @Rae next Fri")
    said = replies(plan, "anchor 14 Aug because the board meets later")
    assert f"{len(counted)} steps moved along" in said


def test_handing_off_what_is_private_is_answered_like_nothing(plan: Stage) -> None:
    nothing = replies(plan, "handoff @Sam @Rae")
    keep(plan, f"{SECRET} @Sam next Fri")
    assert replies(plan, "handoff @Sam @Rae") == nothing


def test_what_stays_with_somebody_who_changes_sides(plan: Stage) -> None:
    """A guest whom Northwind had over, and who has nothing but a private step of theirs."""
    with plan.database.write() as session:
        session.add(PlanPerson(plan_id=plan.plan().id or 0, user_id=GUEST, side=Side.SELLER))
        session.get_one(Person, GUEST).is_guest = True
    keep(plan, f"{SECRET} @Lena next Fri")
    [private] = plan.rows(select(Step).where(Step.visibility == Visibility.SELLER))
    assert private.owner_id == GUEST
    said = replies(plan, "side @Lena buyer")
    assert "with Acme on this plan now" in said
    assert "stay" not in said
