"""60 steps, and the 200 a plan may have: the board, the list of all steps and the Home tab stay readable."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.logs import set_up_logs
from tests.e2e.client import Client
from tests.e2e.conftest import TUESDAY, Picture, Show, both
from tests.e2e.desk import Desk, long_plan_on, tell_in


@pytest.mark.parametrize("steps", [60, 200])
def test_a_long_plan_is_read_narrowed_down_and_worked_on(
    steps: int, tmp_path: Path, show: Show, picture: Picture
) -> None:
    set_up_logs("ERROR")
    tell_in(tmp_path, long_plan_on(TUESDAY, steps))
    with Desk(tmp_path) as desk:
        page = show(desk.start().address, (1440, 1500))
        rae, bea = both(page)
        for client in (rae, bea):
            expect(client.board).to_contain_text(f"0 of {steps} done")
        picture(bea.board, f"long-{steps}-board")
        all_steps(bea, steps)
        picture(page, f"long-{steps}-all-steps")
        rae_alone(bea, steps)
        picture(page, f"long-{steps}-only-raes")
        bea.close()
        rae.open_tab("Tandem")
        rae.root.get_by_test_id("app-tab").filter(has_text="Home").click()
        home = rae.root.get_by_test_id("home")
        expect(home).to_contain_text("Evidence for control")
        expect(home).to_contain_text(f"Acme Bank, {steps} steps")
        picture(page, f"long-{steps}-home")
        home.get_by_role("button", name="Done", exact=True).first.click()
        expect(bea.board).to_contain_text(f"1 of {steps} done")


def all_steps(client: Client, steps: int) -> None:
    client.board.get_by_role("button", name="All steps").click()
    expect(client.modal).to_contain_text(f"Steps 1 to 30 of {steps}")
    client.modal.get_by_role("button", name="More steps").click()
    expect(client.modal).to_contain_text(f"Steps 31 to 60 of {steps}")


def rae_alone(client: Client, steps: int) -> None:
    """Narrowed down to what Rae owns: those she added, and none of the list."""
    client.modal.locator('[data-action-id="plan.filter_owner"]').click()
    client.page.get_by_role("option").filter(has_text="Rae").click()
    expect(client.modal).to_contain_text(f"of {steps - 22}")
    expect(client.modal).not_to_contain_text("Sign the mutual NDA")
