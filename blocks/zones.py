"""Where somebody is: asked once, in a private message that goes by the time of their side."""

from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Message,
    ViewDict,
    actions,
    ask,
    button,
    context,
    message,
    modal,
    section,
    zone_select,
)
from blocks.words import mrkdwn, plain


def city_of(zone: str) -> str:
    """ "New York" of America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def ask_zone(zone: str, plan_id: int) -> list[Block]:
    """One line and a button, at the end of a private message. `zone` is the one it goes by."""
    return [
        context("zone.ask", mrkdwn("zones", "ask", city=city_of(zone))),
        actions("zone.do", [button("my_time_zone", Act.ZONE_OPEN, str(plan_id))]),
    ]


def build_zone_form(metadata: str, zone: str) -> ViewDict:
    """The search for a time zone, with the one that counts now."""
    blocks = [
        section(mrkdwn("zones", "form_intro"), "zone.intro"),
        ask(Field.ZONE, "zone_field", zone_select(zone)),
    ]
    title = plain("zones", "form_title")
    return modal(View.ZONE, title, blocks, metadata=metadata, submit="save", close="cancel")


def reply_zone(zone: str) -> Message:
    text = mrkdwn("zones", "kept", city=city_of(zone))
    return message(text, [section(text, "reply")])
