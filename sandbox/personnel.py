"""What becomes of people: another name, another time zone, deactivated.

https://docs.slack.dev/reference/events/user_change is "sent to all connections for a workspace". No page says
that another workspace, with which only a channel is shared, is told: here it is not.
"""

from pydantic import ValidationError

from sandbox.cast import Person
from sandbox.desk import Call, text_of
from sandbox.payloads import event
from sandbox.refusals import MalformedCallError
from sandbox.shapes import user_shape
from sandbox.small_slack import SmallSlack

CHANGEABLE = {
    *("name", "handle", "title", "tz", "email", "deleted"),
    *("is_restricted", "is_ultra_restricted", "post_only"),
}


def change(slack: SmallSlack, call: Call) -> Call:
    """The door: what is said of `user` becomes so; the names are those of a world file.

    Who is `deleted` is in no channel any more, and no `member_left_channel` tells of it: that is of people
    who leave. What they wrote stays.
    """
    user, changes = text_of(call, "user"), {key: value for key, value in call.items() if key != "user"}
    world = slack.world
    if user not in world.people or not changes or not set(changes) <= CHANGEABLE:
        raise MalformedCallError(
            f"“user” must be a person, and beside it stand {', '.join(sorted(CHANGEABLE))}"
        )
    try:
        person = Person.model_validate(world.people[user].model_dump() | changes)
    except ValidationError as error:
        raise MalformedCallError(error.errors()[0]["msg"]) from None
    with world.changing():
        world.keep_person(person)
        if person.deleted:
            world.stacks[user] = []
            world.keep_stack(user)
            for channel in world.channels.values():
                if user in channel.member_ids and not channel.is_dm:
                    channel.member_ids.remove(user)
                    world.keep_channel(channel)
    copy = world.copy_of(user)
    if copy is not None and slack.granted(copy).hears_of_people:
        ts = world.next_ts()
        about = {"user": user_shape(slack, person, copy), "cache_ts": int(world.clock.now())}
        inner = {"type": "user_change", **about, "event_ts": ts}
        slack.outgoing.event(event(slack, inner, person.team_id, None, copy))
    return {}
