"""The slip ledger: the days lost and won since both sides agreed, and every change that they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from blocks import limits
from blocks.ids import Act, View
from blocks.kit import Block, Message, ViewDict, actions, button, context, message, modal, section
from blocks.text import Day, pack
from blocks.words import mrkdwn, plain
from plan.ledger import Total
from storage.agreement import SlipKind
from storage.models import AnchorKind, Side

A_PAGE = 20  # lines: with a heading for each within 100 blocks; 8 kB each at worst, within 250 kB
IN_A_THREAD = 5
REPLY_AROUND = 1_800  # characters at most of what stands around the lines of a reply


@dataclass(frozen=True, slots=True)
class SlipView:
    """One line of the ledger. `days` are working days of the step's side: lost above 0, won below."""

    kind: SlipKind
    on: Day
    who: str
    company: str
    days: int = 0
    number: int | None = None  # of the step; `None` for the plan itself
    title: str = ""
    old: Day | None = None
    new: Day | None = None
    lands_old: Day | None = None  # where the plan landed before it, and lands after it
    lands_new: Day | None = None
    agreed_by: str = ""
    reason_code: str = ""
    reason: str = ""

    @property
    def moves_the_end(self) -> bool:
        return self.kind is not SlipKind.AGREED and bool(self.lands_new) and self.lands_old != self.lands_new


@dataclass(frozen=True, slots=True)
class SlipsView:
    """The ledger as one side may read it, the newest line first; the totals since the last agreement."""

    plan_id: int
    plan_name: str
    seller_company: str
    buyer_company: str
    anchor_kind: AnchorKind
    lines: Sequence[SlipView] = ()
    totals: Mapping[Side, Total] = field(default_factory=dict)
    agreed_on: Day | None = None  # `None` while nothing is agreed
    agreed_anchor: Day | None = None
    lands: Day | None = None  # `None` for a plan that is closed
    may_agree: bool = False

    @property
    def counted(self) -> list[tuple[Side, Total]]:
        """The sides that lost or won a day, in the order in which they are told."""
        totals = [(side, self.totals.get(side, Total())) for side in (Side.BUYER, Side.SELLER, Side.JOINT)]
        return [(side, total) for side, total in totals if total.lost or total.won]


def build_slips(view: SlipsView, metadata: str, page: int = 0) -> ViewDict:
    """The totals, then the lines, `A_PAGE` to a page. `page` counts from 0; too far is the last."""
    blocks = _above(view)
    last_page = max(0, (len(view.lines) - 1) // A_PAGE)
    page = min(max(page, 0), last_page)
    first = page * A_PAGE
    shown = view.lines[first : first + A_PAGE]
    if page > 0:
        blocks.append(_turn(view.plan_id, page - 1, "later_slips"))
    for on, group in groupby(shown, key=lambda line: line.on):
        texts = pack([mrkdwn("slips", "day_title", on=on), *(_line(line, view) for line in group)])
        blocks.extend(section(text, f"slips.{len(blocks)}") for text in texts)
    if page < last_page:
        blocks.append(_turn(view.plan_id, page + 1, "earlier_slips"))
    if last_page:
        place = mrkdwn("slips", "place", first=first + 1, last=first + len(shown), total=len(view.lines))
        blocks.append(context("slips.page", place))
    return modal(View.PLAN_SLIPS, plain("slips", "title"), blocks, metadata=metadata)


def reply_slips(view: SlipsView) -> Message:
    """The totals and the newest lines, for everybody who reads the thread."""
    blocks = _above(view)
    lines: list[str] = []
    room = limits.MESSAGE_TEXT - REPLY_AROUND
    for line in (_line(one, view, with_day=True) for one in view.lines[:IN_A_THREAD]):
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    blocks.extend(section(text, f"slips.{place}") for place, text in enumerate(pack(lines)))
    if len(lines) < len(view.lines):
        blocks.append(context("slips.more", mrkdwn("slips", "more", n=len(view.lines) - len(lines))))
        blocks.append(actions("slips.all", [button("slips", Act.PLAN_SLIPS, str(view.plan_id))]))
    return message(
        mrkdwn("slips", "totals" if view.agreed_on else "nothing_agreed", view=view).strip(), blocks
    )


def _above(view: SlipsView) -> list[Block]:
    """What it comes to; before there is anything to count, how that begins."""
    if view.agreed_on is None:
        blocks = [section(mrkdwn("slips", "nothing_agreed", view=view), "slips.none")]
        if view.may_agree:
            door = button("agree_plan", Act.PLAN_AGREE, str(view.plan_id), "primary")
            blocks.append(actions("slips.agree", [door]))
        return blocks
    blocks = [
        section(mrkdwn("slips", "totals", view=view), "slips.totals"),
        context("slips.counted", mrkdwn("slips", "counted", view=view)),
    ]
    if not view.lines:
        blocks.append(context("slips.none", mrkdwn("slips", "no_lines")))
    return blocks


def _line(line: SlipView, view: SlipsView, *, with_day: bool = False) -> str:
    return mrkdwn("slips", "line", line=line, view=view, with_day=with_day).strip()


def _turn(plan_id: int, page: int, text: str) -> Block:
    # Back and on are blocks of their own: an `action_id` may be in a block only once.
    return actions(f"slips.turn.{text}", [button(text, Act.PLAN_SLIPS_PAGE, f"{plan_id}:{page}")])
