"""What learners do, from the first visit to a lesson done; with and without JavaScript."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Site, sign_in

LESSON = "/guides/tiny/lessons/the-bowline/"
PATH = "/guides/tiny/"


def sign_up(page: Page, site: Site, name: str) -> None:
    """From the sign-up page to wherever it leads."""
    address = f"{name}-{secrets.token_hex(4)}@example.org"
    page.get_by_label("Email").fill(address)
    page.get_by_label("Your name").fill(name.title())
    page.get_by_label("Password", exact=True).fill("a-very-long-password")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(site.code_mailed_to(address))
    page.get_by_role("main").get_by_role("button", name="Confirm").click()


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_from_the_first_visit_to_a_lesson_done(
    scripted: bool, site: Site, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=scripted)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Knots and Ropes").first.click()
    page.get_by_role("main").get_by_role("link", name="The bowline").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The bowline")
    page.get_by_role("main").get_by_role("link", name="Sign in").first.click()
    page.get_by_role("main").get_by_role("link", name="Sign up").first.click()
    sign_up(page, site, "grace")

    expect(page).to_have_url(site.url + LESSON)
    page.get_by_role("button", name="Mark done and go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Why friction holds a knot")
    page.goto(PATH)
    expect(page.get_by_role("main")).to_contain_text("1 of 3")
    page.goto(LESSON)
    page.get_by_role("button", name="Not done after all").click()
    page.goto(PATH)
    expect(page.get_by_role("main")).to_contain_text("0 of 3")


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_answering_a_check_explains_every_option(
    scripted: bool, site: Site, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=scripted)
    page.goto(LESSON)
    check = page.locator("#check-when-to-use")
    check.get_by_label("Mooring a boat to a ring").check()
    check.get_by_role("button").first.click()

    expect(page.locator("#check-when-to-use")).to_contain_text("The loop keeps its size")
    expect(page.locator("#check-when-to-use")).to_contain_text("does not tighten")


def test_a_question_is_revealed_without_script(plain_page: Page) -> None:
    plain_page.goto("/guides/tiny/questions/slipping-hitch/")
    expect(plain_page.get_by_text("Water lowers the friction")).to_be_hidden()

    plain_page.locator("summary", has_text="Reveal").click()

    expect(plain_page.get_by_text("Water lowers the friction")).to_be_visible()


def test_a_lesson_is_done_by_keyboard_alone(site: Site, page: Page) -> None:
    sign_in(page, site)
    page.goto(LESSON)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Mark done and go on").or_(
        page.get_by_role("button", name="Not done after all")
    )
    for _ in range(200):
        page.keyboard.press("Tab")
        if button.first.evaluate("it => it === document.activeElement"):
            break

    page.keyboard.press("Enter")

    page.wait_for_load_state()
    expect(page.locator("[role=status]").first).to_contain_text("The bowline")


def test_continue_opens_the_heading_that_was_read_last(site: Site, page: Page) -> None:
    sign_in(page, site, "reviewer")
    page.goto(LESSON)
    with page.expect_response(lambda it: it.url.endswith("/place/"), timeout=15_000):
        page.locator("#the-tail").scroll_into_view_if_needed()
        page.mouse.wheel(0, 300)

    page.goto(PATH)
    page.get_by_role("link", name="Continue").first.click()

    assert page.url.startswith(f"{site.url}{LESSON}#")


def test_a_term_opens_its_definition_and_escape_closes_it(page: Page) -> None:
    page.goto(LESSON)
    term = page.locator("a.term", has_text="bight").first
    term.focus()
    term.press("Enter")
    definition = page.locator("[popover]:popover-open")
    expect(definition).to_contain_text("A fold in a rope")

    page.keyboard.press("Escape")

    expect(definition).to_have_count(0)


def test_a_theme_is_chosen_without_script_and_stays(plain_page: Page) -> None:
    plain_page.goto("/guides/")
    plain_page.get_by_role("button", name="Dark").click()

    expect(plain_page.locator("html")).to_have_attribute("data-theme", "dark")
    plain_page.goto(LESSON)
    expect(plain_page.locator("html")).to_have_attribute("data-theme", "dark")


def test_search_from_the_keyboard_mends_a_misspelt_word(page: Page) -> None:
    page.goto("/guides/")
    page.keyboard.press("/")
    page.keyboard.type("bowlnie")
    page.keyboard.press("Enter")

    page.get_by_role("main").get_by_role("link", name="bowline", exact=True).click()

    expect(page.get_by_role("main").get_by_role("link", name="The bowline").first).to_be_visible()


def test_filtering_questions_keeps_an_address(page: Page, site: Site) -> None:
    page.goto("/guides/tiny/questions/")
    page.get_by_label("Kind").select_option("debugging")

    expect(page).to_have_url(f"{site.url}/guides/tiny/questions/?level=&type=debugging")
    expect(page.get_by_role("main")).not_to_contain_text("Name the parts")


def test_a_check_that_could_not_be_sent_says_so_and_keeps_the_words(new_page: NewPage) -> None:
    page = new_page(forgiving=True)
    page.goto(LESSON)
    answer = page.locator("#check-explain-loop textarea")
    answer.fill("Because it pinches itself.")
    page.context.set_offline(True)

    page.locator("#check-explain-loop button").first.click()

    expect(page.locator(".messages")).to_contain_text("cannot be reached")
    expect(answer).to_have_value("Because it pinches itself.")
