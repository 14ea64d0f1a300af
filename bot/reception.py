"""What is settled of a request before anybody listens: which copy of Tandem answers it, if any does.

Bolt would look the copy up by what the request says of its sender, and miss some. Where both companies have a
copy in one channel, an event arrives once, through either of them, and the one that hosts the plan speaks.
https://docs.slack.dev/apis/slack-connect: "No duplicated event triggering between shared channels";
https://github.com/slackapi/bolt-js/issues/2008
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog
from slack_bolt import BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.desk import INSTALLED
from bot.errors import answer_without_a_copy
from bot.installations import Installations, Installed
from storage import plans
from storage.database import Database

log = structlog.get_logger()

SAID = ("app_mention", "message")
# They tell of a copy that is gone, or that comes to a workspace that had none.
ABOUT_COPIES = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")

Next = Callable[[], BoltResponse]


class Reception:
    def __init__(self, database: Database, installations: Installations) -> None:
        self._database = database
        self._installations = installations

    def receive(self, context: BoltContext, body: dict[str, Any], next: Next) -> BoltResponse | None:
        """Bolt's `before_authorize`: the name `next` is Bolt's, too."""
        event = _map(body.get("event"))
        if body.get("type") == "url_verification":
            next()
            return None
        if event.get("type") in ABOUT_COPIES:
            context[INSTALLED] = self._installations.of(_organisation(body))
            if context[INSTALLED] is None and event["type"] == "team_access_granted":
                return BoltResponse(status=200)
            next()
            return None
        installed = self._installations.resolve(body)
        if installed is None:
            log.info("no_copy", kind=event.get("type") or body.get("type") or "command")
            return answer_without_a_copy(body)
        if event.get("type") in SAID:
            if self._is_said_by_a_copy(event, body):
                return BoltResponse(status=200)
            installed = self._host(event, installed)
            self._name_alike(event, installed)
        context[INSTALLED] = installed
        next()
        return None

    def _is_said_by_a_copy(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
        """Whether a copy of ours said it. Bolt leaves out only the words of the one that it came through."""
        app_ids = (event.get("app_id"), _map(event.get("bot_profile")).get("app_id"))
        if body.get("api_app_id") and body["api_app_id"] in app_ids:
            return True
        user_id = event.get("user")
        return isinstance(user_id, str) and bool(self._installations.bots_among({user_id}))

    def _host(self, event: Mapping[str, Any], installed: Installed) -> Installed:
        """The copy that the channel's plan is told of by; the one it came through where there is no plan, or
        where it stands still: its own copy may be out of the channel, or gone."""
        channel_id = event.get("channel")
        if not isinstance(channel_id, str):
            return installed
        with self._database.read() as session:
            plan = plans.open_plan_in(session, channel_id)
        if plan is None or plan.frozen_at is not None:
            return installed
        return self._installations.of(plan.team_id) or installed

    def _name_alike(self, event: MutableMapping[str, Any], installed: Installed) -> None:
        """Whichever copy's name somebody wrote, it is Tandem they mean: the one that answers, named once."""
        text = event.get("text")
        if not isinstance(text, str):
            return
        named = set(MENTION.findall(text)) - {installed.bot_user_id}
        others = self._installations.bots_among(named) if named else set()
        if not others:
            return
        is_named = installed.bot_user_id in MENTION.findall(text)

        def own_name(found: re.Match[str]) -> str:
            nonlocal is_named
            if found.group(1) not in others:
                return found.group(0)
            name, is_named = "" if is_named else f"<@{installed.bot_user_id}>", True
            return name

        event["text"] = MENTION.sub(own_name, text)


def authorize(context: BoltContext) -> AuthorizeResult:
    """Bolt's `authorize`, by what was settled before. `None` says that there is none, which Bolt understands
    and its types do not."""
    installed: Installed | None = context[INSTALLED]
    return None if installed is None else installed.authorization()  # type: ignore[return-value]  # Bolt takes None


def _organisation(body: Mapping[str, Any]) -> str:
    organisation = body.get("enterprise_id")
    return organisation if isinstance(organisation, str) else ""


def _map(value: Any) -> MutableMapping[str, Any]:
    return value if isinstance(value, dict) else {}
