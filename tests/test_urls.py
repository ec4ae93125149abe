"""Every page of the site, and who may see it. A new URL fails until it has its row here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from projects.models import SecondReading
from skillguide.editions.models import Asset
from skillguide.learners.models import Learner, Progress
from tests.conftest import browser_of
from tests.projects import stories


class For(Enum):
    EVERYONE = "anyone may read it"
    EVERYONE_POST = "anyone may do it"
    MEMBERS = "people who are signed in"
    MEMBERS_POST = "people who are signed in may do it"
    INSTRUCTORS = "instructors and admins"
    REVIEWERS = "reviewers and admins"
    REVIEWERS_POST = "reviewers and admins may do it"
    ADMINS = "admins"
    ADMINS_POST = "admins may do it"


@dataclass(frozen=True)
class Page:
    url: str
    audience: For
    status: int = 200
    """What the audience gets; some pages lead on at once."""


GUIDE = "/guides/tiny/"
LESSON = GUIDE + "lessons/the-bowline/"
NOBODYS = "00000000-0000-4000-8000-000000000000"

# Ids in the table, until there are rows: see `stories_told`.
DRAFTED, DECIDED, WAITING, COMMENT, UPLOAD, READING = (
    f"{n}0000000-0000-4000-8000-000000000000" for n in "123456"
)
BENCH = f"/submissions/{DRAFTED}/rounds/2/"
DESK = f"/desk/{WAITING}/"
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
    "projects:starter": Page(GUIDE + "projects/tie-a-parcel/starter.zip", READ),
    "projects:start": Page(GUIDE + "projects/tie-a-parcel/start/", For.MEMBERS_POST),
    "projects:round": Page(BENCH, MEMBERS),
    "projects:save": Page(BENCH + "save/", For.MEMBERS_POST),
    "projects:checklist": Page(BENCH + "checklist/", MEMBERS, 302),
    "projects:preview": Page(BENCH + "preview/note/", MEMBERS),
    "projects:drafts": Page(BENCH + "drafts/work.note/", MEMBERS),
    "projects:restore": Page(BENCH + "drafts/work.note/restore/", For.MEMBERS_POST),
    "projects:table": Page(BENCH + "tables/crossings.csv", MEMBERS),
    "projects:import_table": Page(BENCH + "tables/crossings/import/", MEMBERS),
    "projects:upload": Page(BENCH + "files/photo/", For.MEMBERS_POST),
    "projects:hand_in": Page(BENCH + "hand-in/", MEMBERS),
    "projects:withdraw": Page(BENCH + "withdraw/", For.MEMBERS_POST),
    "projects:reopen": Page(BENCH + "reopen/", For.MEMBERS_POST),
    "projects:next_round": Page(BENCH + "next/", For.MEMBERS_POST),
    "projects:changes": Page(BENCH + "changes/", MEMBERS),
    "projects:appeal": Page(f"/submissions/{DECIDED}/rounds/1/appeal/", MEMBERS),
    "projects:file": Page(f"/uploads/{UPLOAD}/", MEMBERS, 404),  # it is not on this disk
    "projects:reply": Page(f"/comments/{COMMENT}/reply/", MEMBERS),
    "projects:submissions": Page("/submissions/", MEMBERS),
    "projects:desk": Page("/desk/", For.REVIEWERS),
    "projects:claim_next": Page("/desk/next/", For.REVIEWERS_POST),
    "projects:bank": Page("/desk/bank/", For.REVIEWERS),
    "projects:calibration": Page("/desk/calibration/tiny/tie-a-parcel/", For.REVIEWERS),
    "projects:calibrate": Page(
        "/desk/calibration/tiny/tie-a-parcel/a-parcel-that-holds/", For.REVIEWERS
    ),
    "projects:second_reading": Page(f"/desk/second/{READING}/", For.REVIEWERS),
    "projects:review": Page(DESK, For.REVIEWERS),
    "projects:claim": Page(DESK + "claim/", For.REVIEWERS_POST),
    "projects:save_review": Page(DESK + "save/", For.REVIEWERS_POST),
    "projects:comment": Page(DESK + "comments/", For.REVIEWERS_POST),
    "projects:remove_comment": Page(DESK + f"comments/{COMMENT}/remove/", For.REVIEWERS_POST),
    "projects:decide": Page(DESK + "decide/", For.REVIEWERS_POST),
    "projects:undo": Page(DESK + "undo/", For.REVIEWERS_POST),
    "projects:give_back": Page(DESK + "give-back/", For.REVIEWERS_POST),
    "projects:hand_over": Page(DESK + "hand-over/", For.REVIEWERS_POST),
    "projects:pass_on": Page(DESK + "pass-on/", For.REVIEWERS_POST),
    "projects:send_back": Page(DESK + "send-back/", For.REVIEWERS_POST),
    "projects:overview": Page("/desk/overview/", For.ADMINS),
    "projects:rounds": Page("/desk/overview/rounds/", For.ADMINS),
    "projects:export": Page("/desk/overview/export.csv", For.ADMINS),
    "projects:record": Page(f"/desk/record/{WAITING}/", For.ADMINS),
    "projects:assign": Page(f"/desk/record/{WAITING}/assign/", For.ADMINS_POST),
    "learners:notices": Page("/notices/", MEMBERS),
    "learners:notice": Page(f"/notices/{NOBODYS}/", For.MEMBERS_POST),
    "learners:notices_read": Page("/notices/read/", For.MEMBERS_POST),
    "learners:mail": Page("/notices/mail/", For.MEMBERS_POST),
    "learners:no_mail": Page("/accounts/no-mail/TOKEN/", READ),
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
def stories_told(ada: Learner, ben: Learner) -> dict[str, str]:
    """Work of Ada's in several states, and of Ben's on the desk: the table's ids → theirs."""
    rosa, rhea = (
        Learner.objects.create_user(f"{name}@example.org", name=name, is_reviewer=True)
        for name in ("rosa", "rhea")
    )
    drafted = stories.next_round(stories.decided(stories.handed_in(ada), rosa))
    stories.written(drafted)
    decided = stories.claimed(stories.handed_in(ada, stories.LINE), rosa)
    comment = stories.commented(decided, rosa)
    decided = stories.decided(decided, rosa, checker=rhea)
    reading, _ = SecondReading.objects.get_or_create(
        round=decided, defaults={"learner": ada, "first_reviewer": rosa, "first_scores": {}}
    )
    return {
        DRAFTED: str(drafted.submission_id),
        DECIDED: str(decided.submission_id),
        WAITING: str(stories.handed_in(ben).pk),
        COMMENT: str(comment.pk),
        UPLOAD: str(stories.photograph(drafted).pk),
        READING: str(reading.pk),
    }


