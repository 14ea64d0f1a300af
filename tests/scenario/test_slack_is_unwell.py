"""Each kind of bad day of Slack's: an edit comes true in the end, a message is never there twice."""

from typing import Any

from sqlmodel import select

from storage.models import Person
from tests.scenario.conftest import Stage

# Kind of fault -> the rest of its rule.
KINDS: dict[str, dict[str, Any]] = {
    "rate_limited": {"retry_after": 30},
    "fatal_error": {},
    "unavailable": {},
    "refused": {"error": "service_unavailable"},
    "timeout_before": {},
    "timeout_after": {},
    "lost_answer": {},
    "html": {},
    "cut_json": {},
    "empty": {},
}
# Slack said that it did nothing, so the same is asked again; or it was done, whatever the answer looked like.
ARRIVE = {"rate_limited", "refused", "timeout_after", "lost_answer", "html", "cut_json", "empty"}


def test_the_board_is_true_again_after_each(stage: Stage) -> None:
    stage.start_plan()
    world = stage.slack.slack.world
    people = [world.people[one] for one in world.channels["C0DEAL"].member_ids if one in world.people]
    for person, (kind, rest) in zip(people, KINDS.items(), strict=True):
        stage.slack.fail("chat.update", kind, times=2, **rest)
        stage.own(2, person.id)
        [line] = [one for one in stage.board_text().splitlines() if one.startswith("⚪  2  ")]
        assert person.name in line, kind
        assert stage.slack.slack.faults.waiting() == [], kind


def test_an_answer_to_a_mention_is_there_once_or_not_at_all(stage: Stage) -> None:
    stage.start_plan()
    for kind, rest in KINDS.items():
        stage.slack.fail("chat.postMessage", kind, channel="C0DEAL", **rest)
        asked = stage.slack.say("U0BEA", "@Tandem status")
        stage.settle()
        [mention] = [one for one in stage.slack.messages("U0BEA") if one["ts"] == asked]
        assert len(mention["replies"]) == (1 if kind in ARRIVE else 0), kind
        assert stage.slack.slack.faults.waiting() == [], kind


def test_more_people_than_slack_looks_up_in_a_minute_are_known_within_its_limit(stage: Stage) -> None:
    world = stage.slack.slack.world
    bea = world.people["U0BEA"]
    for number in range(120):
        newcomer = bea.model_copy(update={"id": f"U0NEW{number}", "name": f"New Person{number}"})
        world.people[newcomer.id] = newcomer
        world.channels["C0DEAL"].member_ids.append(newcomer.id)
    stage.start_plan()
    with stage.database.read() as session:
        names = set(session.exec(select(Person.name)))
    assert {f"New Person{number}" for number in range(120)} <= names
    assert {one["status"] for one in stage.slack.log() if one["name"] == "users.info"} == {"200"}
