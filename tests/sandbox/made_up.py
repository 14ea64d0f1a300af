"""Messages and modals made up by hypothesis: valid ones from the documentation, and spoilt ones.

How many of a thing there may be is on the page of each: https://docs.slack.dev/reference/block-kit/blocks
"""

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    usual = st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=min(most, 30))
    return usual | st.sampled_from(["x" * most, "é&<!channel>|`*_"[:most], "שלום 👋🏽"[:most]])


def plain(most: int = 3000) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.just("plain_text"), "text": texts(most)}, optional={"emoji": st.booleans()}
    )


def mrkdwn(most: int = 3000) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.just("mrkdwn"), "text": texts(most)}, optional={"verbatim": st.booleans()}
    )


def either(most: int = 3000) -> st.SearchStrategy[Json]:
    return plain(most) | mrkdwn(most)


confirm = st.fixed_dictionaries(
    {"title": plain(100), "text": either(300), "confirm": plain(30), "deny": plain(30)},
    optional={"style": st.sampled_from(["primary", "danger"])},
)


def now_and_then(rare: st.SearchStrategy[Any], usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 19).flatmap(lambda dice: rare if dice == 19 else usual)


def up_to(
    most: int, one: st.SearchStrategy[Json], simple: Json, usual: int = 6
) -> st.SearchStrategy[list[Json]]:
    """A few of them, and now and then exactly as many as there may be: simple ones then, for speed."""
    full = [copy.deepcopy(simple) for _ in range(most)]
    few = st.lists(one, min_size=1, max_size=min(most, usual))
    return now_and_then(st.just(full).map(copy.deepcopy), few)


def some_options(many: int) -> list[Json]:
    return [{"text": words(f"Option {n}"), "value": str(n)} for n in range(many)]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(most: int, rich: bool = False) -> st.SearchStrategy[list[Json]]:
    text = either(75) if rich else plain(75)
    one: st.SearchStrategy[Json] = st.fixed_dictionaries(
        {"text": text, "value": texts(75)}, optional={"description": plain(75)}
    )
    few = st.lists(one, min_size=1, max_size=min(most, 5), unique_by=lambda option: option["value"])
    return now_and_then(st.just(most).map(some_options), few)


def element(kind: str, required: Json | None = None, **optional: Any) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({"type": st.just(kind), **(required or {})}, optional=optional)


groups = up_to(
    100,
    st.fixed_dictionaries({"label": plain(75), "options": options(3)}),
    {"label": words("A group"), "options": some_options(1)},
    usual=3,
)
menu: Json = {"placeholder": plain(150), "confirm": confirm}
button = element(
    "button",
    {"text": plain(75)},
    value=texts(2000, 0),
    url=st.just("https://example.com/a?b=c"),
    style=st.sampled_from(["primary", "danger"]),
    confirm=confirm,
    accessibility_label=texts(75, 0),
)
overflow = element("overflow", {"options": options(5)}, confirm=confirm)
selects = [
    element("static_select", {"options": options(100)}, **menu),
    element("static_select", {"option_groups": groups}, **menu),
    element("external_select", min_query_length=st.integers(0, 5), **menu),
    element("users_select", initial_user=st.just("U0BEA"), **menu),
    element("multi_static_select", {"options": options(100)}, max_selected_items=st.integers(1, 5), **menu),
    element("multi_external_select", min_query_length=st.integers(0, 5), **menu),
    element("multi_users_select", max_selected_items=st.integers(1, 5), **menu),
]
pickers = [
    element("datepicker", initial_date=st.dates().map(str), **menu),
    element("timepicker", initial_time=st.just("09:30"), **menu),
    element("radio_buttons", {"options": options(10, rich=True)}, confirm=confirm),
    element("checkboxes", {"options": options(10, rich=True)}, confirm=confirm),
]
picture = element("image", {"image_url": st.just("https://example.com/a.png"), "alt_text": texts(2000)})
moment = element("datetimepicker", initial_date_time=st.integers(10**9, 10**10 - 1), confirm=confirm)
typed = [
    element(
        "plain_text_input",
        multiline=st.booleans(),
        min_length=st.integers(0, 10),
        max_length=st.integers(10, 3000),
        placeholder=plain(150),
    ),
    element("number_input", {"is_decimal_allowed": st.booleans()}, min_value=st.just("1")),
    element("email_text_input", placeholder=plain(150)),
    element("url_text_input", placeholder=plain(150)),
]
run = st.one_of(
    element("text", {"text": texts(50)}, style=st.just({"bold": True, "strike": False})),
    element("link", {"url": st.just("https://example.com")}, text=texts(20)),
    element("user", {"user_id": st.just("U0BEA")}),
    element("channel", {"channel_id": st.just("C0DEAL")}),
    element("broadcast", {"range": st.sampled_from(["here", "channel", "everyone"])}),
    element("emoji", {"name": st.just("wave")}),
    element("date", {"timestamp": st.integers(0, 10**10), "format": st.just("{date}")}),
    element("color", {"value": st.just("#1d6fa5")}),
)
rich_section = element("rich_text_section", {"elements": st.lists(run, min_size=1, max_size=3)})
rich_pieces = st.one_of(
    rich_section,
    element("rich_text_quote", {"elements": st.lists(run, min_size=1, max_size=3)}),
    element(
        "rich_text_preformatted",
        {"elements": st.lists(element("text", {"text": texts(50)}), min_size=1, max_size=2)},
    ),
    element(
        "rich_text_list",
        {"style": st.sampled_from(["bullet", "ordered"]), "elements": st.lists(rich_section, min_size=1)},
        indent=st.integers(0, 8),
    ),
)


