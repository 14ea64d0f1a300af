"""Files, handed in to Slack in three calls. Only the last one shows them to anybody.

https://docs.slack.dev/messaging/working-with-files#upload
"""

import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack_errors import calling

UPLOAD = "the upload"  # what is called in the second call: an address of its own, and no method


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file is called, and what it shows for who cannot see it."""

    name: str
    title: str
    alt_text: str
    content: bytes


def hand_in(client: WebClient, upload: Upload) -> str:
    """Give Slack the bytes; the file's id. Nobody sees it yet: it may be repeated. Raises `CallFailed`.

    The description is for pictures only. https://github.com/slackapi/python-slack-sdk/issues/1818 tells of a
    document that was never shown because it had one.
    """
    with calling("files.getUploadURLExternal"):
        place = client.files_getUploadURLExternal(
            filename=upload.name, length=len(upload.content), alt_txt=upload.alt_text
        )
        url, file_id = str(place["upload_url"]), str(place["file_id"])
    with calling(UPLOAD):
        _post(client, url, upload.content)
    return file_id


def share(client: WebClient, file_id: str, title: str, place: Mapping[str, Any], comment: str) -> None:
    """Post the file: `place` is a `channel_id`, perhaps with a `thread_ts`, or in `channels` a person.

    It is a post: where the answer is lost, nobody knows whether it arrived. Raises `CallFailed`.
    """
    with calling("files.completeUploadExternal"):
        client.files_completeUploadExternal(
            files=[{"id": file_id, "title": title}], initial_comment=comment, **place
        )


def _post(client: WebClient, url: str, content: bytes) -> None:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal: raw bytes, HTTP 200 for a yes."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an address to upload to")
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPSHandler(context=client.ssl or ssl.create_default_context())
    ]
    if client.proxy:
        handlers.append(urllib.request.ProxyHandler({"http": client.proxy, "https": client.proxy}))
    request = urllib.request.Request(
        url, content, {"content-type": "application/octet-stream"}, method="POST"
    )
    with urllib.request.build_opener(*handlers).open(request, timeout=client.timeout) as answer:
        answer.read()
