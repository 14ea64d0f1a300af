"""`python -m plan.rights_page`: the table of rights as a page, for whoever has to say yes to Tandem.

What it prints is docs/rights.md; a test holds the two against each other.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping

from plan.rights import (
    OF_A_CLOSED_PLAN,
    OF_A_PLAN_THAT_STANDS_STILL,
    OF_ONE_SIDE,
    TABLE,
    THINGS,
    Action,
    ActorKind,
    Refusal,
)
from storage.models import Visibility

WHO: Mapping[ActorKind, tuple[str, str]] = {
    ActorKind.SELLER_LEAD: (
        "Seller lead",
        "Leads the plan for the firm that installed Tandem. Named when the plan starts, or in its form.",
    ),
    ActorKind.SELLER: ("Seller", "Anybody else of that firm, and of a company that it gave its own side to."),
    ActorKind.BUYER_LEAD: ("Buyer lead", "Leads the plan for the other firm."),
    ActorKind.BUYER: (
        "Buyer",
        "Anybody else of the other firm, and of a company that the seller gave that side to.",
    ),
    ActorKind.SELLER_GUEST: (
        "Seller's guest",
        "Somebody on the seller's side whom Slack knows as a guest. Who leads a side is its lead instead.",
    ),
    ActorKind.BUYER_GUEST: (
        "Buyer's guest",
        "The same on the buyer's side. A guest of the seller's workspace is there unless told otherwise.",
    ),
    ActorKind.THIRD_ORGANIZATION: (
        "Third company",
        "In the channel, and of a company that is on neither side, as a partner or an integrator.",
    ),
    ActorKind.UNKNOWN: ("Unknown", "In the channel, and Slack does not say of which company."),
    ActorKind.OTHER_WORKSPACE: (
        "Elsewhere",
        "Came another way than through the plan's channel: from another channel, or another workspace.",
    ),
}

WHAT: Mapping[Action, str] = {
    Action.READ: "Read the board, steps, notes, history, the slip ledger; have the timeline drawn",
    Action.PREVIEW: "See the plan as the other side sees it",
    Action.NOTE: "Write a note about a step",
    Action.WORK: "Start a step, tick it, block it, take that back",
    Action.CONFIRM: "Confirm a half of a gate, take it back",
    Action.MOVE_DATE: "Move a date",
    Action.NAME_OWNER: "Give a step to a person, or say it is not one's own",
    Action.HAND_OFF: "Hand everything of one person to another",
    Action.SNOOZE: "Be reminded later",
    Action.ADD_STEP: "Add a step",
    Action.EDIT_STEP: "Edit a step, its place, what it comes after",
    Action.DROP_STEP: "Skip a step, delete it",
    Action.SET_VISIBILITY: "Keep a step or a note to one's side, show it to both",
    Action.AGREE: "Sign the plan, for one's own side",
    Action.ANSWER: "Answer what the other side asked for",
    Action.TAKE_BACK: "Take back what one's own side asked for",
    Action.KEEP_CALENDAR: "Close days, choose a region's holidays",
    Action.POST_BOARD: "Post the board anew",
    Action.SHARE: "Show everybody in the channel what Tandem answered in private",
    Action.CHANGE_PLAN: "Change the plan's name, day, leads, calendars and settings",
    Action.MOVE_PLAN: "Move the plan to another channel",
    Action.CLOSE_PLAN: "Close the plan",
    Action.REOPEN_PLAN: "Open it again",
    Action.CLAIM_SIDE: "Say which side one's company is on; it counts with the seller's yes",
    Action.GIVE_SIDE: "Say yes to that, give a company or a person a side unasked",
    Action.CORRECT_SIDE: "Have somebody of one's own company on one's own side again",
    Action.KEEP_LISTS: "Keep the plan as a list of steps for others",
}

HEAD = """\
# Who may do what

