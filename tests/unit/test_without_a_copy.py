"""What somebody reads who uses Tandem through a copy that is gone: our words, and no error."""

import json
from typing import Any

import pytest
from slack_bolt import BoltRequest

from blocks.pages import build_page
from blocks.replies import refusal_text
from bot.application import build_client, build_tandem
from bot.clock import SystemClock
from bot.errors import answer_without_a_copy
from storage.database import Database

WORDS = refusal_text("not_installed", {})
FIELD = {"type": "input", "block_id": "title"}


def said(**body: Any) -> dict[str, Any]:
    answer = answer_without_a_copy(body)
    assert answer.status == 200
    return json.loads(answer.body) if answer.body else {}


def test_a_command_is_answered_privately_with_what_was_typed() -> None:
    answer = said(command="/map", text="done 4", team_id="T0GONE")
    assert answer["response_type"] == "ephemeral"
    assert WORDS in answer["text"]
    assert "done 4" in json.dumps(answer["blocks"])


def test_a_window_says_so_at_its_first_field_and_keeps_what_was_typed() -> None:
    answer = said(type="view_submission", view={"blocks": [{"type": "section"}, FIELD]})
    assert answer == {"response_action": "errors", "errors": {"title": WORDS}}


def test_a_window_without_a_field_says_so_in_its_place() -> None:
    answer = said(type="view_submission", view={"blocks": [{"type": "section"}]})
    assert answer["response_action"] == "update"
    assert WORDS in json.dumps(answer["view"], ensure_ascii=False)


def test_a_search_finds_nobody() -> None:
    assert said(type="block_suggestion", view={}) == {"options": []}


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "response_url": "http://127.0.0.1:9/nobody"},
        {"type": "event_callback", "event": {"type": "app_mention"}},
        {"type": "view_submission"},
        {"type": "view_closed"},
        {},
    ],
)
def test_where_nothing_can_be_said_nothing_breaks(body: dict[str, Any]) -> None:
    assert said(**body) == {}


@pytest.mark.parametrize("kind", ["command", "app_uninstalled", "team_access_granted", "url_verification"])
def test_it_goes_through_the_app_without_a_copy_and_without_bolts_words(
    database: Database, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build_tandem(database, SystemClock(), build_client(None, "http://127.0.0.1:9/api/"), "").app
    bodies: dict[str, dict[str, Any]] = {
        "command": {"command": "/map", "team_id": "T0GONE", "user_id": "U1", "channel_id": "C1"},
        "url_verification": {"type": "url_verification", "challenge": "c"},
    }
    event = {"type": "event_callback", "event": {"type": kind, "team_ids": []}, "enterprise_id": "E0GONE"}
    answer = app.dispatch(BoltRequest(body=bodies.get(kind, event), mode="socket_mode"))
    assert answer.status == 200
    assert "apologize" not in answer.body


def test_the_words_of_the_page_are_data() -> None:
    page = build_page("installed", "<script>alert(1)</script> & \u202e Co")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
