"""The small parts of Block Kit: texts, options, dialogs. Strict: what is not named here does not exist.

Limits: https://docs.slack.dev/reference/block-kit/composition-objects and the doc comments of @slack/types.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(min_length=1, max_length=255)]  # block_id, action_id, callback_id
Url = Annotated[str, Field(max_length=3000, pattern=r"^[a-z][a-z0-9+.-]*:\S+$")]
ImageUrl = Annotated[str, Field(max_length=3000, pattern=r"^https?://\S+$")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]


def _on_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise refuse("must be a day of the calendar") from None
    return day


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _of_the_world(zone: str) -> str:
    if zone not in _zones():
        raise refuse("must be a time zone of the IANA database")
    return zone


# https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element: a day in the form YYYY-MM-DD
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_on_the_calendar)]
# https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element: a name in the IANA format
Zone = Annotated[str, AfterValidator(_of_the_world)]


class Part(BaseModel):
    """Anything in a payload: no key it does not know, and no string where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PlainText(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""

    type: Literal["plain_text"]
    text: str = Field(min_length=1, max_length=3000)
    emoji: bool = True


class Mrkdwn(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""

    type: Literal["mrkdwn"]
    text: str = Field(min_length=1, max_length=3000)
    verbatim: bool = False


Text = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]


def at_most(limit: int) -> AfterValidator:
    """Caps a text object. The error names its `text`, where Slack's pointer points too."""

    def check(text: PlainText | Mrkdwn) -> PlainText | Mrkdwn:
        if len(text.text) > limit:
            raise PydanticCustomError("text_too_long", "must be less than {n} characters", {"n": limit + 1})
        return text

    return AfterValidator(check)


def shorter(limit: int) -> Callable[[PlainText], PlainText]:
    """The same for a plain text alone."""

    def check(text: PlainText) -> PlainText:
        if len(text.text) > limit:
            raise PydanticCustomError("text_too_long", "must be less than {n} characters", {"n": limit + 1})
        return text

    return check


Plain24 = Annotated[PlainText, AfterValidator(shorter(24))]
Plain30 = Annotated[PlainText, AfterValidator(shorter(30))]
Plain75 = Annotated[PlainText, AfterValidator(shorter(75))]
Plain100 = Annotated[PlainText, AfterValidator(shorter(100))]
Plain150 = Annotated[PlainText, AfterValidator(shorter(150))]
Plain2000 = Annotated[PlainText, AfterValidator(shorter(2000))]


class PlainOption(Part):
    """An option of a select or an overflow menu.

    https://docs.slack.dev/reference/block-kit/composition-objects/option-object
    `value`: one official source says 75 characters, another 150; the stricter one is safe with both.
    """

    text: Plain75
    value: str = Field(min_length=1, max_length=75)
    description: Plain75 | None = None


class MenuOption(PlainOption):
    """An overflow menu's option may also lead somewhere.

    https://docs.slack.dev/reference/block-kit/composition-objects/option-object
    """

    url: Url | None = None


class RichOption(Part):
    """An option of radio buttons or checkboxes: these may be formatted.

    https://docs.slack.dev/reference/block-kit/composition-objects/option-object
    """

    text: Annotated[Text, at_most(75)]
    value: str = Field(min_length=1, max_length=75)
    description: Annotated[Text, at_most(75)] | None = None


class OptionGroup(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object"""

    label: Plain75
    options: list[PlainOption] = Field(min_length=1, max_length=100)


class Confirm(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""

    title: Plain100
    text: Annotated[Text, at_most(300)]
    confirm: Plain30
    deny: Plain30
    style: Literal["primary", "danger"] | None = None


class DispatchConfig(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object"""

    trigger_actions_on: list[Literal["on_enter_pressed", "on_character_entered"]] = Field(
        min_length=1, max_length=2
    )


def refuse(message: str, **context: Any) -> PydanticCustomError:
    """A rule between several keys of one part."""
    return PydanticCustomError("rule", message, context or None)
