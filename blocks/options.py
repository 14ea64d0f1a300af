"""What a search finds: people, in one group for each company, or time zones.

https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
"""

from collections.abc import Sequence
from typing import Any

from blocks import limits
from blocks.kit import option, option_group
from blocks.words import plain

People = Sequence[tuple[str, str]]  # (user id, name)


def build_person_options(groups: Sequence[tuple[str, People]], query: str = "") -> dict[str, Any]:
    """The answer to a search: at most 100 groups of 100 people, in the order given.

    A group's label reads `side:company`, as in "buyer:Acme", "seller:" or "other:". `query` is what was typed
    so far; every word of it is looked for in the name, whatever its case.
    """
    words = query.casefold().split()
    shown = []
    for label, people in groups[: limits.OPTION_GROUPS]:
        options = [option(name.strip() or user_id, user_id) for user_id, name in people if _fits(name, words)]
        if options:
            side, _, company = label.partition(":")
            words_of_group = plain("modals", "people_group", side=side, company=company)
            shown.append(option_group(words_of_group, options[: limits.OPTIONS]))
    # Slack takes an empty list of options, but no group that is empty.
    return {"option_groups": shown} if shown else {"options": []}


def build_zone_options(zones: Sequence[str]) -> dict[str, Any]:
    """The answer to a search for a time zone, by its IANA name."""
    return {"options": [option(zone.replace("_", " "), zone) for zone in zones[: limits.OPTIONS]]}


def _fits(name: str, words: list[str]) -> bool:
    folded = name.casefold()
    return all(word in folded for word in words)
