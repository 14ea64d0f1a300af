"""The one quiet word to somebody who got steps from somebody else."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from blocks.handover import HandoverItem, NoticeView, build_handover, build_thread_handover
from bot.delivery import Send
from bot.senders.in_thread import say_in_threads
from bot.senders.voice import Voice, after_a_post
from bot.slack_errors import OUR_FAULT
from bot.use_cases.handovers import is_theirs
from bot.use_cases.roster import takes_messages
from bot.use_cases.zones import question_in
from bot.views import PlanViews, load_plan_views
from storage import outbox, plans
from storage.models import Handover, Notice, Person, Plan, Step, Visibility
from storage.outgoing import Outgoing, WorkState


class Handovers:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"notice": self.notice, "notice_refresh": self.notice_refresh}

    def notice(self, row: Outgoing) -> None:
        user_id = row.channel_id or ""
        with self._voice.database.read() as session:
            view = self._load(session, row)
            zone = question_in(session, row, user_id)
        if not view.items:
            return  # all of it was taken back or finished in the meantime
        answer = self._voice.post(user_id, build_handover(view, zone))
        with after_a_post(), self._voice.database.write() as session:
            takes_messages(session, user_id)
            sent = outbox.finish(session, row, WorkState.SENT)  # it arrived, whatever happens from here on
            if sent is not None and zone:  # where the question stands, to be taken back once it is answered
                sent.payload = {**sent.payload, "channel": answer["channel"], "ts": answer["ts"]}

    def notice_refresh(self, row: Outgoing) -> None:
        """What is still theirs, without the question where they are, which they have answered."""
        with self._voice.database.read() as session:
            view = self._load(session, row)
        if view.items:
            self._voice.edit(row.channel_id or "", row.payload["ts"], build_handover(view))

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """The quiet way: a mention in the board's thread, of what both sides may know."""
        if error in OUR_FAULT:
            return
        user_id, notice_id = row.channel_id or "", row.payload["notice"]
        say_in_threads(
            session,
            f"notice_thread:{notice_id}",
            user_id,
            self._load(session, row, for_everybody=True).items,
            lambda items: build_thread_handover(items, user_id),
            self._voice.clock.wall(),
        )

    def _load(self, session: Session, row: Outgoing, *, for_everybody: bool = False) -> NoticeView:
        """The steps of the notice that are this person's at this moment, and that they may know of."""
        now = self._voice.clock.now()
        notice = session.get_one(Notice, row.payload["notice"])
        person = session.get(Person, notice.user_id)
        rows = session.exec(
            select(Handover, Step, Plan)
            .join(Step, col(Step.id) == col(Handover.step_id))
            .join(Plan, col(Plan.id) == col(Step.plan_id))
            .where(Handover.notice_id == notice.id)
            .order_by(col(Step.due_date), col(Step.id))
        ).all()
        givers = plans.people(session, [handover.by_id for handover, _, _ in rows])
        boards: dict[int, PlanViews] = {}
        sides_of = plans.sides_once(session)
        items = []
        for handover, step, plan in rows:
            side = sides_of(plan).of(person)
            if not is_theirs(handover, step, plan, side):
                continue
            viewer = None if for_everybody else side
            plan_id = plan.id or 0
            if plan_id not in boards:
                boards[plan_id] = load_plan_views(session, plan, viewer, now)
            view = boards[plan_id].views.get(step.id or 0)
            giver = givers.get(handover.by_id)
            if view is not None:
                items.append(HandoverItem(view, plan.name, giver.name if giver else ""))
        first_name = person.name.split()[0] if person and person.name.split() else ""
        return NoticeView(first_name, tuple(items))


def is_known_to_both(session: Session, row: Outgoing) -> bool:
    """Whether a notice is of any step that is not one side's own."""
    shared = (
        select(Handover.step_id)
        .join(Step, col(Step.id) == col(Handover.step_id))
        .where(Handover.notice_id == row.payload["notice"], Step.visibility == Visibility.BOTH)
    )
    return session.exec(shared).first() is not None
