"""Tools, careers, glossary and sources, with the links back to where they are used."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django.asserts import assertContains

GUIDE = "/guides/tiny/"


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: set[str] = set()
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and (href := found.get("href")):
            self.hrefs.add(href)
        if id := found.get("id"):
            self.ids.add(id)


def test_the_glossary_links_back_to_where_a_term_is_used(client: Client) -> None:
    response = client.get(GUIDE + "glossary/")

    assertContains(response, "A fold in a rope that does not cross itself")
    assertContains(response, 'id="bight"')
    assertContains(response, f'href="{GUIDE}lessons/the-bowline/"')


def test_sources_link_back_to_where_they_are_cited(client: Client) -> None:
    response = client.get(GUIDE + "sources/")

    assertContains(response, 'id="ashley1944"')
    assertContains(response, f'href="{GUIDE}lessons/parts-of-a-rope/"')


def test_a_tool_that_ended_says_what_replaced_it(client: Client) -> None:
    response = client.get(GUIDE + "tools/")

    assertContains(response, 'href="/guides/tiny/tools/#knot-sketcher"')
    assertContains(response, "No release for years")


def test_careers_lead_to_the_lessons_they_need(client: Client) -> None:
    assertContains(client.get(GUIDE + "careers/"), GUIDE + "lessons/")


@pytest.mark.django_db
def test_every_link_on_every_page_leads_somewhere(client: Client) -> None:
    pages: dict[str, Links] = {}
    waiting = ["/"]
    while waiting:
        url = waiting.pop()
        response = client.get(url)
        assert response.status_code in (200, 302), f"{url} answers {response.status_code}"
        is_page = response.headers["Content-Type"].startswith("text/html")
        pages[url] = Links(response.content.decode() if is_page else "")
        for href in pages[url].hrefs:
            target = href.partition("#")[0].partition("?")[0]
            if target.startswith("/") and target not in pages and target not in waiting:
                waiting.append(target)
    for url, page in pages.items():
        for href in page.hrefs:
            target, _, fragment = href.partition("#")
            target = (target or url).partition("?")[0]
            if fragment and target in pages:
                assert fragment in pages[target].ids, f"{url} links to {href}: no such place"
    assert len(pages) >= 20


def test_addresses_that_the_compiler_writes_are_those_of_the_site(client: Client) -> None:
    from skillguide.content.links import address
    from skillguide.content.names import HIDDEN
    from skillguide.editions.shelf import library

    for document in library().documents.values():
        if document.kind in HIDDEN:
            continue
        url = address(document.guide, document.kind, document.slug).partition("#")[0]
        try:
            resolve(url)
        except Resolver404:
            pytest.fail(f"{document.content_id} has the address {url}, which is no page")
        assert client.get(url).status_code == 200
