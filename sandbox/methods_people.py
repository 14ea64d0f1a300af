"""auth.test, users.*, team.info"""

from typing import Any

from sandbox.args import Args
from sandbox.pages import page_of
from sandbox.refusals import SlackError
from sandbox.shapes import app_user_shape, user_shape
from sandbox.small_slack import SmallSlack


def auth_test(slack: SmallSlack, _args: Args) -> dict[str, Any]:
    app = slack.world.cast.app
    team = slack.world.teams[app.team_id]
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": slack.manifest.features.bot_user.display_name.lower(),
        "team_id": team.id,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/users.info: knows externals, who are in no list."""
    who = args.required("user")
    if who == slack.world.app_user:
        return {"user": app_user_shape(slack)}
    person = slack.world.people.get(who)
    if person is None:
        raise SlackError("user_not_found")
    user = user_shape(slack, person)
    if args.flag("include_locale") and not slack.world.is_external(who):
        user["locale"] = "en-GB"
    return {"user": user}


def users_list(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/apis/slack-connect: externals are not in it."""
    members = [user_shape(slack, one) for one in slack.world.people.values()]
    members = [one for one in members if one["team_id"] == slack.world.home_team]
    members.append(app_user_shape(slack))
    shown, cursor = page_of(members, args, default=200, most=1000, limit_refusal="invalid_arguments")
    now = int(slack.world.clock.now())
    return {"members": shown, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def team_info(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/team.info: home, and whoever shares a channel with it."""
    home = slack.world.home_team
    wanted = args.text("team") or home
    known = {
        home,
        *(team for one in slack.world.channels.values() if home in one.team_ids for team in one.team_ids),
    }
    team = slack.world.teams.get(wanted)
    if team is None or wanted not in known:
        raise SlackError("team_not_found")
    icon = {"image_default": True, **{f"image_{size}": "" for size in (34, 44, 68, 88, 102, 132)}}
    about = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": icon}
    return {"team": about}
