"""`kill -9`, wherever it falls: nothing is lost, nothing is said twice, what nobody can know is told once."""

from collections import Counter
from pathlib import Path

from storage.database import Database
from storage.migrate import migrate
from storage.outgoing import Outgoing, WorkState
from tests.replicas.deals import EVERYBODY, start_deals
from tests.replicas.mornings import STEPS, Story
from tests.replicas.running import a_minute_later, replicas_of
from tests.replicas.watching import OutboxWatch, Postbox, pinned_in, words_on_board
from tests.sandboxed import Sandbox


def check_what_was_said(story: Story, outbox: OutboxWatch) -> None:
    """Each nudge and each reply at most once; sent means there, and unknown are no more than were killed."""
    unknown = outbox.rows(state=WorkState.UNKNOWN)
    assert len(unknown) <= story.kills
    assert not outbox.rows(state=WorkState.FAILED)
    check_nudges(story, outbox)
    times_answered = Counter(row.state for row in outbox.rows("reply"))
    answers = [len(story.postbox.in_thread_of(ts)) for ts in story.mentions]
    assert max(answers, default=0) <= 1
    assert sum(answers) >= times_answered[WorkState.SENT]
    assert len(story.postbox.unknowns) == len(unknown), "the lead hears of each, once"
    assert {post.channel for post in story.postbox.unknowns} <= {"D0RAE"}


def check_nudges(story: Story, outbox: OutboxWatch) -> None:
    posted = Counter(post.values[0].split(":")[0] for post in story.postbox.nudges)
    rows: dict[str, Outgoing] = {str(row.payload["nudge"]): row for row in outbox.rows("nudge")}
    assert set(posted.values()) <= {1}, "nobody is nudged twice"
    for nudge, row in rows.items():
        assert posted[nudge] == 1 or row.state is WorkState.UNKNOWN, f"nudge {nudge} was lost"
    heard = Counter((post.channel, step) for post in story.postbox.nudges for step in post.steps)
    assert max(heard.values()) == 1
    assert {post.channel for post in story.postbox.nudges} == {"D" + person[1:] for person in EVERYBODY}


def check_the_truth(story: Story) -> None:
    """Each act is in the change log once, and every board shows it."""
    changes = [change for deal in story.deals for change in deal.changes("step_done")]
    assert Counter(change.step_id for change in changes) == dict.fromkeys(story.ticked, 1)
    for deal in story.deals:
        [board] = [post for post in story.postbox.boards if post.channel == deal.channel]
        assert deal.plan().board_ts == board.ts
        done = sum(step.state.is_finished for step in deal.steps())
        assert pinned_in(story.slack, deal.channel).ts == board.ts
        assert f"{done} of {STEPS} done" in words_on_board(story.slack, deal.channel)


def live(story: Story, url: str, folder: Path, replicas: int, mornings: int, seed: int) -> None:
    outbox = OutboxWatch(story.database)
    story.hand_out(mornings)
    with replicas_of(story.slack, url, folder, replicas) as running:
        outbox.wait_until_quiet("board", "pin")
        story.live(running, mornings, seed)
        a_minute_later(running, outbox.outlive_leases)
        outbox.wait_until_quiet()
    check_what_was_said(story, outbox)
    check_the_truth(story)


def test_one_of_two_replicas_on_postgresql_is_killed_every_morning(
    database: Database, database_url: str, slack: Sandbox, postbox: Postbox, tmp_path: Path
) -> None:
    story = Story(slack, database, postbox, start_deals(database, 2))
    live(story, database_url, tmp_path, replicas=2, mornings=3, seed=2)
    assert story.kills == 3


def test_the_only_process_on_sqlite_is_killed_every_morning(
    slack: Sandbox, postbox: Postbox, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'tandem.db'}"
    database = Database(url)
    migrate(database)
    story = Story(slack, database, postbox, start_deals(database, 2))
    live(story, url, tmp_path, replicas=1, mornings=2, seed=77)
    assert story.kills == 2
    database.dispose()
