"""Writing and handing in, in a real browser: with and without script, offline, in two tabs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Site

PARCEL, LINE = "/guides/tiny/projects/tie-a-parcel/", "/guides/tiny/projects/rig-a-clothes-line/"
NOTE = (
    "## Knots\n\nA bowline at the corner, as it does not slip.\n\n## Reasons\n\n"
    "It held for a minute of shaking, and came undone with one pull at its end."
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 2000


def join(page: Page, site: Site) -> None:
    """A learner of the test's own, so that tests can run in any order."""
    address = f"ada-{secrets.token_hex(4)}@example.org"
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password", exact=True).fill("four metres of string")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(site.code_mailed_to(address))
    page.get_by_role("main").get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{site.url}/")


def begin(page: Page, site: Site, project: str = LINE) -> str:
    """The address of the workbench."""
    join(page, site)
    page.goto(project)
    page.get_by_role("button", name="Start the project").first.click()
    page.wait_for_url("**/rounds/1/")
    return page.url


def memo(page: Page) -> Locator:
    return page.get_by_role("textbox", name="A memo")


def note(page: Page) -> Locator:
    return page.get_by_role("textbox", name="A note on your knots")


def status(page: Page) -> Locator:
    return page.locator("[data-drafts-status]")


def saved(page: Page) -> None:
    expect(status(page)).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d\s*$"))


def lose_connection(page: Page) -> Callable[[], None]:
    """As when the network goes: the page stays, requests fail."""
    page.context.set_offline(True)
    return lambda: page.context.set_offline(False)


@pytest.fixture
def bench(site: Site, new_page: NewPage) -> Page:
    page = new_page(forgiving=True)
    begin(page, site)
    return page


def test_what_is_typed_is_there_after_loading_again(site: Site, new_page: NewPage) -> None:
    page = new_page()
    begin(page, site)
    memo(page).press_sequentially("Four hundred newtons")
    saved(page)

    page.reload()

    expect(memo(page)).to_have_value("Four hundred newtons")


def test_the_field_being_typed_in_is_never_touched(site: Site, new_page: NewPage) -> None:
    page = new_page()
    begin(page, site)
    memo(page).fill("Four newtons")
    memo(page).evaluate("it => it.setSelectionRange(5, 5)")
    memo(page).press_sequentially("hundred ")
    saved(page)

    memo(page).press_sequentially("and one ")

    expect(memo(page)).to_have_value("Four hundred and one newtons")


def test_two_tabs_show_both_texts_and_leave_the_choice(bench: Page) -> None:
    other = bench.context.new_page()
    other.goto(bench.url)
    memo(other).fill("From the other tab")
    saved(other)

    memo(bench).fill("From this tab")
    conflict = bench.locator(".drafts-conflict")
    expect(conflict).to_contain_text("From the other tab")
    expect(conflict).to_contain_text("From this tab")
    expect(memo(bench)).to_have_value("From this tab")
    conflict.get_by_role("button", name="Keep mine").click()
    saved(bench)

    expect(conflict).to_have_count(0)
    other.reload()
    expect(memo(other)).to_have_value("From this tab")
    other.goto(f"{bench.url}drafts/work.memo/?version=1")
    expect(other.get_by_role("main")).to_contain_text("From the other tab")


def test_the_other_text_can_be_taken(bench: Page) -> None:
    other = bench.context.new_page()
    other.goto(bench.url)
    memo(other).fill("From the other tab")
    saved(other)
    memo(bench).fill("From this tab")

    bench.get_by_role("button", name="Take the other").click()
    expect(memo(bench)).to_have_value("From the other tab")
    memo(bench).press_sequentially(", and more")
    saved(bench)

    bench.reload()
    expect(memo(bench)).to_have_value("From the other tab, and more")


def test_words_typed_offline_are_sent_when_the_network_is_back(bench: Page) -> None:
    come_back = lose_connection(bench)
    memo(bench).fill("Typed in a tunnel")
    expect(status(bench)).to_contain_text("Kept in this browser")

    come_back()
    saved(bench)

    bench.reload()
    expect(memo(bench)).to_have_value("Typed in a tunnel")
    expect(bench.locator(".drafts-found")).to_have_count(0)


@pytest.mark.parametrize(
    ("choice", "stands"), [("Put them back", "Never sent"), ("Discard them", "")]
)
def test_words_that_never_arrived_are_found_again(bench: Page, choice: str, stands: str) -> None:
    here, cookies = bench.url, bench.context.cookies()
    bench.context.clear_cookies(name="sessionid")
    memo(bench).fill("Never sent")
    expect(status(bench)).to_contain_text("Kept in this browser")
    bench.close()
    bench.context.add_cookies(cookies)  # type: ignore[arg-type]
    again = bench.context.new_page()
    again.goto(here)

    expect(again.locator(".drafts-found")).to_contain_text("Never sent")
    expect(memo(again)).to_have_value("")
    again.get_by_role("button", name=choice).click()

    expect(memo(again)).to_have_value(stands)
    if stands:
        saved(again)
    again.reload()
    expect(memo(again)).to_have_value(stands)
    expect(again.locator(".drafts-found")).to_have_count(0)


