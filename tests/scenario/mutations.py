"""Requests as they should never be: good ones with something in them changed, by a seeded hand."""

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from tests.given import ACME, BOT, CHANNEL, NORTHWIND
from tests.scenario.by_wire import (
    CUSTOMER,
    ELSEWHERE,
    FORM,
    GLOBEX,
    JSON,
    OTHER,
    OTHER_BOT,
    PARTNER,
    SECOND,
    TEAMS,
    Body,
    Request,
)

CHANNELS = (CHANNEL, SECOND, ELSEWHERE, "C0EMPTY", "D0BEA", "")
FIRMS = (NORTHWIND, ACME, GLOBEX, PARTNER, OTHER, CUSTOMER, "T0NOWHERE", "E0GRID", "")
USERS = (*TEAMS, BOT, OTHER_BOT, "U0GHOST", "W0GHOST", "USLACKBOT", "")
NUMBERS = ("0", "1", "2", "3", "-1", "999999999", "9" * 40, "٣", "1e3", "0x1", "1:2", "", " ", "None", "²")
TEXTS = (
    "",
    " ",
    "\u0000",
    "\u202egnp.exe",
    "\u200b\u200d",
    "<!channel> <@U0RAE> <https://evil.example|click>",
    "&lt;&amp;&gt;",
    "done 1\ndone 2\n3 Friday\nblock 4 legal",
    "done 1001",
    "note 2001 hello",
    "owner 1 <@U0GHOST>",
    "date 3 31 Feb",
    "date 3 in 99999999999999 days",
    "🦄" * 50,
    "x" * 4000,
    "'; DROP TABLE step; --",
    "{{ 7 * 7 }} {% raw %}",
    "\ud800",
)
STRANGE: tuple[Any, ...] = (None, True, 0, -1, 2**70, 1.5, [], {}, [[]], {"id": None}, [None], "", "null")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`bodies` is what may be read out of it: who acts is named in one of these, or nobody is."""

    raw: bytes
    content_type: str
    bodies: tuple[Any, ...]


def mutants_of(good: Sequence[Request], seed: int, fresh: Callable[[], str]) -> "Mutants":
    return Mutants(good, random.Random(seed), fresh)


class Mutants:
    """An endless supply of them; the same seed gives the same."""

    def __init__(self, good: Sequence[Request], dice: random.Random, fresh: Callable[[], str]) -> None:
        self._good, self._dice, self._fresh = good, dice, fresh

    def next(self) -> Mutant:
        body = self._as_new(copy.deepcopy(self._dice.choice(self._good).body))
        for _ in range(self._dice.choice((0, 0, 1, 1, 1, 1, 2, 3))):  # what is past reading tries no right
            changed = self._change(body)
            body = changed if isinstance(changed, dict) else body
        return self._on_the_wire(body)

    def _as_new(self, body: Body) -> Body:
        """With ids that no request had before, as Slack gives them, and often by somebody else."""
        key = self._fresh()
        if "command" in body or "trigger_id" in body:
            body["trigger_id"] = key
        for action in body.get("actions", ()):
            action["action_ts"] = key
        if "event_id" in body:
            body["event_id"] = f"Ev{key}"
            if "ts" in body["event"]:  # a message is known by its place
                body["event"]["ts"] = f"1790000000.{key.partition('.')[0]}"
        if body.get("type") == "view_submission":
            body["view"]["id"] = f"V{key}"
        if self._dice.random() < 0.6:
            user = self._dice.choice([*TEAMS])
            if "command" in body:
                body["user_id"] = user
                if self._dice.random() < 0.2:  # else it came through the copy that is there
                    body["team_id"] = TEAMS[user]
            elif "event" in body and isinstance(body["event"].get("user"), str):
                body["event"]["user"] = user
            elif "user" in body:
                body["user"] = {"id": user, "name": user.lower(), "team_id": TEAMS[user]}
        return body

    def _change(self, body: Body) -> Any:
        return self._dice.choice(
            (
                self._swap_ids,
                self._swap_ids,
                self._swap_ids,
                self._forge_values,
                self._forge_values,
                self._drop_a_key,
                self._twist_a_type,
                self._write_strange_words,
                self._nest,
                self._borrow,
            )
        )(body)

    def _places(self, body: Any) -> list[tuple[Any, Any]]:
        """Every place of a body: what holds it, and its key there."""
        found: list[tuple[Any, Any]] = []
        todo = [body]
        while todo:
            one = todo.pop()
            keys: list[Any] = list(one) if isinstance(one, dict) else list(range(len(one)))
            for key in keys:
                found.append((one, key))
                if isinstance(one[key], dict | list):
                    todo.append(one[key])
        return found

    def _place(self, body: Any, fits: Callable[[Any], bool]) -> tuple[Any, Any] | None:
        places = [(holder, key) for holder, key in self._places(body) if fits(holder[key])]
        return self._dice.choice(places) if places else None

    def _swap_ids(self, body: Body) -> None:
        """Another plan, step, person, channel or company in the place of one."""
        dice = self._dice
        place = self._place(body, lambda value: isinstance(value, str) and _kind_of_id(value) != "")
        if place is None:
            return
        holder, key = place
        kind = _kind_of_id(holder[key])
        if kind == "metadata":
            holder[key] = self._other_metadata(holder[key])
        elif kind == "numbers":
            parts = holder[key].split(":")
            parts[dice.randrange(len(parts))] = str(dice.randrange(1, 40))
            holder[key] = ":".join(parts)
        else:
            holder[key] = dice.choice({"U": USERS, "T": FIRMS, "C": CHANNELS}[kind])

    def _other_metadata(self, text: str) -> str:
        data = json.loads(text)
        data[self._dice.choice(["plan_id", "plan_id", "step_id", "version", "proposal_id", "page"])] = (
            self._dice.randrange(0, 40)
        )
        if self._dice.random() < 0.5:
            data["channel_id"] = self._dice.choice(CHANNELS)
        if self._dice.random() < 0.3:
            data["private"] = True
        return json.dumps(data)

    def _forge_values(self, body: Body) -> None:
        """What a button or an option carries, as no version of Tandem wrote it."""
        dice = self._dice
        named = ("value", "action_id", "callback_id", "block_id", "private_metadata", "hash", "text")
        places = [(h, k) for h, k in self._places(body) if k in named and isinstance(h[k], str)]
        if not places:
            return
        holder, key = dice.choice(places)
        numbers = ":".join(dice.choice(NUMBERS) for _ in range(dice.randrange(1, 5)))
        holder[key] = dice.choice((numbers, numbers, "[]", "{", '{"a": 1}', "nothing.known", *TEXTS))

    def _drop_a_key(self, body: Body) -> None:
        place = self._place(body, lambda _: True)
        if place is not None:
            del place[0][place[1]]

    def _twist_a_type(self, body: Body) -> None:
        place = self._place(body, lambda _: True)
        if place is not None:
            place[0][place[1]] = copy.deepcopy(self._dice.choice(STRANGE))

    def _write_strange_words(self, body: Body) -> None:
        place = self._place(body, lambda value: isinstance(value, str))
        if place is not None:
            place[0][place[1]] = self._dice.choice(TEXTS)

    def _nest(self, body: Body) -> None:
        """Deeper than anybody would, or twice where it stood once."""
        place = self._place(body, lambda _: True)
        if place is None:
            return
        holder, key = place
        if self._dice.random() < 0.5:
            deep: Any = holder[key]
            for _ in range(self._dice.choice((1, 3, 60))):
                deep = [deep] if self._dice.random() < 0.5 else {"id": deep}
            holder[key] = deep
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[f"{key}_2"] = copy.deepcopy(holder[key])

    def _borrow(self, body: Body) -> Body:
        """A part of another request in the place of the same part of this one."""
        other = self._dice.choice(self._good).body
        shared = [key for key in other if key in body and key not in ("trigger_id", "event_id")]
        if shared:
            key = self._dice.choice(shared)
            body[key] = copy.deepcopy(other[key])
        return body

    def _on_the_wire(self, body: Body) -> Mutant:
        dice, is_event = self._dice, "event" in body
        kind = JSON if is_event else FORM
        text = json.dumps(body)
        if is_event:
            raw = text.encode()
        elif "command" in body:
            body = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
            raw = urlencode(body, errors="replace").encode()
        else:
            raw = urlencode({"payload": text}).encode()
        fate = dice.random()
        bodies: tuple[Body, ...] = (body,)
        if fate < 0.02:
            raw = raw[: dice.randrange(len(raw))]
        elif fate < 0.04:
            kind = dice.choice(
                (
                    JSON,
                    FORM,
                    "text/plain",
                    "multipart/form-data; boundary=x",
                    "",
                    "application/json; charset=latin-1",
                )
            )
        elif fate < 0.06 and not is_event:
            other = self._as_new(copy.deepcopy(dice.choice(self._good).body))
            raw += b"&" + urlencode({"payload": json.dumps(other)}).encode()
            bodies = (body, other)
        elif fate < 0.07:
            raw = bytes(dice.randrange(256) for _ in range(dice.randrange(200)))
        elif fate < 0.08:
            raw += quote_plus("\u2028").encode() + b"&&==&" + b"a" * dice.randrange(5000)
        return Mutant(raw, kind, bodies)


def _kind_of_id(value: str) -> str:
    if value.startswith("{"):
        try:
            return "metadata" if isinstance(json.loads(value), dict) else ""
        except ValueError:
            return ""
    if value and value.replace(":", "").isdigit():
        return "numbers"
    if 3 < len(value) < 14 and value.isalnum() and value.isupper() and value[1] == "0":
        return {"U": "U", "W": "U", "T": "T", "E": "T", "C": "C", "D": "C", "G": "C"}.get(value[0], "")
    return ""
