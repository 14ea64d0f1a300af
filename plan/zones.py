"""The time zones of the world by their IANA names, and the search for one."""

from functools import cache
from zoneinfo import available_timezones

UTC = "UTC"
# Areas whose zones are places. The others are old spellings, or say a distance to Greenwich.
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def is_time_zone(name: str) -> bool:
    return name in _known()


def find_time_zones(query: str, most: int) -> list[str]:
    """Zones of places that have every word of the query in their name, those first whose city begins so."""
    words = query.casefold().replace("_", " ").split()
    found = [name for name in _places() if all(word in _folded(name) for word in words)]
    first = " ".join(words)
    return sorted(found, key=lambda name: not _folded(name).rpartition("/")[2].startswith(first))[:most]


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())  # looks through hundreds of files


@cache
def _places() -> tuple[str, ...]:
    return (*sorted(name for name in _known() if name.split("/")[0] in AREAS and "/" in name), UTC)


def _folded(name: str) -> str:
    return name.casefold().replace("_", " ")
