"""Tandem is removed from a workspace, or its token taken back; a Grid gives its copy to other workspaces.

https://docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked, …/team_access_granted
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from bot.desk import AlreadyCarriedOut, Desk
from bot.installations import Installations, workspaces_named
from bot.listeners.keys import event_key
from bot.use_cases import installs
from storage import installations as store
from storage.installations import Installation

log = structlog.get_logger()

Act = Callable[[Session, Installation, datetime, datetime], None]


class Installs:
    def __init__(self, desk: Desk, installations: Installations) -> None:
        self._desk = desk
        self._installations = installations

    def handle_uninstalled(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """The whole copy; of a Grid's copy only the workspace, where the event names one."""

        def act(session: Session, copy: Installation, now: datetime, wall: datetime) -> None:
            if not installs.was_removed(copy, installs.moment_of(body.get("event_time"))):
                return
            team_id = body.get("team_id") or copy.enterprise_id
            if copy.is_org_wide and team_id != copy.enterprise_id and not _is_of_an_organisation(body):
                installs.withdraw_workspaces(session, copy, [team_id], now, wall)
                installs.ask_again(session, copy, wall)
            else:
                installs.remove_copy(session, copy, event["type"], now, wall)

        self._carry_out(body, act)

    def handle_tokens_revoked(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Those of bots: Tandem has no others. https://docs.slack.dev/reference/events/tokens_revoked"""
        bots = (event.get("tokens") or {}).get("bot") or []

        def act(session: Session, copy: Installation, now: datetime, wall: datetime) -> None:
            if copy.bot_user_id in bots and installs.was_removed(
                copy, installs.moment_of(body.get("event_time"))
            ):
                installs.remove_copy(session, copy, event["type"], now, wall)

        self._carry_out(body, act)

    def handle_access_granted(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        def act(session: Session, copy: Installation, _now: datetime, wall: datetime) -> None:
            if copy.is_org_wide:
                installs.grant_workspaces(session, copy, _team_ids(event), wall)
                installs.ask_again(session, copy, wall)

        self._carry_out(body, act)

    def handle_access_revoked(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        def act(session: Session, copy: Installation, now: datetime, wall: datetime) -> None:
            if copy.is_org_wide:
                installs.withdraw_workspaces(session, copy, _team_ids(event), now, wall)
                installs.ask_again(session, copy, wall)

        self._carry_out(body, act)

    def _carry_out(self, body: dict[str, Any], act: Act) -> None:
        """Once, on the copy that the event is about, where there is one; known here at once."""
        named = list(dict.fromkeys([*workspaces_named(body), str(body.get("enterprise_id") or "")]))
        try:
            with self._desk.write(event_key(body)) as (session, now, wall):
                store.hold(session)
                found = store.copies_for(session, named)
                copy = next((found[one] for one in named if one in found), None)
                if copy is not None:
                    act(session, copy, now, wall)
                    log.info(body["event"]["type"], installation=copy.id)
        except AlreadyCarriedOut:
            return
        self._installations.forget()


def _is_of_an_organisation(body: dict[str, Any]) -> bool:
    authorized = body.get("authorizations") or [{}]
    return bool(body.get("is_enterprise_install") or authorized[0].get("is_enterprise_install"))


def _team_ids(event: dict[str, Any]) -> list[str]:
    return [one for one in event.get("team_ids") or [] if isinstance(one, str)]
