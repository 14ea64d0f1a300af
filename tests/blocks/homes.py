"""Homes to draw: nobody's, everybody's, and the worst anybody could bring."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from blocks.home import build_home
from blocks.view_models import BoardView, Companies, HomeClaim, HomePlan, HomeStep, HomeView
from storage.models import Side
from tests.blocks.plans import NASTY, TODAY, nasty_plans, nasty_step, step, usual_plan


def home_step(number: int = 4, text: str = "Acme", **facts: object) -> HomeStep:
    return HomeStep(step(number, **facts), f"{text} × Northwind", "C0DEAL", Companies("Northwind", text))


def half_confirmed(number: int, text: str = "Bea Alvarez") -> HomeStep:
    return home_step(number, gate=True, buyer_confirmed_by=text, title=f"{text[:140]} {number}")


def led(board: BoardView, number: int = 7) -> HomePlan:
    return HomePlan(replace(board, plan_id=number), "C0DEAL")


def claim(text: str = "Ana Silva", number: int = 1) -> HomeClaim:
    return HomeClaim(text[:120], text[:80], f"T0GLOBEX{number}", Side.BUYER, led(usual_plan()))


def of_steps(count: int) -> HomeView:
    """Somebody who owns that many, each a day later than the one before."""
    own = (home_step(n, due=TODAY + timedelta(days=n), title=f"Step {n}") for n in range(1, count + 1))
    return HomeView(own=tuple(own))


def homes() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "home of nobody", build_home(HomeView())
    yield "home, quiet", build_home(HomeView(led=(led(usual_plan()),)))
    for count in (1, 10, 11, 60, 200):
        yield f"home of {count}", build_home(of_steps(count))
    for text in NASTY:
        nasty = tuple(
            HomeStep(nasty_step(n, title=text), text[:150], "C0DEAL", Companies(text[:80], text[:80]))
            for n in range(1, 201)
        )
        plans = tuple(led(board, place) for place, board in enumerate(nasty_plans()[:40]))
        yield (
            "home, nasty",
            build_home(
                HomeView(
                    to_confirm=tuple(half_confirmed(n, text[:120] or "x") for n in range(300, 360)),
                    nameless=nasty,
                    own=nasty,
                    led=plans,
                    claims=tuple(claim(text, n) for n in range(1, 6)),
                )
            ),
        )