This page is printed from the code that decides it: `python -m plan.rights_page > docs/rights.md`. A test
fails where the two differ. The table is `plan/rights.py`. It is asked in one place, before anything is read
or done, whatever the way in: a command, a mention, a button, a window, App Home. Who acts is who Slack signed
the request for, and never what a button or a window says.

Either company may do nearly everything, because the plan belongs to both, and what one does in a step of the
other is shown so ("by Rae for Bea"). The exceptions stand below.
"""

KEY = """\
“own” is a yes for what is the own side's; “side?” is a no that asks which side the company is on; “–” is the
answer that there is no such thing.
"""

PRIVATE = """\
A step or a note that a side keeps to itself is there for that side alone. For the others it is not there: no
answer, count, number or search tells that it is.
"""

TAIL = """\
- A plan is started by somebody of a workspace that installed Tandem. The table above holds from then on.
- After both companies have signed, a date that both rely on moves only with a yes of the other one. Who
  signed for one company does not sign for the other, and nobody answers a question of their own.
- A list of steps is the installing firm's: somebody of another company on the seller's side keeps none.
- A step's number, a button of last week, the id of another plan: each is checked against the plan of the
  channel it came from, and against who asks. What is not there and what is not theirs get the same answer.
"""


def print_page() -> str:
    return "\n".join([HEAD, *_who(), *_table(), *_own(), *_closed(), TAIL.rstrip()]) + "\n"


def _who() -> Iterator[str]:
    yield "## Who\n"
    yield "| | |"
    yield "|---|---|"
    for name, words in WHO.values():
        yield f"| **{name}** | {words} |"
    yield ""


def _table() -> Iterator[str]:
    yield "## What both companies know\n"
    yield KEY
    yield from _columns()
    for action in Action:
        yield _row(WHAT[action], _cells(action, Visibility.BOTH))
    yield ""


def _own() -> Iterator[str]:
    yield "## What one side keeps to itself\n"
    yield PRIVATE
    yield from _columns()
    for visibility, name in ((Visibility.SELLER, "seller"), (Visibility.BUYER, "buyer")):
        rows: dict[tuple[str, ...], list[str]] = {}
        for action in (one for one in Action if one in THINGS):
            rows.setdefault(_cells(action, visibility), []).append(WHAT[action])
        for cells, words in rows.items():
            yield _row(f"**Of the {name}:** {_in_a_sentence(words)}", cells)
    yield ""


def _columns() -> Iterator[str]:
    yield _row("", [WHO[kind][0] for kind in ActorKind])
    yield "|---|" + "---|" * len(ActorKind)


def _row(first: str, cells: Iterable[str]) -> str:
    return "| " + " | ".join([first, *cells]) + " |"


def _cells(action: Action, visibility: Visibility) -> tuple[str, ...]:
    return tuple(_cell(kind, action, visibility) for kind in ActorKind)


def _cell(kind: ActorKind, action: Action, visibility: Visibility) -> str:
    answer = TABLE[kind, action, visibility]
    if answer is None:
        return "own" if action in OF_ONE_SIDE else "yes"
    if answer is Refusal.UNSEEN:
        return "–"
    is_asked = answer is Refusal.NOT_ON_THE_PLAN and kind is ActorKind.THIRD_ORGANIZATION
    return "side?" if is_asked else "no"


def _in_a_sentence(words: Iterable[str]) -> str:
    return "; ".join(one[0].lower() + one[1:] for one in words)


def _closed() -> Iterator[str]:
    yield "## And\n"
    kept = [WHAT[action] for action in Action if action in OF_A_CLOSED_PLAN]
    yield f"- A plan that is closed takes only this, from whom it is a yes above: {_in_a_sentence(kept)}."
    ways_out = [WHAT[action] for action in Action if action in OF_A_PLAN_THAT_STANDS_STILL]
    yield "- A plan that stands still, as its channel is archived, frozen, unshared or without Tandem,"
    yield f"  takes only this: {_in_a_sentence(ways_out)}."


if __name__ == "__main__":
    sys.stdout.write(print_page())
