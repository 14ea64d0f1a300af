"""What people press, pick and type into: https://docs.slack.dev/reference/block-kit/block-elements"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sandbox.parts import (
    Confirm,
    Day,
    DispatchConfig,
    Id,
    ImageUrl,
    MenuOption,
    Number,
    OptionGroup,
    Part,
    Plain75,
    Plain150,
    PlainOption,
    RichOption,
    TimeOfDay,
    Url,
    Zone,
    refuse,
)


class Element(Part):
    action_id: Id | None = None


class Button(Element):
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element"""

    type: Literal["button"]
    text: Plain75
    value: str | None = Field(default=None, max_length=2000)
    url: Url | None = None
    style: Literal["primary", "danger"] | None = None
    confirm: Confirm | None = None
    accessibility_label: str | None = Field(default=None, max_length=75)


class Overflow(Element):
    """https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element"""

    type: Literal["overflow"]
    options: list[MenuOption] = Field(min_length=1, max_length=5)
    confirm: Confirm | None = None


class _Focused(Element):
    focus_on_load: bool = False


class _Confirmed(_Focused):
    confirm: Confirm | None = None


class _Menu(_Confirmed):
    placeholder: Plain150 | None = None


class _Offering(_Menu):
    """Options or groups of options, never both, and what is chosen at first is one of them."""

    options: list[PlainOption] | None = Field(default=None, min_length=1, max_length=100)
    option_groups: list[OptionGroup] | None = Field(default=None, min_length=1, max_length=100)

    @property
    def offered(self) -> list[PlainOption]:
        return self.options or [one for group in self.option_groups or [] for one in group.options]

    @model_validator(mode="after")
    def _offers_one_way(self) -> Self:
        if (self.options is None) == (self.option_groups is None):
            raise refuse("exactly one of options and option_groups must be provided")
        return self


class _Several(_Menu):
    """What is chosen at first keeps to the most that may be, too.

    https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element
    """

    max_selected_items: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _starts_with_few_enough(self) -> Self:
        chosen = getattr(self, "initial_options", None) or getattr(self, "initial_users", None) or ()
        if self.max_selected_items is not None and len(chosen) > self.max_selected_items:
            raise refuse("no more may be chosen at first than max_selected_items")
        return self


class StaticSelect(_Offering):
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""

    type: Literal["static_select"]
    initial_option: PlainOption | None = None

    @model_validator(mode="after")
    def _starts_with_an_option(self) -> Self:
        if self.initial_option is not None and self.initial_option not in self.offered:
            raise refuse("initial_option must be one of the options")
        return self


class MultiStaticSelect(_Offering, _Several):
    """https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element"""

    type: Literal["multi_static_select"]
    initial_options: list[PlainOption] | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _starts_with_options(self) -> Self:
        if any(option not in self.offered for option in self.initial_options or []):
            raise refuse("initial_options must be among the options")
        return self


class ExternalSelect(_Menu):
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""

    type: Literal["external_select"]
    initial_option: PlainOption | None = None
    min_query_length: int | None = Field(default=None, ge=0)


class MultiExternalSelect(_Several):
    """https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element"""

    type: Literal["multi_external_select"]
    initial_options: list[PlainOption] | None = Field(default=None, min_length=1, max_length=100)
    min_query_length: int | None = Field(default=None, ge=0)


class UsersSelect(_Menu):
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""

    type: Literal["users_select"]
    initial_user: str | None = None


class MultiUsersSelect(_Several):
    """https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element"""

    type: Literal["multi_users_select"]
    initial_users: list[str] | None = Field(default=None, min_length=1)


class Datepicker(_Menu):
    """https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element"""

    type: Literal["datepicker"]
    initial_date: Day | None = None


class Timepicker(_Menu):
    """https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element"""

    type: Literal["timepicker"]
    initial_time: TimeOfDay | None = None
    timezone: Zone | None = None


class DateTimePicker(_Confirmed):
    """https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element"""

    type: Literal["datetimepicker"]
    initial_date_time: int | None = Field(default=None, ge=10**9, lt=10**10)


class RadioButtons(_Confirmed):
    """https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element"""

    type: Literal["radio_buttons"]
    options: list[RichOption] = Field(min_length=1, max_length=10)
    initial_option: RichOption | None = None

    @model_validator(mode="after")
    def _starts_with_an_option(self) -> Self:
        if self.initial_option is not None and self.initial_option not in self.options:
            raise refuse("initial_option must be one of the options")
        return self


class Checkboxes(_Confirmed):
    """https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element"""

    type: Literal["checkboxes"]
    options: list[RichOption] = Field(min_length=1, max_length=10)
    initial_options: list[RichOption] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _starts_with_options(self) -> Self:
        if any(option not in self.options for option in self.initial_options or []):
            raise refuse("initial_options must be among the options")
        return self


class _Typed(_Focused):
    placeholder: Plain150 | None = None
    dispatch_action_config: DispatchConfig | None = None


class PlainTextInput(_Typed):
    """https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""

    type: Literal["plain_text_input"]
    initial_value: str | None = Field(default=None, max_length=3000)
    multiline: bool = False
    min_length: int | None = Field(default=None, ge=0, le=3000)
    max_length: int | None = Field(default=None, ge=1, le=3000)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.min_length is not None and self.max_length is not None and self.min_length > self.max_length:
            raise refuse("min_length must not be greater than max_length")
        if self.max_length is not None and len(self.initial_value or "") > self.max_length:
            raise refuse("initial_value must not be longer than max_length")
        return self


class NumberInput(_Typed):
    """https://docs.slack.dev/reference/block-kit/block-elements/number-input-element"""

    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: Number | None = None
    min_value: Number | None = None
    max_value: Number | None = None

    @model_validator(mode="after")
    def _keeps_its_bounds(self) -> Self:
        least, first, most = self.min_value, self.initial_value, self.max_value
        if not self.is_decimal_allowed and any("." in one for one in (least, first, most) if one):
            raise refuse("must be whole numbers where is_decimal_allowed is false")
        if Decimal(least or "-Inf") > Decimal(most or "Inf"):
            raise refuse("min_value must not be greater than max_value")
        if first and not Decimal(least or "-Inf") <= Decimal(first) <= Decimal(most or "Inf"):
            raise refuse("initial_value must be between min_value and max_value")
        return self


class EmailInput(_Typed):
    """https://docs.slack.dev/reference/block-kit/block-elements/email-input-element"""

    type: Literal["email_text_input"]
    initial_value: str | None = None


class UrlInput(_Typed):
    """https://docs.slack.dev/reference/block-kit/block-elements/url-input-element"""

    type: Literal["url_text_input"]
    initial_value: str | None = None


class ImageElement(Part):
    """https://docs.slack.dev/reference/block-kit/block-elements/image-element"""

    type: Literal["image"]
    image_url: ImageUrl
    alt_text: str = Field(min_length=1, max_length=2000)


# https://docs.slack.dev/reference/block-kit/blocks/actions-block takes the menus of several choices, too.
Select = (
    StaticSelect | ExternalSelect | UsersSelect | MultiStaticSelect | MultiExternalSelect | MultiUsersSelect
)
Picker = Datepicker | Timepicker | RadioButtons | Checkboxes

SectionElement = Annotated[Button | Overflow | ImageElement | Select | Picker, Field(discriminator="type")]
ActionElement = Annotated[Button | Overflow | DateTimePicker | Select | Picker, Field(discriminator="type")]
InputElement = Annotated[
    PlainTextInput | NumberInput | EmailInput | UrlInput | DateTimePicker | Select | Picker,
    Field(discriminator="type"),
]
