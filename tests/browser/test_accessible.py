"""axe finds nothing on any page, light and dark; nothing is cut at 320 pixels."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NewPage, Site, sign_in

OTHERS = [
    "/search/?q=rope",
    "/search/?q=bowlnie",
    "/search/?q=qqxzzy",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/no/such/page/",
]
SIGNED_IN = [
    "/",
    "/guides/tiny/",
    "/guides/tiny/lessons/the-bowline/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/submissions/",
    "/notices/",
    "/guides/tiny/projects/tie-a-parcel/",
    "/content/problems/",
]


@pytest.fixture(scope="module")
def urls(site: Site) -> list[str]:
    """One of each kind of page: those of the sitemap, and those that it leaves out."""
    with urlopen(f"{site.url}/sitemap.xml") as answer:  # noqa: S310
        found = re.findall(r"<loc>https?://[^/]+(/.*?)</loc>", answer.read().decode())
    assert len(found) > 10
    return found + OTHERS


def findings(page: Page, url: str) -> list[str]:
    page.goto(url)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{url}: {violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(scheme: str, urls: list[str], new_page: NewPage) -> None:
    page = new_page(color_scheme=scheme)
    found = [it for url in urls if "/no/such" not in url for it in findings(page, url)]

    assert found == []


@pytest.mark.parametrize(("scheme", "who"), [("light", "instructor"), ("dark", "admin")])
def test_axe_finds_nothing_for_people_who_are_signed_in(
    scheme: str, who: str, site: Site, new_page: NewPage
) -> None:
    page = new_page(color_scheme=scheme)
    sign_in(page, site, who)
    page.goto("/guides/tiny/lessons/friction/")
    page.locator("#check-three-turns input").first.check()
    page.locator("#check-three-turns button").first.click()

    found = [it for url in SIGNED_IN for it in findings(page, url)]

    assert found == []


def test_high_contrast_passes_too(new_page: NewPage, site: Site) -> None:
    page = new_page()
    page.context.add_cookies([{"name": "theme", "value": "contrast", "url": site.url}])

    assert findings(page, "/guides/tiny/lessons/the-bowline/") == []


def test_nothing_is_cut_at_320_pixels(urls: list[str], new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    too_wide = []
    for url in urls:
        if "/no/such" in url:
            continue
        page.goto(url)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            too_wide.append(f"{url} is {width} px wide")

    assert too_wide == []


def test_a_first_visit_weighs_at_most_100_kb(new_page: NewPage, site: Site) -> None:
    page = new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda it: sizes.append(it["encodedDataLength"]))

    page.goto("/guides/tiny/lessons/the-bowline/", wait_until="networkidle")

    assert len(sizes) > 2
    assert sum(sizes) <= 100_000
