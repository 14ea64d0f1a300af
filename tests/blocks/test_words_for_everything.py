"""Whatever the bot can refuse or write into the log, there are words for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from blocks.replies import LABELS
from blocks.words import has_saying, label
from plan.rights import Refusal
from plan.when import WhenKind
from tests.blocks import everything

BOT = Path(__file__).parents[2] / "bot"


def first_words(function: str) -> Iterator[str]:
    """The first argument of every call of `function` in the bot, where it is a fixed string."""
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name == function and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def test_every_refusal_has_its_words_and_is_drawn_by_these_tests() -> None:
    codes = {*first_words("Refused"), *first_words("reply_refused"), *first_words("refusal_text")}
    # What somebody may not know of is said to be no step, and so has no words of its own.
    codes |= {refusal.value for refusal in Refusal if refusal is not Refusal.UNSEEN} | {
        f"when_{kind}" for kind in WhenKind
    }
    assert len(codes) > 25
    assert {code for code in codes if not has_saying("refusals", code)} == set()
    assert codes <= {*everything.REFUSALS, "step_changed"}


def test_every_notice_has_its_words() -> None:
    codes = set(first_words("build_notice"))
    assert {
        code for code in codes if not (has_saying("notices", code) or has_saying("refusals", code))
    } == set()


def test_every_kind_of_change_is_told_in_words_of_its_own() -> None:
    kinds = {*first_words("record"), *first_words("say_of")}
    assert len(kinds) > 10
    assert {kind for kind in kinds if not has_saying("history", kind)} == set()
    assert kinds <= set(everything.KINDS)


def test_every_form_that_a_mention_can_ask_for_has_a_label() -> None:
    said = "\n".join(path.read_text() for path in (BOT / "listeners" / "said").glob("*.py"))
    asked_for = set(re.findall(r"\bAct\.([A-Z_]+)", said))
    assert len(asked_for) > 10
    assert {act.name for act in LABELS} == asked_for
    assert all(label(name) for name in LABELS.values())
