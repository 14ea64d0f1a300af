"""Sent forms that need both sides: the yes to the plan, another date, and what becomes a question."""

from collections.abc import Mapping

from blocks import notices
from blocks.ids import Field, View
from bot.listeners.asking import in_a_window, what_it_did
from bot.listeners.modals.agreement import agree_form
from bot.listeners.submission import Handler, Response, Sent
from bot.use_cases import agreeing, proposals
from bot.use_cases.common import Refused
from bot.use_cases.dates import NewDate
from bot.use_cases.proposing import Why


def agree(sent: Sent) -> Response:
    """A yes holds for the plan that somebody saw. Where it changed meanwhile they see it before they say so
    again, with nothing done."""
    try:
        with sent.work() as work:
            agreed = agreeing.agree(work, sent.metadata.terms)
            company = work.plan.company_of(agreed.waits_for) if agreed.waits_for else ""
    except Refused as refused:
        if refused.code != "terms_changed":
            raise
        where = (sent.desk, sent.visitor, sent.metadata.plan_id, sent.metadata.door)
        return {"response_action": "update", "view": agree_form(*where, has_changed=True)}
    facts = {"ending": agreed.ending, "company": company}
    return {"response_action": "update", "view": notices.build_notice("plan_agreed", facts)}


def new_date(sent: Sent) -> NewDate:
    """What the form for another date holds. Only steps that it showed go along."""
    due = sent.form.day(Field.DUE)
    if due is None:
        raise Refused("date_missing", field=Field.DUE)
    along = [int(one) for one in sent.metadata.along.split(",") if one.isascii() and one.isdigit()]
    why = Why(sent.form.choice(Field.REASON_CODE), sent.form.text(Field.REASON))
    return NewDate(due, why, along if sent.form.is_ticked(Field.ALONG) else ())


def counter(sent: Sent) -> Response:
    """Another date than the one asked for goes back as a question."""
    with sent.work() as work:
        answered = proposals.counter(work, sent.metadata.proposal_id, new_date(sent))
        if answered.ending == "countered":
            view = in_a_window(work, answered.proposal)
        else:
            view = notices.build_said(what_it_did(work, answered)["text"])
    return {"response_action": "update", "view": view}


HANDLERS: Mapping[View, Handler] = {
    View.PLAN_AGREE: agree,
    View.PROPOSAL_COUNTER: counter,
}
