"""Chromium in front of `make sandbox`. Each stage leaves a picture in `screenshots/`."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from bot.logs import set_up_logs
from tests.e2e.client import Client
from tests.e2e.desk import HOUSE, Desk, example_on, greeting_on, tell_in

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PICTURES = HOUSE / "screenshots"
TUESDAY = date(2031, 6, 3)  # no holiday of either country for a month
WIDE = (1440, 900)

Picture = Callable[[Page | Locator, str], None]
Show = Callable[..., Page]

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")  # its event loop is in the way of tests that come after these
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """Opens an address as a new visitor does: `show(address, size=(1440, 900), theme="light")`."""
    contexts = []
    problems: list[str] = []

    def open_page(address: str, size: tuple[int, int] = WIDE, theme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if is_complaint(said) else None)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def is_complaint(said: ConsoleMessage) -> bool:
    """A server that is away, or a door that says no, is what some tests are about."""
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def picture() -> Picture:
    PICTURES.mkdir(exist_ok=True)

    def take(what: Page | Locator, name: str) -> None:
        what.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    return take


@pytest.fixture(scope="session")
def told_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `make sandbox` was started on a Tuesday, and stopped once the example was told."""
    set_up_logs("ERROR")
    folder = tmp_path_factory.mktemp("example")
    tell_in(folder, example_on(TUESDAY))
    return folder


@pytest.fixture(scope="session")
def told_greeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an empty channel."""
    set_up_logs("ERROR")
    folder = tmp_path_factory.mktemp("greeting")
    tell_in(folder, greeting_on(TUESDAY))
    return folder


@pytest.fixture
def example(told_example: Path, tmp_path: Path) -> Iterator[Desk]:
    """The example half way, for this test alone."""
    shutil.copytree(told_example, tmp_path, dirs_exist_ok=True)
    with Desk(tmp_path) as desk:
        yield desk.start()


@pytest.fixture
def empty(told_greeting: Path, tmp_path: Path) -> Iterator[Desk]:
    """A channel without a plan, for this test alone."""
    shutil.copytree(told_greeting, tmp_path, dirs_exist_ok=True)
    with Desk(tmp_path) as desk:
        yield desk.start()


def both(page: Page) -> tuple[Client, Client]:
    """Rae on the left, Bea on the right."""
    return Client(page, "left"), Client(page, "right")
