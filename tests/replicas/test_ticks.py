"""Many hands on one plan, through three replicas."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storage.database import Database
from storage.models import Step, StepState
from tests.replicas.deals import Deal, start_deals
from tests.replicas.running import replicas_of
from tests.replicas.watching import OutboxWatch, Postbox, pinned_in, press, words_on_board
from tests.sandboxed import Sandbox

STEPS = 40
TEMPLATE_STEPS = 13
HANDS = 16
IN_A_WAVE = 20


def test_many_hands_on_one_plan_lose_nothing_and_the_board_ends_with_the_truth(
    database: Database,
    database_url: str,
    slack: Sandbox,
    postbox: Postbox,
    outbox: OutboxWatch,
    tmp_path: Path,
) -> None:
    [deal] = start_deals(database, 1)
    with replicas_of(slack, database_url, tmp_path, 3) as replicas, ThreadPoolExecutor(HANDS) as hands:
        outbox.wait_until_quiet()
        add_all_at_once(slack, deal, hands)
        outbox.wait_until_quiet()
        assert f"0 of {STEPS} done" in words_on_board(slack, deal.channel)
        steps = deal.steps()
        for start in range(0, STEPS, IN_A_WAVE):
            tick_all_at_once(slack, deal, hands, steps[start : start + IN_A_WAVE])
            outbox.wait_until_quiet()
            assert f"{start + IN_A_WAVE} of {STEPS} done" in words_on_board(slack, deal.channel)
        complaints = [line for replica in replicas for line in replica.complaints()]

    check_that_no_change_overwrote_another(deal)
    assert len(postbox.boards) == 1
    assert complaints == []


def add_all_at_once(slack: Sandbox, deal: Deal, hands: ThreadPoolExecutor) -> None:
    """Rae adds steps faster than she can type; each gets a number and a place of its own."""
    titles = [f"Settle point {n}" for n in range(TEMPLATE_STEPS + 1, STEPS + 1)]

    def add(title: str) -> bool:
        return bool(slack.door("say", person="U0RAE", channel=deal.channel, text=f"/map add {title}")["ok"])

    assert all(hands.map(add, titles))
    steps = deal.steps()
    assert sorted(step.number for step in steps) == list(range(1, STEPS + 1))
    assert sorted(step.position for step in steps) == list(range(1, STEPS + 1))
    assert sorted(step.title for step in steps if step.number > TEMPLATE_STEPS) == sorted(titles)


def tick_all_at_once(slack: Sandbox, deal: Deal, hands: ThreadPoolExecutor, steps: list[Step]) -> None:
    """Rae and Bea press the same buttons in the same moment: a gate needs both, all others one of them."""
    ts = pinned_in(slack, deal.channel).ts

    def tick(who_and_what: tuple[str, Step]) -> int:
        person, step = who_and_what
        return press(slack, person, deal.channel, ts, "step.done", f"{deal.plan_id}:{step.id}").status

    pressed = [(person, step) for step in steps for person in ("U0RAE", "U0BEA")]
    assert set(hands.map(tick, pressed)) == {200}


def check_that_no_change_overwrote_another(deal: Deal) -> None:
    steps = deal.steps()
    assert {step.state for step in steps} == {StepState.DONE}
    done = Counter(change.step_id for change in deal.changes("step_done"))
    assert done == {step.id: 1 for step in steps}
    halves = Counter(change.step_id for change in deal.changes("step_half_confirmed"))
    assert halves == {step.id: 1 for step in steps if step.gate}
    for step in steps:
        changes = 1 + step.gate + (step.number > TEMPLATE_STEPS)
        assert step.version == 1 + changes
        if step.gate:
            assert (step.seller_confirmed_by, step.buyer_confirmed_by) == ("U0RAE", "U0BEA")
