"""auth.test, users.*, team.info"""

from typing import Any

from sandbox.args import Args
from sandbox.pages import page_of
from sandbox.refusals import SlackError
from sandbox.shapes import app_user_shape, user_shape
from sandbox.small_slack import SmallSlack


def auth_test(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.test

    With the token of an org-wide copy the place is the organisation:
    https://github.com/slackapi/python-slack-sdk/pull/1640, "a `team_id` is supplied".
    """
    copy = args.copy
    about = {
        "user": slack.manifest.features.bot_user.display_name.lower(),
        "user_id": copy.user_id,
        "bot_id": copy.bot_id,
        "is_enterprise_install": copy.is_enterprise_install,
    }
    if copy.is_enterprise_install:
        name = slack.world.name_of(copy.enterprise_id)
        url = f"https://{name.lower().replace(' ', '-')}.enterprise.slack.com/"
        return {**about, "url": url, "team": name, "team_id": copy.place, "enterprise_id": copy.enterprise_id}
    team = slack.world.teams[copy.team_id]
    about |= {"url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id}
    return about if team.enterprise_id is None else {**about, "enterprise_id": team.enterprise_id}


def teams_list(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.teams.list: the workspaces an org-wide copy is on."""
    copy = args.copy
    names = copy.team_ids if copy.is_enterprise_install else [copy.team_id]
    teams = [{"id": one, "name": slack.world.teams[one].name} for one in names]
    shown, cursor = page_of(teams, args, default=100, most=1000)
    return {"teams": shown, "response_metadata": {"next_cursor": cursor}}


def users_info(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.info: knows externals, who are in no list."""
    who = args.required("user")
    if (bot := slack.world.copies.get(who)) is not None:
        return {"user": app_user_shape(slack, bot, args.copy)}
    person = slack.world.people.get(who)
    if person is None:
        raise SlackError("user_not_found")
    user = user_shape(slack, person, args.copy)
    if args.flag("include_locale") and not slack.world.is_external(who, args.copy):
        user["locale"] = "en-GB"
    return {"user": user}


def users_list(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/apis/slack-connect: externals are not in it.

    With an org-wide token it takes `team_id`: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
    """
    copy = args.copy
    wanted = [args.text("team_id")] if args.has("team_id") and copy.is_enterprise_install else copy.workspaces
    if copy.is_enterprise_install and not args.has("team_id"):
        raise SlackError("missing_argument")
    people = [one for one in slack.world.people.values() if one.team_id in wanted]
    members = [user_shape(slack, one, copy) for one in people]
    members.append(app_user_shape(slack, copy, copy))
    shown, cursor = page_of(members, args, default=200, most=1000, limit_refusal="invalid_arguments")
    now = int(slack.world.clock.now())
    return {"members": shown, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def team_info(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/team.info: home, and whoever shares a channel with it."""
    homes = args.copy.workspaces
    wanted = args.text("team") or next(iter(homes), "")
    places = [one for one in slack.world.channels.values() if set(homes) & set(one.team_ids)]
    known = {*homes, *(team for one in places for team in one.team_ids)}
    team = slack.world.teams.get(wanted)
    if team is None or wanted not in known:
        raise SlackError("team_not_found")
    icon = {"image_default": True, **{f"image_{size}": "" for size in (34, 44, 68, 88, 102, 132)}}
    about = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": icon}
    if team.enterprise_id is not None:
        about |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
    return {"team": about}
