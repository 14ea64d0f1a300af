"""Every builder with every input anybody could bring: what the oracles are shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from blocks import notices, nudge, plan_lists, plan_modals, replies, status, step_details, step_forms, track
from blocks.board import build_board
from blocks.options import build_person_options
from blocks.view_models import (
    ChangeView,
    Companies,
    CountryGroup,
    NewPlanForm,
    NudgeItem,
    NudgeView,
    StepView,
    TemplateChoice,
)
from storage.models import AnchorKind, Outcome, Side, StepState
from tests.blocks import (
    agreements,
    how_it_stands,
    own_words,
    short_words,
    slip_lines,
    timelines,
    whole_calendars,
    whole_channels,
    whole_lists,
    whole_people,
    whole_plans,
    whole_privacy,
    whole_steps,
    whole_words,
)
from tests.blocks.plans import (
    NASTY,
    TODAY,
    board,
    closed_plan,
    nasty_plans,
    nasty_step,
    nudge_item,
    step,
    told,
    usual_plan,
)

Payload = tuple[str, dict[str, Any]]  # what it is, and the message or view

ANSWERS = (
    "step_done",
    "step_half_confirmed",
    "step_moved",
    "step_blocked",
    "step_unblocked",
    "step_skipped",
    "step_snoozed",
    "step_assigned",
    "step_not_mine",
    "step_reopened",
    "step_started",
    "step_removed",
    "plan_closed",
    "step_added",
    "proposal_made",
)
KINDS = (
    *ANSWERS,
    "step_edited",
    "step_noted",
    "step_let_go",
    "plan_started",
    "plan_reopened",
    "plan_edited",
    "settings_changed",
    "plan_signed",
    "plan_agreed",
    "proposal_accepted",
    "proposal_withdrawn",
    "proposal_talk",
    "step_moved_along",
    "closed_days_added",
    "closed_days_removed",
    "region_changed",
    "side_claimed",
    "side_given",
    "side_changed",
    "plan_frozen",
    "plan_thawed",
    "plan_moved",
    "plan_shared",
    "something_new",
)

REFUSALS: dict[str, dict[str, Any]] = {
    **whole_words.REFUSALS,
    **whole_privacy.REFUSALS,
    **whole_people.REFUSALS,
    "not_on_the_plan": {"seller": "Northwind", "buyer": "Acme"},
    "not_for_guests": {"company": "Acme"},
    "has_a_side": {"company": "Acme"},
    "side_is_given": {"who": "Ana Ruiz", "company": "Acme"},
    "claims_other_side": {"who": "Ana Ruiz", "company": "Acme"},
    "which_side": {"plan_id": 7, "seller": "Northwind", "buyer": "Acme"},
    "side_is_asked": {"seller": "Northwind", "buyer": "Acme", "claimed": "Acme"},
    "reading_along": {"plan_id": 7, "seller": "Northwind", "buyer": "Acme"},
    "not_with_you": {"number": 4, "title": "Security review"},
    "other_sides_half": {"seller": "Northwind", "buyer": "Acme"},
    "only_the_seller": {"seller": "Northwind", "buyer": "Acme"},
    "seller_starts": {"seller": "Northwind"},
    "your_half_is_done": {"company": "Acme", "number": 4},
    "no_plan": {"has_command": True},
    "no_open_plan": {"may_start": True},
    "plan_exists": {},
    "plan_closed": {"plan": "Acme × Northwind"},
    "plan_full": {"most": 200},
    "plan_frozen": {"plan": "Acme × Northwind", "reason": "archived", "seller": "Northwind"},
    "move_where": {},
    "move_same": {},
    "move_taken": {},
    "move_not_there": {},
    "template_gone": {},
    "list_exists": {"title": "Enterprise, ours"},
    "list_taken": {},
    "list_empty": {},
    "list_long": {},
    "lists_full": {"most": 50},
    "list_not_chosen": {},
    "honest_date_old": {},
    "honest_date_agreed": {},
    "honest_date_over": {"day": TODAY, "today": TODAY},
    "no_such_plan": {},
    "no_such_step": {},
    "no_step_numbered": {"number": 40},
    "not_a_number": {"text": "four"},
    "one_at_a_time": {},
    "only_a_link": {"number": 4},
    "only_the_number": {"number": 4},
    "no_close_of_a_step": {"number": 4},
    "not_reminded": {"number": 4},
    "step_finished": {"number": 4, "title": "Security review"},
    "unknown_word": {"word": "stauts"},
    "field_changed": {"who": "Bea Alvarez", "now": "Fri 14 Aug"},
    "lead_missing": {},
    "wrong_side": {"name": "Sam Okoro", "company": "Acme"},
    "role_gone": {},
    "zone_unknown": {},
    "country_unknown": {},
    "not_in_channel": {},
    "history_count": {"text": "many", "most": 200},
    "timeline_how": {"text": "pink", "dark": "dark"},
    "title_missing": {},
    "title_long": {"length": 200, "most": 150, "title": "x" * 200},
    "text_missing": {},
    "text_long": {"length": 200, "most": 150},
    "reason_missing": {},
    "note_missing": {},
    "link_bad": {},
    "days_bad": {"most": 120},
    "days_many": {"count": 30, "most": 24},
    "after_bad": {},
    "after_many": {"count": 30, "most": 20},
    "after_itself": {"number": 4},
    "lag_long": {"most": 120},
    "wait_for_each_other": {"steps": [f"{n} {NASTY[0]}" for n in range(12)]},
    "span_unknown": {"when": "soonish"},
    "span_backwards": {"first": date(2026, 6, 22), "today": TODAY},
    "span_long": {"days": 400, "most": 120},
    "closed_full": {"most": 40},
    "region_unknown": {},
    "place_bad": {},
    "place_elsewhere": {"number": 4, "phase": "Legal"},
    "at_the_edge": {"number": 4, "is_first": True},
    "reason_code_missing": {},
    "agreed_terms": {"number": 4},
    "terms_changed": {},
    "nothing_to_agree": {},
    "proposal_open": {
        "who": "Bea Alvarez",
        "company": "Acme",
        "number": 4,
        "new": date(2026, 6, 24),
        "today": TODAY,
    },
    "proposal_over": {},
    "not_yours_to_answer": {"company": "Acme"},
    "own_question": {"company": "Acme"},
    "signed_for_other": {"company": "Acme", "other": "Northwind"},
    "not_yours_to_withdraw": {"company": "Acme"},
    "no_proposal": {"number": 4},
    "which_proposal": {"numbers": [4, 6], "takes_back": False},
    "counter_same": {"day": date(2026, 6, 24), "today": TODAY, "is_old": False},
    "date_missing": {},
    "date_past": {"day": date(2026, 6, 1), "today": TODAY},
    "anchor_past": {"day": date(2026, 6, 1), "today": TODAY},
    "when_impossible": {"when": "31 Feb"},
    "when_far": {"when": "15 Dec 2126"},
    "when_unknown": {"when": "soonish", "options": ()},
    "when_ambiguous": {"when": "3/4", "options": (date(2027, 3, 4), date(2027, 4, 3)), "today": TODAY},
    "when_past": {"when": "1 Jun", "options": (date(2027, 6, 1),)},
    "not_in_this_channel": {},
    "no_such_person": {"name": "sam"},
    "date_far": {"day": date(2040, 1, 2)},
    "same_person_twice": {},
    "not_here": {},
    "old_button": {},
    "old_window": {},
    "slack_busy": {},
    "too_slow": {},
    "not_installed": {},
    "broke": {"id": "a1b2c3d4"},
}


def change(kind: str = "step_moved", text: str = "Security review", **facts: Any) -> ChangeView:
    usual: dict[str, Any] = {
        "on": TODAY,
        "who": "Bea Alvarez",
        "company": "Acme",
        "kind": kind,
        "step": f"4  {text}",
        "step_id": 1004,
        "details": {"old": "Fri 12 Jun", "new": "Wed 17 Jun"},
        "reason": "The portal is closed",
    }
    return ChangeView(**told({**usual, **facts}))


def _changes(text: str) -> list[ChangeView]:
    """One of each kind."""
    return [change(kind, text, who=text, company=text, reason=text) for kind in KINDS]


def form(text: str = "Acme", templates: int = 3) -> NewPlanForm:
    return NewPlanForm(
        metadata='{"channel_id": "C0DEAL"}',
        templates=tuple(TemplateChoice(f"t-{n}", f"{text} {n}"[:200], text) for n in range(templates)),
        country_groups=(
            *(CountryGroup(text[:100], tuple((f"{a}{n}", f"Land {n}") for n in range(30))) for a in "ABC"),
            CountryGroup("Often used", (("US", "United States"), ("GB", "United Kingdom"))),
        ),
        buyer_company=text,
        deal_name=text,
        seller_country="GB",
        buyer_country="ZZ",
        seller_lead=("U0RAE", text),
        buyer_lead=("U0BEA", text),
        template="t-1",
        anchor_kind=AnchorKind.SIGNATURE,
        anchor=TODAY,
        anchor_reason=text,
    )


def messages() -> Iterator[Payload]:
    plans = [usual_plan(), closed_plan(), closed_plan(Outcome.LOST), *nasty_plans()]
    plans += how_it_stands.standing_plans()
    for place, plan in enumerate(plans):
        yield f"board {place}", dict(build_board(plan))
        yield f"shared status {place}", dict(status.build_shared_status(plan, NASTY[place % len(NASTY)]))
        yield f"reply status {place}", dict(replies.reply_status(plan))
    yield from whole_plans.messages(plans)
    yield from whole_privacy.messages()
    yield from whole_people.messages()
    yield from timelines.messages()
    yield from how_it_stands.messages()
    yield from _first_words()
    for text in ("Security review", *NASTY):
        yield from _replies(text)
        yield from _nudges(text)
        yield from own_words.messages(text)
        yield from whole_words.messages(text)
        yield from agreements.messages(text)
        yield from whole_calendars.messages(text)
        yield from whole_channels.messages(text)
        yield from slip_lines.messages(text)
        yield from short_words.messages(text, ANSWERS, _changes(text))


def _first_words() -> Iterator[Payload]:
    yield "no plan", dict(status.build_no_plan())
    yield "welcome", dict(status.build_welcome())
    yield "help with command", dict(status.build_help(True))
    yield "help without", dict(status.build_help(False, NASTY[2]))
    yield "greeted", dict(replies.reply_greeted())
    yield "board comes", dict(replies.reply_board_comes())
    yield "track", dict(track.reply_track(7, "1583636382.000300"))
    for act in replies.LABELS:
        for typed in ("", "we lost it", NASTY[0] * 20):
            yield f"button {act}", dict(replies.reply_with_button(act, 7, typed=typed))


def _replies(text: str) -> Iterator[Payload]:
    one = step(4, title=text, owner=text, reason=text * 10, finished_by=text, finished_for=text)
    for ending in ("done", "half", "already"):
        for missing in ("", text):
            yield f"done {ending}", dict(replies.reply_done(one, text, ending, missing, usual_plan()))
    yield "last done", dict(replies.reply_done(one, text, "done", "", board(())))
    yield "added", dict(replies.reply_added(one))
    yield "added bare", dict(replies.reply_added(replace(one, owner="", due=None)))
    for what in ("board", "nudge", "notice", "news", "post"):
        yield "unknown", dict(replies.build_post_unknown(text, what))
    for was_closed in (True, False):
        yield "reopened", dict(replies.reply_reopened(text, was_closed))
    for code, facts in refusals(text):
        yield f"refused {code}", dict(replies.reply_refused(code, {**facts, "typed": text * 10}))


def refusals(text: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every code with its facts; with `text` in the place of every text among them."""
    for code, facts in REFUSALS.items():
        yield code, {key: text if text and isinstance(fact, str) else fact for key, fact in facts.items()}
    for kind in KINDS:
        yield "step_changed", {"change": change(kind, text, who=text or "Bea Alvarez", reason=text)}


