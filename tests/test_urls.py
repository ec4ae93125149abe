"""Every page of the site, and who may see it. A new URL fails until it has its row here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from skillguide.editions.models import Asset
from skillguide.learners.models import Learner, Progress


class For(Enum):
    EVERYONE = "anyone may read it"
    EVERYONE_POST = "anyone may do it"
    MEMBERS = "people who are signed in"
    MEMBERS_POST = "people who are signed in may do it"
    INSTRUCTORS = "instructors and admins"


@dataclass(frozen=True)
class Page:
    url: str
    audience: For
    status: int = 200
    """What the audience gets; some pages lead on at once."""


GUIDE = "/guides/tiny/"
LESSON = GUIDE + "lessons/the-bowline/"
READ, POST, MEMBERS = For.EVERYONE, For.EVERYONE_POST, For.MEMBERS

PAGES = {
    "front": Page("/", READ),
    "search": Page("/search/", READ),
    "curriculum:guides": Page("/guides/", READ),
    "curriculum:path": Page(GUIDE, READ),
    "curriculum:lesson": Page(LESSON, READ),
    "curriculum:lesson_done": Page(LESSON + "done/", For.MEMBERS_POST),
    "curriculum:lesson_place": Page(LESSON + "place/", For.MEMBERS_POST),
    "curriculum:check": Page(LESSON + "checks/when-to-use/", POST),
    "curriculum:tools": Page(GUIDE + "tools/", READ),
    "curriculum:careers": Page(GUIDE + "careers/", READ),
    "curriculum:glossary": Page(GUIDE + "glossary/", READ),
    "curriculum:sources": Page(GUIDE + "sources/", READ),
    "projects:projects": Page(GUIDE + "projects/", READ),
    "projects:project": Page(GUIDE + "projects/tie-a-parcel/", READ),
    "interviews:questions": Page(GUIDE + "questions/", READ),
    "interviews:question": Page(GUIDE + "questions/slipping-hitch/", READ),
    "set_theme": Page("/theme/", POST, 302),
    "content_problems": Page("/content/problems/", For.INSTRUCTORS),
    "asset": Page("/assets/DIGEST/parts.svg", READ),
    "livez": Page("/livez", READ),
    "readyz": Page("/readyz", READ),
    "robots": Page("/robots.txt", READ),
    "sitemap": Page("/sitemap.xml", READ),
    "account_login": Page("/accounts/login/", READ),
    "account_signup": Page("/accounts/signup/", READ),
    "account_logout": Page("/accounts/logout/", MEMBERS),
    "account_reauthenticate": Page("/accounts/reauthenticate/", MEMBERS),
    "account_email": Page("/accounts/email/", MEMBERS),
    "account_change_password": Page("/accounts/password/change/", MEMBERS),
    "account_set_password": Page("/accounts/password/set/", MEMBERS, 302),
    "account_inactive": Page("/accounts/inactive/", READ),
    "account_confirm_login_code": Page("/accounts/login/code/confirm/", READ, 302),
    "account_email_verification_sent": Page("/accounts/confirm-email/", READ, 302),
    "account_reset_password": Page("/accounts/password/reset/", READ),
    "account_reset_password_done": Page("/accounts/password/reset/done/", READ),
    "account_reset_password_from_key": Page("/accounts/password/reset/key/1-no-such/", READ),
    "account_reset_password_from_key_done": Page("/accounts/password/reset/key/done/", READ),
}


def url_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The full names of all URLs but the admin's, which has its own gate."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name)
        elif pattern.namespace != "admin":
            yield from url_names(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)


@pytest.fixture
def url(request: pytest.FixtureRequest, db: None) -> str:
    page: Page = PAGES[request.param]
    return page.url.replace("DIGEST", Asset.objects.values_list("digest", flat=True)[0])


def of(*audiences: For) -> list[str]:
    return [name for name, page in PAGES.items() if page.audience in audiences]


def test_every_url_is_in_the_table() -> None:
    assert set(url_names(get_resolver())) == set(PAGES)


@pytest.mark.parametrize("name", [name for name in PAGES if ":" in name])
def test_a_url_is_named_after_its_view(name: str) -> None:
    view = resolve(PAGES[name].url).func

    assert name == f"{view.__module__.partition('.')[0]}:{view.__name__}"


@pytest.mark.parametrize(("name", "url"), [(it, it) for it in of(READ)], indirect=["url"])
def test_a_visitor_reads_public_pages(name: str, url: str, client: Client) -> None:
    response = client.get(url)

    assert response.status_code == PAGES[name].status


@pytest.mark.parametrize("url", of(READ), indirect=True)
def test_nobody_may_post_to_a_page_that_is_only_read(url: str, ada_client: Client) -> None:
    if url.startswith("/accounts/"):
        return  # forms that post to their own page
    assert ada_client.post(url).status_code == 405


@pytest.mark.parametrize("url", of(MEMBERS, For.MEMBERS_POST, For.INSTRUCTORS), indirect=True)
def test_a_visitor_is_asked_to_sign_in(url: str, client: Client) -> None:
    answers = [client.get(url), client.post(url)]

    places = [answer.headers.get("Location", "") for answer in answers if answer.status_code != 405]
    assert places
    for place in places:
        assert place.startswith("/accounts/login/") or place == "/"


@pytest.mark.parametrize(("name", "url"), [(it, it) for it in of(MEMBERS)], indirect=["url"])
def test_a_learner_sees_members_pages(name: str, url: str, ada_client: Client) -> None:
    assert ada_client.get(url).status_code == PAGES[name].status


@pytest.mark.parametrize("url", of(POST, For.MEMBERS_POST), indirect=True)
def test_an_action_is_never_done_by_get(url: str, ada_client: Client, ada: Learner) -> None:
    assert ada_client.get(url).status_code in (302, 405)
    assert not Progress.objects.of(ada).exists()


@pytest.mark.parametrize("url", of(POST, For.MEMBERS_POST), indirect=True)
def test_an_action_needs_its_own_forms_token(url: str, ada_client: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = ada_client.cookies

    assert careful.post(url).status_code == 403


@pytest.mark.parametrize("url", of(For.INSTRUCTORS), indirect=True)
def test_only_instructors_and_admins_see_instructors_pages(
    url: str, ada_client: Client, ines_client: Client, alma_client: Client
) -> None:
    assert ada_client.get(url).status_code == 404
    assert ines_client.get(url).status_code == 200
    assert alma_client.get(url).status_code == 200


def test_the_admin_site_is_for_admins(
    client: Client, ada_client: Client, ines_client: Client, alma_client: Client
) -> None:
    assert client.get("/admin/").status_code == 302
    assert ada_client.get("/admin/", follow=True).status_code == 403
    assert ines_client.get("/admin/", follow=True).status_code == 403
    assert alma_client.get("/admin/").status_code == 200
    assert alma_client.get("/admin/learners/learner/").status_code == 200
    assert alma_client.get("/admin/editions/edition/").status_code == 200


NOWHERE = [
    "/nothing/",
    "/guides/nothing/",
    GUIDE + "lessons/nothing/",
    GUIDE + "projects/nothing/",
    GUIDE + "questions/nothing/",
    "/assets/0/nothing.svg",
    "/assets/0/%00",
    GUIDE + "lessons/%00/",
    "/guides/%00/lessons/the-bowline/",
    GUIDE + "lessons/%ED%A0%80/",
    GUIDE + "lessons/%FF/",
]


@pytest.mark.parametrize("missing", NOWHERE)
def test_what_does_not_exist_is_not_found(missing: str, client: Client) -> None:
    response = client.get(missing)

    assert response.status_code == 404
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("url", [it for it in PAGES if it != "asset"], indirect=True)
def test_every_answer_carries_the_security_headers(url: str, client: Client) -> None:
    headers = client.get(url).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
