"""What a person types, on its way into a message, an event or a command.

`&`, `<` and `>` arrive escaped; a mention, a link and a mail address as an entity:
https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.copies import Copy
from sandbox.world import World

# Slack makes a link of a bare name only where its last part is a domain of the internet. Those people write
# most, and `example`, which stands for all of them here: https://www.iana.org/domains/reserved
DOMAINS = "com|org|net|edu|gov|io|co|dev|app|ai|eu|uk|de|fr|nl|ch|at|us|ca|au|in|jp|info|biz|cloud|example"
_HOST = rf"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{DOMAINS})(?![\w-]|\.\w)"
ENDS = ".,:;!?'*_~]}"
# In what order they are looked for: inside code nothing is a link, and a mail address holds a bare name.
_PIECES = rf"""
    (?P<code>```[\s\S]+?```|`[^`\n]+`)
    | (?<![\w@])(?P<url>(?:https?://|mailto:)(?=\w)[^\s<>|"`]+)
    | (?<![\w.+-])(?P<mail>[\w.+-]*[\w+-]@{_HOST})
    | (?<![\w@./:-])(?P<bare>{_HOST}(?::\d+)?(?:/[^\s<>|"`]*)?)
"""
_ENTITY = re.compile(r"<([@#]?)([^<>|]+)(?:\|([^<>]*))?>")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_message(world: World, app_name: str, text: str, meant: Copy, *, team: str | None = None) -> str:
    """Escaped, `@Bea` or `#sales-team` as `<@U…>` and `<#C…>`, `acme.com` as `<http://acme.com|acme.com>`.

    `team` is the workspace of whoever types: a channel is called by the name it has there. `meant` is the
    copy of the app that its name means; each is also called `@Tandem (Acme)`.
    """
    return _with_entities(world, _callable_names(world, app_name, meant), text, team, with_names=False)


def as_command(
    world: World, app_name: str, text: str, meant: Copy, *, should_escape: bool, team: str | None = None
) -> str:
    """The words behind a command. Only with `should_escape` does the app learn who was meant.

    https://docs.slack.dev/interactivity/implementing-slash-commands: that "will wrap URLs in angle brackets"
    as well. It finds them as in a message: https://api.slack.com/docs/formatting, "URL detection is performed
    by the server … so that URL detection is performed consistently".
    """
    if not should_escape:
        return escaped(text)
    return _with_entities(world, _callable_names(world, app_name, meant), text, team, with_names=True)


Names = dict[str, tuple[str, str]]


def _with_entities(world: World, people: Names, text: str, team: str | None, *, with_names: bool) -> str:
    # The same page: of a private channel a command gets the id only, `<#C987654321|>`.
    channels = {
        one.name.lower(): (one.id, "" if one.is_private else one.name)
        for one in world.channels.values()
        if not one.is_dm and (team is None or team in one.team_ids)
    }
    known = {f"{sign}{name}" for sign, group in (("@", people), ("#", channels)) for name in group}
    names = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
    # A sign in the middle of a word is no mention.
    pattern = re.compile(rf"{_PIECES} | (?<![\w/])(?P<name>{names})(?![\w-])", re.IGNORECASE | re.VERBOSE)

    def entity(found: re.Match[str]) -> str:
        typed = found.group()
        if found.lastgroup != "name":
            return _linked(str(found.lastgroup), typed)
        if typed.lower() not in known:  # one of the letters that are the same only to a pattern
            return escaped(typed)
        sign = typed[0]
        key, label = (people if sign == "@" else channels)[typed[1:].lower()]
        return f"<{sign}{key}|{label}>" if with_names else f"<{sign}{key}>"

    pieces, at = [], 0
    for found in pattern.finditer(text):
        pieces += [escaped(text[at : found.start()]), entity(found)]
        at = found.end()
    return "".join([*pieces, escaped(text[at:])])


def _linked(kind: str, typed: str) -> str:
    """A link as the app gets it. What ends a sentence is no part of an address, and stands behind it."""
    if kind == "code":
        return escaped(typed)
    end = len(typed)
    while typed[end - 1] in ENDS or (typed[end - 1] == ")" and typed[:end].count(")") > typed.count("(")):
        end -= 1
    address, rest = escaped(typed[:end]), escaped(typed[end:])
    if kind == "url":
        return f"<{address}>{rest}"
    return f"<{'mailto:' if kind == 'mail' else 'http://'}{address}|{address}>{rest}"


def _callable_names(world: World, app_name: str, meant: Copy) -> Names:
    """Lower-case name -> (user id, handle). First names count where only one person has them."""
    called = app_name.lower()
    names: Names = {called: (meant.user_id, called)}
    for copy in world.copies.values():
        if not copy.is_gone:
            names[f"{called} ({world.name_of(copy.place).lower()})"] = (copy.user_id, called)
    for person in world.people.values():
        for name in (person.name, person.handle):
            names[name.lower()] = (person.id, person.handle)
        first = person.name.split()[0].lower()
        if sum(one.name.split()[0].lower() == first for one in world.people.values()) == 1:
            names[first] = (person.id, person.handle)
    return names


def as_rich_text(text: str, block_id: str) -> list[dict[str, Any]]:
    """The blocks of what a person wrote, from the text of their message; what is bold in it stays as typed.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
    """
    section = {"type": "rich_text_section", "elements": list(_runs(text))}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _runs(text: str) -> Iterator[dict[str, Any]]:
    at = 0
    for found in _ENTITY.finditer(text):
        if found.start() > at:
            yield {"type": "text", "text": unescaped(text[at : found.start()])}
        yield _run(found)
        at = found.end()
    if at < len(text):
        yield {"type": "text", "text": unescaped(text[at:])}


def _run(found: re.Match[str]) -> dict[str, Any]:
    sign, goal, label = found.groups()
    if sign == "@":
        return {"type": "user", "user_id": goal}
    if sign == "#":
        return {"type": "channel", "channel_id": goal}
    link = {"type": "link", "url": unescaped(goal)}
    return link | ({"text": unescaped(label)} if label else {})
