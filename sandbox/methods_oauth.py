"""oauth.v2.access, auth.revoke, apps.uninstall: the app installed and taken away by calls of its own"""

from typing import Any

from sandbox.args import Args
from sandbox.codes import CLIENT_ID, CLIENT_SECRET
from sandbox.installing import install_at, remove_copy
from sandbox.refusals import ClientError, SlackError
from sandbox.small_slack import SmallSlack


def access(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/oauth.v2.access"""
    _check_client(args)
    if args.text("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")
    code = slack.codes.redeem(args.text("code"), args.text("redirect_uri"))
    try:
        copy = install_at(slack, code.place, code.scopes)
    except ClientError:  # the organisation was quicker; no page says what Slack answers then
        raise SlackError("invalid_code") from None
    world = slack.world
    # https://github.com/slackapi/python-slack-sdk/pull/1640: org-wide there is no team.
    team = None if copy.is_enterprise_install else {"id": copy.team_id, "name": world.name_of(copy.team_id)}
    organisation = copy.enterprise_id or world.teams[copy.team_id].enterprise_id
    enterprise = {"id": organisation, "name": world.name_of(organisation)} if organisation else None
    return {
        "access_token": copy.token,
        "token_type": "bot",
        "scope": ",".join(slack.granted(copy).scopes),
        "bot_user_id": copy.user_id,
        "app_id": world.cast.app.id,
        "team": team,
        "enterprise": enterprise,
        "is_enterprise_install": copy.is_enterprise_install,
        "authed_user": {"id": code.person},
    }


def revoke(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/auth.revoke: with its only token the copy is gone."""
    if args.flag("test"):
        return {"revoked": False}
    remove_copy(slack, args.copy)
    return {"revoked": True}


def uninstall(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/apps.uninstall"""
    _check_client(args)
    remove_copy(slack, args.copy)
    return {}


def _check_client(args: Args) -> None:
    if args.text("client_id") != CLIENT_ID:
        raise SlackError("invalid_client_id")
    if args.text("client_secret") != CLIENT_SECRET:
        raise SlackError("bad_client_secret")
