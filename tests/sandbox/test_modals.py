"""Modals: how they open, what the client checks itself, and what an answer to a submission does."""

import json
import threading
from typing import Any

import pytest

from sandbox.refusals import SlackError
from sandbox.small_slack import Offered
from sandbox.tickets import ResponseUrls, Triggers
from tests.sandbox.conftest import BUTTONS
from tests.sandbox.fake_app import Answer, FakeApp, Heard
from tests.sandboxed import RefusedError, Sandbox

OPTION = {"text": {"type": "plain_text", "text": "Bea Alvarez", "emoji": True}, "value": "U0BEA"}


@pytest.fixture
def opened(sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]) -> dict[str, Any]:
    """Rae's modal, opened by a command."""
    app.opens(modal)
    sandbox.say("U0RAE", "/map add")
    app.says("")
    return sandbox.need_view("U0RAE")


def test_a_modal_opens_for_the_person_who_asked(sandbox: Sandbox, opened: dict[str, Any]) -> None:
    assert (opened["title"], opened["submit"], opened["callback_id"]) == ("A new step", "Add", "step.new")
    assert opened["values"]["title"]["input"] == {"type": "plain_text_input", "value": None}
    assert sandbox.view("U0BEA") is None


def test_a_trigger_works_once_and_for_three_seconds() -> None:
    wall = [100.0]
    triggers = Triggers(lambda: wall[0])
    first, second = triggers.issue("U0RAE", "U0TANDEM"), triggers.issue("U0RAE", "U0TANDEM")
    assert triggers.redeem(first, "U0TANDEM").person == "U0RAE"
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        triggers.redeem(first, "U0TANDEM")
    wall[0] += 3.1
    with pytest.raises(SlackError, match="expired_trigger_id"):
        triggers.redeem(second, "U0TANDEM")
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        triggers.redeem("made.up", "U0TANDEM")


def test_a_response_url_takes_five_answers_within_half_an_hour() -> None:
    wall = [100.0]
    urls = ResponseUrls(lambda: wall[0])
    key, late = urls.issue("U0RAE", "U0TANDEM", "C0DEAL"), urls.issue("U0RAE", "U0TANDEM", "C0DEAL")
    for _ in range(5):
        urls.use(key)
    with pytest.raises(SlackError, match="used_url"):
        urls.use(key)
    wall[0] += 30 * 60 + 1
    with pytest.raises(SlackError, match="expired_url"):
        urls.use(late)


def test_a_trigger_can_be_used_by_one_call_only(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    sandbox.say("U0RAE", "/map add")
    trigger = app.last["trigger_id"]
    assert app.call("views.open", trigger_id=trigger, view=modal)["ok"]
    assert app.call("views.open", trigger_id=trigger, view=modal)["error"] == "exchanged_trigger_id"


def test_a_view_that_slack_would_refuse_is_refused(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    sandbox.say("U0RAE", "/map add")
    trigger = app.last["trigger_id"]
    del modal["submit"]
    answer = app.call("views.open", trigger_id=trigger, view=modal)
    assert answer["error"] == "invalid_arguments"
    assert "submit" in answer["response_metadata"]["messages"][0]
    assert answer["response_metadata"]["messages"][0].endswith("[json-pointer:/view]")
    modal["private_metadata"] = "x" * 250_000
    assert app.call("views.open", trigger_id=trigger, view=modal)["error"] == "view_too_large"


def test_the_client_asks_for_required_fields_before_the_app_hears_of_it(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any]
) -> None:
    heard = len(app.heard)
    with pytest.raises(RefusedError) as refusal:
        sandbox.submit("U0RAE", {})
    assert (refusal.value.error, list(refusal.value.fields)) == ("required", ["title"])
    with pytest.raises(RefusedError) as refusal:
        sandbox.submit("U0RAE", {"title": "x" * 21})
    assert "At most 20" in refusal.value.fields["title"]
    assert len(app.heard) == heard
    assert sandbox.view("U0RAE") is not None


def test_an_empty_answer_closes_the_modal(sandbox: Sandbox, app: FakeApp, opened: dict[str, Any]) -> None:
    assert sandbox.submit("U0RAE", {"title": "Kick-off"}) == {}
    assert sandbox.view("U0RAE") is None


def test_errors_stay_under_their_fields_and_nothing_typed_is_lost(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any]
) -> None:
    app.says({"response_action": "errors", "errors": {"title": "There is one already."}})
    assert sandbox.submit("U0RAE", {"title": "Kick-off"}) == {"title": "There is one already."}
    view = sandbox.need_view("U0RAE")
    assert view["errors"] == {"title": "There is one already."}
    assert view["values"]["title"]["input"]["value"] == "Kick-off"
    assert view["busy"] is False


