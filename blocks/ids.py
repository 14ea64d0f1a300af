"""Every string that goes to Slack and comes back, declared once.

Action ids read `family.verb`; what they are about travels in `value`, never in the id. A step travels as
`"<plan id>:<step id>"` (`step_value`), a choice of an overflow menu as `"<plan id>:<step id>:<choice>"`.
"""

from enum import StrEnum

COMMAND = "/map"


class Act(StrEnum):
    """`action_id` of everything a person can press, pick or search."""

    STEP_DONE = "step.done"
    STEP_REOPEN = "step.reopen"
    STEP_DATE = "step.date"
    STEP_DATE_TO = "step.date_to"  # the form with a day in it
    STEP_DUE_PICK = "step.due_pick"  # a day picked in a form that is open
    STEP_OWNER = "step.owner"
    STEP_BLOCK = "step.block"
    STEP_UNBLOCK = "step.unblock"
    STEP_SKIP = "step.skip"
    STEP_START = "step.start"
    STEP_EDIT = "step.edit"
    STEP_NOTE = "step.note"
    STEP_NOTES = "step.notes"
    STEP_NOTES_TURN = "step.notes_turn"
    STEP_DELETE = "step.delete"
    STEP_UP = "step.up"
    STEP_DOWN = "step.down"
    STEP_OPEN = "step.open"  # a button, or a select whose options are steps
    STEP_MORE = "step.more"  # overflow: see `More`
    STEP_HIDE = "step.hide"  # keep it to one side
    STEP_SHOW = "step.show"  # show the other side what one side kept to itself
    NOTE_SHOW = "note.show"

    PLAN_START = "plan.start"
    PLAN_ADD = "plan.add"
    PLAN_TRACK = "plan.track"  # add a step that links to a message
    PLAN_STEPS = "plan.steps"
    PLAN_STEPS_PAGE = "plan.steps_page"
    PLAN_STEPS_CLEAR = "plan.steps_clear"
    PLAN_FILTER_SIDE = "plan.filter_side"
    PLAN_FILTER_OWNER = "plan.filter_owner"
    PLAN_FILTER_PHASE = "plan.filter_phase"
    PLAN_FILTER_STATE = "plan.filter_state"
    PLAN_MINE = "plan.mine"
    PLAN_HISTORY = "plan.history"
    PLAN_SLIPS = "plan.slips"
    PLAN_SLIPS_PAGE = "plan.slips_page"
    PLAN_AGREE = "plan.agree"
    PLAN_KEEP = "plan.keep"  # what would keep the date
    PLAN_ANCHOR_PICK = "plan.anchor_pick"  # a day picked in a form that is open
    PLAN_TIMELINE = "plan.timeline"
    PLAN_TIMELINE_SHOW = "plan.timeline_show"
    PLAN_HELP = "plan.help"
    PLAN_SHOW = "plan.show"
    PLAN_PREVIEW = "plan.preview"  # as the other side sees it
    PLAN_EDIT = "plan.edit"
    PLAN_PEOPLE = "plan.people"
    PLAN_PEOPLE_PAGE = "plan.people_page"
    PLAN_SETTINGS = "plan.settings"
    PLAN_CALENDAR = "plan.calendar"
    PLAN_CLOSE = "plan.close"
    PLAN_MOVE = "plan.move"  # to another channel
    PLAN_REOPEN = "plan.reopen"
    PLAN_FIT_PICK = "plan.fit_pick"  # a list or a day picked in the form that starts a plan
    PLAN_HONEST_DATE = "plan.honest_date"  # plan for the day on which it can be done
    PLAN_SAVE_LIST = "plan.save_list"
    PLAN_DROP_LIST = "plan.drop_list"

    NUDGE_DONE = "nudge.done"
    NUDGE_DATE = "nudge.date"
    NUDGE_BLOCK = "nudge.block"
    NUDGE_NOT_ME = "nudge.not_me"
    NUDGE_SNOOZE = "nudge.snooze"
    NUDGE_OWNER = "nudge.owner"

    PROPOSAL_OPEN = "proposal.open"
    PROPOSAL_ACCEPT = "proposal.accept"
    PROPOSAL_COUNTER = "proposal.counter"
    PROPOSAL_TALK = "proposal.talk"
    PROPOSAL_WITHDRAW = "proposal.withdraw"

    SIDE_SELLER = "side.seller"
    SIDE_BUYER = "side.buyer"
    SIDE_READS = "side.reads"
    SIDE_YES = "side.yes"
    SIDE_NO = "side.no"
    SIDE_CHANGE = "side.change"  # the form that changes somebody's side
    SIDE_FOR_ALL = "side.for_all"  # a side for somebody's whole company
    SIDE_FOR_ONE = "side.for_one"  # or for this person alone
    SIDE_ON_SELLER = "side.on_seller"  # of one firm: which side somebody is on in this plan
    SIDE_ON_BUYER = "side.on_buyer"

    HANDOFF_OPEN = "handoff.open"
    HANDOFF_ALL = "handoff.all"
    HANDOFF_CHOOSE = "handoff.choose"
    HANDOFF_STAYS = "handoff.stays"

    ZONE_OPEN = "zone.open"

    CLOSED_ADD = "closed.add"
    CLOSED_REMOVE = "closed.remove"

    REGION_PICK = "region.pick"  # an external_select over the parts of a country, saved when picked
    PERSON_PICK = "person.pick"  # an external_select over the roster
    ZONE_PICK = "zone.pick"  # an external_select over the time zones of the world
    INPUT = "input"  # every other element inside an input block


