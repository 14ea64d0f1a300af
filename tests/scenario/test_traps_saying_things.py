"""The traps of Slack Connect, 11 to 20: where something is said, and what nothing may depend on.

Each test is called after a row of "Traps", says the mistake in a sentence, and names the guard whose removal
it notices.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import select

from storage.models import Nudge, Person, StepState
from tests.blocks.hostile import check_text, nodes
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.copies import TWO_COPIES
from tests.scenario.playing import Play, answers_to, close_all, deliver, played, press

HOUSE = Path(__file__).parents[2]
DUE = date(2026, 6, 3)
BEFORE, MORNING = datetime(2026, 6, 4, 13, 29, tzinfo=UTC), datetime(2026, 6, 4, 13, 30, tzinfo=UTC)
COMPLETE = "files.completeUploadExternal"
HOSTILE = (
    "<!channel> and @everyone, <!here|x>",
    "<@U0OMAR> <https://evil.example|click> @here",
    "&lt;!channel&gt; <!subteam^S1> @channel",
)
BEAS_DAY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("plan.add", "", {"title": "Book the room"}),
    ("step.date", "4  ", {"due": "2026-06-19"}),
    ("step.block", "1  ", {"reason": "Waiting for our legal"}),
)
CALLS_SOMEBODY = re.compile(r"<[!@][^>]*>|@(?:here|channel|everyone|group)\b", re.IGNORECASE)
# Deciding by the first letter of a channel's id whether it is private.
BY_PREFIX = re.compile(r"""(?:startswith\(|\[0\] == |\[:1\] == )["']G""")
# What only one of the two companies may be allowed to see, or to use at all.
KEPT_ELSEWHERE = ("canvases.", "conversations.canvases", "slackLists.", "lists.", "bookmarks.", "reminders.")


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Half past nine in New York. Yesterday steps of Bea's were due, of Ravi's, whom nothing private reaches,
    and both halves of a gate."""
    with played(tmp_path_factory.mktemp("morning")) as play:
        stage = play.stage
        stage.start_plan()
        stage.own(4, "U0BEA", DUE)
        stage.own(6, "U0RAVI", DUE)
        stage.own(1, "U0OMAR", DUE)
        stage.slack.refuse_dms("U0RAVI")
        stage.slack.turn_to(BEFORE)
        stage.morning_round()
        assert stage.slack.dms("U0BEA") == []
        stage.slack.turn_to(MORNING)
        for _ in range(3):
            stage.morning_round()
        yield play


@pytest.fixture(scope="module")
def deal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with played(tmp_path_factory.mktemp("deal")) as play:
        play.stage.start_plan()
        yield play


def a_grid_of_the_seller(world: dict[str, Any]) -> None:
    """Northwind is on Enterprise Grid, and another workspace of its own is in the channel as well."""
    northwind = {"enterprise_id": "E0NORTHWIND", "enterprise_name": "Northwind"}
    world["teams"][0] |= northwind
    world["teams"].append({"id": "T0NORTHLAB", "name": "Northwind Lab", "domain": "lab", **northwind})
    world["channels"][0]["team_ids"].append("T0NORTHLAB")


@pytest.fixture(scope="module")
def disconnected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Northwind ends the connection with Acme; the channel goes on among its own workspaces. `calls` are of
    what came after that."""
    with played(tmp_path_factory.mktemp("disconnected"), change=a_grid_of_the_seller) as play:
        play.stage.start_plan()
        play.stage.own(3, "U0RAE", DUE)
        play.stage.own(4, "U0BEA", DUE)
        play.forget()
        play.stage.slack.unshare("U0RAE", "T0ACME")
        play.stage.settle()
        yield play


def mentions(stage: Stage) -> list[str]:
    """What the board's thread says to somebody by name."""
    return [said for reply in stage.board()["replies"] if "<@" in (said := words_of(reply))]


def test_trap_11_nothing_is_required_of_externals(morning: Play) -> None:
    """Externals come without e-mail, locale or time zone.

    Guard: `bot/use_cases/arming.py:time_zone_of`, their side's hour; `roster.py:save_person`.
    """
    stage = morning.stage
    told = [one["response"]["user"] for one in stage.slack.log() if one["name"] == "users.info"]
    [bea] = [user for user in told if user["id"] == "U0BEA"]
    assert not {"tz", "tz_offset", "locale"} & set(bea)
    assert "email" not in bea["profile"]
    [reminder] = stage.slack.dms("U0BEA")  # and not a minute before, see `morning`
    assert "Hi Bea" in words_of(reminder)


def test_trap_12_where_no_private_message_arrives_the_boards_thread_says_it_once(morning: Play) -> None:
    """A message to an external may be refused, and is not the only way.

    Guard: `bot/senders/nudges.py:Nudges.refused`.
    """
    stage = morning.stage
    assert stage.slack.dms("U0RAVI") == []
    [said] = mentions(stage)
    assert "<@U0RAVI>" in said
    assert "@Tandem done 6" in said
    [ravi] = stage.rows(select(Person).where(Person.user_id == "U0RAVI"))
    assert ravi.refuses_dm_since is not None


def test_trap_13_two_companies_are_never_put_into_one_group(morning: Play) -> None:
    """A group message of both sides is `invalid_user_combination`.

    Guard: `bot/senders/voice.py:Voice.post`, to one person by their id; no scope for groups in the manifest.
    """
    assert morning.called("conversations.open", "mpim.") == []
    assert "mpim" not in (HOUSE / "manifest.yml").read_text(encoding="utf-8")
    for person in ("U0OMAR", "U0RAE"):  # both halves of step 1, each by themselves
        [reminder] = morning.stage.slack.dms(person)
        assert "1  Agree on the goals" in words_of(reminder)
    told = {call.said["channel"] for call in morning.called("chat.postMessage")}
    assert not [one for one in told if not re.fullmatch(r"[CDUW]0[A-Z0-9]+", one)]


def test_trap_14_a_plan_follows_its_channel_to_another_id(tmp_path: Path) -> None:
    """The id of a private channel changes when somebody begins to share it, and says nothing of privacy.

    Guard: `bot/listeners/channel_events.py:id_changed`, `storage/standing.py:follow_channel`.
    """
    with played(tmp_path, world=TWO_COPIES) as play:
        stage, slack = play.stage, play.stage.slack
        slack.say("U0RAE", "/map new", "G0DRAFT")
        stage.settle()
        form = {
            "template": "saas-six-figures",
            "name": "Draft",
            "anchor_kind": "go_live",
            "anchor_date": "2026-08-07",
        }
        lead = {"seller_lead": stage.person("U0RAE", "seller_lead", "Rae"), "buyer_company": "Acme"}
        assert slack.submit("U0RAE", {**form, **lead}) == {}
        slack.close("U0RAE")
        stage.settle()
        assert slack.share("U0RAE", "T0ACME", "G0DRAFT", accept=False) == "C0DRAFT"
        stage.settle()
        assert stage.plan().channel_id == "C0DRAFT"
        slack.say("U0RAE", "/map add Meet the auditors", "C0DRAFT")
        stage.settle()
        answer = slack.messages("U0RAE", "C0DRAFT")[-1]
        assert (answer["ephemeral"], slack.messages("U0SAM", "C0DRAFT")[-1]["pinned"]) == (True, True)
        assert "Meet the auditors" in words_of(slack.messages("U0SAM", "C0DRAFT")[-1])
        assert len(answers_to(stage, "U0SAM", "@Tandem done 3", "C0DRAFT")) == 1
        assert stage.step(3).state is StepState.DONE
    rooms = [path for room in ("bot", "blocks", "plan", "storage") for path in (HOUSE / room).rglob("*.py")]
    assert not [path.name for path in rooms if BY_PREFIX.search(path.read_text(encoding="utf-8"))]


def test_trap_15_shared_among_the_sellers_own_workspaces_is_not_shared_with_the_buyer(
    disconnected: Play,
) -> None:
    """`is_shared` is also true of a channel that only workspaces of one organisation share.

    Guard: `bot/senders/channel_checks.py:_state`, `is_ext_shared`.
    """
    asked = [one for one in disconnected.stage.slack.log() if one["name"] == "conversations.info"]
    channel = asked[-1]["response"]["channel"]
    assert (channel["is_shared"], channel["is_org_shared"], channel["is_ext_shared"]) == (True, True, False)
    assert disconnected.stage.plan().frozen_reason == "unshared"
    disconnected.stage.slack.say("U0RAE", "/map status")
    assert "stands still" in words_of(disconnected.stage.slack.messages("U0RAE")[-1]).lower()


def test_trap_16_a_buyer_needs_no_app_home(deal: Play) -> None:
    """What is published for an external may never be shown, or by the wrong copy.

    Guard: `bot/listeners/home.py:Home.handle_opened`; everything has a door in the channel.
    """
    stage = deal.stage
    board = stage.board()["ts"]
    for act, near, values in BEAS_DAY:
        stage.slack.click("U0BEA", act, ts=board, near=near)
        assert stage.slack.submit("U0BEA", values) == {}
        close_all(stage, "U0BEA")
    stage.slack.click("U0BEA", "step.done", ts=board, near="2  Write down")
    stage.slack.click("U0BEA", "plan.agree", ts=board)
    assert stage.slack.submit("U0BEA", {}) == {}
    close_all(stage, "U0BEA")
    stage.settle()
    for words in (
        "Book the room",
        "Bea Alvarez (Acme) has agreed",
        "Fri 19 Jun",
        "Waiting for our legal",
        "1 of 14 done",
    ):
        assert words in stage.board_text("U0RAE")
    opened = {"type": "app_home_opened", "user": "U0BEA", "tab": "home", "event_ts": "1780408900.000100"}
    deliver(stage, {**opened, "channel": "D0BEA"}, team_id="T0ACME", event_id="EvHome")
    stage.settle()
    assert deal.called("views.publish") == []


def test_trap_17_nothing_is_said_after_the_connection_ended(disconnected: Play) -> None:
    """After a disconnect what is posted is refused, or read by one company alone.

    Guard: `bot/use_cases/freezing.py:freeze`, from `bot/listeners/channel_events.py:unshared`.
    """
    stage = disconnected.stage
    for day in (4, 5, 8):
        stage.slack.turn_to(datetime(2026, 6, day, 14, 0, tzinfo=UTC))
        stage.morning_round()
    assert disconnected.said_in("C0DEAL") == []
    assert stage.rows(select(Nudge)) == []
    stands_still, not_told = (words_of(one) for one in stage.slack.dms("U0RAE"))
    assert "stands still for now" in stands_still
    assert "Bea Alvarez" in not_told
    assert stage.slack.dms("U0BEA") == []


def test_trap_18_no_file_no_canvas_no_list_is_needed(deal: Play) -> None:
    """The other company's admins may have switched off every one of them.

    Guard: `bot/senders/timelines.py:Timelines.timeline`, which has the same in words.
    """
    deal.stage.slack.grant_optional_scopes(on=False)
    [without] = answers_to(deal.stage, "U0BEA", "@Tandem timeline")
    deal.stage.slack.grant_optional_scopes(on=True)
    deal.stage.slack.fail(COMPLETE, "refused", error="slack_connect_file_upload_sharing_blocked")
    [blocked] = answers_to(deal.stage, "U0BEA", "@Tandem timeline")
    for answer in (without, blocked):
        assert answer["files"] == []
        assert "lands on" in words_of(answer)
    assert deal.called(*KEPT_ELSEWHERE) == []


def test_trap_19_nothing_is_read_out_of_the_channel(deal: Play) -> None:
    """History gives fifteen messages a minute, and an app of Socket Mode cannot be sold.

    Guard: the database is what a plan is; `manifest.yml`, `socket_mode_enabled`.
    """
    stage = deal.stage
    answers_to(stage, "U0BEA", "@Tandem done 3")
    stage.slack.delete("U0RAE", stage.board()["ts"])
    [answer] = answers_to(stage, "U0BEA", "@Tandem history 10")
    assert "3  " in words_of(answer)
    stage.slack.say("U0RAE", "/map board")
    stage.settle()
    assert "done" in stage.board_text("U0BEA")
    assert deal.called("conversations.history", "conversations.replies", "search.") == []
    manifest = yaml.safe_load((HOUSE / "manifest.yml").read_text(encoding="utf-8"))
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["event_subscriptions"]["request_url"].startswith("https://")


def test_trap_20_words_of_one_company_ping_nobody_at_the_other(deal: Play) -> None:
    """Slack makes a mention of `<!channel>` and, where it parses, of `@everyone` in a step's title.

    Guard: `blocks/text.py:for_mrkdwn` and `for_plain`; `parse` in `bot/senders/voice.py:_says`.
    """
    stage = deal.stage
    for words in HOSTILE:
        stage.slack.click("U0BEA", "plan.add", ts=stage.board()["ts"])
        assert stage.slack.submit("U0BEA", {"title": words, "description": words}) == {}
        answers_to(stage, "U0BEA", f"@Tandem add {words}")
        answers_to(stage, "U0BEA", f"@Tandem {words}")
    for act in ("plan.steps", "plan.history"):
        press(stage, "U0BEA", act, ts=stage.board()["ts"])
        close_all(stage, "U0BEA")
    said = deal.called("chat.", "views.", "files.complete")
    assert "evil.example" in str(said)
    for call in said:
        for kind, shown in nodes(call.said.get("view") or dict(call.said)):
            check_text(kind, shown)
            assert kind in ("typed", "rich", "plain", "link") or not CALLS_SOMEBODY.search(shown), shown
    written = deal.called("chat.postMessage", "chat.update")
    assert {(call.said["parse"], call.said.get("link_names")) for call in written} == {("none", None)}
