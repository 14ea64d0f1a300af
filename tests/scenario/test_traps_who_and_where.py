"""The traps of Slack Connect, 1 to 10: who somebody is, and through which copy of Tandem they come.

Each test is called after a row of "Traps", says the mistake in a sentence, and names the guard whose removal
it notices.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.application import build_client
from bot.listeners.verbs import VERBS
from sandbox.telling import pressable
from storage.models import Change, StepState
from tests.sandboxed import words_of
from tests.scenario.copies import TWO_COPIES
from tests.scenario.doors import old_buttons, state_of
from tests.scenario.playing import (
    ROLLOUT,
    Play,
    answers_to,
    close_all,
    deliver,
    macros_with,
    played,
    press,
    start_in_rollout,
)

HOUSE = Path(__file__).parents[2]
OWN, ACMES, GLOBEX_BOT = "U0TANDEM", "U0TANDEMACME", "W0TANDEMGLOBEX"
AS_A_COPY_IS_NAMED: tuple[dict[str, Any], ...] = (
    {"user": ACMES},
    {"user": "U0SOMEBODY", "app_id": "A0TANDEM"},
    {"user": "U0SOMEBODY", "bot_profile": {"app_id": "A0TANDEM"}},
)
# Sayings that name the command, and why only people of a workspace with Tandem read them.
NAMES_THE_COMMAND = {
    "home.more_steps": "in App Home, which is drawn for who has Tandem themselves (trap 16)",
    "home.more_nameless": "the same",
    "home.start": "the same",
    "notices.list_kept": "to who keeps lists: the seller",
    "pages.installed": "to who installs Tandem",
    "refusals.no_plan": "only to who has the command",
    "refusals.private_not_here": "only to who has the command",
    "refusals.not_in_channel": "to who wrote the command for a new plan",
    "replies.post_unknown": "to the seller's lead, in private",
    "status.help_command": "only to who has the command",
    "undelivered.no_way": "to the seller's lead, in private",
}
# Two words of each kind: others of a kind have the same refusals.
OF_EACH_KIND = {f"{verb.__module__} {n % 2}": word for n, (word, verb) in enumerate(VERBS.items())}.values()
# What Slack fills by itself: https://docs.slack.dev/reference/block-kit/block-elements
NOT_PRESSED = ("external_select", "datepicker", "checkboxes", "radio_buttons")
OPENS_MORE = ("plan.help", "plan.steps")
MOVES_ON = ("plan.steps_page", "plan.agree", "plan.move")  # what they show is walked where it opens
SLACKS_OWN_LISTS = re.compile(r"\b(?:multi_)?(?:users|conversations|channels)_select\b")


@pytest.fixture(scope="module")
def deal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Only Northwind has Tandem; Bea and her colleagues are of another workspace."""
    with played(tmp_path_factory.mktemp("deal")) as play:
        play.stage.start_plan()
        yield play


def on_the_grid(world: dict[str, Any]) -> None:
    """What people of Globex press names their organisation where others have a workspace."""
    for team in world["teams"]:
        if team.get("enterprise_id") == "E0GLOBEX":
            team["named_by_enterprise"] = True


@pytest.fixture(scope="module")
def rollout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Three companies and their three copies in one channel; Globex, the buyer, is on Enterprise Grid."""
    copies = ("T0ACME", "E0GLOBEX")
    with played(
        tmp_path_factory.mktemp("rollout"), world=TWO_COPIES, change=on_the_grid, copies=copies
    ) as play:
        start_in_rollout(play.stage)
        yield play


def newest(play: Play, name: str) -> dict[str, Any]:
    """The body of the newest request of this kind that Slack sent."""
    return dict([one for one in play.stage.slack.log() if one["name"].startswith(name)][-1]["request"])


def changes(play: Play, kind: str) -> list[tuple[str, str]]:
    rows = play.stage.rows(select(Change).where(Change.kind == kind))
    return [(one.actor_id, str(one.actor_side)) for one in rows]


def walk_of_bea(play: Play) -> str:
    """All that Bea reads when she presses what stands on the board, and says words of every kind."""
    stage, seen, board = play.stage, [], play.stage.board()
    for act, how in one_of_each(board["blocks"]):
        seen.append(press(stage, "U0BEA", act, ts=board["ts"], **how))
        shown = stage.slack.view("U0BEA") if act in OPENS_MORE else None
        for inner, again in one_of_each(shown["blocks"] if shown else []):
            if inner.startswith("plan.") and inner not in MOVES_ON:
                seen.append(press(stage, "U0BEA", inner, **again))
                close_all(stage, "U0BEA")
                press(stage, "U0BEA", act, ts=board["ts"], **how)
        close_all(stage, "U0BEA")
    for word in OF_EACH_KIND:
        stage.slack.say("U0BEA", f"@Tandem {word}")
    stage.slack.say("U0BEA", "@Tandem nonsense")
    for words in ("status", "done 3", "nonsense"):
        answers_to(stage, "U0INES", f"@Tandem {words}", ROLLOUT)  # where no plan is
    places = [
        stage.slack.messages("U0BEA"),
        stage.slack.dms("U0BEA"),
        stage.slack.messages("U0INES", ROLLOUT),
    ]
    return "\n".join([*seen, *map(str, places)])


def one_of_each(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first of everything that can be pressed, and of a menu each kind of choice."""
    known: set[str] = set()
    for block, element, _ in pressable(blocks):
        if block["type"] == "input" or element["type"] in NOT_PRESSED:
            continue
        options = element.get("options") or [None]
        for option in options:
            kind = f"{element['action_id']} {str(option and option['value']).rpartition(':')[2]}"
            is_new = kind not in known and (
                option is None or element["type"] == "overflow" or option is options[0]
            )
            known.add(kind)
            if is_new:
                picked = {"selected_option": option} if option else {"value": element.get("value")}
                yield element["action_id"], picked


