"""Sending a modal and closing it, and what the app's answer does to the stack.

https://docs.slack.dev/surfaces/modals#response_actions
"""

from typing import Any

from sandbox.blockkit import BlocksRefusedError, Surface
from sandbox.desk import Call, person_of, refusal_of, view_of
from sandbox.filling import fill_in, screen_before, values_of
from sandbox.forms import is_empty
from sandbox.methods_views import MOST_VIEWS, put_on_top, replace
from sandbox.outgoing import Ack
from sandbox.payloads import view_closed, view_submission
from sandbox.refusals import ClientError
from sandbox.small_slack import SmallSlack
from sandbox.views import ViewTooLargeError, check_view
from sandbox.world import OpenView


def submit(slack: SmallSlack, call: Call) -> Call:
    """A person presses a modal's submit. What the client itself refuses never reaches the app.

    The codes of that are the sandbox's own: a client has words and no codes.
    """
    person, given = person_of(slack, call), values_of(call)
    world = slack.world
    with world.changed:
        view = view_of(slack, call, person)
        if view is not world.top_view(person):
            raise ClientError("view_not_found", "Another window is open over this one.")
        if view.body["submit"] is None:
            raise ClientError("no_submit", "This window has nothing to send.")
        if view.is_busy:  # the client's button is off until the app has answered
            raise ClientError("busy", "This is being sent already.")
        with world.changing():
            problems = fill_in(slack, screen_before(slack, call, person), given)
            for block_id in _left_empty(view):
                problems.setdefault(block_id, "Please fill in this field.")
            view.errors = {}
            view.is_busy = not problems
            world.keep_stack(person)
        if problems:
            raise ClientError("required", "Some fields need another look.", fields=problems)
        payload = view_submission(slack, view)
    name = f"view_submission {view.body['callback_id']}".strip()
    ack = slack.outgoing.interaction(name, payload)
    with world.changing():
        view.is_busy = False
        return _after_submission(slack, view, ack)


def _left_empty(view: OpenView) -> list[str]:
    return [
        block["block_id"]
        for block in view.body["blocks"]
        if block["type"] == "input"
        and not block.get("optional")
        and is_empty(view.values[block["block_id"]][block["element"]["action_id"]])
    ]


def _after_submission(slack: SmallSlack, view: OpenView, ack: Ack) -> Call:
    world = slack.world
    world.keep_stack(view.person)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, "This")
    data = ack.data()
    answer = data if isinstance(data, dict) else {}
    action = answer.get("response_action")
    stack = world.stacks.get(view.person, [])
    if not any(one is view for one in stack):  # closed meanwhile, and the answer is about nothing any more
        return {}
    if action is None and (isinstance(data, dict) or not ack.body.strip()):
        stack.remove(view)
    elif action == "errors":
        view.errors = _checked_errors(view, answer.get("errors"))
    elif action == "clear":
        stack.clear()
    elif action == "update":
        replace(world, view, _answered_view(slack, answer, view, is_new=False))
    elif action == "push":
        if len(stack) >= MOST_VIEWS:
            raise _trouble(f"more than {MOST_VIEWS} windows")
        put_on_top(world, view.copy, view.person, _answered_view(slack, answer, view, is_new=True))
    else:
        raise _trouble(f"response_action {action!r}")
    world.keep_stack(view.person)
    return {"errors": view.errors} if view.errors else {}


def _checked_errors(view: OpenView, given: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    is_right = (
        isinstance(given, dict) and given and all(isinstance(one, str) and one for one in given.values())
    )
    if not is_right or not set(given) <= inputs:
        raise _trouble("errors that name no input block of this window")
    return dict(given)


def _answered_view(slack: SmallSlack, answer: Call, view: OpenView, *, is_new: bool) -> dict[str, Any]:
    """The view of an answer, held to the same rules as one that comes by `views.update` or `views.push`."""
    try:
        body = check_view(answer.get("view"), Surface.MODAL)
    except ViewTooLargeError:
        raise _trouble("a view of more than 250 kB") from None
    except BlocksRefusedError as error:
        raise _trouble("; ".join(error.messages)) from None
    other = slack.world.find_view(external_id=body["external_id"], copy=view.copy)
    if other is not None and (is_new or other is not view):
        raise _trouble(f"the external_id {body['external_id']} belongs to another window")
    return body


def _trouble(what: str) -> ClientError:
    return ClientError("invalid_response", f"We had trouble with the app's answer: {what}.")


def close(slack: SmallSlack, call: Call) -> Call:
    """A person closes a modal with its button or Esc, or all of them (`all`).

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload: `view_closed` is only for
    a view that asked for it with `notify_on_close`.
    """
    person = person_of(slack, call)
    world = slack.world
    with world.changed:
        view = view_of(slack, call, person)
        stack = world.stacks[person]
        is_cleared = bool(call.get("all")) or view.body["clear_on_close"]
        closed = list(stack) if is_cleared else [view]
        with world.changing():
            world.stacks[person] = [one for one in stack if one not in closed]
            world.keep_stack(person)
        payloads = [
            view_closed(slack, one, is_cleared=is_cleared)
            for one in reversed(closed)
            if one.body["notify_on_close"]
        ]
    for payload in payloads:
        slack.outgoing.interaction(f"view_closed {payload['view']['callback_id']}".strip(), payload)
    return {}
