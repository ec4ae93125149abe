"""Reviewing in a real browser: by keyboard alone, without script, in words that are selected."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, NewPage, Site

# Somebody hands a parcel in, before everybody else; a reviewer signs in.
STORY = """
import json
from datetime import timedelta
from uuid import uuid4
from django.test import Client
from django.utils import timezone
from projects.models import Round, SavedComment
from skillguide.learners.models import Learner
from tests.projects.stories import calibrated, handed_in

Round.objects.filter(state="waiting").update(queued_at=timezone.now())
ada = Learner.objects.create_user(f"ada-{uuid4().hex[:8]}@example.org", name="Ada Lovelace")
address = f"ravi-{uuid4().hex[:8]}@example.org"
ravi = Learner.objects.create_user(address, name="Ravi", is_reviewer=True)
round = handed_in(ada)
Round.objects.filter(pk=round.pk).update(queued_at=timezone.now() - timedelta(days=40))
SavedComment.objects.create(owner=calibrated(ravi), text="Name your source.")
browser = Client()
browser.force_login(ravi)
print(json.dumps({"round": str(round.pk), "session": browser.cookies["sessionid"].value}))
"""


@dataclass(frozen=True)
class Story:
    round: str
    session: str

    @property
    def page(self) -> str:
        return f"/desk/{self.round}/"


@pytest.fixture
def story(site: Site) -> Story:
    return told(site, STORY)


def told(site: Site, script: str) -> Story:
    environment = os.environ | {
        "DATA_DIR": str(site.data),
        "CONTENT_DIR": str(ROOT / "tests" / "sample"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Story(**json.loads(done.stdout.splitlines()[-1]))


Open = Callable[..., Page]


@pytest.fixture
def reviewer(site: Site, story: Story, new_page: NewPage) -> Open:
    """Opens a page for the reviewer of the story."""

    def open_page(**options: object) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": "sessionid", "value": story.session, "url": site.url}])
        return page

    return open_page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("[data-drafts-status]")).to_have_text(re.compile(r"Saved \d"))


def findings(page: Page) -> list[str]:
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{page.url}: {it['id']}: {node['target']} {node.get('failureSummary', '')}"
        for it in results.response["violations"]
        for node in it["nodes"]
    ]


def claim(page: Page) -> None:
    """The page that comes then has its scripts before anything is done with it."""
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_role("button", name="Send the review")).to_be_visible()
    page.wait_for_load_state()


def test_a_review_is_done_by_keyboard_alone(reviewer: Open, story: Story) -> None:
    page = reviewer()
    page.goto("/desk/")
    press(page, "n")
    page.wait_for_url(f"**{story.page}")

    press(page, "j", "j", "c")  # the second paragraph
    expect(page.get_by_label("Comment", exact=True)).to_be_focused()
    page.keyboard.type("How do you know? ")
    press(page, "Alt+b", "Enter")
    expect(page.get_by_label("Comment", exact=True)).to_have_value(
        "How do you know? Name your source."
    )
    press(page, "Control+Enter")
    comment = page.locator("[data-comment]")
    expect(comment).to_be_focused()
    expect(comment).to_contain_text("Name your source.")

    press(page, "]", "2")
    press(page, "]", "1")
    press(page, "s")
    page.keyboard.type("A neat parcel.")
    saved(page)
    press(page, "Escape", "r", "Control+Enter")

    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_text("Changes requested", exact=True)).to_be_visible()
    expect(page.locator("[data-countdown]")).to_contain_text("left to undo it")


def test_selected_words_are_quoted_and_highlighted(reviewer: Open, story: Story) -> None:
    page = reviewer()
    page.goto(story.page)
    claim(page)
    page.evaluate(
        """() => {
          const p = [...document.querySelectorAll("[data-words] p")][0];
          const text = p.firstChild;
          const at = text.data.indexOf("does not");
          getSelection().setBaseAndExtent(text, at, text, at + "does not slip".length);
        }"""
    )
    page.get_by_role("button", name="Comment on selection (c)").click()

    expect(page.get_by_label("On these words")).to_have_value("does not slip")
    page.get_by_label("Comment", exact=True).fill("Always?")
    page.get_by_role("button", name="Add the comment").click()

    expect(page.locator("[data-comment] .quote")).to_have_text("does not slip")
    highlighted = "[...CSS.highlights.get('quoted')].map((it) => it.toString())"
    assert page.evaluate(highlighted) == ["does not slip"]


def test_what_is_typed_survives_a_reload(reviewer: Open, story: Story) -> None:
    page = reviewer()
    page.goto(story.page)
    claim(page)
    page.get_by_label("Summary").fill("Half a thought.")
    page.locator("[data-comment-on='crossings.1']").click()
    with page.expect_response("**/save/"):
        page.get_by_label("Comment", exact=True).fill("On the first row.")
    page.reload()

    expect(page.get_by_label("Summary")).to_have_value("Half a thought.")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("On the first row.")
    expect(page.locator(".row-comments").get_by_label("Comment", exact=True)).to_be_visible()


def test_a_comment_that_was_not_sent_is_found_again(reviewer: Open, story: Story) -> None:
    page = reviewer(forgiving=True)
    page.goto(story.page)
    claim(page)
    page.context.set_offline(True)
    page.locator("[data-comment-on='note.2']").click()
    page.get_by_label("Comment", exact=True).fill("Typed in a tunnel.")
    expect(page.locator("[data-drafts-status]")).to_contain_text("Kept in this browser")
    page.context.set_offline(False)
    page.route("**/save/", lambda route: route.abort())
    page.reload()
    page.unroute("**/save/")

    expect(page.get_by_label("Comment", exact=True)).to_have_value("Typed in a tunnel.")


def test_a_box_that_is_closed_stays_closed(reviewer: Open, story: Story) -> None:
    page = reviewer()
    page.goto(story.page)
    claim(page)
    opener = page.locator("[data-comment-on='note.1']")
    opener.click()
    with page.expect_response("**/save/"):
        page.get_by_label("Comment", exact=True).fill("Never mind.")
    with page.expect_response("**/save/"):
        page.get_by_role("button", name="Empty and close").click()
    expect(opener).to_be_focused()
    page.reload()

    expect(page.locator("#comment_form")).to_have_count(0)


def test_a_review_is_done_without_script(reviewer: Open, story: Story) -> None:
    page = reviewer(java_script_enabled=False, forgiving=True)
    page.goto("/desk/")
    page.get_by_role("button", name="Claim the next one").click()
    page.get_by_label("Summary").fill("A neat parcel.")
    page.get_by_role("button", name="Comment on paragraph 2").click()
    page.locator("summary", has_text="Saved replies").click()
    page.get_by_label("Choose one").select_option(index=0)
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Name your source.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comment")).to_contain_text("Name your source.")
    expect(page.get_by_label("Summary")).to_have_value("A neat parcel.")

    page.get_by_role("button", name="Send the review").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a grade for “Words”.")
    for criterion in ("Choice of knots", "Words"):
        page.get_by_role("group", name=criterion).first.get_by_role("radio").last.check()
    page.get_by_role("radio", name="Accepted").check()
    page.get_by_role("button", name="Send the review").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Summary")).to_have_value("A neat parcel.")


def test_typing_renews_the_claim_and_a_lost_one_is_told(
    reviewer: Open, story: Story, site: Site
) -> None:
    page = reviewer()
    page.goto(story.page)
    claim(page)
    other = page.context.new_page()
    other.goto(story.page)
    other.get_by_text("Not for you?").click()
    other.get_by_role("button", name="Give it back to the queue").click()
    expect(other.get_by_text("It is back in the queue.")).to_be_visible()

    page.get_by_label("Summary").fill("Too late, and kept.")
    expect(page.get_by_text("Your claim has ended.")).to_be_visible()
    page.get_by_role("button", name="Claim again").click()
    expect(page.get_by_label("Summary")).to_have_value("Too late, and kept.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(scheme: str, reviewer: Open, story: Story) -> None:
    page = reviewer(color_scheme=scheme, forgiving=True)
    found = []
    for url in ("/desk/", "/desk/bank/", story.page):
        page.goto(url)
        found += findings(page)
    claim(page)
    found += findings(page)
    page.locator("[data-comment-on='note.1']").click()
    found += findings(page)
    page.get_by_role("button", name="Send the review").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    found += findings(page)

    assert found == []


def test_nothing_is_cut_at_320_pixels(reviewer: Open, story: Story) -> None:
    page = reviewer(viewport={"width": 320, "height": 640})
    widths = {}
    for url in ("/desk/", "/desk/bank/", story.page):
        page.goto(url)
        widths[url] = page.evaluate("document.documentElement.scrollWidth")
    claim(page)
    widths["held"] = page.evaluate("document.documentElement.scrollWidth")

    assert {url: width for url, width in widths.items() if width > 320} == {}
