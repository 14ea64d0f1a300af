"""`python app.py schedule`: what a plan file says in, its dates out, for a program or for a person."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from plan.network import Standing
from plan.plan_file import PlanFile, parse_plan_file
from plan.schedule import Schedule, Slot, offsets, schedule

LONGEST_NAME = 44  # characters of a title in the table
Offsets = dict[str, tuple[int, int]]


def report(text: str, *, anchor: date | None, today: date, as_json: bool) -> str:
    """The dates of a plan file. `anchor` goes before the file's own.

    Raises `PlanFileError` for a file that is none, and `OverflowError` where the days run out.
    """
    plan = parse_plan_file(text)
    found = compute(plan, anchor or plan.anchor, today)
    counted = offsets(plan.steps) if found.anchor is None else {}
    return json.dumps(_as_data(found, counted), indent=2) if as_json else _as_table(plan, found, counted)


def compute(plan: PlanFile, anchor: date | None, today: date) -> Schedule[str]:
    """Raises `OverflowError` where the days run out."""
    return schedule(
        plan.steps,
        anchor,
        today,
        plan.seller_calendar,
        plan.buyer_calendar,
        standings={step.id: Standing(only_on=step.only_on) for step in plan.steps if step.only_on},
    )


def _as_data(found: Schedule[str], counted: Offsets) -> dict[str, Any]:
    return {
        "today": found.today.isoformat(),
        "anchor": _iso(found.anchor),
        "projected_anchor": _iso(found.projected_anchor),
        "days_late": None if found.anchor is None else found.days_late,
        "critical_path_days": found.critical_path_days,
        "critical_path": list(found.critical_path),
        "in_conflict": [step_id for step_id, slot in found.slots.items() if slot.in_conflict],
        "steps": [_step_as_data(step_id, slot, counted) for step_id, slot in found.slots.items()],
    }


def _step_as_data(step_id: str, slot: Slot, counted: Offsets) -> dict[str, Any]:
    """A day as ISO 8601 has it; without an anchor the latest ones are working days before it, 0 its end."""
    start, finish = counted.get(step_id, (_iso(slot.latest_start), _iso(slot.latest_finish)))
    data: dict[str, Any] = {
        "id": step_id,
        "latest_start": start,
        "latest_finish": finish,
        "slack_days": slot.slack,
        "projected_start": _iso(slot.projected_start),
        "projected_finish": _iso(slot.projected_finish),
        "critical": slot.is_critical,
    }
    if slot.room is not None:
        data["room_days"] = slot.room
    return data


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _as_table(plan: PlanFile, found: Schedule[str], counted: Offsets) -> str:
    """For a terminal: what decides the date, and a line for each step."""
    rows = [
        ("", "step", "latest start", "latest finish", "projected start", "projected finish", "slack", "room")
    ]
    titles = {step.id: step.title for step in plan.steps}
    for step_id, slot in found.slots.items():
        start, finish = counted.get(step_id, (_spoken(slot.latest_start), _spoken(slot.latest_finish)))
        rows.append(
            (
                ("*" if slot.is_critical else "") + ("!" if slot.in_conflict else ""),
                _in_one_line(f"{step_id}  {titles[step_id]}"),
                str(start),
                str(finish),
                _spoken(slot.projected_start),
                _spoken(slot.projected_finish),
                str(slot.slack),
                "" if slot.room is None else str(slot.room),
            )
        )
    lines = [*_headline(plan, found), "", *_in_columns(rows), "", "* decides when the plan lands"]
    if any(slot.in_conflict for slot in found.slots.values()):
        lines.append("! cannot end on any of the days it is tied to")
    if found.anchor is None:
        lines.append("Latest days are working days before the anchor: 0 is the end of the anchor day.")
    return "\n".join(lines)


def _headline(plan: PlanFile, found: Schedule[str]) -> list[str]:
    title = _in_one_line(plan.title) or "This plan"
    lines = [f"{title}: {len(plan.steps)} steps, {_days(found.critical_path_days)} on the critical path"]
    lands = f"Seen from {_spoken(found.today)} it lands on {_spoken(found.projected_anchor)}"
    if found.anchor is None:
        return [*lines, f"{lands}."]
    apart = f"{_days(abs(found.days_late))} {'after' if found.days_late > 0 else 'before'} its anchor"
    return [*lines, f"{lands}, {apart if found.days_late else 'on its anchor'}, {_spoken(found.anchor)}."]


def _in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numbers = range(len(widths) - 2, len(widths))
    return [
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _in_one_line(text: str) -> str:
    """Nothing in a file may steer the terminal."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _spoken(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else ""


def _days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"
