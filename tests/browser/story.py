"""What the chapters of the story share: who takes part, and the words that they write."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Site

KNOTS = "A bowline is at the corner, as it does not slip under load and comes undone again."
REASONS = "Two half hitches end the string; ask rope.aunt@gmail.com, who ties them with cold hands."
BETTER = "Two half hitches end the string. I hung nine kilograms from them, and nothing moved."
NOTE = f"## Knots\n\n{KNOTS}\n\n## Reasons\n\n{REASONS}"
NOTE_OF_ROUND_2 = f"## Knots\n\n{KNOTS}\n\n## Reasons\n\n{BETTER}"
ON_WORDS, ON_ROW = "Her word, or a test of your own?", "Why nine kilograms?"
REPLY = "I tested it myself."
SUMMARY, BETTER_SUMMARY = "A neat parcel.", "A neat parcel; test the second knot."


@dataclass
class Story:
    """Who takes part, and what axe and a narrow window found wrong on the way."""

    site: Site
    scripted: bool
    new_page: NewPage
    learner: Page
    reviewer: Page
    here: str = ""
    address: str = ""
    findings: list[str] = field(default_factory=list)

    def look_at(self, page: Page) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            self.findings.append(f"{page.url} is {width} px wide")
        if self.scripted:
            self.ask_axe(page)

    def look_at_without_script(self, page: Page) -> None:
        """At a page that there is only without script, which axe needs: the same in another tab."""
        html, checker = page.content(), self.new_page()
        checker.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        checker.goto(page.url)
        self.ask_axe(checker)

    def ask_axe(self, page: Page) -> None:
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        self.findings += [
            f"{page.url}: {it['id']}: {node['target']} {node.get('failureSummary', '')}"
            for it in results.response["violations"]
            for node in it["nodes"]
        ]


def address_of(page: Page) -> str:
    """Where notices go to by mail, as one is told beside them."""
    page.goto("/notices/")
    by_mail = page.get_by_role("region", name="By mail")
    expect(by_mail).to_contain_text("Each notice also comes to")
    return by_mail.locator("strong").inner_text()
