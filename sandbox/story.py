"""A story: what people say and do, through the same doors as the page. It is told at once before you come, or
played for you to watch (`playing.py`).

A story is YAML: `start`, the moment it begins, and `steps`, each doing one thing. `as` is a user id. `in` is
a conversation: the world's first channel unless said, `dm` for the person's own with the app.

    - {as: U0RAE, say: "/map new"}
    - {as: U0BEA, say: "@Tandem done 4", thread: "Security review"}
    - {as: U0BEA, click: {action: step.done, near: "Security review"}}
    - {as: U0RAE, submit: {view: plan.new, values: {name: Acme, owner: {pick: Bea}, due: {day: +30wd}}}}
    - {as: U0RAE, close: plan.all_steps}
    - {as: U0RAE, wait: "go-live"}
    - {clock: "-18d 09:00"}

say: typed and sent; with `thread` as an answer to the newest message with those words.
click: the newest element with that action_id that the person sees, in their modal first. It can be narrowed
  by `near` (words in the same block, or in the text before it), `label` (its own words) and `value`;
  `option` chooses in a menu by its words.
submit: fills in the modal with that callback_id, by block_id or by how a label begins, and sends it.
  `{pick: words}` chooses the option with these words, `{day: +30wd}` is a day.
close: closes the modal with that callback_id.
wait: until the person sees a message with these words.
clock: forward to a moment; see `moments.py`.

Every step waits ten seconds for what it needs (a message, a modal). In any text `{+12d}` is that day.

A story to be watched also has a `title` and a `summary`, and captions: `caption` on a step begins a scene,
which goes on until the next caption. Days are counted from the day of the first start, or, with
`day_zero: quarter-end`, from the last working day of the quarter that day is in.
"""

import time
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import httpx
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sandbox.moments import day_of, moment_of, quarter_end, with_days
from sandbox.small_slack import SmallSlack
from sandbox.telling import Teller, TellingError

APP_SECONDS = 60.0


class StoryError(RuntimeError):
    """The story cannot be read, or cannot go on. The message names the step."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Click(_Row):
    action: str
    near: str = ""
    label: str = ""
    value: str = ""
    option: str = ""


class Submit(_Row):
    view: str
    values: dict[str, Any] = {}


class Step(_Row):
    who: str = Field(default="", alias="as")
    place: str = Field(default="", alias="in")
    say: str | None = None
    thread: str = ""
    click: Click | None = None
    submit: Submit | None = None
    close: str | None = None
    wait: str | None = None
    clock: str | None = None
    caption: str = ""

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Step":
        verbs = [name for name in ("say", "click", "submit", "close", "wait", "clock") if getattr(self, name)]
        if len(verbs) != 1:
            raise ValueError("a step does exactly one of say, click, submit, close, wait, clock")
        if (verbs == ["clock"]) == bool(self.who):
            raise ValueError("every step but a clock's says who does it (as)")
        return self


class Story(_Row):
    start: str
    steps: list[Step]
    title: str = ""
    summary: str = ""
    day_zero: Literal["today", "quarter-end"] = "today"

    @model_validator(mode="after")
    def _goes_forward(self) -> "Story":
        moments = [_rank(self.start), *(_rank(step.clock) for step in self.steps if step.clock)]
        if moments != sorted(moments):
            raise ValueError("the clock of a story only goes forward")
        return self

    @model_validator(mode="after")
    def _can_be_watched(self) -> "Story":
        if self.title and not (self.summary and self.steps and self.steps[0].caption):
            raise ValueError("a story with a title has a summary, and its first step a caption")
        return self

    def scenes(self) -> list[list[Step]]:
        """The steps, a list for each caption."""
        scenes: list[list[Step]] = []
        for step in self.steps:
            if step.caption or not scenes:
                scenes.append([])
            scenes[-1].append(step)
        return scenes

    def zero(self, slack: SmallSlack, today: date | None = None) -> date:
        """The day that days of this story are counted from, if the first start is today."""
        today = today or datetime.fromtimestamp(time.time(), slack.world.cast.zone).date()
        return quarter_end(today) if self.day_zero == "quarter-end" else today

    def set_clock(self, slack: SmallSlack, today: date | None = None) -> None:
        """Begin the fresh world on the story's first day."""
        zone = slack.world.cast.zone
        slack.world.clock.restart_at(moment_of(self.start, self.zero(slack, today), zone))
        slack.world.save_clock()


def read_story(path: Path) -> Story:
    """Raises `StoryError`."""
    try:
        return Story.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise StoryError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise StoryError(f"{path} is not YAML: {error}") from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, one['loc'])) or 'story'}: {one['msg']}" for one in error.errors()]
        raise StoryError(f"{path} is not a story:\n" + "\n".join(lines)) from None


def tell(slack: SmallSlack, story: Story, *, wait_for_app: bool = True, today: date | None = None) -> None:
    """Play the story as fast as it goes, once the app answers. Raises `StoryError`."""
    if wait_for_app:
        wait_until_well(slack.app_url)
    teller = Teller(slack, story.zero(slack, today))
    for number, step in enumerate(story.steps, 1):
        try:
            take(slack, teller, step)
        except TellingError as error:
            raise StoryError(f"step {number}: {error}") from None
        slack.outgoing.wait_idle(10)


def take(slack: SmallSlack, teller: Teller, step: Step) -> None:
    """Do one step. Raises `TellingError` when it cannot be done."""
    today = teller.today
    if step.clock is not None:
        target = moment_of(step.clock, today, slack.world.cast.zone)
        # Telling takes a little time of its own; a moment that has just gone by is near enough.
        teller.clock(max(target, slack.world.clock.now()))
    elif step.say is not None:
        teller.say(step.who, step.place, with_days(step.say, today), step.thread)
    elif step.click is not None:
        click = step.click
        teller.click(step.who, step.place, click.action, click.near, click.label, click.value, click.option)
    elif step.submit is not None:
        teller.submit(step.who, step.submit.view, step.submit.values)
    elif step.close is not None:
        teller.close(step.who, step.close)
    elif step.wait is not None:
        teller.wait(step.who, step.place, with_days(step.wait, today))


def _rank(said: str) -> tuple[date, str]:
    """Moments in their order, whatever day it is. Raises `ValueError`."""
    sunday = date(2024, 6, 2)
    words = said.split()
    if len(words) != 2:
        raise ValueError(f"“{said}” is no moment; write -18d 09:00")
    return day_of(words[0], sunday), words[1]


def wait_until_well(app_url: str) -> None:
    """Until the app says it is well: it may still be starting. Raises `StoryError`."""
    healthz = str(httpx.URL(app_url).join("../healthz"))  # the app may not be at the root of its address
    deadline = time.monotonic() + APP_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(healthz, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)  # it is starting; there is nothing to be told of its being ready
    raise StoryError(f"{healthz} did not answer within {APP_SECONDS:.0f} seconds.")
