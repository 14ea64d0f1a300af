"""What a delivery of Slack's is remembered by, so that a second one of the same changes nothing."""

from typing import Any


def event_key(body: dict[str, Any]) -> str:
    """`event_id` is unique over all workspaces, but several apps may share one.

    https://docs.slack.dev/apis/events-api/
    """
    event = body.get("event") or {}
    return (
        f"event:{body.get('api_app_id')}:{body.get('event_id') or event.get('event_ts') or event.get('ts')}"
    )


def said_key(event: dict[str, Any], body: dict[str, Any]) -> str:
    """Of words in a channel it is their place. Where both companies have Tandem in it the same message may
    come as two events: a mention of either copy, and a message.
    """
    return f"said:{body.get('api_app_id')}:{event['channel']}:{event['ts']}"
