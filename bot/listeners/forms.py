"""The values of a submitted modal, typed."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from bot.use_cases.common import Refused

E = TypeVar("E", bound=StrEnum)


class Form:
    """Reads `view.state.values`, whose shape is `{block_id: {action_id: element state}}`.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """

    def __init__(self, view: Mapping[str, Any]) -> None:
        self._values: Mapping[str, Any] = view.get("state", {}).get("values", {})
        self._drawn: Mapping[str, Any] = {
            block["block_id"]: block["element"] for block in view.get("blocks", []) if "element" in block
        }

    def _element(self, field: str) -> Mapping[str, Any]:
        elements: Mapping[str, Any] = self._values.get(str(field)) or {}
        return next(iter(elements.values()), {})

    def text(self, field: str) -> str:
        return str(self._element(field).get("value") or "")

    def choice(self, field: str) -> str:
        """The value of the option picked, "" for none."""
        return str((self._element(field).get("selected_option") or {}).get("value") or "")

    def one_of(self, field: str, kind: type[E]) -> E:
        """The option picked, as what it stands for. Raises `Refused` for one that no form of ours has."""
        try:
            return kind(self.choice(field))
        except ValueError:
            raise Refused("old_window") from None

    def day(self, field: str) -> date | None:
        picked = self._element(field).get("selected_date")
        return date.fromisoformat(picked) if picked else None

    def everything(self) -> dict[str, str]:
        """What each field holds, as text; of those that hold one thing at the most."""
        held = {field: _holds(self._element(field)) for field in self._values}
        return {field: values[0] for field, values in held.items() if values}

    def is_ticked(self, field: str) -> bool:
        return bool(self.ticked(field))

    def ticked(self, field: str) -> set[str]:
        """The values of the boxes that are ticked."""
        return {option["value"] for option in self._element(field).get("selected_options") or []}

    def were_ticked(self, field: str) -> set[str]:
        """The values of the boxes that were ticked when the form opened."""
        return set(_opened_with(self._drawn.get(str(field)) or {}))

    def was_changed(self, field: str) -> bool:
        """Whether it holds something else than it opened with. What is not in the form was not changed."""
        drawn = self._drawn.get(str(field))
        return drawn is not None and _opened_with(drawn) != _holds(self._element(field))

    def opened_with(self, field: str) -> str:
        """What the field held when the form opened, as the value of an option or as text; "" for nothing."""
        return next(iter(_opened_with(self._drawn.get(str(field)) or {})), "")


def _opened_with(drawn: Mapping[str, Any]) -> list[str]:
    chosen = [drawn["initial_option"]] if "initial_option" in drawn else drawn.get("initial_options", [])
    return [
        *(option["value"] for option in chosen),
        *(str(drawn[key]) for key in ("initial_value", "initial_date") if drawn.get(key)),
    ]


def _holds(state: Mapping[str, Any]) -> list[str]:
    chosen = (
        [state["selected_option"]] if state.get("selected_option") else state.get("selected_options") or []
    )
    return [
        *(option["value"] for option in chosen),
        *(str(state[key]) for key in ("value", "selected_date") if state.get(key)),
    ]