def block(kind: str, required: Json | None = None, **optional: Any) -> st.SearchStrategy[Json]:
    return element(kind, required, **optional)


BUTTON = {"type": "button", "text": words("Press")}
LINE = {"type": "section", "text": words("A line")}
everywhere = [
    block("section", {"text": either()}, accessory=st.one_of(button, overflow, picture, *selects, *pickers)),
    block("section", {"fields": up_to(10, either(2000), words("A field"))}, text=either()),
    block(
        "actions", {"elements": up_to(25, st.one_of(button, overflow, moment, *selects, *pickers), BUTTON)}
    ),
    block("context", {"elements": up_to(10, st.one_of(picture, either()), words("A word"))}),
    block("divider"),
    block("header", {"text": plain(150)}),
    block(
        "image",
        {"image_url": st.just("https://example.com/a.png"), "alt_text": texts(2000)},
        title=plain(2000),
    ),
    block("rich_text", {"elements": st.lists(rich_pieces, min_size=1, max_size=3)}),
]
inputs = block(
    "input",
    {"label": plain(2000), "element": st.one_of(moment, *typed, *selects, *pickers)},
    hint=plain(2000),
    optional=st.booleans(),
    dispatch_action=st.booleans(),
)


def messages() -> st.SearchStrategy[Json]:
    every = [*everywhere, inputs, block("markdown", {"text": texts(200)})]
    return st.fixed_dictionaries({"text": texts(100), "blocks": up_to(50, st.one_of(every), LINE)})


def modals() -> st.SearchStrategy[Json]:
    alert = block("alert", {"text": either(200)}, level=st.sampled_from(["info", "warning"]))
    blocks = up_to(100, st.one_of([*everywhere, inputs, alert]), LINE)
    return st.fixed_dictionaries(
        {"type": st.just("modal"), "title": plain(24), "submit": plain(24), "blocks": blocks},
        optional={
            "close": plain(24),
            "callback_id": texts(255),
            "private_metadata": texts(3000, 0),
            "clear_on_close": st.booleans(),
            "notify_on_close": st.booleans(),
            "external_id": texts(255),
        },
    )


def homes() -> st.SearchStrategy[Json]:
    blocks = up_to(100, st.one_of([*everywhere, inputs]), LINE)
    return st.fixed_dictionaries(
        {"type": st.just("home"), "blocks": blocks},
        optional={
            "callback_id": texts(255),
            "private_metadata": texts(3000, 0),
            "external_id": texts(255),
        },
    )


def message(*blocks: Json) -> Json:
    return {"text": "Words", "blocks": [*blocks]}


