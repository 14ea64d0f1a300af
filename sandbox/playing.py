"""Story mode: a story played on the page, scene by scene, for somebody to watch.

A story begins in a fresh world. Only whoever started this process can make one, because the app has to forget
too: `begin` leaves the story's name with them, and they start all of it again, with `--play`.

Slack plays no stories: what is refused here is the sandbox's own.
"""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.story import Step, Story, StoryError, read_story, take, wait_until_well
from sandbox.telling import PATIENCE_SECONDS, Teller, TellingError

PACE_SECONDS = 0.9  # between two steps of a scene: long enough to see what was pressed
SCENE_SECONDS = 12.0  # what all of that may take in a scene
LETTERS_A_SECOND = 16  # what somebody reads of a caption before the next scene begins
WAITING, ACTING, PLAYING, ENDED, STUCK = "waiting", "acting", "playing", "ended", "stuck"


def read_stories(folder: Path) -> dict[str, Story]:
    """The stories of a folder by name. Raises `StoryError`."""
    return {path.stem: read_story(path) for path in sorted(folder.glob("*.yml"))}


class Player:
    """Plays one story at a time. How far it is is kept with the world: a restart goes on from there."""

    def __init__(
        self,
        slack: SmallSlack,
        stories: dict[str, Story],
        begin: Callable[[str], None],
        *,
        pace: float = PACE_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._slack = slack
        self._stories = stories
        self._begin = begin
        self._pace = pace
        self._patience = patience
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._name = ""
        self._zero = date.min
        self._scene = 0  # how many were begun
        self._state = WAITING
        self._problem = ""
        self._at: dict[str, Any] | None = None
        self._fills: dict[str, int] = {}  # by view id: how often its fields were filled in
        self._remember()

    def open(self, name: str, today: date | None = None) -> None:
        """Set the fresh world to where this story begins, and wait for the first press."""
        story = self._stories[name]
        story.set_clock(self._slack, today)
        self._name, self._zero = name, story.zero(self._slack, today)
        self._keep()

    def shown(self) -> dict[str, Any] | None:
        """What the page says about the story that is on."""
        if not self._name:
            return None
        story = self._stories[self._name]
        scenes = story.scenes()
        return {
            "name": self._name,
            "title": story.title,
            "scene": self._scene,
            "scenes": len(scenes),
            "caption": scenes[self._scene - 1][0].caption if self._scene else story.summary,
            "state": self._state,
            "problem": self._problem,
            "at": self._at,
            "fills": self._fills,
        }

    def offers(self) -> list[dict[str, str]]:
        """The stories to choose from; one without a title is told at once."""
        return [
            {"name": name, "title": story.title, "summary": story.summary}
            for name, story in sorted(self._stories.items(), key=lambda one: not one[1].title)
        ]

    def begin(self, name: str) -> None:
        if name not in self._stories:
            raise MalformedCallError(f"there is no story {name}")
        self.close()
        self._begin(name)

    def go(self, *, on: bool) -> None:
        """Play the next scene, or (`on`) all that are left."""
        if not self._name or self._state in (ENDED, STUCK):
            raise ClientError("no_scene", "The story is over.")
        if self._thread is not None and self._thread.is_alive():
            raise ClientError("busy", "This scene is still on.")
        self._halt.clear()
        self._show(PLAYING if on else ACTING)
        self._thread = threading.Thread(target=self._run, kwargs={"on": on}, name="story", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the scene that is on come to its end, and wait there."""
        self._halt.set()

    def leave(self) -> None:
        """The story is over; what it made stays, to go on with by hand."""
        self.close()
        with self._slack.world.changing():
            self._name, self._at = "", None
            self._slack.world.store.put("meta", "story", None)

    def close(self) -> None:
        self._halt.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wait(self, seconds: float) -> None:
        """Until nothing is being played. For tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, *, on: bool) -> None:
        try:
            if self._scene == 0:
                wait_until_well(self._slack.app_url)
            self._play_scene()
            while on and not self._halt.is_set() and self._scenes_left():
                self._halt.wait(len(self._caption()) / LETTERS_A_SECOND if self._pace else 0)
                if not self._halt.is_set():
                    self._play_scene()
        except (TellingError, StoryError) as error:
            self._problem = f"The story cannot go on from here: {error}. Was something done by hand?"
            self._show(STUCK)
            return
        self._show(WAITING if self._scenes_left() else ENDED)

    def _play_scene(self) -> None:
        scene = self._stories[self._name].scenes()[self._scene]
        self._scene += 1
        self._problem = ""
        teller = Teller(self._slack, self._zero, self._patience)
        for step in scene:
            self._turn_to(step, teller)
            self._look(len(scene))
            if step.submit is not None and step.submit.values:
                view_id = teller.fill(step.who, step.submit.view, step.submit.values)
                self._fills[view_id] = self._fills.get(view_id, 0) + 1
                self._show(self._state)
                self._look(len(scene))
            take(self._slack, teller, step)
            self._slack.outgoing.wait_idle(10)
            if step.wait is not None:
                self._turn_to(step, teller)  # the conversation may only be there now
        self._keep()

    def _look(self, steps: int) -> None:
        """Time to see it, less where a scene is long. None is cut short: whoever stops goes on by hand."""
        if self._pace:
            threading.Event().wait(min(self._pace, SCENE_SECONDS / steps))

    def _turn_to(self, step: Step, teller: Teller) -> None:
        """The page shows whoever acts, where they do."""
        channel = teller.channel(step.who, step.place) if step.who else ""
        if channel in self._slack.world.channels:
            number = self._at["n"] + 1 if self._at else 1
            is_private_news = step.wait is not None and step.place == "dm"
            is_talk = (step.say is not None and not step.thread) or is_private_news
            self._at = {"n": number, "person": step.who, "channel": channel, "is_talk": is_talk}
        self._show(self._state)

    def _caption(self) -> str:
        return self._stories[self._name].scenes()[self._scene - 1][0].caption

    def _scenes_left(self) -> int:
        return len(self._stories[self._name].scenes()) - self._scene

    def _show(self, state: str) -> None:
        with self._slack.world.changing():
            self._state = state

    def _keep(self) -> None:
        with self._slack.world.changing():
            kept = {"name": self._name, "zero": self._zero.isoformat(), "scene": self._scene}
            self._slack.world.store.put("meta", "story", kept)

    def _remember(self) -> None:
        kept = self._slack.world.store.get("meta", "story")
        if kept is None or kept["name"] not in self._stories:
            return
        self._name, self._zero, self._scene = kept["name"], date.fromisoformat(kept["zero"]), kept["scene"]
        self._state = WAITING if self._scenes_left() > 0 else ENDED
