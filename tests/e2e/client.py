"""What a person does in one of the two Slack clients on the page. Every wait is for something to be seen."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

Side = Literal["left", "right"]


class Client:
    def __init__(self, page: Page, side: Side) -> None:
        self.page = page
        self.root = page.locator(f"[data-pane={side}]")
        self.list = self.root.locator(".conversation .messages")
        self.board = self.list.locator("article.pinned")
        self.thread = self.root.get_by_test_id("thread")
        self.modal = self.root.get_by_test_id("modal")
        self.composer = self.root.get_by_test_id("composer")

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def message(self, words: str) -> Locator:
        """The newest message of the open conversation with these words."""
        return self.list.locator("article").filter(has_text=words).last

    def open_tab(self, name: str) -> None:
        tab = self.root.get_by_test_id("tab").filter(has_text=name)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")

    def open_thread(self, words: str) -> None:
        self.message(words).get_by_test_id("replies").click()
        expect(self.thread).to_be_visible()

    def close_thread(self) -> None:
        self.root.get_by_test_id("thread-close").click()
        expect(self.thread).to_be_hidden()

    def become(self, name: str) -> None:
        """Somebody else of either company sits down here, in the shared channel."""
        self.root.get_by_test_id("person-menu").click()
        self.page.get_by_role("menuitemradio", name=name).or_(
            self.page.get_by_role("menuitem", name=name)
        ).first.click()
        expect(self.root.get_by_test_id("person-menu")).to_contain_text(name)
        self.open_tab("#acme-northwind")

    # The board.

    def step(self, number: int) -> Locator:
        """The words of one of the next three steps."""
        return self.board.locator(".section").filter(has_text=re.compile(rf"^{number}\s"))

    def press(self, label: str, step: int) -> None:
        self._buttons(step).get_by_role("button", name=label, exact=True).click()

    def more(self, label: str, step: int) -> None:
        """Choose behind the three dots of a step."""
        self._buttons(step).get_by_role("button", name="More actions").click()
        self.page.get_by_role("menuitem", name=label).click()

    def open_step(self, number: int) -> None:
        self.board.locator(".picker").click()
        self._pick(f"{number} ")

    def _buttons(self, step: int) -> Locator:
        return self.step(step).locator("xpath=following-sibling::*[1]")

    # The modal in front of the person.

    def field(self, block_id: str) -> Locator:
        block = self.modal.locator(f'.block[data-block-id="{block_id}"]')
        return block.locator(":is(input, textarea, .picker)")

    def error_of(self, block_id: str) -> Locator:
        return self.modal.locator(f'[data-error-for="{block_id}"]')

    def choose(self, block_id: str, words: str) -> None:
        """Search in a list, and take what is found."""
        self.field(block_id).click()
        self.page.get_by_test_id("options-search").fill(words)
        self._pick(words)
        expect(self.field(block_id)).to_contain_text(words)

    def choose_for(self, label: str, words: str) -> None:
        """The same for an input that is known by its label alone."""
        block = self.modal.locator(".block").filter(has_text=re.compile(rf"^{re.escape(label)}"))
        block.locator(".picker").click()
        self.page.get_by_test_id("options-search").fill(words)
        self._pick(words)
        expect(block).to_contain_text(words)

    def tick(self, block_id: str, label: str) -> None:
        block = self.modal.locator(f'.block[data-block-id="{block_id}"]')
        block.get_by_label(label, exact=True).check()

    def submit(self) -> None:
        self.modal.get_by_test_id("modal-submit").click()

    def close(self) -> None:
        self.modal.get_by_test_id("modal-close").click()
        expect(self.modal).to_have_count(0)

    def _pick(self, words: str) -> None:
        self.page.get_by_role("option").filter(has_text=words).first.click()