def _nudges(text: str) -> Iterator[Payload]:
    one = nudge_item(step=step(4, title=text, holds_up=(5,)), plan_name=text, side_company=text)
    items: list[NudgeItem] = [
        one,
        replace(one, step=nasty_step(6), asks_who=True),
        replace(one, step=step(8, gate=True, seller_confirmed_by=text, title=text)),
        replace(one, step=step(9, due=None), plan_name="Another deal"),
    ]
    yield "nudge", dict(nudge.build_nudge(NudgeView(3, text, tuple(items))))
    yield "nudge one", dict(nudge.build_nudge(NudgeView(3, text, (one,))))
    yield "nudge nothing", dict(nudge.build_nudge(NudgeView(3, "", ())))
    many = tuple(replace(one, step=nasty_step(n, title=text)) for n in range(1, 101))
    yield "nudge many", dict(nudge.build_nudge(NudgeView(3, text, many)))
    answered = tuple(
        replace(one, step=step(300 + n, title=text, owner=text), answer=a) for n, a in enumerate(ANSWERS)
    )
    yield "nudge answered", dict(nudge.build_nudge(NudgeView(3, text, (*answered, *many))))
    yield "nudge all answered", dict(nudge.build_nudge(NudgeView(3, text, answered)))
    for some in ((one,), (items[1],), tuple(items), many):
        yield "thread nudge", dict(nudge.build_thread_nudge(some, "U0BEA"))


