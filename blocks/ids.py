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
    PLAN_HELP = "plan.help"
    PLAN_SHOW = "plan.show"
    PLAN_EDIT = "plan.edit"
    PLAN_PEOPLE = "plan.people"
    PLAN_PEOPLE_PAGE = "plan.people_page"
    PLAN_SETTINGS = "plan.settings"
    PLAN_CLOSE = "plan.close"
    PLAN_REOPEN = "plan.reopen"

    NUDGE_DONE = "nudge.done"
    NUDGE_DATE = "nudge.date"
    NUDGE_BLOCK = "nudge.block"
    NUDGE_NOT_ME = "nudge.not_me"
    NUDGE_SNOOZE = "nudge.snooze"
    NUDGE_OWNER = "nudge.owner"

    SIDE_SELLER = "side.seller"
    SIDE_BUYER = "side.buyer"
    SIDE_READS = "side.reads"
    SIDE_YES = "side.yes"
    SIDE_NO = "side.no"

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
    PLAN_EDIT = "plan.edit"
    PLAN_PEOPLE = "plan.people"
    PLAN_SETTINGS = "plan.settings"
    PLAN_CLOSE = "plan.close"
    STEP_DETAILS = "step.details"
    STEP_DATE = "step.date"
    STEP_OWNER = "step.owner"
    STEP_BLOCK = "step.block"
    STEP_SKIP = "step.skip"
    STEP_EDIT = "step.edit"
    STEP_NOTE = "step.note"
    STEP_NOTES = "step.notes"
    STEP_DELETE = "step.delete"
    NOTICE = "notice"


class Field(StrEnum):
    """`block_id` of every input block, and so the place an error of a modal belongs to."""

    TEMPLATE = "template"
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
    TITLE = "title"
    PHASE = "phase"
    SIDE = "side"
    ROLE = "role"
    GATE = "gate"
    OWNER = "owner"
    COUNTERPART = "counterpart"
    DUE = "due"
    REASON = "reason"
    UNTIL = "until"
    OUTCOME = "outcome"
    DESCRIPTION = "description"
    LINK = "link"
    PROOF = "proof"
    DAYS = "days"
    NEW_PHASE = "new_phase"
    PLACE = "place"
    NOTE = "note"


def step_value(plan_id: int, step_id: int, choice: str = "") -> str:
    return f"{plan_id}:{step_id}:{choice}" if choice else f"{plan_id}:{step_id}"


def nudge_value(nudge_id: int, plan_id: int, step_id: int) -> str:
    """What a nudge's buttons carry: an answer belongs to a step of one nudge."""
    return f"{nudge_id}:{plan_id}:{step_id}"
