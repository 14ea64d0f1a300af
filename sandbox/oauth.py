"""How the app gets into a workspace: somebody there allows it, and a code is handed over for a token.

https://docs.slack.dev/authentication/installing-with-oauth. The page is `/oauth/v2/authorize`; what it says
to an app that asks wrongly are the sandbox's own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.cast import Person
from sandbox.codes import CLIENT_ID
from sandbox.small_slack import SmallSlack


class AskedWronglyError(Exception):
    """The app sent somebody to the page with something that Slack does not take; the message says what."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the app asks for. `address` is where the answer goes, `redirect_uri` what the app said of that."""

    required: list[str]
    optional: list[str]
    redirect_uri: str
    address: str
    state: str | None
    team: str

    def answered(self, **said: str) -> str:
        """The address with the answer."""
        scheme, host, path, query, _ = urlsplit(self.address)
        state = {} if self.state is None else {"state": self.state}
        return urlunsplit((scheme, host, path, "&".join(filter(None, [query, urlencode(said | state)])), ""))


def wish_of(slack: SmallSlack, asked: Mapping[str, str]) -> Wish:
    """What stands in the address of the page. Raises `AskedWronglyError`."""
    if asked.get("client_id") != CLIENT_ID:
        raise AskedWronglyError("Invalid client_id parameter")
    wanted = [one for one in asked.get("scope", "").replace(" ", ",").split(",") if one]
    needed = slack.asked_for.required_scopes
    if not wanted:
        raise AskedWronglyError("Missing scope parameter")
    if unknown := [one for one in wanted if one not in slack.asked_for.scopes]:
        raise AskedWronglyError(f"Invalid permissions requested: {', '.join(unknown)}")
    redirect_uri = asked.get("redirect_uri", "")
    if not _is_registered(slack, redirect_uri):
        raise AskedWronglyError(f"redirect_uri did not match any configured URIs: {redirect_uri}")
    return Wish(
        required=[one for one in wanted if one in needed],
        optional=[one for one in wanted if one not in needed],
        redirect_uri=redirect_uri,
        address=redirect_uri or _default_address(slack),
        state=asked.get("state"),
        team=asked.get("team", ""),
    )


def _is_registered(slack: SmallSlack, redirect_uri: str) -> bool:
    """Whether it is one of the manifest's, or below one; or the same where the app is here. No `redirect_uri`
    means the first of them.
    """
    known = [urlsplit(one) for one in slack.asked_for.oauth_config.redirect_urls]
    if not redirect_uri:
        return bool(known)
    here, said = urlsplit(slack.app_url), urlsplit(redirect_uri)
    return any(
        (said.scheme, said.netloc) in {(one.scheme, one.netloc), (here.scheme, here.netloc)}
        and f"{said.path}/".startswith(f"{one.path.rstrip('/')}/")
        for one in known
    )


def _default_address(slack: SmallSlack) -> str:
    scheme, host, _, _, _ = urlsplit(slack.app_url)
    known = slack.asked_for.oauth_config.redirect_urls
    return urlunsplit((scheme, host, urlsplit(next(iter(known), "")).path, "", ""))


def who_may(slack: SmallSlack, wish: Wish) -> list[dict[str, Any]]:
    """People who can install an app, and where: no guests, and org-wide only an app that is meant for it."""
    people = [one for one in slack.world.people.values() if not (one.deleted or one.is_restricted)]
    found = [{"id": one.id, "name": one.name, "places": _places(slack, one, wish)} for one in people]
    return [one for one in found if one["places"]]


def _places(slack: SmallSlack, person: Person, wish: Wish) -> list[dict[str, str]]:
    """A workspace that has the app through its organisation cannot install it for itself."""
    team = slack.world.teams[person.team_id]
    there = slack.world.copy_at(team.id)
    places = [] if there and there.is_enterprise_install else [{"id": team.id, "name": team.name}]
    if team.enterprise_id is not None and slack.asked_for.settings.org_deploy_enabled:
        places.append({"id": team.enterprise_id, "name": f"all of {team.enterprise_name}"})
    return [one for one in places if wish.team in ("", one["id"])]


def decide(slack: SmallSlack, wish: Wish, who: str, *, is_allowed: bool, optional: list[str]) -> str:
    """Somebody has said yes or no. Returns where their browser goes. `who`: a person, a space, and a place.

    Raises `AskedWronglyError` for somebody who may not.
    """
    person, _, place = who.partition(" ")
    allowed = [(one["id"], where["id"]) for one in who_may(slack, wish) for where in one["places"]]
    if (person, place) not in allowed:
        raise AskedWronglyError("This person cannot install apps there")
    if not is_allowed:
        return wish.answered(error="access_denied")
    scopes = [*wish.required, *(one for one in wish.optional if one in optional)]
    return wish.answered(code=slack.codes.issue(place, person, scopes, wish.redirect_uri))
