"""Every button and every window in the wrong hands, of another moment, of another plan, or never written.

Each is sent as Slack would send it, signed. Whatever it carries: nothing that is not the sender's changes,
and no word of it comes back.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from blocks.ids import Act, View
from bot.listeners.actions import HANDLERS as PRESSED
from bot.listeners.submissions import HANDLERS as SENT
from storage.models import (
    Side,
    Step,
    StepState,
    Visibility,
)
from tests.given import MONDAY, NORTHWIND
from tests.scenario.by_hand import (
    FORGERIES,
    by,
    carrying,
    kind_of,
    metadata_of,
    on_another_plan,
    on_another_step,
    remembering,
    value_of,
)
from tests.scenario.by_wire import (
    NOBODY,
    OTHER,
)
from tests.scenario.forging import (
    FOREIGN,
    NEVER_WAS,
    OWN_WORD,
    World,
    must_be_ones_own,
    the_world,
    windows,
)

STRANGE = ("0", "-1", "999999999", "9" * 40, "", " ", "٣", "²", "abc", "1e3")
STRANGE_IN_JSON: tuple[Any, ...] = (0, -1, 999_999_999, 10**40, "3", "٣", None, 1.5, True, [])

# What a guest leaves to others.
NOT_FOR_GUESTS = {
    Act.PLAN_EDIT.value,
    Act.PLAN_SETTINGS.value,
    Act.PLAN_CLOSE.value,
    Act.PLAN_MOVE.value,
    Act.PLAN_REOPEN.value,
    Act.PLAN_HONEST_DATE.value,
    Act.PLAN_SAVE_LIST.value,
    Act.PLAN_DROP_LIST.value,
    Act.HANDOFF_OPEN.value,
    Act.HANDOFF_ALL.value,
    Act.HANDOFF_CHOOSE.value,
    Act.HANDOFF_STAYS.value,
    Act.SIDE_CHANGE.value,
    Act.SIDE_FOR_ALL.value,
    Act.SIDE_FOR_ONE.value,
    Act.SIDE_YES.value,
    Act.SIDE_NO.value,
    f"sent {View.PLAN_EDIT}",
    f"sent {View.PLAN_SETTINGS}",
    f"sent {View.PLAN_CLOSE}",
    f"sent {View.PLAN_MOVE}",
    f"sent {View.PLAN_SAVE_LIST}",
    f"sent {View.SIDE_CHANGE}",
    f"sent {View.HANDOFF}",
}

# What changes a plan at once, where the right person does it.
DOES = {
    Act.CLOSED_REMOVE.value,
    Act.HANDOFF_ALL.value,
    Act.HANDOFF_STAYS.value,
    Act.NOTE_SHOW.value,
    Act.NUDGE_DONE.value,
    Act.NUDGE_SNOOZE.value,
    Act.PROPOSAL_ACCEPT.value,
    Act.PROPOSAL_TALK.value,
    Act.PROPOSAL_WITHDRAW.value,
    Act.REGION_PICK.value,
    Act.SIDE_FOR_ALL.value,
    Act.SIDE_FOR_ONE.value,
    Act.SIDE_NO.value,
    Act.SIDE_YES.value,
    Act.STEP_DONE.value,
    Act.STEP_DOWN.value,
    Act.STEP_START.value,
    f"sent {View.HANDOFF}",
    f"sent {View.PLAN_ADD}",
    f"sent {View.PLAN_CLOSE}",
    f"sent {View.PLAN_CLOSED}",
    f"sent {View.PLAN_MOVE}",
    f"sent {View.PLAN_SAVE_LIST}",
    f"sent {View.PROPOSAL_COUNTER}",
    f"sent {View.STEP_BLOCK}",
    f"sent {View.STEP_DATE}",
    f"sent {View.STEP_DELETE}",
    f"sent {View.STEP_EDIT}",
    f"sent {View.STEP_NOTE}",
    f"sent {View.STEP_SKIP}",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, with_tables: sa.URL) -> Iterator[World]:
    with the_world(tmp_path_factory.mktemp("forged"), with_tables) as made:
        yield made


def test_every_button_and_every_window_is_tried(world: World) -> None:
    assert {kind_of(name) for name in world.good} == {*map(str, PRESSED), *(f"sent {view}" for view in SENT)}


def test_they_do_what_they_say_in_the_right_hands(world: World) -> None:
    """Else all that follows would show nothing."""
    does = set()
    for name, request in world.good.items():
        for user in ("U0RAE", "U0BEA"):
            world.send(by(request, user))
            if world.changes():
                does.add(kind_of(name))
    assert does >= DOES, DOES - does


WITHOUT_A_RIGHT = {
    "third organization": ("U0PIA", NORTHWIND),
    "nobody knows them": (NOBODY, NORTHWIND),
    "another workspace": ("U0CY", NORTHWIND),
    "another workspace by its own copy": ("U0OZ", OTHER),
}


# Theirs to do after all: to say which company one is with. It is no act on a plan.
THEIR_RIGHTS = {
    ("third organization", act.value) for act in (Act.SIDE_SELLER, Act.SIDE_BUYER, Act.SIDE_READS)
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
        session.execute(sa.update(Step).where(col(Step.id) == world.ids.step).values(**now))
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
                assert kind_of(name) == Act.STEP_REOPEN, name
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
