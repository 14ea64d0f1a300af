"""Files: an address, the bytes, and a message; everything that Slack refuses on the way is refused here."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.conftest import MONDAY, PATIENT, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import Sandbox

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def sandbox(sandbox_with: WithManifest) -> Sandbox:
    return sandbox_with(ask_for_files)


def ask_for_files(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot_optional"] = ["files:write"]


def hand_in(sandbox: Sandbox, app: FakeApp, content: bytes = PIXEL, **more: Any) -> str:
    """An upload up to the bytes; the file's id."""
    place = app.call("files.getUploadURLExternal", filename="plan.png", length=len(content), **more)
    assert place["ok"], place
    assert sandbox.http.post(place["upload_url"], content=content).text == f"OK - {len(content)}"
    return str(place["file_id"])


def share(app: FakeApp, file_id: str, **where: Any) -> dict[str, Any]:
    return app.call("files.completeUploadExternal", files=[{"id": file_id, "title": "The plan"}], **where)


def test_a_picture_is_in_the_thread_with_its_words(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("the board")
    file_id = hand_in(sandbox, app, alt_txt="Bars")
    answer = share(app, file_id, channel_id="C0DEAL", thread_ts=ts, initial_comment="Here *it* is")
    assert answer["ok"], answer
    [file] = answer["files"]
    assert (file["id"], file["title"], file["alt_txt"]) == (file_id, "The plan", "Bars")
    assert file["shares"] == {}  # where it is shared Slack finds out later
    [board] = [one for one in sandbox.messages("U0BEA") if one["ts"] == ts]
    [reply] = board["replies"]
    assert (reply["text"], reply["subtype"]) == ("Here *it* is", "file_share")
    [shown] = reply["files"]
    assert (shown["alt"], shown["is_picture"]) == ("Bars", True)
    assert sandbox.picture(shown["address"]) == PIXEL
    assert sandbox.http.get(shown["address"]).headers["content-type"] == "image/png"


def test_the_message_has_it_in_the_words_of_the_api(sandbox_with: WithManifest, app: FakeApp) -> None:
    def change(manifest: dict[str, Any]) -> None:
        ask_for_files(manifest)
        manifest["oauth_config"]["scopes"]["bot"].append("channels:history")

    sandbox = sandbox_with(change)
    file_id = hand_in(sandbox, app)
    share(app, file_id, channel_id="C0DEAL", initial_comment="Here")
    newest = app.call("conversations.history", channel="C0DEAL", limit=1)["messages"][0]
    assert (newest["subtype"], newest["text"]) == ("file_share", "Here")
    assert [file["id"] for file in newest["files"]] == [file_id]


def test_bytes_may_come_as_a_form_and_come_again(sandbox: Sandbox, app: FakeApp) -> None:
    place = app.call("files.getUploadURLExternal", filename="plan.png", length=len(PIXEL))
    for _ in range(2):
        answer = sandbox.http.post(place["upload_url"], files={"file": ("plan.png", PIXEL, "image/png")})
        assert answer.status_code == 200
    assert share(app, place["file_id"], channel_id="C0DEAL")["ok"]


def test_a_person_is_reached_by_channels_and_not_by_channel_id(sandbox: Sandbox, app: FakeApp) -> None:
    file_id = hand_in(sandbox, app)
    assert share(app, file_id, channel_id="U0RAE")["error"] == "channel_not_found"
    assert share(app, file_id, channels="U0RAE", initial_comment="For you")["ok"]
    [message] = sandbox.dms("U0RAE")
    assert (message["text"], len(message["files"])) == ("For you", 1)


def test_nobody_sees_what_is_not_completed_or_shared_nowhere(sandbox: Sandbox, app: FakeApp) -> None:
    before = sandbox.messages("U0RAE")
    file_id = hand_in(sandbox, app)
    assert sandbox.http.get(f"/page/file/{file_id}").status_code == 404
    assert share(app, file_id)["ok"]
    assert sandbox.messages("U0RAE") == before
    assert sandbox.http.get("/page/file/F0").status_code == 404


def test_another_length_than_announced_is_no_file(sandbox: Sandbox, app: FakeApp) -> None:
    place = app.call("files.getUploadURLExternal", filename="plan.png", length=len(PIXEL) + 1)
    assert sandbox.http.post(place["upload_url"], content=PIXEL).status_code == 400
    assert share(app, place["file_id"], channel_id="C0DEAL")["error"] == "file_not_found"
    assert sandbox.http.post("/upload/v1/nothing", content=PIXEL).status_code == 404


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"length": 9}, "invalid_arguments"),
        ({"filename": "a.png"}, "invalid_arguments"),
        ({"filename": "a.png", "length": "many"}, "invalid_arguments"),
        ({"filename": "a.png", "length": 0}, "missing_argument"),
        ({"filename": "a.png", "length": 9, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a.png", "length": 9, "snippet_type": "python"}, "unknown_snippet_type"),
    ],
)
def test_no_address_for_that(sandbox: Sandbox, app: FakeApp, given: dict[str, Any], error: str) -> None:
    assert app.call("files.getUploadURLExternal", **given)["error"] == error


