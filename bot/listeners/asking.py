"""Saying to who asked for something that it is a question to the other side now."""

from blocks.kit import Message, ViewDict
from blocks.proposal import build_sent, reply_answered, reply_proposed
from blocks.view_models import Companies, ProposalView
from bot.agreements import load_proposal
from bot.use_cases.common import Work
from bot.use_cases.proposals import Answered
from bot.views import load_plan_views
from storage import plans
from storage.agreement import Proposal


def in_a_window(work: Work, proposal: Proposal) -> ViewDict:
    """Nothing has changed yet, and who is asked."""
    return build_sent(_view(work, proposal), _firms(work), _asked(work, proposal))


def in_words(work: Work, proposal: Proposal) -> Message:
    return reply_proposed(_view(work, proposal), _firms(work), _asked(work, proposal))


def what_it_did(work: Work, answered: Answered) -> Message:
    """What an answer to a proposal came to."""
    return reply_answered(_view(work, answered.proposal), _firms(work), answered.ending)


def _view(work: Work, proposal: Proposal) -> ProposalView:
    work.session.flush()
    seen = load_plan_views(work.session, work.plan, None, work.now)
    return load_proposal(work.session, seen, proposal)


def _asked(work: Work, proposal: Proposal) -> str:
    person = plans.people(work.session, [proposal.asked_id]).get(proposal.asked_id or "")
    return person.name if person else ""


def _firms(work: Work) -> Companies:
    return Companies(work.plan.seller_company, work.plan.buyer_company)
