"""What a person types, on its way into a message, an event or a command.

`&`, `<` and `>` arrive escaped, a mention as an entity:
https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from sandbox.world import World


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_message(world: World, app_name: str, text: str) -> str:
    """Escaped, and `@Bea` or `#sales-team` as `<@U…>` and `<#C…>`."""
    return _with_entities(world, app_name, text, with_names=False)


def as_command(world: World, app_name: str, text: str, *, should_escape: bool) -> str:
    """The words behind a command. Only with `should_escape` does the app learn who was meant.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return _with_entities(world, app_name, text, with_names=True) if should_escape else escaped(text)


def _with_entities(world: World, app_name: str, text: str, *, with_names: bool) -> str:
    people = _callable_names(world, app_name)
    channels = {one.name.lower(): (one.id, one.name) for one in world.channels.values() if not one.is_dm}

    def entity(found: re.Match[str]) -> str:
        sign, name = found.group(1), found.group(2)
        key, label = (people if sign == "@" else channels)[name.lower()]
        return f"<{sign}{key}|{label}>" if with_names else f"<{sign}{key}>"

    longest_first = sorted([*(f"@{one}" for one in people), *(f"#{one}" for one in channels)], key=len)[::-1]
    names = "|".join(re.escape(escaped(one)[1:]) for one in longest_first)
    # A sign in the middle of a word is no mention: bea@acme.example stays as it is.
    pattern = re.compile(rf"(?<![\w/])([@#])({names})(?![\w-])", re.IGNORECASE)
    known = {f"{sign}{name}" for sign, group in (("@", people), ("#", channels)) for name in group}
    return pattern.sub(
        lambda found: entity(found) if found.group(0).lower() in known else found.group(0), escaped(text)
    )


def _callable_names(world: World, app_name: str) -> dict[str, tuple[str, str]]:
    """Lower-case name -> (user id, handle). First names count where only one person has them."""
    names: dict[str, tuple[str, str]] = {app_name.lower(): (world.app_user, app_name.lower())}
    for person in world.people.values():
        for name in (person.name, person.handle):
            names[name.lower()] = (person.id, person.handle)
        first = person.name.split()[0].lower()
        if sum(one.name.split()[0].lower() == first for one in world.people.values()) == 1:
            names[first] = (person.id, person.handle)
    return names
