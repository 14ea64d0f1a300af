"""The sent form in which somebody says where they are."""

from collections.abc import Mapping

from blocks import notices
from blocks.ids import Field, View
from blocks.zones import city_of
from bot.listeners.submission import Handler, Response, Sent
from bot.use_cases import zones


def set_time_zone(sent: Sent) -> Response:
    zone = sent.form.choice(Field.ZONE)
    with sent.work() as work:
        zones.set_time_zone(work, zone)
    return {"response_action": "update", "view": notices.build_notice("zone_kept", {"zone": city_of(zone)})}


HANDLERS: Mapping[View, Handler] = {View.ZONE: set_time_zone}
