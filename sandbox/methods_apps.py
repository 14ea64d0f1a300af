"""apps.*: https://docs.slack.dev/reference/methods/apps.connections.open"""

from typing import Any

from sandbox.args import Args
from sandbox.small_slack import SmallSlack


def connections_open(slack: SmallSlack, _args: Args) -> dict[str, Any]:
    # With Socket Mode off the address is given all the same; the connection then ends with link_disabled.
    return {"url": slack.sockets.address()}