def modal(*blocks: Json) -> Json:
    return {"type": "modal", "title": words("A modal"), "blocks": [*blocks]}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": [*blocks]}


def pressed(kind: str, **more: Any) -> Json:
    return {"type": "actions", "elements": [{"type": kind, **more}]}


# What there is a most of: how many, and what makes a payload with so many.
COUNTED: dict[str, tuple[int, Callable[[int], Json]]] = {
    "blocks in a message": (50, lambda n: message(*[LINE] * n)),
    "blocks in a modal": (100, lambda n: modal(*[LINE] * n)),
    "blocks in a home": (100, lambda n: home(*[LINE] * n)),
    "elements in actions": (25, lambda n: message({"type": "actions", "elements": [BUTTON] * n})),
    "elements in context": (10, lambda n: message({"type": "context", "elements": [words("x")] * n})),
    "fields": (10, lambda n: message({"type": "section", "fields": [words("x")] * n})),
    "options": (100, lambda n: message(pressed("static_select", options=some_options(n)))),
    "options of many": (100, lambda n: message(pressed("multi_static_select", options=some_options(n)))),
    "groups": (
        100,
        lambda n: message(
            pressed("static_select", option_groups=[{"label": words("x"), "options": some_options(1)}] * n)
        ),
    ),
    "options in a group": (
        100,
        lambda n: message(
            pressed("static_select", option_groups=[{"label": words("x"), "options": some_options(n)}])
        ),
    ),
    "overflow": (5, lambda n: message(pressed("overflow", options=some_options(n)))),
    "radio_buttons": (10, lambda n: message(pressed("radio_buttons", options=some_options(n)))),
    "checkboxes": (10, lambda n: message(pressed("checkboxes", options=some_options(n)))),
}


# What may mostly say something else, and what may mostly be left out.
WORDED = {"text", "value", "alt_text", "private_metadata"}
SPARE = {
    "emoji",
    "verbatim",
    "style",
    "hint",
    "description",
    "placeholder",
    "confirm",
    "close",
    "callback_id",
}


@st.composite
def spoilt(draw: st.DrawFn, payloads: st.SearchStrategy[Json]) -> Json:
    """A payload with one to three things changed anywhere in it: more are wrong afterwards than not."""
    payload = copy.deepcopy(draw(payloads))
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        if draw(st.booleans()):
            _change_gently(draw, payload)
        else:
            _change(draw, payload)
    return payload


def _change_gently(draw: st.DrawFn, payload: Json) -> None:
    places = [
        (holder, key)
        for holder in _holders(payload)
        if isinstance(holder, dict)
        for key in holder
        if key in SPARE or (key in WORDED and isinstance(holder[key], str))
    ]
    if places:
        holder, key = draw(st.sampled_from(places))
        if key in WORDED:
            holder[key] = draw(texts(20))
        else:
            del holder[key]


def _change(draw: st.DrawFn, payload: Json) -> None:
    holders = list(_holders(payload))
    holder = holders[draw(st.integers(0, len(holders) - 1))]
    keys: list[Any] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    change = draw(st.sampled_from(["drop", "replace", "stretch", "add"]))
    if change == "add" or not keys:
        if isinstance(holder, dict):
            name = draw(st.sampled_from(["colour", "url", "text", "emoji", "options", "style"]))
            holder[name] = draw(junk)
        elif holder:
            holder.extend(copy.deepcopy(holder) * draw(st.integers(1, 30)))
        return
    key = keys[draw(st.integers(0, len(keys) - 1))]
    if change == "drop":
        del holder[key]
    elif change == "stretch" and isinstance(holder[key], str):
        holder[key] = (holder[key] * draw(st.sampled_from([0, 2, 40, 300])))[:4000]
    else:
        holder[key] = draw(junk)


junk = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "plain_text",
        "mrkdwn",
        [],
        {},
        ["x"],
        {"type": "plain_text", "text": "x"},
    ]
).map(copy.deepcopy)  # it may be spoilt itself


def _holders(thing: Any) -> Any:
    if isinstance(thing, dict | list):
        yield thing
        for one in thing.values() if isinstance(thing, dict) else thing:
            yield from _holders(one)
