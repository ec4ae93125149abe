"""The real site, as `make run` starts it, and a real browser to use it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.run.machine import free_port, room

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """A running site and what it printed."""

    url: str
    data: Path
    output: Path

    @property
    def password(self) -> str:
        """Of the demo accounts."""
        return (self.data / "demo-password").read_text().strip()

    def code_mailed_to(self, address: str, seconds: float = 20) -> str:
        """The code in the latest mail to this address, which the worker prints."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _, _, mail = self.output.read_text().partition(f"To: {address}")
            if found := re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", mail, re.MULTILINE):
                return found[1]
            time.sleep(0.1)
        raise AssertionError(f"No mail to {address}:\n{self.output.read_text()[-2000:]}")


def foreign(site: Site, url: str) -> list[str]:
    """The address, if it is not the site's own."""
    return [] if url.startswith((site.url, "data:")) else [url]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with room() as folder:
        site = Site(f"http://127.0.0.1:{free_port()}", folder / "data", folder / "output.txt")
        environment = os.environ | {
            "PORT": site.url.rpartition(":")[2],
            "DATA_DIR": str(site.data),
            "CONTENT_DIR": str(ROOT / "tests" / "sample"),
            "UNDO_SECONDS": "6",  # the story waits for it, and undoes within it
        }
        with site.output.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-u", "manage.py", "run"],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _wait_until_ready(site, process)
            yield site
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_until_ready(site: Site, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{site.url}/readyz", timeout=2) as answer:  # noqa: S310
                if b'"ready": true' in answer.read() and (site.data / "demo-password").exists():
                    return
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"The site did not start:\n{site.output.read_text()}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each module: while it runs, so does an event loop, beside which Django's own
    tests cannot use the database; and modules are run in random order.
    """
    arguments = ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(site: Site, chromium: Browser) -> Iterator[NewPage]:
    """Open a page in a context of its own; what goes wrong in the browser fails the test.

    A `forgiving` page is for tests in which something goes wrong on purpose.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(*, forgiving: bool = False, **options: object) -> Page:
        context = chromium.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        if forgiving:
            return page
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda it: errors.append(f"{page.url}: {it.text}") if it.type == "error" else None,
        )
        page.on("request", lambda it: errors.extend(foreign(site, it.url)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def plain_page(new_page: NewPage) -> Page:
    """A browser without JavaScript."""
    return new_page(java_script_enabled=False)


def sign_in(page: Page, site: Site, who: str = "learner") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(f"{who}@example.org")
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")
