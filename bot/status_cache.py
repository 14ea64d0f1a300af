"""The answer to `/map status`, and to `/map` alone, kept ready for as long as it is true.

One SELECT says which revision the plan is at and who asks; the answer made for that revision, that person
and that quarter of an hour (days begin on quarters of an hour everywhere) is still the truth.
"""

import json
import threading
from collections import OrderedDict

from blocks.status import build_status, build_what_next
from bot.desk import Desk, Visitor
from bot.use_cases.common import Refused
from bot.views import load_plan_views
from storage import plans

MOST_KEPT = 512
QUARTER = 15 * 60

Key = tuple[int, int, str, str, int, bool]


class StatusCache:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[Key, str] = OrderedDict()
        self._lock = threading.Lock()

    def body(self, visitor: Visitor, channel_id: str, *, in_full: bool) -> str | None:
        """The acknowledgement's JSON, `None` where the channel never had a plan.

        Not `in_full`, it is the short answer: what to do next.
        """
        with self._desk.database.ask() as connection:
            found = plans.glance(connection, channel_id)
        if found is None:
            return None
        quarter = int(self._desk.clock.now().timestamp()) // QUARTER
        key = (found.plan_id, found.revision, visitor.user_id, visitor.team_id, quarter, in_full)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        body = self._make(visitor, channel_id, found.plan_id, in_full=in_full)
        if body is not None:
            with self._lock:
                self._kept[key] = body
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return body

    def _make(self, visitor: Visitor, channel_id: str, plan_id: int, *, in_full: bool) -> str | None:
        try:
            with self._desk.look(visitor, plan_id, channel_id=channel_id) as look:
                seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
                thing = seen.next_thing(visitor.user_id, look.actor.side)
                if in_full:
                    mine = seen.owned_by(visitor.user_id)
                    message = build_status(seen.board, mine, thing, look.actor.side)
                else:
                    message = build_what_next(seen.board, thing)
        except Refused:
            return None
        return json.dumps({"response_type": "ephemeral", **message})
