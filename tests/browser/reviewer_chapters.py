"""The reviewer's chapters: trying the examples, commenting, deciding, reading the next round."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.story import BETTER_SUMMARY, KNOTS, ON_ROW, ON_WORDS, REPLY, SUMMARY, Story
from tests.browser.test_reviewing import told

# A new reviewer signs in, and what the learner handed in becomes the oldest of the queue.
A_REVIEWER_COMES = """
import json
from datetime import timedelta
from uuid import uuid4
from django.test import Client
from django.utils import timezone
from projects.models import Round
from skillguide.learners.models import Learner

Round.objects.filter(state="waiting").update(queued_at=timezone.now())
round = Round.objects.get(submission_id="{submission}", number=1)
Round.objects.filter(pk=round.pk).update(queued_at=timezone.now() - timedelta(days=40))
address = f"ravi-{{uuid4().hex[:8]}}@example.org"
ravi = Learner.objects.create_user(address, name="Ravi Reviewer", is_reviewer=True)
browser = Client()
browser.force_login(ravi)
print(json.dumps({{"round": str(round.pk), "session": browser.cookies["sessionid"].value}}))
"""


def let_a_reviewer_in(story: Story) -> None:
    submission = story.here.split("/")[-4]
    come = told(story.site, A_REVIEWER_COMES.format(submission=submission))
    cookie = {"name": "sessionid", "value": come.session, "url": story.site.url}
    story.reviewer.context.add_cookies([cookie])  # type: ignore[list-item]


def try_both_examples(story: Story) -> None:
    page = story.reviewer
    page.goto("/desk/")
    page.get_by_role("link", name="tried its examples").click()
    story.look_at(page)
    page.get_by_role("link", name="Example:").first.click()
    for go_on in ("Go on with", "To the desk"):
        for criterion in ("Choice of knots", "Words"):
            page.get_by_role("group", name=criterion).get_by_role("radio").first.check()
        page.get_by_role("button", name="Keep my scores").click()
        expect(page.get_by_role("main")).to_contain_text("Agreed:")
        story.look_at(page)
        page.get_by_role("link", name=go_on).click()


def claim_the_next(story: Story) -> None:
    page = story.reviewer
    story.look_at(page)
    page.get_by_role("button", name="Claim the next one").click()
    expect(page.get_by_role("main")).to_contain_text("Is the second knot worth its string?")
    expect(page.get_by_role("main")).to_contain_text(KNOTS)
    expect(page.get_by_role("main")).to_contain_text("you and the learner do not see each other")
    page.wait_for_load_state()
    expect(page.locator("body")).not_to_contain_text(story.address)


def comment_on_words_and_on_a_row(story: Story) -> None:
    page = story.reviewer
    if story.scripted:
        select(page, "rope.aunt@gmail.com")
        page.get_by_role("button", name="Comment on selection").click()
    else:
        page.get_by_role("button", name="Comment on paragraph 4").click()
        page.get_by_label("On these words").fill("rope.aunt@gmail.com")
    add_comment(page, ON_WORDS)
    expect(page.locator(".comment .quote")).to_have_text("rope.aunt@gmail.com")
    page.get_by_role("button", name="Comment on row 2").click()
    add_comment(page, ON_ROW)
    expect(page.locator(".row-comments .comment")).to_contain_text(ON_ROW)
    story.look_at(page)


def select(page: Page, words: str) -> None:
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(
            document.querySelector("#work-note"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode() && !walker.currentNode.data.includes(words));
          const text = walker.currentNode, at = text.data.indexOf(words);
          getSelection().setBaseAndExtent(text, at, text, at + words.length);
        }""",
        words,
    )


def add_comment(page: Page, text: str) -> None:
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comment", has_text=text)).to_be_visible()


def ask_for_changes_and_undo_it(story: Story) -> None:
    page = story.reviewer
    judge(page, SUMMARY, "Changes requested")
    page.get_by_role("button", name="Send the review").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Summary")).to_have_value(SUMMARY)


def judge(page: Page, summary: str, decision: str) -> None:
    for criterion in ("Choice of knots", "Words"):
        page.get_by_role("group", name=criterion).first.get_by_role("radio").last.check()
    page.get_by_label("Summary").fill(summary)
    page.get_by_role("radio", name=decision).check()


def send_it_again(story: Story) -> None:
    page = story.reviewer
    page.get_by_label("Summary").fill(BETTER_SUMMARY)
    page.get_by_role("button", name="Send the review").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    story.look_at(page)


def see_the_comments_again(story: Story) -> None:
    page = story.reviewer
    page.goto("/desk/?mine=1")
    page.get_by_role("button", name="Claim the next one").click()
    expect(page.get_by_role("main")).to_contain_text("Is it better now?")
    expect(page.locator("#at-crossings-2 + .row-comments")).to_contain_text(ON_ROW)
    earlier = page.locator(".earlier-text")
    earlier.locator("summary").first.click()
    expect(earlier.locator(".comment")).to_contain_text(ON_WORDS)
    expect(earlier.locator(".comment")).to_contain_text("on earlier text")
    expect(earlier.locator(".comment")).to_contain_text(REPLY)
    expect(earlier.locator(".comment")).to_contain_text("dealt with")
    story.look_at(page)


def see_what_changed(story: Story) -> None:
    page = story.reviewer
    page.get_by_role("link", name="Changes since round 1").click()
    changed = page.get_by_role("region", name="A note on your knots")
    expect(changed.locator("del", has_text="rope.aunt@gmail.com")).to_be_visible()
    expect(changed.locator("ins", has_text="nine kilograms")).to_be_visible()
    expect(page.get_by_role("region", name="The crossings")).to_contain_text("Nothing changed.")
    story.look_at(page)
    page.go_back()


def accept(story: Story) -> None:
    page = story.reviewer
    judge(page, "Tested, and held.", "Accepted")
    page.get_by_role("button", name="Send the review").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
