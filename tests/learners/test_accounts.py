"""Signing up, in and out, and getting a new password by mail."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from skillguide.learners.demo import ACCOUNTS, ensure_demo_accounts
from skillguide.learners.models import Learner

LESSON = "/guides/tiny/lessons/the-bowline/"
GRACE = {"email": "grace@example.org", "password1": "a-bug-in-a-relay", "name": "Grace"}


@pytest.fixture(autouse=True)
def _no_limits_used_up(db: None) -> None:
    cache.clear()


@pytest.fixture
def grace(db: None) -> Learner:
    """A learner with a password and a confirmed address."""
    from allauth.account.models import EmailAddress

    grace = Learner.objects.create_user(GRACE["email"], GRACE["password1"], name="Grace")
    EmailAddress.objects.create(user=grace, email=grace.email, verified=True, primary=True)
    return grace


def code_in_mail() -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def sign_in(client: Client, password: str = GRACE["password1"], **data: str) -> object:
    return client.post("/accounts/login/", {"login": GRACE["email"], "password": password} | data)


def test_signing_up_confirms_the_address_and_comes_back_to_the_page(client: Client) -> None:
    response = client.post(f"/accounts/signup/?next={LESSON}", GRACE | {"next": LESSON})
    assertRedirects(response, "/accounts/confirm-email/", fetch_redirect_response=False)
    assert mail.outbox[-1].to == [GRACE["email"]]

    response = client.post("/accounts/confirm-email/", {"code": code_in_mail()})

    assertRedirects(response, LESSON)
    learner = Learner.objects.get(email=GRACE["email"])
    assert learner.name == "Grace"
    assert not (learner.is_staff or learner.is_instructor or learner.is_reviewer)
    assertContains(client.get("/"), "Sign out")


def test_roles_cannot_be_taken_by_signing_up(client: Client) -> None:
    roles = {"is_staff": "on", "is_superuser": "on", "is_reviewer": "on", "is_instructor": "on"}

    client.post("/accounts/signup/", GRACE | roles)

    learner = Learner.objects.get(email=GRACE["email"])
    assert not any(getattr(learner, role) for role in roles)


def test_signing_up_with_a_known_address_does_not_tell_so(client: Client, grace: Learner) -> None:
    response = client.post("/accounts/signup/", GRACE | {"email": "GRACE@example.org"})

    assertRedirects(response, "/accounts/confirm-email/", fetch_redirect_response=False)
    assert Learner.objects.count() == 1
    assert "already" in str(mail.outbox[-1].body)


def test_signing_in_comes_back_to_the_page(client: Client, grace: Learner) -> None:
    response = sign_in(client, next=LESSON)

    assert response.headers["Location"] == LESSON  # type: ignore[attr-defined]


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "/\\evil.example",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(
    elsewhere: str, client: Client, grace: Learner
) -> None:
    response = sign_in(client, next=elsewhere)

    assert response.headers["Location"] == "/"  # type: ignore[attr-defined]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, grace: Learner
) -> None:
    wrong = client.post("/accounts/login/", {"login": GRACE["email"], "password": "not-hers"})
    unknown = client.post("/accounts/login/", {"login": "nobody@example.org", "password": "none"})

    said = "not correct"
    assertContains(wrong, said)
    assertContains(unknown, said)


def test_guessing_is_stopped_before_a_password_is_looked_at(
    client: Client, grace: Learner, settings: Settings
) -> None:
    for _ in range(10):
        sign_in(client, "a-wrong-guess")

    response = sign_in(client)

    assertContains(response, "Too many")  # type: ignore[arg-type]


def test_guesses_are_counted_also_on_a_busy_day(client: Client, settings: Settings) -> None:
    for number in range(400):
        cache.set(f"somebody-elses-guesses-{number}", 1)

    assert all(cache.get(f"somebody-elses-guesses-{number}") for number in range(400))


def test_signing_in_makes_a_new_session(client: Client, grace: Learner) -> None:
    client.get("/accounts/login/")
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_signing_out(client: Client, grace: Learner) -> None:
    sign_in(client)
    assertContains(client.get("/accounts/logout/"), "Sign out")

    assertRedirects(client.post("/accounts/logout/"), "/")

    assertContains(client.get("/"), "Sign in")


def test_a_new_password_comes_by_mail(client: Client, grace: Learner) -> None:
    client.post("/accounts/password/reset/", {"email": GRACE["email"]})
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    form = client.get(found[1], follow=True)
    new = {"password1": "nanoseconds-in-wire", "password2": "nanoseconds-in-wire"}
    client.post(form.redirect_chain[-1][0], new)

    response = sign_in(client, "nanoseconds-in-wire")

    assert response.status_code == 302  # type: ignore[attr-defined]


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(
    client: Client, grace: Learner
) -> None:
    known = client.post("/accounts/password/reset/", {"email": GRACE["email"]})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert known.headers["Location"] == unknown.headers["Location"]


def test_a_weak_password_is_refused_with_the_reason(client: Client) -> None:
    response = client.post("/accounts/signup/", GRACE | {"password1": "password12"})

    assertContains(response, "too common")
    assert not Learner.objects.exists()


def test_an_admin_makes_accounts_and_changes_nobodys_address(
    alma_client: Client, grace: Learner
) -> None:
    new = {"email": "hedy@example.org", "password1": "hopping-channels", "usable_password": "true"}
    alma_client.post("/admin/learners/learner/add/", new | {"password2": new["password1"]})
    assert Learner.objects.get(email=new["email"]).check_password(new["password1"])

    changed = {"email": "other@example.org", "name": "Grace H.", "is_active": "on"}
    alma_client.post(f"/admin/learners/learner/{grace.pk}/change/", changed)

    grace.refresh_from_db()
    assert (grace.email, grace.name) == (GRACE["email"], "Grace H.")


def test_demo_accounts_can_sign_in(client: Client) -> None:
    ensure_demo_accounts("a-password-of-this-day")

    for account in ACCOUNTS:
        data = {"login": account.email, "password": "a-password-of-this-day"}
        assertRedirects(client.post("/accounts/login/", data), "/", fetch_redirect_response=False)
        client.logout()
    admin = Learner.objects.get(email="admin@example.org")
    assert admin.is_staff


def test_demo_accounts_are_never_made_on_a_real_database(db: None, settings: Settings) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.EMBEDDED = False

    with pytest.raises(ImproperlyConfigured, match="embedded"):
        ensure_demo_accounts("a-password-of-this-day")
    assert not Learner.objects.exists()