def test_what_completing_refuses(sandbox: Sandbox, app: FakeApp) -> None:
    file_id = hand_in(sandbox, app)
    root = app.post("root")
    reply = app.post("reply", thread_ts=root)
    for where, error in (
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"channels": "C0NOWHERE"}, "invalid_channel"),
        ({"channels": ",".join(["C0DEAL"] * 101)}, "channels_limit_exceeded"),
        ({"channel_id": "C0DEAL", "thread_ts": "1.000001"}, "invalid_arguments"),
        ({"channel_id": "C0DEAL", "thread_ts": reply}, "invalid_arguments"),
        ({"channel_id": "C0DEAL", "blocks": "[]"}, "invalid_blocks"),
    ):
        assert share(app, file_id, **where)["error"] == error, where
    wrong: tuple[Any, ...] = (
        "",
        "no",
        [],
        [{}],
        [{"id": 7}],
        [{"id": file_id}] * 2,
        [{"id": file_id, "name": "x"}],
    )
    for files in wrong:
        said = app.call("files.completeUploadExternal", files=files, channel_id="C0DEAL")
        assert said["error"] == "invalid_arguments", files
    assert share(app, "F0NONE", channel_id="C0DEAL")["error"] == "file_not_found"
    assert share(app, file_id, channel_id="C0DEAL")["ok"]
    assert share(app, file_id, channel_id="C0DEAL")["error"] == "file_not_found"  # its ticket is used up


def test_the_app_has_to_be_there(sandbox: Sandbox, app: FakeApp) -> None:
    file_id = hand_in(sandbox, app)
    sandbox.slack.world.channels["C0DEAL"].is_archived = True
    assert share(app, file_id, channel_id="C0DEAL")["error"] == "posting_to_channel_denied"
    sandbox.slack.world.channels["C0DEAL"].is_archived = False
    sandbox.leave("U0RAE", sandbox.slack.world.app_user)
    assert share(app, file_id, channel_id="C0DEAL")["error"] == "not_in_channel"
    sandbox.refuse_dms("U0RAVI")
    assert share(app, file_id, channels="U0RAVI")["error"] == "invalid_channel"


def test_a_scope_that_was_left_out_is_missing_until_it_is_granted(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.grant_optional_scopes(on=False)
    refused = app.call("files.getUploadURLExternal", filename="a.png", length=9)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "files:write")
    assert "files:write" not in refused["provided"]
    assert app.post("still here")
    sandbox.grant_optional_scopes(on=True)
    assert app.call("files.getUploadURLExternal", filename="a.png", length=9)["ok"]


def test_a_file_is_there_after_a_restart_and_gone_with_its_message(app: FakeApp, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    house = Path(__file__).parents[2] / "manifest.yml"
    manifest.write_text(json.dumps(yaml.safe_load(house.read_text())))
    with Sandbox(app.url, manifest, start=MONDAY, state=tmp_path / "state", **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        share(app, hand_in(sandbox, app), channel_id="C0DEAL", initial_comment="Here")
    with Sandbox(app.url, manifest, state=tmp_path / "state", **PATIENT) as sandbox:
        message = sandbox.messages("U0RAE")[-1]
        assert sandbox.picture(message["files"][0]["address"]) == PIXEL
        sandbox.delete("U0RAE", message["ts"])
        assert "Here" not in [one["text"] for one in sandbox.messages("U0RAE")]
