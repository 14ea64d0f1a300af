"""The question to the other side: in private, edited in place when it is answered; else in the thread."""

from collections.abc import Mapping

from sqlmodel import Session

from blocks.kit import Message
from blocks.proposal import build_proposal
from blocks.undelivered import build_no_way
from blocks.view_models import Companies, ProposalView
from bot.agreements import load_proposal
from bot.delivery import Send
from bot.senders.voice import Voice, after_a_post, tell_lead
from bot.slack_errors import OUR_FAULT
from bot.use_cases.roster import refuses_messages, takes_messages
from bot.views import load_plan_views
from storage import outbox
from storage.agreement import Proposal, ProposalState
from storage.models import Person, Plan
from storage.outgoing import Outgoing, WorkState


class Proposals:
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def senders(self) -> Mapping[str, Send]:
        return {"proposal": self.proposal, "proposal_refresh": self.proposal_refresh}

    def proposal(self, row: Outgoing) -> None:
        """Ask. Nobody of the other side to ask in private: then in the board's thread, mentioning nobody."""
        with self._voice.database.read() as session:
            proposal = session.get_one(Proposal, row.payload["proposal"])
            plan = session.get_one(Plan, proposal.plan_id)
            in_thread = row.payload.get("in_thread") or proposal.asked_id is None
            message, _ = self._draw(session, plan, proposal, in_thread=in_thread)
        if proposal.state is not ProposalState.OPEN or (in_thread and plan.board_ts is None):
            return  # answered in the meantime, on the board; or nowhere to ask but there
        if proposal.message_ts is not None:
            return  # asked already, by a row that was on its way when the plan was made to ask again
        if in_thread:
            answer = self._voice.post(plan.channel_id, message, plan.board_ts)
        else:
            answer = self._voice.post(proposal.asked_id or "", message)
        with after_a_post(), self._voice.database.write() as session:
            kept = session.get_one(Proposal, proposal.id, with_for_update=True)  # it may be answered just now
            kept.channel_id, kept.message_ts = str(answer["channel"]), str(answer["ts"])
            session.add(kept)
            if not in_thread:
                takes_messages(session, proposal.asked_id or "")
            # Together with the place it has: a process that dies here leaves no doubt that it arrived.
            outbox.finish(session, row, WorkState.SENT)
            if kept.state is not ProposalState.OPEN:  # answered while it was on its way
                self._put_refresh(session, plan, kept)

    def _put_refresh(self, session: Session, plan: Plan, proposal: Proposal) -> None:
        outbox.put(
            session,
            key=f"proposal_refresh:{proposal.id}",
            kind="proposal_refresh",
            team_id=plan.team_id,
            channel_id=proposal.channel_id,
            plan_id=plan.id,
            payload={"proposal": proposal.id},
            not_before=self._voice.clock.wall(),
        )

    def proposal_refresh(self, row: Outgoing) -> None:
        with self._voice.database.read() as session:
            proposal = session.get_one(Proposal, row.payload["proposal"])
            if proposal.message_ts is None:
                return  # not there yet: it is drawn with what is true then
            plan = session.get_one(Plan, proposal.plan_id)
            in_thread = proposal.channel_id == plan.channel_id
            message, _ = self._draw(session, plan, proposal, in_thread=in_thread)
        self._voice.edit(proposal.channel_id or "", proposal.message_ts, message)

    def _draw(
        self, session: Session, plan: Plan, proposal: Proposal, *, in_thread: bool
    ) -> tuple[Message, ProposalView]:
        seen = load_plan_views(session, plan, None, self._voice.clock.now())
        view = load_proposal(session, seen, proposal)
        mention = proposal.asked_id if in_thread and view.state is ProposalState.OPEN else None
        firms = Companies(plan.seller_company, plan.buyer_company)
        return build_proposal(view, firms, mention or ""), view

    def refused(self, session: Session, row: Outgoing, error: str) -> None:
        """The quiet way: a mention in the board's thread, with the same buttons; else the lead hears it."""
        proposal = session.get_one(Proposal, row.payload["proposal"])
        if error in OUR_FAULT or proposal.state is not ProposalState.OPEN or row.payload.get("in_thread"):
            return
        plan, wall = session.get_one(Plan, proposal.plan_id), self._voice.clock.wall()
        user_id = proposal.asked_id or ""
        refuses_messages(session, user_id, wall)
        if plan.board_ts is not None:
            outbox.put_for(
                session,
                plan,
                key=f"proposal_thread:{proposal.id}",
                kind="proposal",
                payload={"proposal": proposal.id, "in_thread": True},
                not_before=wall,
            )
        elif user_id != plan.seller_lead_id:  # who could not be told that they cannot be told
            _, view = self._draw(session, plan, proposal, in_thread=False)
            person = session.get(Person, user_id)
            steps = [view.step] if view.step else []
            message = build_no_way(plan.name, person.name if person else user_id, steps)
            tell_lead(session, plan, message, f"no_way:proposal:{proposal.id}", wall)
