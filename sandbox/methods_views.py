"""views.*: https://docs.slack.dev/surfaces/modals and https://docs.slack.dev/reference/methods/views.open"""

import secrets
from typing import Any

from sandbox.args import Args
from sandbox.blockkit import BlocksRefusedError, Surface
from sandbox.copies import Copy
from sandbox.forms import state_of
from sandbox.refusals import SlackError, invalid_arguments
from sandbox.shapes import view_shape
from sandbox.small_slack import SmallSlack
from sandbox.views import ViewTooLargeError, check_view
from sandbox.world import OpenView, World

MOST_VIEWS = 3  # https://docs.slack.dev/reference/methods/views.push: `push_limit_reached`


def open_view(slack: SmallSlack, args: Args) -> dict[str, Any]:
    view = _checked(args, Surface.MODAL)
    trigger = slack.triggers.redeem(args.required("trigger_id"), args.copy.user_id)
    _external_id_is_free(slack.world, args.copy, view)
    with slack.world.changing():
        # Opening from inside a modal begins a new stack: pushing is what adds to one.
        slack.world.stacks[trigger.person] = []
        opened = put_on_top(slack.world, args.copy.user_id, trigger.person, view)
    return {"view": view_shape(slack, opened)}


def push(slack: SmallSlack, args: Args) -> dict[str, Any]:
    view = _checked(args, Surface.MODAL)
    trigger = slack.triggers.redeem(args.required("trigger_id"), args.copy.user_id)
    stack = slack.world.stacks.get(trigger.person, [])
    if trigger.from_view is None or not any(one.id == trigger.from_view for one in stack):
        raise SlackError("not_found")
    if len(stack) >= MOST_VIEWS:
        raise SlackError("push_limit_reached")
    _external_id_is_free(slack.world, args.copy, view)
    with slack.world.changing():
        pushed = put_on_top(slack.world, args.copy.user_id, trigger.person, view)
    return {"view": view_shape(slack, pushed)}


def update(slack: SmallSlack, args: Args) -> dict[str, Any]:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id")
    view = _checked(args, Surface.MODAL)
    opened = slack.world.find_view(view_id, external_id, args.copy.user_id)
    if opened is None or opened.copy != args.copy.user_id:
        raise SlackError("not_found")
    if args.has("hash") and args.text("hash") != opened.hash:
        raise SlackError("hash_conflict")
    _external_id_is_free(slack.world, args.copy, view, opened)
    with slack.world.changing():
        replace(slack.world, opened, view)
    return {"view": view_shape(slack, opened)}


def publish(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/views.publish"""
    person = args.required("user_id")
    view = _checked(args, Surface.HOME)
    if person not in slack.world.people:
        raise invalid_arguments("invalid `user_id`")
    if not slack.manifest.features.app_home.home_tab_enabled:
        raise SlackError("not_enabled")
    before = slack.world.homes.get(f"{person} {args.copy.user_id}")
    if args.has("hash") and (before is None or args.text("hash") != before.hash):
        raise SlackError("hash_conflict")
    _external_id_is_free(slack.world, args.copy, view, before)
    view_id = before.id if before else _new_id()
    values = state_of(view["blocks"], before=before.values if before else None)
    home = OpenView(
        id=view_id,
        person=person,
        copy=args.copy.user_id,
        body=view,
        hash=_new_hash(slack.world),
        root_id=view_id,
        previous_id=None,
        values=values,
    )
    with slack.world.changing():
        slack.world.keep_home(home)
    return {"view": view_shape(slack, home)}


def put_on_top(world: World, copy: str, person: str, view: dict[str, Any]) -> OpenView:
    """A new modal of this copy of the app over whatever modals the person has open."""
    stack = world.stacks.setdefault(person, [])
    view_id = _new_id()
    opened = OpenView(
        id=view_id,
        person=person,
        copy=copy,
        body=view,
        hash=_new_hash(world),
        root_id=stack[0].id if stack else view_id,
        previous_id=stack[-1].id if stack else None,
        values=state_of(view["blocks"]),
    )
    stack.append(opened)
    world.keep_stack(person)
    return opened


def replace(world: World, opened: OpenView, view: dict[str, Any]) -> None:
    """Another content for an open modal. What is in a field stays where block_id and action_id stay."""
    opened.values = state_of(view["blocks"], before=opened.values)
    opened.body, opened.errors, opened.hash = view, {}, _new_hash(world)
    world.keep_stack(opened.person)


def _new_id() -> str:
    return "V" + secrets.token_hex(5).upper()


def _new_hash(world: World) -> str:
    return f"{int(world.clock.now())}.{secrets.token_hex(4)}"


def _checked(args: Args, surface: Surface) -> dict[str, Any]:
    view = args.data("view", invalid_arguments("failed to parse [json-pointer:/view]"))
    if view is None:
        raise invalid_arguments("missing required field: view")
    try:
        return check_view(view, surface)
    except ViewTooLargeError:
        raise SlackError("view_too_large") from None
    except BlocksRefusedError as error:
        raise SlackError("invalid_arguments", response_metadata={"messages": error.messages}) from None


def _external_id_is_free(
    world: World, copy: Copy, view: dict[str, Any], itself: OpenView | None = None
) -> None:
    """https://docs.slack.dev/reference/views/modal-views: unique among all views of a team, homes too."""
    every = [*(one for stack in world.stacks.values() for one in stack), *world.homes.values()]
    taken = {one.body["external_id"] for one in every if one is not itself and one.copy == copy.user_id}
    if view["external_id"] and view["external_id"] in taken:
        raise SlackError("duplicate_external_id")
