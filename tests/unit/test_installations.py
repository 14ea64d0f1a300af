"""Which copy of Tandem a request came through: every shape that Slack has for it, and what that costs."""

from typing import Any

import pytest
from slack_sdk.web import SlackResponse

from bot.installations import MOST_REMEMBERED, NAME_LENGTH, REMEMBERED
from bot.slack_errors import CallFailed
from bot.use_cases import installs
from storage import installations as store
from storage.database import Database
from storage.encryption import Vault
from storage.installations import Installation
from tests.copies import (
    BUYER,
    BUYERS_GRID,
    GRID,
    INSTALLED_AT,
    OTHER,
    SELLER,
    Copies,
    a_copy,
    all_copies,
    an_org_copy,
    keep,
)


def submission(installed: str | None, **more: Any) -> dict[str, Any]:
    """A window of the seller's copy, sent off by the buyer: `team` is theirs."""
    view = {"team_id": BUYER, **({"app_installed_team_id": installed} if installed else {})}
    buyer = {"id": "U0BEA", "team_id": BUYER}
    return {"type": "view_submission", "team": {"id": BUYER}, "user": buyer, "view": view, **more}


def on_grid(**more: Any) -> dict[str, Any]:
    """The same by a buyer on Enterprise Grid: `enterprise` is theirs, too."""
    team = {"id": BUYER, "enterprise_id": BUYERS_GRID}
    return submission(SELLER, team=team, enterprise={"id": BUYERS_GRID}, **more)


def press(team: Any, user_team: str, **more: Any) -> dict[str, Any]:
    return {"type": "block_actions", "team": team, "user": {"id": "U0BEA", "team_id": user_team}, **more}


