"""The values of a submitted modal, typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from blocks.ids import Field


class Form:
    """Reads `view.state.values`, whose shape is `{block_id: {action_id: element state}}`.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """

    def __init__(self, view: Mapping[str, Any]) -> None:
        self._values: Mapping[str, Any] = view.get("state", {}).get("values", {})

    def _element(self, field: Field) -> Mapping[str, Any]:
        elements: Mapping[str, Any] = self._values.get(field.value) or {}
        return next(iter(elements.values()), {})

    def text(self, field: Field) -> str:
        return str(self._element(field).get("value") or "")

    def choice(self, field: Field) -> str:
        """The value of the option picked, "" for none."""
        return str((self._element(field).get("selected_option") or {}).get("value") or "")

    def day(self, field: Field) -> date | None:
        picked = self._element(field).get("selected_date")
        return date.fromisoformat(picked) if picked else None

    def is_ticked(self, field: Field) -> bool:
        return bool(self._element(field).get("selected_options"))
