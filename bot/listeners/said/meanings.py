"""What somebody means by a name, a day, a few words."""

import re
from datetime import date

from bot.listeners.text import Escaped, mentioned, plain_words, unescape
from bot.use_cases.common import Refused, Work, own_calendar
from plan.when import WhenError, parse_when
from storage import plans
from storage.models import Side

MYSELF = ("me", "myself", "i", "mine")


def person_meant(work: Work, mention: str) -> str:
    """The id of somebody mentioned, or of the one person here who is called so. Raises `Refused`."""
    if re.fullmatch(r"[UW][A-Z0-9]{2,20}", mention):
        return mention
    name = " ".join(unescape(mention).split()).lstrip("@")
    wanted = name.casefold()
    if wanted in MYSELF:
        return work.actor.user_id
    called = [
        person.user_id
        for person in plans.roster(work.session, work.plan.channel_id)
        if wanted in (person.name.casefold(), *person.name.casefold().split())
    ]
    if len(called) != 1:
        raise Refused("no_such_person", name=Escaped(mention.strip().lstrip("@")))
    return called[0]


BOTH = ("both", "joint", "both sides", "both companies")


def side_meant(work: Work, words: str, *, may_be_both: bool = False) -> Side:
    """ "buyer", "Acme", "us", "both". Raises `Refused`."""
    plan, said = work.plan, " ".join(unescape(words).split()).strip(" .!@").casefold()
    if may_be_both and said in BOTH:
        return Side.JOINT
    own = work.actor.side
    names = {
        Side.SELLER: ("seller", plan.seller_company.casefold()),
        Side.BUYER: ("buyer", plan.buyer_company.casefold()),
    }
    for side, called in names.items():
        if said in called or (own is side and said in ("us", "ours", "we")):
            return side
    raise Refused("which_company", seller=plan.seller_company, buyer=plan.buyer_company, both=may_be_both)


def day_meant(work: Work, when: str, side: Side) -> date:
    """The day, with the working days of that side. Raises `Refused`."""
    try:
        return parse_when(when, work.today, own_calendar(work.session, work.plan, side))
    except WhenError as error:
        raise no_day(work, error) from None


def no_day(work: Work, error: WhenError) -> Refused:
    """Why that is no day to plan with. The text it was read from is still escaped."""
    text, kind = Escaped(error.text), error.kind
    return Refused(f"when_{kind}", when=text, options=error.options, today=work.today)


def words_meant(work: Work, text: str) -> str:
    """Escaped words as a person reads them, with names in the place of ids."""
    names = {person.user_id: person.name for person in plans.people(work.session, mentioned(text)).values()}
    return plain_words(text, names)