def test_trap_01_a_buyer_is_never_told_to_type_the_command(deal: Play) -> None:
    """A buyer whose workspace has no Tandem cannot invoke `/map`.

    Guard: `has_command` of `bot/listeners/verbs.py` and `said/*`, by which the words differ.
    """
    seen = walk_of_bea(deal)
    assert "@Tandem" in seen
    assert re.findall(r".{60}/map\b.{60}", seen, re.DOTALL) == []
    deal.stage.slack.say("U0RAE", "/map help")
    assert "/map" in words_of(deal.stage.slack.messages("U0RAE")[-1]), "who has the command is told of it"
    assert macros_with("/map", HOUSE / "blocks" / "words") <= set(NAMES_THE_COMMAND), "who reads it?"


def test_trap_02_a_window_belongs_to_the_copy_that_opened_it(deal: Play) -> None:
    """`team` of a view_submission is the submitter's workspace, which has no installation.

    Guard: `bot/installations.py:workspaces_named`, `app_installed_team_id` first.
    """
    deal.stage.slack.click("U0BEA", "plan.add")
    assert deal.stage.slack.submit("U0BEA", {"title": "Meet the auditors"}) == {}
    deal.stage.settle()
    sent = newest(deal, "view_submission")
    assert (sent["team"]["id"], sent["view"]["app_installed_team_id"]) == ("T0ACME", "T0NORTHWIND")
    assert ("U0BEA", "buyer") in changes(deal, "step_added")
    assert "Meet the auditors" in str(deal.stage.slack.messages("U0RAE"))


def test_trap_03_a_buyer_on_enterprise_grid_is_no_other_installation(rollout: Play) -> None:
    """Bolt looks a copy up by the `enterprise` of who submits as well, and finds none, or the buyer's own.

    Guard: `bot/installations.py:workspaces_named`, which takes `enterprise` for org-wide copies alone, last.
    """
    rollout.stage.slack.click("W0NILS", "plan.steps", channel=ROLLOUT)
    rollout.stage.slack.click("W0NILS", "step.open", channel=ROLLOUT, near="3  ")
    rollout.stage.slack.click("W0NILS", "step.edit", channel=ROLLOUT)
    before = len(rollout.calls)
    assert rollout.stage.slack.submit("W0NILS", {"title": "Agree on the roll-out"}) == {}
    rollout.stage.settle()
    sent = newest(rollout, "view_submission")
    assert (sent["enterprise"]["id"], sent["view"]["app_installed_team_id"]) == ("E0GLOBEX", "T0NORTHWIND")
    assert ("W0NILS", "buyer") in changes(rollout, "step_edited")
    assert "Agree on the roll-out" in words_of(rollout.stage.slack.need_view("W0NILS")), "the list below it"
    assert {call.token for call in rollout.calls[before:]} == {rollout.stage.slack.token("T0NORTHWIND")}
    close_all(rollout.stage, "W0NILS")


def test_trap_04_an_event_names_its_copy_in_authorizations(deal: Play) -> None:
    """The top-level `team_id` of an event is where it happened, often the other company.

    Guard: `bot/installations.py:_authorized`.
    """
    [answer] = answers_to(deal.stage, "U0BEA", "@Tandem status")
    heard = newest(deal, "event app_mention")
    assert (heard["team_id"], heard["authorizations"][0]["team_id"]) == ("T0ACME", "T0NORTHWIND")
    assert "go-live Fri 7 Aug" in words_of(answer)


