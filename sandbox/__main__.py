"""`python -m sandbox`: start the small Slack, and say where it is once it listens."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from sandbox.cast import CastError
from sandbox.manifest import ManifestError
from sandbox.playing import Player, read_stories
from sandbox.running import HOST, PortTakenError, Server, listen_on
from sandbox.small_slack import SmallSlack, build
from sandbox.store import StoreError
from sandbox.story import Story, StoryError, read_story, tell

# For an answer while the example is told: a machine that is busy with something else tells it all the same.
TELLING_SECONDS = 30.0

HERE = Path(__file__).parent
NEXT_STORY = "next-story"  # the file of the state folder that says what to begin afresh with


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A small Slack on your own desk: two workspaces, one shared channel, in a browser.",
    )
    parser.add_argument("--port", type=int, default=8080, help="the port on 127.0.0.1 (default: 8080)")
    parser.add_argument(
        "--app-url", default="http://127.0.0.1:3000/slack/events", help="where the app takes Slack's requests"
    )
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest")
    parser.add_argument("--world", type=Path, default=HERE / "world.yml", help="who is there, and where")
    parser.add_argument("--state", type=Path, help="a folder to remember everything in (default: nothing is)")
    parser.add_argument("--story", type=Path, help="what happened before, played once in a fresh world")
    parser.add_argument(
        "--stories",
        type=Path,
        help="a folder of stories to choose from on the page, with --state and --parent",
    )
    parser.add_argument("--play", help="the story to open in a fresh world, to be played on the page")
    parser.add_argument(
        "--no-rate-limits", action="store_true", help="never answer 429 for too many calls (for benchmarks)"
    )
    parser.add_argument(
        "--socket-mode", action="store_true", default=None, help="the app connects instead of being called"
    )
    parser.add_argument("--parent", type=int, help="stop when the process with this id is gone")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = parse(arguments)
    try:
        story = read_story(chosen.story) if chosen.story else None
        stories = read_stories(chosen.stories) if chosen.stories else {}
        if chosen.play is not None and chosen.play not in stories:
            raise StoryError(f"There is no story {chosen.play} in {chosen.stories}.")
        listener = listen_on(chosen.port)
        origin = f"http://{HOST}:{listener.getsockname()[1]}"
        slack = build(
            chosen.app_url,
            chosen.manifest,
            chosen.world,
            chosen.state,
            origin=origin,
            rate_limits=not chosen.no_rate_limits,
            socket_mode=chosen.socket_mode,
        )
        to_tell = story if slack.world.store.is_fresh and not chosen.play else None
        if to_tell is not None:
            to_tell.set_clock(slack)  # before anybody can ask what time it is
        if stories and chosen.state and chosen.parent:
            slack.player = Player(slack, stories, partial(_begin_afresh, chosen.state, chosen.parent))
            if chosen.play and slack.world.store.is_fresh:
                slack.player.open(chosen.play)
    except (PortTakenError, ManifestError, CastError, StoreError, StoryError) as error:
        print(error, file=sys.stderr)
        return 2
    server = Server(slack, on_ready=lambda: _ready(slack, origin, to_tell, is_known=bool(chosen.play)))
    if chosen.parent is not None:
        threading.Thread(target=_stop_without, args=(chosen.parent, server), daemon=True).start()
    # uvicorn lets a signal through after it has stopped; what was said is still to be kept then.
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run([listener])
    except KeyboardInterrupt:
        pass
    finally:
        slack.close()
    return 0


def _begin_afresh(state: Path, parent: int, story: str) -> None:
    """A story was chosen on the page: whoever started this is to stop, and to start again with `--play`."""
    (state / NEXT_STORY).write_text(story, encoding="utf-8")
    os.kill(parent, signal.SIGTERM)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _ready(slack: SmallSlack, origin: str, story: Story | None, *, is_known: bool) -> None:
    if story is not None:
        threading.Thread(target=_tell, args=(slack, story), daemon=True).start()
    if not is_known:  # a story was chosen on the page, which is where it was
        print(f"Tandem sandbox: {origin}/", flush=True)


def _tell(slack: SmallSlack, story: Story) -> None:
    try:
        with slack.patient(TELLING_SECONDS):
            tell(slack, story)
    except StoryError as error:
        print(f"The story stopped: {error}", file=sys.stderr, flush=True)


def _stop_without(parent: int, server: Server) -> None:
    """Nobody is left to stop this process once its parent was killed."""
    beat = threading.Event()
    while not beat.wait(1.0):
        if os.getppid() != parent:
            server.should_exit = True
            return


if __name__ == "__main__":
    sys.exit(main())
