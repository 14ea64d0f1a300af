"""Slack's bad days: an answer that is lost, a failure, a limit reached; and a death in that very moment."""

import pytest

from storage.outgoing import WorkState
from tests.replicas.scenes import EDIT, POST, WEDNESDAY, Scene
from tests.replicas.watching import trap

RETRY_AFTER = 2  # seconds


def test_a_post_whose_answer_is_lost_is_never_sent_again_and_the_lead_is_told_once(scene: Scene) -> None:
    scene.slack.fail(POST, "lost_answer")
    assert scene.wednesday().state is WorkState.UNKNOWN
    assert len(scene.postbox.nudges) == 1
    assert scene.told_of("a reminder") == 1

    for told, (fault, arrives) in enumerate([("lost_answer", 1), ("fatal_error", 0)], start=1):
        scene.slack.fail(POST, fault)
        ts = scene.mention(f"done {told + 1}")
        assert scene.outbox.rows("reply")[-1].state is WorkState.UNKNOWN
        assert len(scene.postbox.in_thread_of(ts)) == arrives
        assert scene.told_of("a message") == told
        assert f"{told} of 13 done" in scene.pinned(), "what was said is done all the same"
    assert len(scene.postbox.unknowns) == 3

    scene.slack.fail(POST, "lost_answer", times=2)  # the answer, and the word to the lead about it
    scene.mention("status")
    assert scene.told_of("a message") == 3
    assert len(scene.postbox.unknowns) == 4, "of a lost word to the lead there is no other word"


def test_what_meets_a_limit_or_may_be_repeated_comes_through_once(scene: Scene) -> None:
    scene.slack.fail(POST, "rate_limited", retry_after=RETRY_AFTER)
    assert scene.wednesday().state is WorkState.SENT
    [post] = scene.postbox.to("U0BEA")
    assert post.is_nudge
    [refused] = scene.times(POST, "ratelimited")
    assert float(post.ts) - refused >= RETRY_AFTER, "as long as Slack asked for"

    for done, fault in enumerate(["lost_answer", "rate_limited"], start=1):
        edits = len(scene.slack.calls(EDIT))
        scene.slack.fail(EDIT, fault)
        scene.mention(f"done {done + 1}")
        assert f"{done} of 13 done" in scene.pinned()
        assert len(scene.slack.calls(EDIT)) == edits + 2, "one that failed and one that did not"
    assert len(scene.postbox.boards) == 1
    assert scene.postbox.unknowns == []


@pytest.mark.parametrize("by", ["a lost answer", "a kill"])
def test_after_a_first_board_that_may_have_arrived_there_is_no_second_until_somebody_asks(
    before: Scene, by: str
) -> None:
    if by == "a kill":
        with trap(before.slack, before.replica.kill, when=lambda: bool(before.postbox.boards)):
            before.replica.start()
            before.slack.wait_for(lambda: before.postbox.boards, 20)
        before.come_back()
    else:
        before.slack.fail(POST, "lost_answer")
        before.start()
    before.mention("done 2")
    assert len(before.postbox.boards) == 1
    assert before.told_of("the board") == 1
    assert before.told_of("`/map board`") == 1

    before.slack.say("U0RAE", "/map board", before.deal.channel)
    before.rest()
    assert len(before.postbox.boards) == 2
    assert "1 of 13 done" in before.pinned()
    before.mention("done 3")
    assert "2 of 13 done" in before.pinned()
    assert len(before.postbox.boards) == 2
    assert len(before.postbox.unknowns) == 1


def test_a_nudge_that_arrives_as_the_process_dies_is_not_sent_again_and_the_lead_is_told_once(
    scene: Scene,
) -> None:
    with trap(scene.slack, scene.replica.kill, when=lambda: bool(scene.postbox.nudges)):
        scene.slack.turn_to(WEDNESDAY)
        scene.slack.wait_for(lambda: scene.postbox.nudges)
    scene.come_back()
    assert len(scene.postbox.to("U0BEA")) == 1
    [nudge] = scene.outbox.rows("nudge")
    assert nudge.state is WorkState.UNKNOWN
    assert scene.told_of("a reminder") == 1


def test_an_edit_that_arrives_as_the_process_dies_is_made_again(scene: Scene) -> None:
    with trap(scene.slack, scene.replica.kill, when=lambda: "1 of 13 done" in scene.pinned()):
        scene.slack.say("U0BEA", "@Tandem done 2", scene.deal.channel)
        scene.slack.wait_for(lambda: "1 of 13 done" in scene.pinned())
    scene.come_back()
    scene.mention("done 3")
    assert "2 of 13 done" in scene.pinned()
    assert len(scene.postbox.boards) == 1
