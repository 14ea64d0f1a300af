"""The small Slack in a thread, for tests of the whole: people do things and see things through its doors.

with Sandbox(app_url="http://127.0.0.1:3000/slack/events", manifest=Path("manifest.yml")) as sandbox:
    sandbox.say("U0RAE", "/map new")
    sandbox.submit("U0RAE", {"name": "Acme"})
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack
from urllib.parse import urlsplit

import httpx

from sandbox.copies import Copy
from sandbox.running import InThread, listen_on
from sandbox.small_slack import BOT_TOKEN, Pace, build
from sandbox.telling import everything, pressable, texts_of
from sandbox.world import Message

HERE = Path(__file__).parent
WORLD = HERE.parent / "sandbox" / "world.yml"
DEAL = "C0DEAL"
Seen = tuple[dict[str, Any], list[dict[str, Any]]]  # where it is, and its blocks


class RefusedError(AssertionError):
    """A door said no. `error` is the code, `message` what the Slack client would show."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"{answer['error']}: {answer['message']} {answer.get('fields', '')}".strip())
        self.error: str = answer["error"]
        self.message: str = answer["message"]
        self.fields: dict[str, str] = answer.get("fields", {})


class Sandbox:
    """A small Slack on a free port. State in memory, unless a folder is given.

    `port` can be taken first (`Sandbox.api_url` is known before the app starts); `app_url` may be set later,
    before the first request. `start` is the sandbox time it begins at. Rate limits hold unless switched off.
    `socket_mode` outranks the manifest.
    """

    def __init__(
        self,
        app_url: str = "http://127.0.0.1:1/slack/events",
        manifest: Path = HERE.parent / "manifest.yml",
        *,
        world: Path = WORLD,
        state: Path | None = None,
        start: datetime | None = None,
        socket_mode: bool | None = None,
        **pace: Unpack[Pace],
    ) -> None:
        listener = listen_on(0)
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            self.slack = build(
                app_url,
                manifest,
                world,
                state,
                origin=self.origin,
                start=start.timestamp() if start else None,
                socket_mode=socket_mode,
                **pace,
            )
        except Exception:  # whatever it was, the port is free again
            listener.close()
            raise
        self._server = InThread(self.slack, listener)
        self.http = httpx.Client(base_url=self.origin, timeout=60, trust_env=False, verify=False)

    @property
    def api_url(self) -> str:
        """What `SLACK_API_URL` is."""
        return f"{self.origin}/api/"

    @property
    def clock_url(self) -> str:
        return f"{self.origin}/clock"

    def send_to(self, app_url: str) -> None:
        """Where the app listens, once that is known."""
        self.slack.outgoing.app_url = app_url
        self.slack.app_url = app_url

    def acks_within(self, seconds: float) -> None:
        """From now on an app that has not acked by then has not acked at all."""
        self.slack.outgoing.http.ack_seconds = seconds
        self.slack.sockets.ack_seconds = seconds

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self.http.close()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # The doors.

    def door(self, name: str, **call: Any) -> dict[str, Any]:
        """Any door, as it answers."""
        answer: dict[str, Any] = self.http.post(f"/page/{name}", json=call).json()
        return answer

    def _through(self, name: str, /, **call: Any) -> dict[str, Any]:
        given = {key: value for key, value in call.items() if value is not None}
        answer: dict[str, Any] = self.http.post(f"/page/{name}", json=given).json()
        if not answer["ok"]:
            raise RefusedError(answer)
        return answer

    def say(
        self,
        person: str,
        text: str,
        channel: str = DEAL,
        thread_ts: str | None = None,
        *,
        broadcast: bool | None = None,
        settle: bool = True,
    ) -> str:
        """Type and send. Returns the ts of the message ("" for a command), after its event was delivered."""
        said = {"text": text, "thread_ts": thread_ts, "broadcast": broadcast}
        answer = self._through("say", person=person, channel=channel, **said)
        if settle:
            self.settle()
        return str(answer.get("ts", ""))

    def click(
        self,
        person: str,
        action_id: str,
        *,
        ts: str | None = None,
        channel: str = DEAL,
        near: str = "",
        value: str | None = None,
        home: bool = False,
        **picked: Any,
    ) -> None:
        """Press the newest element with this action_id: in the person's modal first, then in `channel`.

        `ts` names the message, `near` words by the element, `value` a button's value (or a menu's option);
        `home` presses in their home tab instead; `values` is what stands in the fields of the modal.
        """
        screens = self._home_screen(person) if home else self._screens(person, ts, channel)
        call = self._find(screens, f"{person} sees no {action_id}", action_id, near, value)
        if value is not None:
            call["value"] = value
        self._through("click", person=person, action_id=action_id, **call, **picked)

    def _screens(self, person: str, ts: str | None, channel: str) -> list[Seen]:
        screens: list[Seen] = []
        view = self.view(person)
        if view is not None and ts is None:
            screens.append(({"view_id": view["id"]}, view["blocks"]))
        for message in reversed(self.messages(person, channel)):
            for one in [*reversed(message["replies"]), message]:
                if one["blocks"] and ts in (None, one["ts"]):
                    screens.append(({"channel": channel, "ts": one["ts"]}, one["blocks"]))
        return screens

    def _home_screen(self, person: str) -> list[Seen]:
        home = self.home(person)
        return [({"view_id": home["id"]}, home["blocks"])] if home is not None else []

    def _find(
        self, screens: list[Seen], nothing: str, action_id: str, near: str, value: str | None
    ) -> dict[str, Any]:
        for where, blocks in screens:
            for block, element, words in pressable(blocks):
                is_it = element["action_id"] == action_id and near in words
                if is_it and (value is None or element["type"] != "button" or element.get("value") == value):
                    return {**where, "block_id": block["block_id"]}
        raise AssertionError(f"{nothing} near “{near}” (value {value})")

    def options(self, person: str, block_id: str, query: str = "") -> list[dict[str, Any]]:
        """What an external select of the person's modal offers, groups flattened."""
        view = self.need_view(person)
        action_id = next(one["element"]["action_id"] for one in view["blocks"] if one["block_id"] == block_id)
        call = {"view_id": view["id"], "block_id": block_id, "action_id": action_id, "query": query}
        answer = self._through("options", person=person, **call)
        if "options" in answer:
            return list(answer["options"])
        return [one for group in answer["option_groups"] for one in group["options"]]

    def submit(self, person: str, values: dict[str, Any] | None = None) -> dict[str, str]:
        """Send the person's top modal; values by block_id, in short. Returns the app's errors by block_id."""
        view = self.need_view(person)
        answer = self._through("submit", person=person, view_id=view["id"], values=values or {})
        return dict(answer.get("errors", {}))

    def close(self, person: str) -> None:
        self._through("close", person=person, view_id=self.need_view(person)["id"])

    def open_home(self, person: str, tab: str = "home") -> None:
        """Open the app's Home tab (or its Messages tab); waits until the app has heard of it."""
        self._through("open_home", person=person, tab=tab)
        self.settle()

    def shortcut(self, person: str, callback_id: str, ts: str, channel: str = DEAL) -> None:
        """Pick a shortcut of the app in a message's menu."""
        self._through("shortcut", person=person, callback_id=callback_id, channel=channel, ts=ts)

    def advance(self, step: str = "day", times: int = 1) -> float:
        """Turn the clock forward by an hour, a day or a week. Returns the new time."""
        for _ in range(times):
            now = self._through("clock", advance=step)["now"]
        return float(now)

    def turn_to(self, moment: datetime) -> None:
        self._through("clock", to=moment.timestamp())

    def now(self) -> float:
        return float(self.http.get("/clock").json()["now"])

    def delete(self, person: str, ts: str, channel: str = DEAL) -> None:
        self._through("delete", person=person, channel=channel, ts=ts)

    def refuse_dms(self, person: str, *, on: bool = True) -> None:
        self._through("switch", refuse_dms={person: on})

    def fail(self, method: str, kind: str = "fatal_error", times: int = 1, **more: Any) -> None:
        """The next calls of a Web API method go wrong; see `sandbox/faults.py` for the kinds and the rest."""
        self._through("faults", faults=[{"method": method, "kind": kind, "times": times, **more}])

    def grant_optional_scopes(self, *, on: bool, team: str | None = None) -> None:
        """Whether whoever installed the app (at `team`; else all) granted what it asks for as optional."""
        self._through("scopes", optional=on, team=team)

    # The copies of the app; `team` is a workspace, or for an org-wide copy an organisation.
    def install(
        self, team: str, *, team_ids: list[str] | None = None, scopes: list[str] | None = None
    ) -> str:
        """Install a copy of the app, org-wide on the workspaces `team_ids`. Returns its token."""
        answer = self._through("install", team=team, team_ids=team_ids, scopes=scopes)
        self.settle()
        return str(answer["token"])

    def uninstall(self, team: str) -> None:
        self._through("uninstall", team=team)
        self.settle()

    def team_access(self, enterprise: str, *team_ids: str, on: bool = True) -> None:
        """Put an org-wide copy on workspaces of its organisation, or take it off."""
        self._through("team_access", team=enterprise, team_ids=list(team_ids), on=on)
        self.settle()

    def consent(
        self, address: str, person: str, place: str, *, allow: bool = True, optional: bool = True
    ) -> str:
        """On the page where the app sends a browser somebody says yes (or no); returns where they go then."""
        asked = urlsplit(address)
        scopes = self.slack.asked_for.oauth_config.scopes.bot_optional if optional else []
        said = {"who": f"{person} {place}", "answer": "allow" if allow else "cancel", "optional": scopes}
        answer = self.http.post(f"{asked.path}?{asked.query}", data=said)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def copy(self, team: str = "T0NORTHWIND") -> Copy:
        """The copy of the app installed there, uninstalled or not: its `token`, `user_id`, `bot_id`, …"""
        return next(one for one in self.slack.world.copies.values() if one.place == team)

    def token(self, team: str = "T0NORTHWIND") -> str:
        return self.copy(team).token

    def name_installation_in_views(self, *, on: bool) -> None:
        """Whether view payloads have `app_installed_team_id`."""
        self._through("switch", views_name_installation=on)

    def picture(self, address: str) -> bytes:
        """A file of a message, as the page gets it."""
        return self.http.get(address).raise_for_status().content

    def invite(self, person: str, user: str, channel: str = DEAL) -> None:
        self._through("invite", person=person, channel=channel, user=user)
        self.settle()

    def archive(self, person: str, channel: str = DEAL, *, on: bool = True) -> None:
        self._through("archive", person=person, channel=channel, on=on)
        self.settle()

    def share(self, person: str, team: str, channel: str = DEAL, *, accept: bool = True) -> str:
        """Share a channel with a workspace, which may not have accepted yet. Returns the channel's id now."""
        answer = self._through("share", person=person, team=team, channel=channel, accept=accept)
        self.settle()
        return str(answer["channel"])

    def unshare(self, person: str, team: str, channel: str = DEAL) -> str:
        """Cut a channel off from a workspace. Returns the id that it has there from now on."""
        answer = self._through("unshare", person=person, team=team, channel=channel)
        self.settle()
        return str(answer["channel"])

    def rename_channel(self, person: str, name: str, channel: str = DEAL) -> None:
        self._through("rename_channel", person=person, name=name, channel=channel)
        self.settle()

    def delete_channel(self, person: str, channel: str = DEAL) -> None:
        self._through("delete_channel", person=person, channel=channel)
        self.settle()

    def change_person(self, user: str, **changes: Any) -> None:
        """Another `name`, `tz`, …, by the names of a world file; `deleted=True` deactivates."""
        self._through("change_person", user=user, **changes)
        self.settle()

    def leave(self, person: str, user: str | None = None, channel: str = DEAL) -> None:
        self._through("leave", person=person, channel=channel, user=user)
        self.settle()

    # What is seen.

    def state(self, person: str, channel: str = DEAL) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get(
            "/page/state", params={"person": person, "channel": channel}
        ).json()
        assert answer["ok"], answer
        return answer

    def messages(self, person: str, channel: str = DEAL) -> list[dict[str, Any]]:
        """What stands in a conversation, oldest first, replies inside their roots."""
        return list(self.state(person, channel)["channel"]["messages"])

    def dms(self, person: str, team: str = "T0NORTHWIND") -> list[dict[str, Any]]:
        """The messages to this person of the copy of the app that is installed at `team`."""
        copies = [one for one in self.slack.world.copies.values() if one.place == team]
        channel = copies[0].dm_id(person) if copies else "D" + person[1:]
        return self.messages(person, channel) if channel in self.slack.world.channels else []

    def view(self, person: str) -> dict[str, Any] | None:
        """The modal in front of the person."""
        views = self.state(person, "")["views"]
        return dict(views[-1]) if views else None

    def home(self, person: str) -> dict[str, Any] | None:
        """What the app's home tab shows this person; None when nothing was published for them."""
        home = self.state(person, "")["home"]
        return home["view"] if home is not None else None

    def need_view(self, person: str) -> dict[str, Any]:
        view = self.view(person)
        assert view is not None, f"{person} has no modal open"
        return view

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self.http.get("/page/log", params={"after": after}).json()["entries"])

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a Web API method so far."""
        return [one["request"] for one in self.log() if one["name"] == method]

    def settle(self, seconds: float = 10) -> None:
        """Wait until every event was delivered (not for what the app does afterwards)."""
        assert self.slack.outgoing.wait_idle(seconds), "events are still under way"

    def wait_for(self, what: Callable[[], Any], seconds: float = 10) -> None:
        """Wait until something in the sandbox is so; looks again at each change, without polling."""
        assert self.slack.world.wait_for(lambda: bool(what()), seconds), f"not so within {seconds} s"

    def wait_for_message(
        self, person: str, words: str, channel: str = DEAL, seconds: float = 10
    ) -> dict[str, Any]:
        """Wait until the person sees a message with these words (in text or blocks); the newest such."""
        world = self.slack.world

        def find() -> Message | None:
            seen = [one for one in world.messages.get(channel, {}).values() if one.only_for in (None, person)]
            return next((one for one in reversed(seen) if words in everything(one)), None)

        self.wait_for(find, seconds)
        found = find()
        assert found is not None
        return {"ts": found.ts, "text": found.text, "blocks": found.blocks, "thread_ts": found.thread_ts}


def words_of(message_or_view: dict[str, Any]) -> str:
    """All the text of a message or a modal, a line each."""
    return "\n".join(
        filter(None, [str(message_or_view.get("text") or ""), texts_of(message_or_view["blocks"])])
    )


__all__ = ["BOT_TOKEN", "DEAL", "RefusedError", "Sandbox", "words_of"]
