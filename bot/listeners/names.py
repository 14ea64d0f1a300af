"""Words that somebody typed, as they know them themselves: with names in the place of ids."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.listeners.text import Escaped, mentioned, plain_words
from bot.use_cases.common import Refused
from storage.plans import people


def as_typed(desk: Desk, text: str) -> str:
    """Escaped words as their writer knows them, with names in the place of ids."""
    if not text:
        return ""
    with desk.database.read() as session:
        names = {person.user_id: person.name for person in people(session, mentioned(text)).values()}
    return plain_words(text, names)


def facts_of(desk: Desk, refused: Refused) -> Mapping[str, Any]:
    """What a refusal is about, with words as their writer knows them."""
    return {key: _known(desk, fact) for key, fact in refused.facts.items()}


def _known(desk: Desk, fact: Any) -> Any:
    if isinstance(fact, tuple):
        return tuple(_known(desk, one) for one in fact)
    return as_typed(desk, fact) if isinstance(fact, Escaped) else fact