@pytest.fixture
def url(request: pytest.FixtureRequest, db: None) -> str:
    url: str = PAGES[request.param].url
    if "0000-" in url and NOBODYS not in url and "ada_client" in request.fixturenames:
        for id, found in request.getfixturevalue("stories_told").items():
            url = url.replace(id, found)
    return url.replace("DIGEST", Asset.objects.values_list("digest", flat=True)[0])


def of(*audiences: For) -> list[str]:
    return [name for name, page in PAGES.items() if page.audience in audiences]


def test_every_url_is_in_the_table() -> None:
    assert set(url_names(get_resolver())) == set(PAGES)


@pytest.mark.parametrize("name", [name for name in PAGES if ":" in name])
def test_a_url_is_named_after_its_view(name: str) -> None:
    view = resolve(PAGES[name].url).func

    app = view.__module__.removeprefix("skillguide.").partition(".")[0]
    assert name == f"{app}:{view.__name__}"


@pytest.mark.parametrize(("name", "url"), [(it, it) for it in of(READ)], indirect=["url"])
def test_a_visitor_reads_public_pages(name: str, url: str, client: Client) -> None:
    response = client.get(url)

    assert response.status_code == PAGES[name].status


@pytest.mark.parametrize("url", of(READ), indirect=True)
def test_nobody_may_post_to_a_page_that_is_only_read(url: str, ada_client: Client) -> None:
    if url.startswith("/accounts/"):
        return  # forms that post to their own page
    assert ada_client.post(url).status_code == 405


DONE = [POST, For.MEMBERS_POST, For.REVIEWERS_POST, For.ADMINS_POST]
NOT_PUBLIC = [it for it in For if it not in (READ, POST)]


@pytest.mark.parametrize("url", of(*NOT_PUBLIC), indirect=True)
def test_a_visitor_is_asked_to_sign_in(url: str, client: Client) -> None:
    answers = [client.get(url), client.post(url)]

    places = [answer.headers.get("Location", "") for answer in answers if answer.status_code != 405]
    assert places
    for place in places:
        assert place.startswith("/accounts/login/") or place == "/"


@pytest.mark.parametrize(("name", "url"), [(it, it) for it in of(MEMBERS)], indirect=["url"])
def test_a_learner_sees_members_pages(name: str, url: str, ada_client: Client) -> None:
    assert ada_client.get(url).status_code == PAGES[name].status


@pytest.mark.parametrize("url", of(*DONE), indirect=True)
def test_an_action_is_never_done_by_get(
    url: str, ada_client: Client, alma_client: Client, ada: Learner
) -> None:
    assert ada_client.get(url).status_code in (302, 404, 405)
    assert alma_client.get(url).status_code in (302, 405)
    assert not Progress.objects.of(ada).exists()


@pytest.mark.parametrize("url", of(*DONE), indirect=True)
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


@pytest.mark.parametrize("url", of(For.REVIEWERS), indirect=True)
def test_only_reviewers_and_admins_see_the_desk(
    url: str, ada_client: Client, ines_client: Client, ravi: Learner, alma_client: Client
) -> None:
    assert ada_client.get(url).status_code == 404
    assert ines_client.get(url).status_code == 404
    assert browser_of(ravi).get(url).status_code == 200
    assert alma_client.get(url).status_code == 200


@pytest.mark.parametrize("url", of(For.ADMINS), indirect=True)
def test_only_admins_see_the_overview(
    url: str, ada_client: Client, ravi: Learner, alma_client: Client
) -> None:
    assert ada_client.get(url).status_code == 404
    assert browser_of(ravi).get(url).status_code == 404
    assert alma_client.get(url).status_code == 200


@pytest.mark.parametrize("url", of(For.REVIEWERS_POST, For.ADMINS_POST), indirect=True)
def test_what_reviewers_and_admins_do_is_not_there_for_others(
    url: str, ada_client: Client, ines_client: Client
) -> None:
    assert ada_client.post(url).status_code == 404
    assert ines_client.post(url).status_code == 404


@pytest.mark.parametrize("url", [it for it in PAGES if BENCH in PAGES[it].url], indirect=True)
def test_nobody_elses_work_is_there(url: str, ada_client: Client, ben_client: Client) -> None:
    assert ada_client.get(url).status_code != 404
    answers = [ben_client.get(url), ben_client.post(url)]

    assert {it.status_code for it in answers} <= {404, 405}


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
    GUIDE + "projects/nothing/starter.zip",
    GUIDE + "projects/rig-a-clothes-line/starter.zip",
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
