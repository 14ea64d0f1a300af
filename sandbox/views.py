"""Modals and home tabs as Slack takes them: https://docs.slack.dev/reference/views/modal-views"""

import json
from copy import deepcopy
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from sandbox.blockkit import BlocksRefusedError, Surface, check_blocks, nulls, reason, with_defaults
from sandbox.parts import Id, Part, Plain24

MOST_BYTES = 250_000


class ViewTooLargeError(Exception):
    """https://docs.slack.dev/reference/methods/views.open: `view_too_large` above 250 kB."""


class _View(Part):
    blocks: list[Any] = Field(min_length=1, max_length=100)
    private_metadata: str = Field(default="", max_length=3000)
    callback_id: Annotated[str, Field(max_length=255)] = ""
    external_id: Annotated[str, Field(max_length=255)] = ""


class Modal(_View):
    type: Literal["modal"]
    title: Plain24
    submit: Plain24 | None = None
    close: Plain24 | None = None
    clear_on_close: bool = False
    notify_on_close: bool = False


class Home(_View):
    type: Literal["home"]
    callback_id: Id | Literal[""] = ""


_views: TypeAdapter[Modal | Home] = TypeAdapter(Annotated[Modal | Home, Field(discriminator="type")])


def check_view(view: Any, surface: Surface) -> dict[str, Any]:
    """The view as Slack keeps it: a copy with every key set and the ids of its blocks filled in.

    Raises `BlocksRefusedError` (pointers begin with /view) and `ViewTooLargeError`.
    """
    if len(json.dumps(view).encode()) > MOST_BYTES:
        raise ViewTooLargeError
    if empty := list(nulls(view, "/view")):
        raise BlocksRefusedError(empty)
    try:
        model = _views.validate_python(view)
    except ValidationError as error:
        raise BlocksRefusedError([reason(one, view, "/view") for one in error.errors()]) from None
    if model.type != surface:
        raise BlocksRefusedError([(f"unsupported type: {model.type}", "/view/type")])
    blocks = check_blocks(view["blocks"], surface, "/view/blocks")
    has_input = any(block["type"] == "input" for block in blocks)
    if isinstance(model, Modal) and has_input and model.submit is None:
        # https://docs.slack.dev/reference/views/modal-views: what is typed needs a way to be sent.
        raise BlocksRefusedError([("missing required field: submit, the view has an input block", "/view")])
    kept = with_defaults(deepcopy({name: view.get(name) for name in ("title", "submit", "close")}))
    return {
        "type": model.type,
        "callback_id": model.callback_id,
        **kept,
        "blocks": blocks,
        "private_metadata": model.private_metadata,
        "external_id": model.external_id,
        "clear_on_close": view.get("clear_on_close", False),
        "notify_on_close": view.get("notify_on_close", False),
    }
