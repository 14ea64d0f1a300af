"""A log names what happened, never what was written or what opens a door."""

from bot.logs import HIDDEN, redact


def test_what_people_wrote_is_hidden_by_its_key() -> None:
    line = redact(None, "info", {"event": "x", "text": "salary of Bob", "reason": "board fell out"})
    assert line == {"event": "x", "text": HIDDEN, "reason": HIDDEN}


def test_a_token_is_hidden_wherever_it_stands() -> None:
    line = redact(None, "info", {"event": "by xoxb-12-abc and xapp-1-A", "exception": "v0=" + "a" * 64})
    assert "xoxb" not in line["event"]
    assert "xapp" not in line["event"]
    assert line["exception"] == HIDDEN
