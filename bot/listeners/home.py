"""Somebody opens Tandem's page of their own, which people of the installing workspace have.

https://docs.slack.dev/reference/events/app_home_opened
"""

from typing import Any

from slack_bolt import BoltContext

from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.keys import event_key
from bot.use_cases.home import open_home, publish_home


class Home:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle_opened(self, event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        if event.get("tab") != "home":
            return  # the conversation beside it
        desk = self._desk.at(context)
        # Somebody of another firm who finds the app's page sees the copy of their own workspace, whatever
        # is published here: https://github.com/slackapi/bolt-js/issues/1948
        if not desk.is_of_the_seller(Visitor(event["user"], body.get("team_id", ""))):
            return
        try:
            with desk.write(event_key(body)) as (session, _, wall):
                open_home(session, desk.team_id, event["user"], wall)
        except AlreadyCarriedOut:
            return


def refresh_home(desk: Desk, visitor: Visitor) -> None:
    """What the person saw there is not so any more."""
    with desk.database.write() as session:
        publish_home(session, desk.team_id, visitor.user_id, desk.clock.wall())
    desk.bell()