def views() -> Iterator[Payload]:
    for text in ("Security review", *NASTY):
        yield from _step_views(text)
        yield from _plan_views(text)
        yield from own_words.views(text)
        yield from agreements.views(text)
        yield from whole_calendars.views(text)
        yield from whole_channels.views(text)
        yield from slip_lines.views(text)
        yield from short_words.views(text, _changes(text))
    yield from whole_steps.views()
    yield from whole_privacy.views()
    yield from whole_people.views()
    yield from whole_plans.views([usual_plan(), *nasty_plans()])
    yield from how_it_stands.views()
    yield from timelines.views()
    for code, facts in refusals():
        yield f"notice {code}", notices.build_notice(code, facts)
    yield from whole_lists.views()
    yield "no plan to track", track.build_no_plan_to_track("{}")
    for has_command in (True, False):
        yield "help modal", notices.build_help_modal(status.build_help(has_command))


def _step_views(text: str) -> Iterator[Payload]:
    for one in _steps(text):
        for viewer, may_act in ((Side.SELLER, True), (Side.BUYER, True), (None, False)):
            yield (
                "details",
                step_details.build_step_details(
                    one, text, "{}", viewer=viewer, seller_company=text, buyer_company=text, may_act=may_act
                ),
            )
        pending = agreements.question(text)
        yield (
            "details, asked",
            step_details.build_step_details(
                one, text, "{}", viewer=Side.BUYER, seller_company=text, buyer_company=text, pending=pending
            ),
        )
        for not_mine in (True, False):
            yield (
                "owner",
                step_forms.build_owner_modal(
                    one, "{}", owner=("U0BEA", text), counterpart=("U0RAE", text), not_mine=not_mine
                ),
            )
        yield "owner of none", step_forms.build_owner_modal(one, "{}")
        yield "block", step_forms.build_block_modal(one, "{}")
        yield "skip", step_forms.build_skip_modal(one, "{}")


