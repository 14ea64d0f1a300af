"""Good requests of every kind, found by using Tandem: what it shows is pressed, picked, searched and sent."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlmodel import select

from blocks.ids import Act, Shortcut, step_value
from bot.desk import Visitor
from bot.listeners.actions import CHOICES
from bot.listeners.verbs import VERBS
from bot.use_cases.agreeing import agree, terms_now
from bot.use_cases.dates import NewDate, change_date
from bot.use_cases.proposing import Why
from plan.agreement import ReasonCode
from storage import plans
from storage.models import Side, Step
from tests.given import CHANNEL, MONDAY, NORTHWIND
from tests.scenario.by_wire import (
    ELSEWHERE,
    OTHER_BOT,
    SECOND,
    TEAMS,
    Body,
    Request,
    Wire,
    command,
    event_of,
    host_of,
    mention,
    options,
    press,
    shortcut,
    shown,
    submission,
)

# What stands after a verb; the others are said alone and about step 3.
SAID = (
    "done 1",
    "2 done",
    "date 3 in 3 weeks",
    "date 2",
    "owner 3 <@U0BEA>",
    "block 3 waiting for legal",
    "block 3 until in 3 weeks: legal",
    "unblock 3",
    "note 3 hello & <there>",
    "note 3 us: hello",
    "add Call the bank by in 3 weeks",
    "track",
    "skip 6 not needed",
    "start 3",
    "closed in 2 weeks to in 3 weeks frozen",
    "after 4 3",
    "history 5",
    "save-template Mine",
    "timeline dark",
    "close we won",
    "move <#C0EMPTY|empty>",
    "up 4",
    "title 4 Another title",
    "days 4 3",
    "side 4 buyer",
    "private 4",
    "share 4",
    "handoff <@U0RAVI> <@U0BEA>",
    "zone Europe/Berlin",
    "with acme",
    "nonsense",
    "done 1\ndone 2\nblock 3 legal",
)
DAY = (MONDAY + timedelta(days=30)).date().isoformat()
LAST_THING = {"done": 1, "skip": 6, "delete": 6}  # of which step
NOT_PRESSED = {Act.PLAN_REOPEN, Act.STEP_DONE, Act.NUDGE_DONE, Act.PROPOSAL_ACCEPT, Act.PROPOSAL_WITHDRAW}


def good_requests(wire: Wire) -> list[Request]:
    """Requests that Slack could send in this very moment, each good for something."""
    found: list[Request] = []
    seen: set[tuple[str, ...]] = set()
    screens = list(_talk(wire, found))
    screens += _late_and_told(wire)
    for screen in screens:  # which grows meanwhile
        for request in _uses(wire, *screen, seen):
            found.append(request)
            if not _ends_something(request):
                screens.extend(_shows(wire, request, *screen[:2]))
    found += _windows(wire, seen)
    found += _never_shown(wire, seen)
    found += _events(wire)
    return found


Screen = tuple[str, str, Body | None, list[Body]]


def _about(verb: str) -> str:
    """Most things are said about step 3, which stays open meanwhile."""
    return f"{verb} {LAST_THING.get(verb, 3)}"


def _talk(wire: Wire, found: list[Request]) -> Iterator[Screen]:
    said = [
        *(("U0RAE", command("U0RAE", CHANNEL, text, wire.fresh())) for text in (*VERBS, *SAID)),
        *(("U0BEA", mention("U0BEA", CHANNEL, _about(verb), wire.fresh())) for verb in VERBS),
        *(("U0BEA", mention("U0BEA", CHANNEL, text, wire.fresh())) for text in SAID),
        ("U0RAE", command("U0RAE", "C0EMPTY", "new", wire.fresh())),
        ("U0GIL", mention("U0GIL", SECOND, "done 1", wire.fresh())),
        ("U0OZ", mention("U0OZ", ELSEWHERE, "done 1", wire.fresh(), bot=OTHER_BOT)),
        ("U0SAM", shortcut("U0SAM", Shortcut.STEP_TRACK, "Could somebody call the bank?", wire.fresh())),
        ("U0SAM", shortcut("U0SAM", Shortcut.STEP_TRACK, "see <https://acme.example|this>", wire.fresh())),
    ]
    for user, request in said:
        found.append(request)
        yield from _shows(wire, request, user, CHANNEL)


def _shows(wire: Wire, request: Request, user: str, channel: str) -> Iterator[Screen]:
    """What Slack is given to show in answer."""
    before = len(wire.calls)
    answer = wire.send(request).json
    if "blocks" in answer:
        yield user, channel, None, answer["blocks"]
    views = [asked["view"] for _, asked in wire.calls[before:] if "view" in asked]
    views += [answer["view"]] if "view" in answer else []
    for view in views:
        drawn = shown(view, wire.fresh(), host_of(channel))
        yield user, channel, drawn, drawn["blocks"]


def _late_and_told(wire: Wire) -> Iterator[Screen]:
    """The board, what is asked, and, on a later day, who is reminded in private."""
    wire.send(command("U0RAE", CHANNEL, "owner 2 <@U0BEA>", wire.fresh()))
    wire.send(command("U0RAE", CHANNEL, "owner 4 <@U0RAE>", wire.fresh()))
    _agree_and_ask(wire)
    before, moment = len(wire.calls), wire.clock.moment
    wire.settle()
    wire.clock.moment = moment + timedelta(days=45)
    wire.tandem.beat.sweep()
    wire.settle()
    wire.clock.moment = moment
    for method, asked in wire.calls[before:]:
        if method == "chat.postMessage" and asked.get("blocks"):
            to = str(asked["channel"])
            is_private = not to.startswith("C")
            yield (
                to if is_private and to in TEAMS else "U0BEA",
                f"D{to[1:]}" if is_private else to,
                None,
                asked["blocks"],
            )


def _agree_and_ask(wire: Wire) -> None:
    """Both sides have signed, and Bea asks for another day of a step that both rely on."""
    plan_id = wire.plans[CHANNEL]
    for user in ("U0RAE", "U0BEA", ""):
        visitor = Visitor(user or "U0BEA", TEAMS[user or "U0BEA"])
        with wire.tandem.desk.work(visitor, plan_id, channel_id=CHANNEL, request_key=f"agree {user}") as work:
            if user:
                agree(work, terms_now(work).digest)
                continue
            step = plans.step_numbered(work.session, plan_id, 5, Side.BUYER)
            assert step is not None
            assert step.due_date is not None
            why = Why(ReasonCode.OTHER, "The committee meets later")
            change_date(work, step.id or 0, NewDate(step.due_date + timedelta(days=7), why))


def _uses(
    wire: Wire, user: str, channel: str, view: Body | None, blocks: Iterable[Body], seen: set[tuple[str, ...]]
) -> Iterator[Request]:
    callback = view["callback_id"] if view else ""
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in elements:
            if not isinstance(element, dict) or "action_id" not in element:
                continue
            for action in _ways(element):
                choice = str(action.get("selected_option", {}).get("value", "")).rpartition(":")[2]
                key = (action["action_id"], callback, choice if element["type"] == "overflow" else "")
                if key in seen:
                    continue
                seen.add(key)
                pressed = {"block_id": block.get("block_id", "b"), **action}
                yield press(user, pressed, wire.fresh(), channel=channel, view=view)
            if view and element["type"] == "external_select" and ("?", element["action_id"]) not in seen:
                seen.add(("?", element["action_id"]))
                yield options(user, view, block["block_id"], element["action_id"], "a")


def _ways(element: Body) -> Iterator[Body]:
    """How an element is used: what stands in `actions`."""
    kind = element["type"]
    bare = {"type": kind, "action_id": element["action_id"]}
    if kind == "button":
        yield {**bare, "value": element.get("value", "")}
    elif kind in ("overflow", "static_select", "external_select", "radio_buttons"):
        groups = [group["options"] for group in element.get("option_groups", ())]
        listed = [*element.get("options", ()), *(one for group in groups for one in group)]
        listed += [element["initial_option"]] if "initial_option" in element else []
        yield from (
            {**bare, "selected_option": one} for one in (listed if kind == "overflow" else listed[:1])
        )
    elif kind == "datepicker":
        yield {**bare, "selected_date": DAY}
    elif kind == "checkboxes":
        yield {**bare, "selected_options": element["options"]}


def _ends_something(request: Request) -> bool:
    """What would leave nothing to use."""
    if request.body["type"] != "block_actions":
        return False
    action_id = request.body["actions"][0]["action_id"]
    return action_id in NOT_PRESSED


def _windows(wire: Wire, seen: set[tuple[str, ...]]) -> Iterator[Request]:
    """Every window that was shown, filled in and sent."""
    for view in list(wire.views()):
        key = ("sent", view["callback_id"], view.get("private_metadata", "")[-8:])
        if "submit" in view and key not in seen:
            seen.add(key)
            user = "U0BEA" if len(seen) % 2 else "U0RAE"
            yield submission(user, shown(view, wire.fresh(), values=filled_in(view)))


def filled_in(view: Body) -> Body:
    """`state.values` of a window in which everything is filled in."""
    values: Body = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **_filled(element)}}
    return values


def _filled(element: Body) -> Body:
    kind = element["type"]
    if kind == "datepicker":
        return {"selected_date": element.get("initial_date") or DAY}
    if kind in ("static_select", "radio_buttons"):
        groups = [group["options"] for group in element.get("option_groups", ())]
        listed = [*element.get("options", ()), *(one for group in groups for one in group)]
        return {"selected_option": element.get("initial_option") or listed[0]}
    if kind == "external_select":
        bea = {"text": {"type": "plain_text", "text": "Bea"}, "value": "U0BEA"}
        return {"selected_option": element.get("initial_option") or bea}
    if kind == "checkboxes":
        return {"selected_options": element.get("initial_options", [])}
    return {"value": element.get("initial_value") or "3"}


def _never_shown(wire: Wire, seen: set[tuple[str, ...]]) -> Iterator[Request]:
    """What nobody came across: the buttons of another moment."""
    shown_here = {key[0] for key in seen}
    plan_id = wire.plans[CHANNEL]
    with wire.database.read() as session:
        step = session.exec(select(Step).where(Step.plan_id == plan_id, Step.number == 4)).one()
    for act in Act:
        if act in shown_here or act in CHOICES.values():
            continue
        for value in (step_value(plan_id, step.id or 0), f"1:{plan_id}:{step.id}", str(plan_id)):
            yield press("U0RAE", {"action_id": act.value, "value": value}, wire.fresh())


def _events(wire: Wire) -> Iterator[Request]:
    for user, channel in (("U0RAE", CHANNEL), ("U0GIL", "C0SECOND"), ("U0PIA", CHANNEL)):
        opened = {"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": "home"}
        yield event_of(opened, wire.fresh())
        told = {"type": "message", "user": user, "text": "done 3", "ts": "1780000001.1", "channel": channel}
        yield event_of({**told, "thread_ts": "1780000000.1", "channel_type": "channel"}, wire.fresh())


def told_by_slack(wire: Wire) -> Iterator[Request]:
    """What happens to channels and people: Slack's own word, by nobody's right."""
    for kind in ("member_joined_channel", "member_left_channel"):
        yield event_of({"type": kind, "user": "U0PIA", "channel": CHANNEL, "team": NORTHWIND}, wire.fresh())
    changed = {"id": "U0BEA", "team_id": "T0ACME", "real_name": "Bea", "tz": "Europe/Paris", "deleted": False}
    yield event_of({"type": "user_change", "user": changed}, wire.fresh())
    for kind in (
        "channel_archive",
        "channel_unarchive",
        "channel_deleted",
        "channel_left",
        "group_archive",
        "group_left",
        "channel_shared",
        "channel_unshared",
        "channel_rename",
    ):
        yield event_of({"type": kind, "channel": CHANNEL, "user": "U0RAE", "actor_id": "U0RAE"}, wire.fresh())
    moved = {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NEW"}
    yield event_of(moved, wire.fresh())
    yield event_of({"type": "tokens_revoked", "tokens": {"bot": ["U0TANDEM"], "oauth": []}}, wire.fresh())
    yield event_of({"type": "app_uninstalled"}, wire.fresh())
    granted = {"type": "team_access_granted", "team_ids": ["T0MORE"]}
    yield event_of(granted, wire.fresh())


def parts_of(value: Any) -> Iterator[Any]:
    """Everything in a body, however deep."""
    yield value
    if isinstance(value, dict):
        for one in value.values():
            yield from parts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from parts_of(one)