def test_errors_for_a_field_that_is_not_there_are_trouble(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any]
) -> None:
    app.says({"response_action": "errors", "errors": {"nowhere": "?"}})
    with pytest.raises(RefusedError, match="invalid_response"):
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert sandbox.view("U0RAE") is not None


def test_an_answer_can_update_push_and_clear(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], opened: dict[str, Any]
) -> None:
    other = {**modal, "title": {"type": "plain_text", "text": "Another"}}
    app.says({"response_action": "update", "view": other})
    sandbox.submit("U0RAE", {"title": "Kick-off"})
    updated = sandbox.need_view("U0RAE")
    assert (updated["id"], updated["title"]) == (opened["id"], "Another")
    assert updated["hash"] != opened["hash"]
    assert updated["values"]["title"]["input"]["value"] == "Kick-off"  # same block_id, same action_id
    app.says({"response_action": "push", "view": modal})
    sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert len(sandbox.state("U0RAE")["views"]) == 2
    app.says({"response_action": "clear"})
    sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert sandbox.view("U0RAE") is None


def test_the_app_may_stack_three_modals(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], opened: dict[str, Any]
) -> None:
    button = {"type": "actions", "elements": [BUTTONS[1]["elements"][0]]}
    deep = {**modal, "blocks": [*modal["blocks"], button]}
    app.call("views.update", view_id=opened["id"], view=deep)
    app.opens(deep, "views.push")
    sandbox.click("U0RAE", "step.done")
    sandbox.click("U0RAE", "step.done")
    assert len(sandbox.state("U0RAE")["views"]) == 3
    app.says("")
    sandbox.click("U0RAE", "step.done")
    trigger = app.last["trigger_id"]
    assert app.call("views.push", trigger_id=trigger, view=deep)["error"] == "push_limit_reached"


def test_an_update_with_a_stale_hash_is_refused(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], opened: dict[str, Any]
) -> None:
    place = {"view_id": opened["id"], "view": modal}
    assert app.call("views.update", **place, hash=opened["hash"])["ok"]
    assert app.call("views.update", **place, hash=opened["hash"])["error"] == "hash_conflict"
    assert app.call("views.update", view_id="V0GONE", view=modal)["error"] == "not_found"


def test_options_come_from_the_app_and_only_those_can_be_picked(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any]
) -> None:
    def answer(request: Heard) -> Answer:
        if request["type"] == "block_suggestion":
            group = {"label": {"type": "plain_text", "text": "Acme"}, "options": [OPTION]}
            return 200, json.dumps({"option_groups": [group]})
        return 200, ""

    app.answer = answer
    with pytest.raises(RefusedError) as refusal:
        sandbox.submit("U0RAE", {"title": "Kick-off", "owner": "U0BEA"})
    assert "owner" in refusal.value.fields
    assert sandbox.options("U0RAE", "owner", "be") == [OPTION]
    assert (app.last["value"], app.last["block_id"], app.last["action_id"]) == ("be", "owner", "person")
    assert app.last["view"]["app_installed_team_id"] == "T0NORTHWIND"
    sandbox.submit("U0RAE", {"title": "Kick-off", "owner": "U0BEA"})
    assert app.last["view"]["state"]["values"]["owner"]["person"]["selected_option"] == OPTION


def test_what_was_offered_is_known_while_somebody_may_still_pick_it() -> None:
    offered = Offered(most=2)
    first, second, third = (("U0RAE", view, "owner", "person") for view in ("V1", "V2", "V3"))
    for place in (first, second, first, third):  # whoever types again is the latest
        offered.keep(place, [{"value": "bea"}])
    assert offered.find(first, "bea") == {"value": "bea"}
    assert offered.find(second, "bea") is None
    assert offered.find(third, "bea") == {"value": "bea"}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"options": [{"text": {"type": "mrkdwn", "text": "no"}, "value": "1"}]},
        {"options": [{"text": {"type": "plain_text", "text": "no value"}}]},
        {"options": [OPTION | {"value": str(n)} for n in range(101)]},
    ],
)
def test_options_that_slack_would_refuse_are_refused(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any], answer: dict[str, Any]
) -> None:
    app.says(answer)
    with pytest.raises(RefusedError, match="invalid_options"):
        sandbox.options("U0RAE", "owner")


