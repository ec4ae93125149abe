"""What happened is told on the site, and by mail to those who want that."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from skillguide.learners.models import Learner, Notice
from skillguide.learners.notices import tell
from skillguide.mail import deliver

PAGE = "/notices/"


SITE = "https://learn.example.org"


@pytest.fixture(autouse=True)
def _public_site(settings: Settings) -> None:
    settings.SITE_URL = SITE


def told(learner: Learner, text: str = "Your work was reviewed.", url: str = "/guides/") -> Notice:
    tell(learner, text, url)
    return Notice.objects.of(learner).latest("told_at")


def test_a_notice_stands_on_the_page_of_the_person_it_is_for(
    ada: Learner, ada_client: Client, ben_client: Client
) -> None:
    assertContains(ada_client.get(PAGE), "it will stand here")
    told(ada)

    assertContains(ada_client.get(PAGE), "Your work was reviewed.")
    assertNotContains(ben_client.get(PAGE), "Your work was reviewed.")


def test_every_page_counts_what_is_new(
    ada: Learner, ada_client: Client, ben_client: Client, client: Client
) -> None:
    told(ada)
    told(ada)

    for page in ("/", "/guides/tiny/lessons/the-bowline/", "/accounts/email/"):
        assertContains(ada_client.get(page), "Notices (2)")
        assertNotContains(ben_client.get(page), "Notices (")
    assertNotContains(client.get("/guides/"), "Notices")


def test_opening_one_marks_it_as_read_and_leads_to_its_page(
    ada: Learner, ada_client: Client
) -> None:
    notice = told(ada)
    told(ada, "Another.")

    assertRedirects(ada_client.post(f"{PAGE}{notice.id}/"), "/guides/")

    notice.refresh_from_db()
    first = notice.read_at
    assert first
    ada_client.post(f"{PAGE}{notice.id}/")
    notice.refresh_from_db()
    assert notice.read_at == first
    assert [it.text for it in ada_client.get(PAGE).context["unread"]] == ["Another."]


def test_looking_at_the_list_changes_nothing(ada: Learner, ada_client: Client) -> None:
    notice = told(ada)

    ada_client.get(PAGE)

    assert ada_client.get(f"{PAGE}{notice.id}/").status_code == 405
    assert Notice.objects.of(ada).unread().count() == 1


def test_somebody_elses_notice_is_not_there(ada: Learner, ben_client: Client) -> None:
    notice = told(ada)

    assert ben_client.post(f"{PAGE}{notice.id}/").status_code == 404
    assert ben_client.post(f"{PAGE}{uuid4()}/").status_code == 404
    ben_client.post(f"{PAGE}read/")
    assert Notice.objects.of(ada).unread().count() == 1


def test_all_are_marked_as_read_at_once(ada: Learner, ada_client: Client) -> None:
    told(ada)
    told(ada)

    assertRedirects(ada_client.post(f"{PAGE}read/"), PAGE)

    assert not Notice.objects.of(ada).unread().exists()
    assertNotContains(ada_client.get(PAGE), "Notices (")


def test_the_newest_hundred_are_listed_new_ones_first(
    ada: Learner, ada_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            learner=ada,
            text=f"Notice {number}.",
            url="/guides/",
            told_at=now - timedelta(hours=number),
            read_at=now if number % 2 else None,
        )
        for number in range(140)
    )

    with django_assert_num_queries(4):  # session, learner, unread, read
        response = ada_client.get(PAGE)

    unread, read = response.context["unread"], response.context["read"]
    assert (len(unread), len(read)) == (70, 30)
    assert (unread[0].text, read[0].text) == ("Notice 0.", "Notice 1.")


# ── Mail ─────────────────────────────────────────────────────────────────────────────────


def test_a_mail_says_what_happened_and_how_to_stop_mails(ada: Learner) -> None:
    told(ada, "Your work on “Knots & bends” was reviewed.", "/submissions/")

    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert sent.subject == "Your work on “Knots & bends” was reviewed."
    assert sent.subject in sent.body
    assert f"{SITE}/submissions/" in sent.body
    link = link_in(sent.body)
    assert sent.extra_headers["List-Unsubscribe"] == f"<{SITE}{link}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def link_in(body: object) -> str:
    found = re.search(SITE + r"(/accounts/no-mail/\S+/)", str(body))
    assert found
    return found[1]


def test_a_mail_that_was_queued_before_there_were_headers_is_sent(db: None) -> None:
    deliver.enqueue(subject="A", text="B", html="", sender="c@example.org", to=["d@example.org"])

    assert [it.subject for it in mail.outbox] == ["A"]


def test_no_mail_goes_to_whoever_wants_none_or_left(ada: Learner, ben: Learner) -> None:
    ada.wants_mail = ben.is_active = False

    told(ada)
    told(ben)

    assert mail.outbox == []
    assert Notice.objects.count() == 2


def test_mails_are_turned_off_and_on_again(ada: Learner, ada_client: Client) -> None:
    for answer, wants in (("no", False), ("yes", True), ("", False)):
        assertRedirects(ada_client.post(f"{PAGE}mail/", {"wants_mail": answer}), PAGE)
        ada.refresh_from_db()
        assert ada.wants_mail is wants


def test_the_link_in_a_mail_stops_mails_without_signing_in(ada: Learner, client: Client) -> None:
    told(ada)
    link = link_in(mail.outbox[0].body)

    assertContains(client.get(link), "Stop the mails")
    ada.refresh_from_db()
    assert ada.wants_mail

    careful = Client(enforce_csrf_checks=True)  # as a mail program posts by itself
    response = careful.post(link, {"List-Unsubscribe": "One-Click"})

    assertContains(response, "No mails are sent any more")
    ada.refresh_from_db()
    assert not ada.wants_mail
    assertContains(client.get(link), "No mails are sent any more")


def test_a_link_of_somebody_else_cannot_be_made_up(
    ada: Learner, ben: Learner, client: Client
) -> None:
    told(ada)
    link = link_in(mail.outbox[0].body)
    sign = link.split(":")[-1]

    for token in (f"{ben.pk}:{sign}", f"{ben.pk}", "x", "%00", "🙈"):
        response = client.post(f"/accounts/no-mail/{token.rstrip('/')}/")
        assertContains(response, "This link is not complete")
    assert Learner.objects.filter(wants_mail=False).count() == 0


def test_nothing_is_told_that_did_not_happen(ada: Learner) -> None:
    with transaction.atomic():
        told(ada)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


# ── The count that comes with the sign-in ────────────────────────────────────────────────


def test_the_count_costs_no_query_of_its_own(
    ada_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):  # session, learner, unread, read
        ada_client.get(PAGE)


def test_who_may_no_longer_sign_in_is_signed_out(ada: Learner, ada_client: Client) -> None:
    Learner.objects.filter(pk=ada.pk).update(is_active=False)

    assert ada_client.get(PAGE).status_code == 302


def test_a_session_of_the_release_before_is_still_good(ada: Learner) -> None:
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(PAGE).status_code == 200
