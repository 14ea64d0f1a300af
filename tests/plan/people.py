"""A plan of Northwind's and Acme's, and its steps, as rows that were never stored."""

from datetime import UTC, date, datetime
from typing import Any

from storage.models import AnchorKind, Plan, Side, Step

RAE, SAM, BEA, RAVI = "U0RAE", "U0SAM", "U0BEA", "U0RAVI"
SIDES = {RAE: Side.SELLER, SAM: Side.SELLER, BEA: Side.BUYER, RAVI: Side.BUYER}


def side_of(user_id: str) -> Side | None:
    return SIDES.get(user_id)


def a_plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "id": 1,
        "team_id": "T0NORTHWIND",
        "channel_id": "C0DEAL",
        "name": "Acme",
        "template": "saas-six-figures",
        "seller_company": "Northwind",
        "buyer_company": "Acme",
        "anchor_kind": AnchorKind.GO_LIVE,
        "anchor_date": date(2026, 6, 30),
        "seller_lead_id": RAE,
        "buyer_lead_id": BEA,
        "seller_country": "GB",
        "buyer_country": "US",
        "seller_time_zone": "Europe/London",
        "buyer_time_zone": "America/New_York",
        "time_zone": "Europe/London",
        "created_at": datetime(2026, 5, 1, tzinfo=UTC),
        "created_by": RAE,
    }
    return Plan(**values | changes)


def a_step(number: int = 1, side: Side = Side.BUYER, due: str | None = None, **changes: Any) -> Step:
    values: dict[str, Any] = {
        "id": number,
        "plan_id": 1,
        "number": number,
        "position": number,
        "phase": "Security",
        "title": f"Step {number}",
        "side": side,
        "due_date": date.fromisoformat(due) if due else None,
    }
    return Step(**values | changes)