class More(StrEnum):
    """The choices behind `Act.STEP_MORE`."""

    OWNER = "owner"
    SKIP = "skip"
    OPEN = "open"
    START = "start"
    UP = "up"
    DOWN = "down"
    DELETE = "delete"
    HIDE = "hide"


class Shortcut(StrEnum):
    """`callback_id` of what stands in the menu of a message."""

    STEP_TRACK = "step.track"


class View(StrEnum):
    """`callback_id` of every modal."""

    PLAN_NEW = "plan.new"
    PLAN_ADD = "plan.add_step"
    PLAN_STEPS = "plan.all_steps"
    PLAN_MINE = "plan.my_steps"
    PLAN_HISTORY = "plan.history"
    PLAN_SLIPS = "plan.slips"
    PLAN_KEEP = "plan.keep"
    PLAN_PREVIEW = "plan.preview"
    PLAN_EDIT = "plan.edit"
    PLAN_PEOPLE = "plan.people"
    PLAN_SETTINGS = "plan.settings"
    PLAN_CALENDAR = "plan.calendar"
    PLAN_CLOSED = "plan.closed_days"
    PLAN_CLOSE = "plan.close"
    PLAN_MOVE = "plan.move"
    PLAN_SAVE_LIST = "plan.save_list"
    PLAN_AGREE = "plan.agree"
    PROPOSAL = "proposal"
    PROPOSAL_COUNTER = "proposal.counter"
    STEP_DETAILS = "step.details"
    STEP_DATE = "step.date"
    STEP_OWNER = "step.owner"
    STEP_BLOCK = "step.block"
    STEP_SKIP = "step.skip"
    STEP_EDIT = "step.edit"
    STEP_NOTE = "step.note"
    STEP_NOTES = "step.notes"
    STEP_DELETE = "step.delete"
    SIDE_CHANGE = "side.change"
    HANDOFF = "handoff"
    ZONE = "zone"
    NOTICE = "notice"


class Field(StrEnum):
    """`block_id` of every input block, and so the place an error of a modal belongs to."""

    TEMPLATE = "template"
    SUMMARY = "summary"
    OWN_LIST = "own_list"
    NAME = "name"
    ANCHOR_KIND = "anchor_kind"
    ANCHOR_DATE = "anchor_date"
    ANCHOR_REASON = "anchor_reason"
    BUYER_COMPANY = "buyer_company"
    SELLER_LEAD = "seller_lead"
    BUYER_LEAD = "buyer_lead"
    SELLER_COUNTRY = "seller_country"
    BUYER_COUNTRY = "buyer_country"
    SELLER_ZONE = "seller_zone"
    BUYER_ZONE = "buyer_zone"
    MOVE_ALONG = "move_along"
    SETTINGS = "settings"
    CHANNEL = "channel"
    TITLE = "title"
    PHASE = "phase"
    SIDE = "side"
    ROLE = "role"
    GATE = "gate"
    OWNER = "owner"
    COUNTERPART = "counterpart"
    DUE = "due"
    REASON = "reason"
    REASON_CODE = "reason_code"
    ALONG = "along"
    UNTIL = "until"
    OUTCOME = "outcome"
    DESCRIPTION = "description"
    LINK = "link"
    PROOF = "proof"
    DAYS = "days"
    NEW_PHASE = "new_phase"
    PLACE = "place"
    AFTER = "after"
    ONLY_ON = "only_on"
    JOIN = "join"
    FIRST = "first"
    LAST = "last"
    WHY = "why"
    NOTE = "note"
    OLD_OWNER = "old_owner"
    PERSON = "person"
    WHOLE_COMPANY = "whole_company"
    ZONE = "zone"
    VISIBILITY = "visibility"


def step_value(plan_id: int, step_id: int, choice: str = "") -> str:
    return f"{plan_id}:{step_id}:{choice}" if choice else f"{plan_id}:{step_id}"


def proposal_value(plan_id: int, proposal_id: int) -> str:
    return f"{plan_id}:{proposal_id}"


def nudge_value(nudge_id: int, plan_id: int, step_id: int) -> str:
    """What a nudge's buttons carry: an answer belongs to a step of one nudge."""
    return f"{nudge_id}:{plan_id}:{step_id}"