def _steps(text: str) -> Iterator[StepView]:
    for state, side in zip((*StepState, StepState.OPEN), (*Side, *Side), strict=True):
        yield step(4, title=text, state=state, side=side, gate=side is Side.JOINT, phase=text[:60])
    yield from (nasty_step(number, title=text, owner=text, reason=text * 20) for number in range(1, 4))


def _plan_views(text: str) -> Iterator[Payload]:
    yield "new plan", plan_modals.build_new_plan(form(text))
    yield "new plan, many lists", plan_modals.build_new_plan(form(text[:12], templates=130))
    yield "add", plan_modals.build_add_step("{}", [text[:60], "Legal", ""] * 60)
    firms = Companies(text, text)
    yield (
        "add filled",
        plan_modals.build_add_step(
            "{}",
            [],
            title=text,
            due=TODAY,
            owner=("U0BEA", text),
            side=Side.BUYER,
            description=text * 20,
            link=text,
            firms=firms,
        ),
    )
    yield "close", plan_modals.build_close("{}", text)
    yield "close, said why", plan_modals.build_close("{}", text, text * 30)
    yield "history of nothing", plan_lists.build_history([], text)
    many = [
        change(
            KINDS[n % len(KINDS)],
            text,
            who=text,
            company=text,
            reason=text,
            on=TODAY - timedelta(days=n // 3),
        )
        for n in range(500)
    ]
    yield "history", plan_lists.build_history(many, text, 7, "{}")
    bare = [change(kind, details={}, reason="", step="", company="") for kind in KINDS]
    yield "history, bare", plan_lists.build_history(bare, text)


def options() -> Iterator[Payload]:
    for text in ("Bea", *NASTY):
        people = [(f"U0{n}", text) for n in range(130)]
        for label in ("seller:", "buyer:Acme", "other:", f"buyer:{text}"):
            yield "people", build_person_options([(label, people)] * 3, "")
    yield "nobody", build_person_options([("seller:Northwind", [("U0RAE", "Rae")])], "zzz")
    yield from short_words.found()
