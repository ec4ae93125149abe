"""The learner's chapters: writing, handing in, reading the review, handing in again."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.story import (
    BETTER_SUMMARY,
    KNOTS,
    NOTE,
    NOTE_OF_ROUND_2,
    ON_ROW,
    ON_WORDS,
    REPLY,
    SUMMARY,
    Story,
    address_of,
)
from tests.browser.test_writing import PARCEL, PNG, begin, lose_connection, note, saved, status

PASTED = "place,knot,load_kg\nend,half hitch,9\nmiddle,reef knot,4\n"


def begin_and_learn_how_one_is_told(story: Story) -> None:
    page = story.learner
    story.here = begin(page, story.site, PARCEL)
    story.look_at(page)
    story.address = address_of(page)
    page.goto(story.here)


def fill_a_table(story: Story) -> None:
    page = story.learner
    page.get_by_label("place, row 1").fill("corner")
    page.get_by_label("knot, row 1").select_option("bowline")
    page.get_by_label("load_kg, row 1").fill("12.5")
    page.get_by_role("button", name="Paste or upload a table").click()
    page.get_by_label("Paste it here").fill(PASTED)
    story.look_at(page)
    page.get_by_label("Add the new rows below it").check()
    page.get_by_role("button", name="Read the table").click()

    expect(page.get_by_label("place, row 1")).to_have_value("corner")
    expect(page.get_by_label("knot, row 3")).to_have_value("reef knot")


def add_a_photograph_and_a_link(story: Story) -> None:
    page = story.learner
    photograph = {"name": "parcel.png", "mimeType": "image/png", "buffer": PNG}
    page.get_by_label("Add files").set_input_files(photograph)  # type: ignore[arg-type]
    if not story.scripted:
        page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("link", name="parcel.png")).to_be_visible()
    page.get_by_label("Address").fill("https://example.org/film")
    save(story, page)


def write_offline(page: Page) -> None:
    come_back = lose_connection(page)
    note(page).fill("Typed in a tunnel")
    expect(status(page)).to_contain_text("Kept in this browser")
    come_back()
    saved(page)
    page.reload()
    expect(note(page)).to_have_value("Typed in a tunnel")


def write_in_two_tabs(story: Story) -> None:
    page, other = story.learner, story.learner.context.new_page()
    other.goto(story.here)
    note(other).fill(NOTE)
    save(story, other)
    note(page).fill("From this tab")
    if not story.scripted:
        page.get_by_role("button", name="Save draft").last.click()
    both = page.locator(".drafts-conflict, .conflict")
    expect(both).to_contain_text(KNOTS)
    expect(both).to_contain_text("From this tab")
    story.look_at(page)
    if story.scripted:
        both.get_by_role("button", name="Keep mine").click()
        saved(page)
    else:
        story.look_at_without_script(page)
        both.get_by_role("radio", name="What you have just sent").check()
        page.get_by_role("button", name="Go on with these").click()
    expect(both).to_have_count(0)
    expect(note(page)).to_have_value("From this tab")


def restore_what_the_other_tab_wrote(story: Story) -> None:
    page = story.learner
    page.goto(story.here)
    page.get_by_role("link", name="Earlier drafts of A note on your knots").click()
    for look in page.get_by_role("link", name="Look").all():
        look.click()
        if KNOTS in page.locator("#look pre").inner_text():
            break
    story.look_at(page)
    page.get_by_role("button", name="Restore this version").click()
    page.goto(story.here)
    expect(note(page)).to_have_value(NOTE)


def hand_in_after_a_warning(story: Story) -> None:
    page = story.learner
    go_to_hand_in(story)
    story.look_at(page)
    judge_it_oneself(page)
    page.get_by_label("What I want feedback on").fill("Is the second knot worth its string?")
    expect(page.get_by_role("main")).to_contain_text("look like personal data")
    page.get_by_role("button", name="Hand in anyway").click()
    expect(page.get_by_role("alert")).to_be_visible()
    story.look_at(page)
    page.get_by_label("I have looked at each of these").check()
    page.get_by_role("button", name="Hand in anyway").click()

    expect_handed_in(story)


def go_to_hand_in(story: Story) -> None:
    story.learner.get_by_role("button", name="Go on to hand in").click()
    story.learner.wait_for_url(f"{story.here}hand-in/")


def judge_it_oneself(page: Page) -> None:
    for title, grade in (("Choice of knots", "2 Good"), ("Words", "1 Good")):
        page.get_by_role("group", name=title).get_by_label(grade).check()
        page.get_by_label(f"Why, in one sentence: {title}").fill("It held.")


def expect_handed_in(story: Story) -> None:
    story.learner.wait_for_url(story.here)
    expect(story.learner.locator(".messages")).to_contain_text("Your work is handed in.")
    expect(story.learner.get_by_role("main")).to_contain_text("in the queue")
    story.look_at(story.learner)


def save(story: Story, page: Page) -> None:
    if story.scripted:
        saved(page)
    else:
        page.get_by_role("button", name="Save draft").last.click()


def see_that_nothing_came_yet(story: Story) -> None:
    story.learner.goto(story.here)
    expect(story.learner.get_by_role("main")).to_contain_text("Being reviewed")
    expect(story.learner.get_by_role("main")).not_to_contain_text(ON_WORDS)
    expect(story.learner.get_by_role("main")).not_to_contain_text(SUMMARY)


def read_the_review(story: Story) -> None:
    page = story.learner
    if not story.scripted:  # else it comes without anybody looking for it, which takes longer
        wait_for_an_answer(story)
    open_the_notice(story, "changes are requested")
    expect(page.get_by_role("main")).to_contain_text(BETTER_SUMMARY)
    expect(page.locator("body")).not_to_contain_text("Ravi")
    passage = page.locator(".block", has_text="Two half hitches end the string")
    expect(passage.locator(".comment")).to_contain_text(ON_WORDS)
    expect(passage.locator(".quote")).to_have_text("rope.aunt@gmail.com")
    expect(page.locator("#at-crossings-2 + .row-comments")).to_contain_text(ON_ROW)
    story.look_at(page)


def wait_for_an_answer(story: Story) -> None:
    """Until the review can no longer be undone."""
    page = story.learner
    deadline = time.monotonic() + 40
    page.goto(story.here)
    while page.locator(".state", has_text="Being reviewed").count() and time.monotonic() < deadline:
        time.sleep(0.5)
        page.reload()


def open_the_notice(story: Story, words: str) -> None:
    page = story.learner
    new = page.get_by_role("region", name="New").get_by_role("button", name=words)
    deadline = time.monotonic() + 40
    page.goto("/notices/")
    while not new.count() and time.monotonic() < deadline:
        time.sleep(0.5)
        page.reload()
    story.look_at(page)
    new.click()
    page.wait_for_url(story.here)


def reply_that_it_is_dealt_with(story: Story) -> None:
    page = story.learner
    comment = page.locator(".comment", has_text=ON_WORDS)
    comment.locator("summary", has_text="Reply").click()
    comment.get_by_label("Your reply").fill(REPLY)
    comment.get_by_label("This is dealt with").check()
    story.look_at(page)
    comment.get_by_role("button", name="Send the reply").click()
    expect(comment.locator(".tag", has_text="dealt with")).to_be_visible()


def hand_in_a_second_round(story: Story) -> None:
    page = story.learner
    page.get_by_role("button", name="Start round 2").click()
    page.wait_for_url("**/rounds/2/")
    story.here = page.url
    expect(note(page)).to_have_value(NOTE)
    story.look_at(page)
    note(page).fill(NOTE_OF_ROUND_2)
    save(story, page)
    go_to_hand_in(story)
    judge_it_oneself(page)
    page.get_by_label("What I want feedback on").fill("Is it better now?")
    page.get_by_role("button", name="Hand in", exact=True).click()

    expect_handed_in(story)


def be_told_that_it_is_accepted(story: Story) -> None:
    page = story.learner
    wait_for_an_answer(story)
    open_the_notice(story, "was accepted")
    expect(page.locator(".state")).to_have_text(re.compile("Accepted"))
    expect(page.get_by_role("main")).to_contain_text("Tested, and held.")
    story.look_at(page)