def test_when_the_session_is_over_the_words_stay(bench: Page) -> None:
    cookies = bench.context.cookies()
    bench.context.clear_cookies(name="sessionid")
    memo(bench).fill("Typed after the session")
    notice = bench.locator(".drafts-signed-out")
    expect(notice.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    expect(memo(bench)).to_have_value("Typed after the session")

    bench.context.add_cookies(cookies)  # type: ignore[arg-type]
    bench.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(bench)

    expect(notice).to_have_count(0)
    bench.reload()
    expect(memo(bench)).to_have_value("Typed after the session")


def test_too_long_a_text_is_told_beside_its_field(bench: Page) -> None:
    memo(bench).fill("x" * 100_001)

    expect(bench.locator(".drafts-error")).to_contain_text("at most 100,000 fit")
    memo(bench).fill("Short")
    saved(bench)
    expect(bench.locator(".drafts-error")).to_be_hidden()


def test_the_table_the_file_and_the_checklist_live(site: Site, new_page: NewPage) -> None:
    page = new_page()
    begin(page, site, PARCEL)
    note(page).fill(NOTE)
    page.get_by_label("place, row 1").fill("corner")
    page.get_by_label("knot, row 1").select_option("bowline")
    page.get_by_label("load_kg, row 1").fill("12,5")
    expect(page.get_by_text("such as 12.5.").last).to_be_visible()
    page.get_by_label("load_kg, row 1").fill("12.5")
    page.get_by_role("button", name="Add five rows").click()
    page.get_by_label("place, row 8").fill("end")
    page.get_by_label("knot, row 8").select_option("half hitch")
    page.get_by_role("button", name="Remove row 2").click()
    saved(page)
    item = page.locator("[data-item=two-crossings]")
    expect(item).to_contain_text("Ready: 2 rows")
    photo = page.locator("[data-item=photographed]")
    expect(photo).to_contain_text("Not yet")

    page.get_by_label("Add files").set_input_files(
        {"name": "parcel.png", "mimeType": "image/png", "buffer": PNG}
    )

    expect(page.get_by_role("link", name="parcel.png")).to_be_visible()
    expect(photo).to_contain_text("Ready: 1 file")
    page.reload()
    expect(page.get_by_label("place, row 7")).to_have_value("end")
    expect(page.get_by_label("knot, row 7")).to_have_value("half hitch")


def test_a_passage_is_marked_as_harmful_and_previewed(site: Site, new_page: NewPage) -> None:
    page = new_page()
    begin(page, site)
    memo(page).fill("Ask it how to, and see.")
    memo(page).evaluate("it => it.setSelectionRange(7, 13)")
    page.get_by_role("button", name="Mark the selection as harmful").click()
    expect(memo(page)).to_have_value("Ask it >!how to!<, and see.")

    page.get_by_role("button", name="Preview").click()

    expect(page.locator(".work-preview")).to_contain_text("Harmful passage, 2 words")


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_from_the_start_to_handing_in(scripted: bool, site: Site, new_page: NewPage) -> None:
    page = new_page(forgiving=True, java_script_enabled=scripted)
    here = begin(page, site, PARCEL)
    note(page).fill(NOTE)
    page.get_by_label("place, row 1").fill("corner")
    page.get_by_label("knot, row 1").select_option("bowline")
    page.get_by_label("Add files").set_input_files(
        {"name": "parcel.png", "mimeType": "image/png", "buffer": PNG}
    )
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("link", name="parcel.png")).to_be_visible()
    expect(note(page)).to_have_value(NOTE)
    page.get_by_label("I shook the parcel").check()
    page.get_by_role("button", name="Go on to hand in").click()
    page.wait_for_url(f"{here}hand-in/")

    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choice of knots: choose a score.")
    if scripted:
        expect(page.get_by_role("alert")).to_be_focused()
    for title, grade in (("Choice of knots", "2 Good"), ("Words", "1 Good")):
        group = page.get_by_role("group", name=title)
        group.get_by_label(grade).check()
        page.get_by_label(f"Why, in one sentence: {title}").fill("It held.")
    page.get_by_label("What I want feedback on").fill("Is the second knot worth its string?")
    page.get_by_role("button", name="Hand in", exact=True).click()

    page.wait_for_url(here)
    expect(page.locator(".messages")).to_contain_text("Your work is handed in.")


def findings(page: Page) -> list[str]:
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{page.url}: {violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut(scheme: str, site: Site, new_page: NewPage) -> None:
    page = new_page(forgiving=True, color_scheme=scheme, viewport={"width": 320, "height": 640})
    here = begin(page, site, PARCEL)
    note(page).fill("Ask rope.aunt@gmail.com")
    page.get_by_label("load_kg, row 1").fill("12,5")
    expect(page.get_by_text("such as 12.5.").last).to_be_visible()
    found = findings(page)
    for below in ("hand-in/", "drafts/work.note/?version=1", "tables/crossings/import/"):
        page.goto(here + below)
        found += findings(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{below} is {width} px wide"] if width > 320 else []
    page.goto(here)
    page.set_viewport_size({"width": 1280, "height": 800})

    assert found + findings(page) == []