def test_closing_tells_the_app_when_it_wants_to_know(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], opened: dict[str, Any]
) -> None:
    heard = len(app.heard)
    sandbox.close("U0RAE")
    assert len(app.heard) == heard
    app.opens({**modal, "notify_on_close": True})
    sandbox.say("U0RAE", "/map add")
    sandbox.close("U0RAE")
    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", False)
    assert sandbox.view("U0RAE") is None


@pytest.mark.parametrize("failure", ["slow", "broken"])
def test_an_app_that_does_not_ack_is_named(
    sandbox: Sandbox, app: FakeApp, opened: dict[str, Any], failure: str
) -> None:
    released = threading.Event()

    def answer(_request: Heard) -> Answer:
        if failure == "slow":
            released.wait(10)  # longer than this sandbox waits for an ack
        return (200, "") if failure == "slow" else (500, "")

    app.answer = answer
    if failure == "slow":
        sandbox.acks_within(0.2)
    with pytest.raises(RefusedError) as refusal:
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert refusal.value.error == ("operation_timeout" if failure == "slow" else "dispatch_failed")
    view = sandbox.need_view("U0RAE")
    assert view["values"]["title"]["input"]["value"] == "Kick-off"
    assert view["busy"] is False
    with pytest.raises(RefusedError, match="/map failed"):
        sandbox.say("U0RAE", "/map")
    released.set()


def test_the_ack_of_a_command_is_a_message(sandbox: Sandbox, app: FakeApp) -> None:
    app.says("Only for you.")
    sandbox.say("U0RAE", "/map status")
    app.says({"response_type": "in_channel", "text": "For all.", "blocks": BUTTONS})
    sandbox.say("U0RAE", "/map status")
    rae, bea = sandbox.messages("U0RAE"), sandbox.messages("U0BEA")
    assert [(one["text"], one["ephemeral"]) for one in rae] == [("Only for you.", True), ("For all.", False)]
    assert [one["text"] for one in bea] == ["For all."]
    app.says({"blocks": [{"type": "section"}]})
    with pytest.raises(RefusedError, match="invalid_answer"):
        sandbox.say("U0RAE", "/map status")


def test_json_that_does_not_call_itself_json_is_only_words(sandbox: Sandbox, app: FakeApp) -> None:
    app.extra_headers = {"content-type": "text/plain"}
    app.says('{"response_type": "in_channel", "text": "For all."}')
    sandbox.say("U0RAE", "/map status")
    [told] = sandbox.messages("U0RAE")
    assert told["text"].startswith('{"response_type"')
    assert sandbox.messages("U0BEA") == []


def test_a_response_url_answers_replaces_and_deletes(sandbox: Sandbox, app: FakeApp) -> None:
    app.call("chat.postEphemeral", channel="C0DEAL", user="U0BEA", text="Sure?", blocks=BUTTONS)
    sandbox.click("U0BEA", "step.done")
    url = app.last["response_url"]

    def use(**body: Any) -> int:
        return sandbox.http.post(url, json=body).status_code

    assert use(text="Also this.") == 200
    assert use(replace_original=True, text="Done.") == 200
    texts = [one["text"] for one in sandbox.messages("U0BEA")]
    assert texts == ["Done.", "Also this."]
    assert use(delete_original=True) == 200
    assert [one["text"] for one in sandbox.messages("U0BEA")] == ["Also this."]
    assert use(text="4") == 200
    assert use(text="5") == 200
    assert use(text="6") == 404


def test_a_response_url_answers_as_the_channel_stands(sandbox: Sandbox, app: FakeApp) -> None:
    root = app.post("board")
    reply = app.post("a word", thread_ts=root)

    def use(**body: Any) -> str:
        sandbox.say("U0RAE", "/map")
        answer = sandbox.http.post(app.last["response_url"], json={"text": "hm", **body})
        return "" if answer.status_code == 200 else str(answer.json()["error"])

    assert use(response_type="public") == "invalid_payload"
    assert use(thread_ts="9.000009") == "thread_not_found"
    assert use(thread_ts=reply) == "cannot_reply_to_message"
    much = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2500}}] * 4
    assert use(blocks=much) == "msg_blocks_too_long"
    assert use(thread_ts=root, response_type="in_channel") == ""
    [board] = sandbox.messages("U0BEA")
    assert [one["text"] for one in board["replies"]] == ["a word", "hm"]
    quiet = app.post("nobody has answered this")
    assert use(thread_ts=quiet) == ""
    assert sandbox.messages("U0RAE")[1]["replies"] == []
    sandbox.say("U0RAE", "/map")
    url = app.last["response_url"]
    sandbox.archive("U0RAE")
    assert sandbox.http.post(url, json={"text": "hm"}).json()["error"] == "channel_is_archived"
