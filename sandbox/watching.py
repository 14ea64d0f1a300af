"""The door of the one who watches a story. Slack has none like it: what it refuses is the sandbox's own."""

from sandbox.desk import Call, text_of
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack


def play(slack: SmallSlack, call: Call) -> Call:
    """The door: `do` is begin (with `story`), next, play, stop or leave."""
    player, wish = slack.player, text_of(call, "do")
    if player is None:
        raise ClientError("no_stories", "This sandbox was started without stories.")
    if wish == "begin":
        player.begin(text_of(call, "story"))
    elif wish in ("next", "play"):
        player.go(on=wish == "play")
    elif wish == "stop":
        player.stop()
    elif wish == "leave":
        player.leave()
    else:
        raise MalformedCallError("“do” must be begin, next, play, stop or leave")
    return {}
