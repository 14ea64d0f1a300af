"""Both sides agree and ask each other, behind the curtain, where a process is killed over it."""

from datetime import timedelta

from bot.desk import Visitor
from bot.use_cases import agreeing, dates, proposals
from bot.use_cases.proposing import Why
from sandbox.telling import texts_of
from storage import agreements
from tests.replicas.deals import BEA, RAE
from tests.replicas.running import eventually
from tests.replicas.scenes import Scene


def sign(scene: Scene, visitor: Visitor = RAE) -> None:
    with scene.deal.work(visitor) as work:
        agreeing.agree(work, agreeing.terms_now(work).digest)


def sign_anew(scene: Scene, time: int) -> None:
    """Rae agrees to a plan that is another one each time: Bea hears of each."""
    with scene.deal.work() as work:
        step = work.step(scene.deal.step(5 + time).id or 0)
        step.days += 1
        work.session.add(step)
    sign(scene)


def agree(scene: Scene) -> None:
    for visitor in (RAE, BEA):
        sign(scene, visitor)
    eventually(lambda: scene.slack.dms("U0BEA"), why="Bea was asked")
    scene.rest()


def ask(scene: Scene, time: int) -> None:
    """Rae asks for another date of a step that is both companies'."""
    number = (1, 2)[time - 1]
    with scene.deal.work() as work:
        step = work.step(scene.deal.step(number).id or 0)
        due = (step.due_date or work.today) + timedelta(days=1)
        dates.change_date(work, step.id or 0, dates.NewDate(due, Why("legal")))


def ask_twice(scene: Scene) -> None:
    agree(scene)
    for time in (1, 2):
        ask(scene, time)
    eventually(lambda: len(questions(scene)) == 2, why="Bea is asked about both")
    scene.rest()


def questions(scene: Scene) -> list[str]:
    said = [texts_of(one["blocks"]) for one in scene.slack.dms("U0BEA")]
    return [words for words in said if "to move" in words or "move *" in words]


def take_back(scene: Scene, _time: int) -> None:
    with scene.deal.work() as work:
        first = agreements.open_proposals(work.session, work.plan_id)[0]
        proposals.withdraw(work, first.id or 0)


def is_taken_back(scene: Scene, time: int) -> bool:
    return sum("took the question back" in words for words in questions(scene)) == time
