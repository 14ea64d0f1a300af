"""How often Slack may be called, and so how far apart Tandem keeps its calls, before Slack says no.

Each gap is a little longer than the limit asks for, whatever the clock and the network do.
https://docs.slack.dev/apis/web-api/rate-limits, and at each method's own page its tier.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from storage.paces import Lane, Lanes


def _lane(name: str, seconds: float) -> Lanes:
    return (Lane(name, "team_id", timedelta(seconds=seconds)),)


# "1 message per second to a channel", and several hundred a minute in a workspace: 300 here.
POST: Lanes = (*_lane("post", 0.21), Lane("post", "channel_id", timedelta(seconds=1)))
EDIT = _lane("edit", 1.25)  # tier 3: 50 a minute
PIN = _lane("pin", 3.2)  # tier 2: 20 a minute
UNPIN = _lane("unpin", 3.2)  # the same, counted apart
HOME = _lane("home", 0.63)  # tier 4: 100 a minute
# Tier 4. A reading looks up many people at once, and says afterwards how long that was too fast for.
ROSTER = _lane("roster", 0.63)
CHANNEL = _lane("channel", 1.25)  # tier 3
LOOK_UP_GAP = timedelta(seconds=0.75)
FILE = _lane("file", 0.63)  # tier 4, each of the two methods
WORKSPACES = _lane("workspaces", 3.2)  # tier 2; a page of a thousand is all there is, nearly always

# What each kind of work waits for. A board that is posted, and not edited, waits for POST as well, in its
# own room: whether it is posted shows only when it is drawn.
PACES: Mapping[str, Lanes] = MappingProxyType(
    {
        "board": EDIT,
        "board_moved": (*EDIT, *UNPIN),
        "nudge_refresh": EDIT,
        "edit": EDIT,
        "pin": PIN,
        "post": POST,
        "reply": POST,
        "nudge": POST,
        "proposal": POST,
        "proposal_refresh": EDIT,
        "word": POST,
        "departure": POST,
        "departure_refresh": EDIT,
        "notice": POST,
        "notice_refresh": EDIT,
        "news": POST,
        "timeline": (*FILE, Lane("post", "channel_id", timedelta(seconds=1))),
        "home": HOME,
        "roster": ROSTER,
        "channel_check": CHANNEL,
        "workspaces": WORKSPACES,
    }
)
# What a limit that was reached all the same holds up: everything that calls the same method.
BY_METHOD: Mapping[str, Lanes] = MappingProxyType(
    {
        "chat.postMessage": POST,
        "chat.update": EDIT,
        "pins.add": PIN,
        "pins.remove": UNPIN,
        "views.publish": HOME,
        "files.getUploadURLExternal": FILE,
        "files.completeUploadExternal": FILE,
        "conversations.members": ROSTER,
        "conversations.info": CHANNEL,
        "users.info": ROSTER,
        "auth.teams.list": WORKSPACES,
    }
)