def event(authorized: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    body = {"type": "event_callback", "event": {"type": "app_mention", "user": "U0BEA"}, **more}
    return body if authorized is None else {**body, "authorizations": [authorized]}


OF_SELLER = {"enterprise_id": None, "team_id": SELLER, "is_enterprise_install": False}
# Each shape of slack.md 1b, 1g and 1l, with the workspace that it came through.
SHAPES: dict[str, tuple[dict[str, Any], str | None]] = {
    "a buyer presses a button": (press({"id": SELLER}, BUYER), SELLER),
    "a buyer on a Grid presses a button": (press({"id": SELLER}, BUYERS_GRID), SELLER),
    "a buyer on a Grid, named with their organisation": (
        press({"id": SELLER}, BUYERS_GRID, enterprise={"id": BUYERS_GRID}),
        SELLER,
    ),
    "a buyer sends a window": (submission(SELLER), SELLER),
    "a buyer on a Grid sends a window": (on_grid(), SELLER),
    "a buyer closes a window": ({**submission(SELLER), "type": "view_closed"}, SELLER),
    "a window that does not say who installed it": (submission(None), None),
    "a window that names another workspace of the organisation": (
        submission(OTHER, team={"id": SELLER}),
        SELLER,
    ),
    "a search in a window": (
        {"type": "block_suggestion", "team": {"id": BUYER}, "user": {"id": "U0BEA", "team_id": BUYERS_GRID},
         "view": {"app_installed_team_id": SELLER}},
        SELLER,
    ),
    "a command": ({"command": "/map", "team_id": SELLER, "user_id": "U0RAE"}, SELLER),
    "a command on a Grid": (
        {"command": "/map", "team_id": SELLER, "enterprise_id": GRID, "is_enterprise_install": "false"},
        SELLER,
    ),
    "a message shortcut": (
        {"type": "message_action", "team": {"id": SELLER}, "user": {"id": "U0RAE", "team_id": SELLER}},
        SELLER,
    ),
    "an event": (event(OF_SELLER, team_id=SELLER), SELLER),
    "an event that happened at the buyer's": (event(OF_SELLER, team_id=BUYER), SELLER),
    "an event that happened on the buyer's Grid": (
        event(OF_SELLER, team_id=BUYER, enterprise_id=BUYERS_GRID, context_team_id=BUYER),
        SELLER,
    ),
    "an event without authorizations": (event(None, team_id=SELLER), SELLER),
    "a button of somebody else's app": (press({"id": OTHER}, SELLER), None),
    "an event of somebody else's": (event({**OF_SELLER, "team_id": OTHER}, team_id=OTHER), None),
    "nothing that Slack would send": ({"team": 7, "view": [], "authorizations": "x", "user": None}, None),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_copy_is_found_in_every_shape(database: Database, shape: str) -> None:
    keep(database, a_copy())
    body, workspace = SHAPES[shape]
    assert Copies(database).found(body) == workspace


OF_GRID = {"enterprise_id": GRID, "team_id": None, "is_enterprise_install": True}
ORG_WIDE: dict[str, tuple[dict[str, Any], str]] = {
    "a button, with `team: null`": (
        press(None, SELLER, enterprise={"id": GRID}, is_enterprise_install=True),
        SELLER,
    ),
    "a button in a workspace nobody granted yet": (
        press(None, OTHER, enterprise={"id": GRID}, is_enterprise_install=True),
        GRID,
    ),
    "a buyer on a Grid sends a window": (on_grid(is_enterprise_install=True), SELLER),
    "an event": (event(OF_GRID, team_id=SELLER, enterprise_id=GRID), SELLER),
    "an event that happened at the buyer's": (event(OF_GRID, team_id=BUYER, enterprise_id=None), GRID),
    "a command": (
        {"command": "/map", "team_id": SELLER, "enterprise_id": GRID, "is_enterprise_install": "true"},
        SELLER,
    ),
}


@pytest.mark.parametrize("shape", ORG_WIDE)
def test_the_copy_of_a_whole_grid_is_found_in_every_shape(database: Database, shape: str) -> None:
    keep(database, an_org_copy(), SELLER, "T0SECOND")
    body, workspace = ORG_WIDE[shape]
    copies = Copies(database)
    for _ in range(2):  # and the same, when some of it is remembered
        assert copies.found(body) == workspace
        assert copies.installations.resolve({"team_id": GRID})


def test_a_buyers_own_organisation_is_no_reason_to_take_the_buyers_copy(database: Database) -> None:
    keep(database, a_copy())
    keep(database, an_org_copy(BUYERS_GRID), BUYER)
    assert Copies(database).found(on_grid()) == SELLER
    assert (
        Copies(database).found(press({"id": SELLER}, BUYERS_GRID, enterprise={"id": BUYERS_GRID})) == SELLER
    )


@pytest.mark.parametrize("shape", [*SHAPES, *ORG_WIDE])
def test_one_question_to_the_database_and_then_none(database: Database, shape: str) -> None:
    keep(database, a_copy())
    keep(database, an_org_copy("E0THIRD"))
    body, _ = {**SHAPES, **ORG_WIDE}[shape]
    copies = Copies(database)
    with copies.counting() as made:
        first = copies.found(body)
    assert len(made) <= 1
    with copies.counting() as made:
        assert copies.found(body) == first
    assert made == []
    assert copies.calls == []


def test_it_is_asked_again_after_a_while(database: Database) -> None:
    keep(database, a_copy())
    copies = Copies(database)
    assert copies.found(press({"id": SELLER}, BUYER))
    copies.seconds.now += REMEMBERED + 1
    with copies.counting() as made:
        assert copies.found(press({"id": SELLER}, BUYER))
    assert len(made) == 1


def test_who_installs_is_known_here_at_once_and_elsewhere_soon(database: Database) -> None:
    here, elsewhere = Copies(database), Copies(database)
    body = press({"id": SELLER}, BUYER)
    assert here.found(body) is None
    assert elsewhere.found(body) is None
    keep(database, a_copy())
    here.installations.forget()
    assert here.found(body) == SELLER
    elsewhere.seconds.now += REMEMBERED + 1
    assert elsewhere.found(body) == SELLER


def test_what_was_read_while_somebody_installed_is_not_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(database)
    read = store.copies_for

    def read_too_early(*asked: Any) -> Any:
        found = read(*asked)
        keep(database, a_copy())
        copies.installations.forget()
        return found

    with monkeypatch.context() as slowly:
        slowly.setattr(store, "copies_for", read_too_early)
        assert copies.found(press({"id": SELLER}, BUYER)) is None
    assert copies.found(press({"id": SELLER}, BUYER)) == SELLER


def test_a_copy_that_ended_is_none(database: Database) -> None:
    keep(database, a_copy())
    with database.write() as session:
        found = store.copies_for(session, [SELLER])[SELLER]
        installs.remove_copy(session, found, "app_uninstalled", INSTALLED_AT, INSTALLED_AT)
    copies = Copies(database)
    assert copies.found(press({"id": SELLER}, BUYER)) is None
    [kept] = all_copies(database)
    assert (kept.token, kept.end_reason) == ("", "app_uninstalled")
    with pytest.raises(CallFailed) as failed:
        copies.installations.client_for(SELLER)
    assert failed.value.trouble.verdict == "ended"


def test_installed_again_it_is_the_same_copy_with_the_new_token(database: Database) -> None:
    first = keep(database, a_copy())
    assert keep(database, a_copy(token="xoxb-2-seller", scopes="chat:write")) == first
    copies = Copies(database)
    assert copies.installations.client_for(SELLER).token == "xoxb-2-seller"
    assert len(all_copies(database)) == 1


def test_a_token_that_no_key_opens_waits_for_its_key(database: Database) -> None:
    keep(database, a_copy())
    copies = Copies(database, vault=Vault())
    assert copies.found(press({"id": SELLER}, BUYER)) == SELLER
    with pytest.raises(CallFailed) as failed:
        copies.installations.client_for(SELLER)
    assert failed.value.trouble.verdict == "wait"


def identity(**changes: Any) -> SlackResponse:
    data = {
        "ok": True,
        "team_id": SELLER,
        "team": "Northwind",
        "user_id": "U0BOT",
        "bot_id": "B0BOT",
        **changes,
    }
    headers = {"X-OAuth-Scopes": "chat:write,commands"}
    return SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers, status_code=200
    )


def test_the_token_of_the_settings_is_used_and_never_kept(database: Database) -> None:
    copies = Copies(database)
    own = copies.installations.keep_own(identity(), "xoxb-own")
    assert own.scopes == {"chat:write", "commands"}
    assert copies.installations.client_for(SELLER).token == "xoxb-own"
    assert [one.token for one in all_copies(database)] == [""]


def test_the_token_of_the_settings_leaves_the_one_that_is_kept(database: Database) -> None:
    keep(database, a_copy())
    Copies(database).installations.keep_own(identity(), "xoxb-own")
    without_settings = Copies(database)
    assert without_settings.installations.client_for(SELLER).token == "xoxb-1-seller"


def test_a_workspace_with_a_long_name_is_kept(database: Database) -> None:
    """PostgreSQL refuses what is longer than its column, and Tandem would not start."""
    own = Copies(database).installations.keep_own(identity(team="Northwind " * 20), "xoxb-own")
    assert own.team_name == ("Northwind " * 20)[:NAME_LENGTH]


def test_a_workspace_that_a_grid_gives_up_has_its_own_copy_again(database: Database) -> None:
    own = keep(database, a_copy())
    org_wide = keep(database, an_org_copy(), SELLER, OTHER)
    copies = Copies(database)
    assert copies.installations.resolve({"team_id": SELLER}).id == org_wide  # type: ignore[union-attr]
    with database.write() as session:
        gone = store.withdraw(session, session.get_one(Installation, org_wide), [SELLER, OTHER])
    assert gone == [OTHER]
    copies.installations.forget()
    assert copies.installations.resolve({"team_id": SELLER}).id == own  # type: ignore[union-attr]
    assert copies.installations.resolve({"team_id": OTHER}) is None


def test_what_is_remembered_does_not_grow_for_ever(database: Database) -> None:
    copies = Copies(database)
    for number in range(MOST_REMEMBERED + 50):
        copies.installations._known[f"T{number}"] = (0.0, None)
    copies.found(press({"id": SELLER}, BUYER))
    assert len(copies.installations._known) < 100


def test_the_bots_among_people_are_asked_for_once(database: Database) -> None:
    keep(database, a_copy())
    copies = Copies(database)
    with copies.counting() as made:
        for _ in range(3):
            assert copies.installations.bots_among({"U0BOT", "U0BEA"}) == {"U0BOT"}
    assert len(made) == 1


def test_a_bot_is_known_as_one_also_while_somebody_installs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise one copy answered the other in that moment."""
    keep(database, a_copy())
    copies = Copies(database)
    read = store.is_a_bot_of_ours

    def while_somebody_installs(*asked: Any) -> set[str]:
        found = read(*asked)
        copies.installations.forget()
        return found

    monkeypatch.setattr(store, "is_a_bot_of_ours", while_somebody_installs)
    assert copies.installations.bots_among({"U0BOT", "U0BEA"}) == {"U0BOT"}
    assert copies.installations._bots == {}, "what was read before is not remembered"
