"""Files on their way in, and as Slack tells of them.

https://docs.slack.dev/messaging/working-with-files#upload: an address is asked for, the bytes are sent there,
and the upload is completed; before that nobody sees it. https://docs.slack.dev/reference/objects/file-object
"""

import base64
import secrets
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from sandbox.copies import Copy
from sandbox.refusals import SlackError
from sandbox.small_slack import SmallSlack

DRAWN = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


@dataclass(slots=True)
class File:
    """`content` is in base64, "" until it arrives; `ticket` is the end of its address, "" once completed."""

    id: str
    name: str
    user: str
    length: int
    ticket: str
    created: int  # unix seconds
    title: str = ""
    alt_text: str = ""
    content: str = ""

    @property
    def is_complete(self) -> bool:
        return not self.ticket

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""

    @property
    def mimetype(self) -> str:
        """What is no picture is text to the browser of the page, and is not run."""
        return DRAWN.get(self.kind, "text/plain")

    @property
    def bytes(self) -> bytes:
        return base64.b64decode(self.content)


def begin(slack: SmallSlack, copy: Copy, name: str, length: int, alt_text: str) -> File:
    """A file of which only the length is known."""
    world = slack.world
    file = File(
        id=f"F{secrets.token_hex(5).upper()}",
        name=name,
        user=copy.user_id,
        length=length,
        ticket=secrets.token_urlsafe(32),
        created=int(world.clock.now()),
        title=name,
        alt_text=alt_text,
    )
    with world.changing():
        keep(slack, file)
    return file


def keep(slack: SmallSlack, file: File) -> None:
    slack.world.files[file.id] = {name: getattr(file, name) for name in File.__slots__}
    slack.world.store.put("file", file.id, slack.world.files[file.id])


def find(slack: SmallSlack, file_id: str) -> File | None:
    row = slack.world.files.get(file_id)
    return File(**row) if row is not None else None


def receive(slack: SmallSlack, ticket: str, body: bytes, content_type: str) -> tuple[int, str]:
    """The bytes, raw or as a form. The HTTP status and what is said with it. They may be sent again.

    https://docs.slack.dev/reference/methods/files.getUploadURLExternal: 200 for a yes, else it is a no.
    That another length than the one announced is a no stands on no page: nobody should get by with it.
    """
    with slack.world.changed:
        rows = slack.world.files.values()
        row = next((one for one in rows if one["ticket"] == ticket and ticket), None)
        if row is None:
            return 404, "no such upload"
        file = File(**row)
        content = _content(body, content_type)
        if content is None or len(content) != file.length:
            return 400, "another length than was announced"
        with slack.world.changing():
            file.content = base64.b64encode(content).decode()
            keep(slack, file)
    return 200, f"OK - {len(content)}"


def _content(body: bytes, content_type: str) -> bytes | None:
    """The bytes themselves, or the one file of a form."""
    if not content_type.startswith("multipart/form-data"):
        return body
    head = f"content-type: {content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = [part for part in form.iter_parts() if part.get_filename()] if form.is_multipart() else []
    if len(parts) != 1:
        return None
    content = parts[0].get_payload(decode=True)
    return content if isinstance(content, bytes) else None  # a part with parts of its own has no bytes


def completed(slack: SmallSlack, file_id: str, title: str) -> File:
    """The file from its upload ticket, which is used up. Raises `SlackError`."""
    file = find(slack, file_id)
    if file is None or file.is_complete or not file.content:
        raise SlackError("file_not_found")
    file.ticket, file.title = "", title or file.title
    return file


def file_shape(slack: SmallSlack, file: File) -> dict[str, Any]:
    """Of a file that was just completed Slack does not know yet where it is shared: `shares` comes later.

    https://github.com/slackapi/python-slack-sdk/issues/1329
    """
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.kind,
        "pretty_type": file.kind.upper(),
        "user": file.user,
        "user_team": slack.world.copies[file.user].place,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "alt_txt": file.alt_text,
        "url_private": f"{slack.origin}/files-pri/{file.id}/{file.name}",
        "permalink": f"{slack.origin}/files/{file.user}/{file.id}/{file.name}",
        "shares": {},
        "channels": [],
        "groups": [],
        "ims": [],
    }


def shown(slack: SmallSlack, file_ids: list[str] | None) -> list[dict[str, Any]]:
    """The files of a message for the page."""
    found = [find(slack, one) for one in file_ids or []]
    return [
        {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "alt": file.alt_text or file.title,
            "is_picture": file.kind in DRAWN,
            "address": f"/page/file/{file.id}",
        }
        for file in found
        if file is not None
    ]
