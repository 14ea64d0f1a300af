"""The app is installed, taken away, put on a workspace of an organisation and taken off it.

The people who do it are admins on pages that the sandbox has not: these doors stand in for them, and what
they refuse is the sandbox's own. What the app is told is Slack's:
https://docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked, …/team_access_granted,
…/team_access_revoked
"""

from typing import Any

from sandbox.copies import Copy
from sandbox.desk import Call, text_of
from sandbox.payloads import envelope
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack


def install(slack: SmallSlack, call: Call) -> Call:
    """The door: the app is installed at `team` (a workspace, or an organisation: org-wide), with `scopes`.

    Without `scopes` all that the manifest asks for is granted. Org-wide it is on no workspace yet, unless
    `team_ids` says so.
    """
    place, scopes = text_of(call, "team"), call.get("scopes")
    if scopes is not None and not (isinstance(scopes, list) and set(scopes) <= set(slack.asked_for.scopes)):
        raise MalformedCallError("“scopes” must be a list of scopes that the manifest asks for")
    copy = install_at(slack, place, scopes)
    if copy.is_enterprise_install:
        _put_on(slack, copy, _workspaces_of(slack, copy, call))
    return {"user_id": copy.user_id, "bot_id": copy.bot_id, "token": copy.token}


def install_at(slack: SmallSlack, place: str, scopes: list[str] | None) -> Copy:
    """A copy for a workspace or an organisation. Installed again it is that of before, with a new token."""
    world = slack.world
    is_org_wide = any(one.enterprise_id == place for one in world.teams.values())
    if place not in world.teams and not is_org_wide:
        raise MalformedCallError(f"there is no workspace {place}")
    known = next((one for one in world.copies.values() if one.place == place), None)
    if known is None and world.copy_at(place) is not None:
        raise ClientError(
            "already_installed", "The app is on this workspace already, through its organisation."
        )
    with world.changing():
        if known is None:
            known = _new_copy(slack, place, is_org_wide=is_org_wide)
        elif known.is_gone:
            was = known.token.removesuffix(f"-{known.times}")
            known.is_gone, known.times = False, known.times + 1
            known.token = f"{was}-{known.times}"
        known.scopes = scopes
        world.keep_copy(known)
    return known


def _new_copy(slack: SmallSlack, place: str, *, is_org_wide: bool) -> Copy:
    """Its ids come of where it is installed, so that a test can tell them."""
    app = slack.world.cast.app
    end = place[1:].removeprefix("0")
    return Copy(
        user_id=f"{app.user_id}{end}",
        bot_id=f"{app.bot_id}{end}",
        token=f"xoxb-sandbox-{end.lower()}",
        team_id="" if is_org_wide else place,
        enterprise_id=place if is_org_wide else "",
        is_enterprise_install=is_org_wide,
        mark=f"{app.user_id[1:]}{end}",
    )


def uninstall(slack: SmallSlack, call: Call) -> Call:
    """The door: an admin of `team` removes the app."""
    remove_copy(slack, copy_installed_at(slack, text_of(call, "team")))
    return {}


def remove_copy(slack: SmallSlack, copy: Copy) -> None:
    """It leaves its channels, its windows close, its token is worth nothing; and the app is told."""
    world = slack.world
    with world.changing():
        copy.is_gone = True
        world.keep_copy(copy)
        for channel in world.channels.values():
            if copy.user_id in channel.member_ids and not channel.is_dm:
                channel.member_ids.remove(copy.user_id)
                world.keep_channel(channel)
        world.forget_homes(copy)
        for person, stack in world.stacks.items():
            stack[:] = [one for one in stack if one.copy != copy.user_id]
            world.keep_stack(person)
    # The page of app_uninstalled promises no order of the two.
    _tell(slack, copy, "tokens_revoked", tokens={"oauth": [], "bot": [copy.user_id]})
    _tell(slack, copy, "app_uninstalled")


def grant_access(slack: SmallSlack, call: Call) -> Call:
    """The door: the org-wide copy of an organisation (`team`) is put on `team_ids`; `on` false: taken off."""
    copy, is_on = copy_installed_at(slack, text_of(call, "team")), call.get("on", True)
    if not isinstance(is_on, bool) or not copy.is_enterprise_install:
        raise MalformedCallError("“team” must be an organisation with an org-wide copy, “on” true or false")
    team_ids = _workspaces_of(slack, copy, call)
    if is_on:
        _put_on(slack, copy, team_ids)
        return {"team_ids": copy.team_ids}
    with slack.world.changing():
        copy.team_ids = [one for one in copy.team_ids if one not in team_ids]
        slack.world.keep_copy(copy)
    _tell(slack, copy, "team_access_revoked", team_ids=team_ids)
    return {"team_ids": copy.team_ids}


def _put_on(slack: SmallSlack, copy: Copy, team_ids: list[str]) -> None:
    new = [one for one in team_ids if one not in copy.team_ids]
    if not new:
        return
    with slack.world.changing():
        copy.team_ids += new
        slack.world.keep_copy(copy)
    _tell(slack, copy, "team_access_granted", team_ids=new)


def _workspaces_of(slack: SmallSlack, copy: Copy, call: Call) -> list[str]:
    team_ids = call.get("team_ids", [])
    own = [one.id for one in slack.world.teams.values() if one.enterprise_id == copy.enterprise_id]
    if not isinstance(team_ids, list) or not set(team_ids) <= set(own):
        raise MalformedCallError(f"“team_ids” must be workspaces of {copy.enterprise_id}")
    return team_ids


def copy_installed_at(slack: SmallSlack, place: str) -> Copy:
    """The copy of a workspace or an organisation that still is. Raises `ClientError`."""
    found = next((one for one in slack.world.copies.values() if one.place == place and not one.is_gone), None)
    if found is None:
        raise ClientError("not_installed", f"The app is not installed at {place}.")
    return found


def _tell(slack: SmallSlack, copy: Copy, kind: str, **about: Any) -> None:
    """These name no authorization: they are about it. Org-wide `team_id` is null."""
    if slack.granted(copy).hears_of_app(kind):
        inner = {"type": kind, **about, "event_ts": slack.world.next_ts()}
        organisation = copy.enterprise_id or slack.world.teams[copy.team_id].enterprise_id
        slack.outgoing.event(envelope(slack, inner, copy.team_id or None, organisation))
