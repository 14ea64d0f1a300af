"""What a person does in one of the two Slack clients on the page. Every wait is for something to be seen."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

Side = Literal["left", "right"]

# Pictures may split a text, so what is around it counts as well; and so does what a field says of itself.
REMEMBER = """(pane) => {
  const shown = pane.remembered = new Set();
  const keep = (words) => words && shown.add(words.trim());
  const read = () => {
    for (const root of [pane, ...document.querySelectorAll("[data-testid=popover], [data-testid=confirm]")]) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        keep(texts.currentNode.data);
        keep(texts.currentNode.parentElement.closest("p, li, button, h1, h2, .block, article")?.textContent);
      }
      for (const node of root.querySelectorAll("[placeholder], [aria-label], [title]"))
        for (const name of ["placeholder", "aria-label", "title"]) keep(node.getAttribute(name));
    }
  };
  new MutationObserver(read).observe(
    document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  read();
}"""


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
        # What the list shows is of this conversation, and no longer of the one before.
        expect(self.list).to_have_attribute("aria-label", f"Messages in {name}")

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

    def open_form(self, door: str) -> None:
        """By one of the buttons below the board."""
        self.board.get_by_role("button", name=door, exact=True).click()
        expect(self.modal).to_be_visible()

    def press_in_modal(self, label: str) -> None:
        self.modal.get_by_role("button", name=label, exact=True).click()

    def more_in_modal(self, label: str) -> None:
        """Choose behind the three dots of the step that is open."""
        self.press_in_modal("More actions")
        self.page.get_by_role("menuitem", name=label).click()

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

    def send(self) -> None:
        """Submit, where nothing is left to say afterwards."""
        self.submit()
        expect(self.modal).to_have_count(0)

    def back(self) -> None:
        """Close a window that lies over another one."""
        self.modal.get_by_test_id("modal-close").click()

    def close(self) -> None:
        self.modal.get_by_test_id("modal-close").click()
        expect(self.modal).to_have_count(0)

    # What was on their screen.

    def remember(self) -> None:
        """From here on, keep every word that this client shows, however shortly.

        Of what lies over the page, menus and questions, nobody knows whose it is: it counts for everybody.
        """
        self.root.evaluate(REMEMBER)

    def remembered(self) -> list[str]:
        """What was shown since, each text and each line around it once."""
        return list(self.root.evaluate("(pane) => [...pane.remembered]"))

    def _pick(self, words: str) -> None:
        self.page.get_by_role("option").filter(has_text=words).first.click()