def test_trap_05_whichever_copy_hears_it_the_one_of_the_plan_answers_once(rollout: Play) -> None:
    """Of two copies in a channel the one that joined last hears everything, whoever was mentioned.

    Guard: `bot/reception.py:Reception._host`.
    """
    stage = rollout.stage
    for number, person, last_joined in ((5, "W0NILS", GLOBEX_BOT), (6, "U0SAM", OWN)):
        if last_joined == OWN:
            stage.slack.leave("U0SAM", OWN, ROLLOUT)
            stage.settle()
            stage.slack.invite("U0SAM", OWN, ROLLOUT)
            stage.settle()
        answers = answers_to(stage, person, f"@Tandem (Northwind) note {number} Seen", ROLLOUT)
        assert newest(rollout, "event app_mention")["authorizations"][0]["user_id"] == last_joined
        assert [one["user"] for one in answers] == [OWN]
    assert changes(rollout, "step_noted") == [("W0NILS", "buyer"), ("U0SAM", "seller")]


def test_trap_06_no_copy_reacts_to_another(rollout: Play) -> None:
    """Bolt leaves out only what the copy said that an event came through.

    Guard: `bot/reception.py:Reception._is_said_by_a_copy`.
    """
    stage, before = rollout.stage, state_of(rollout.stage)
    client = build_client(stage.slack.token("T0ACME"), stage.slack.api_url)
    client.chat_postMessage(channel=ROLLOUT, text=f"<@{OWN}> add One of ours")
    stage.settle()
    posted = len(rollout.called("chat.postMessage"))
    said = {"type": "app_mention", "channel": ROLLOUT, "text": f"<@{OWN}> add One of ours"}
    for number, author in enumerate(AS_A_COPY_IS_NAMED):
        ts = f"178040880{number}.000100"
        deliver(stage, {**said, **author, "ts": ts, "event_ts": ts}, event_id=f"EvSix{number}")
    assert len(rollout.called("chat.postMessage")) == posted
    assert state_of(stage) == before


def test_trap_07_an_organisation_in_the_place_of_a_team_is_the_right_side(rollout: Play) -> None:
    """Of somebody on Enterprise Grid `user.team_id` may be `E…`.

    Guard: `storage/plans.py:Sides.firm_of`, a firm on a Grid goes by that.
    """
    opened = press(rollout.stage, "W0NILS", "step.done", channel=ROLLOUT, near="2  Write down who signs off")
    assert newest(rollout, "block_actions")["user"]["team_id"] == "E0GLOBEX"
    assert opened == ""
    assert changes(rollout, "step_done") == [("W0NILS", "buyer")]


def test_trap_08_a_member_of_the_channel_may_not_act_for_a_side(rollout: Play) -> None:
    """Everybody in the channel can press, also on a message that is old by now.

    Guard: `bot/use_cases/common.py:needs`, over every use case.
    """
    stage, before = rollout.stage, state_of(rollout.stage)
    plan, step = stage.plan(), stage.step(4)
    stale = old_buttons(stage, [("step.done", f"{plan.id}:{step.id}")], ROLLOUT)
    ways: tuple[dict[str, Any], ...] = ({"near": "4  "}, {"ts": stale})
    for how in ways:
        assert "Northwind" in press(stage, "U0RAVI", "step.done", channel=ROLLOUT, **how)
        close_all(stage, "U0RAVI")
    press(stage, "U0RAVI", "plan.add", channel=ROLLOUT)
    close_all(stage, "U0RAVI")
    answers_to(stage, "U0RAVI", "@Tandem (Northwind) done 4", ROLLOUT)
    assert state_of(stage) == before
    assert stage.step(4).state is StepState.OPEN


def test_trap_09_people_are_looked_up_one_by_one(deal: Play) -> None:
    """Nobody of another company is in `users.list`; their names would be `@undefined`.

    Guard: `bot/senders/rosters.py:Rosters.roster`, members and `users.info`.
    """
    deal.stage.own(7, "U0PRIYA", date(2026, 7, 1))
    assert deal.called("users.list") == []
    assert {"U0BEA", "U0PRIYA"} <= {call.said["user"] for call in deal.called("users.info")}
    assert "Priya Nair" in deal.stage.board_text("U0RAE")
    assert not re.search(r"undefined|U0PRIYA", deal.stage.board_text("U0RAE"))


def test_trap_10_owners_are_picked_from_those_in_the_channel(deal: Play) -> None:
    """`users_select` offers whoever Slack likes in a shared channel, and cannot be filtered.

    Guard: `blocks/kit.py`, whose search for a person is an `external_select`.
    """
    deal.stage.slack.click("U0BEA", "plan.add")
    offered = {one["value"] for one in deal.stage.slack.options("U0BEA", "owner")}
    close_all(deal.stage, "U0BEA")
    assert offered == set(deal.stage.slack.slack.world.channels["C0DEAL"].member_ids) - {OWN}
    drawn = [str(call.said) for call in deal.called("views.", "chat.")]
    assert not [one for one in drawn if SLACKS_OWN_LISTS.search(one)]
    rooms = [*(HOUSE / "blocks").rglob("*.py"), *(HOUSE / "bot").rglob("*.py")]
    assert not [path.name for path in rooms if SLACKS_OWN_LISTS.search(path.read_text(encoding="utf-8"))]
