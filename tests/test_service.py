"""Health, robots, themes, mail and settings."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from skillguide.editions import shelf
from skillguide.editions.models import Asset, Edition
from skillguide.mail import deliver

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DATABASE_URL": "postgresql://somebody:secret@127.0.0.1:1/skillguide",
    "SECRET_KEY": "Zk3-q8vN_1xW7rT5yB9uJ2mL6hG4fD0sA+pE=cQxVnRtYwKz!oIb",
    "ALLOWED_HOSTS": "guide.example.org",
    "EMAIL_HOST": "mail.example.org",
}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env=keep | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_ready_says_which_edition_is_served(client: Client) -> None:
    answer = client.get("/readyz").json()

    assert answer["ready"] is True
    assert answer["edition"] > 0


def test_not_ready_before_anything_is_published(client: Client) -> None:
    Edition.objects.all().delete()
    shelf.look_again()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["reason"] == "Nothing is published yet."
    assert "Nothing is published yet" in client.get("/").content.decode()


def test_tidying_removes_sent_mails_and_ended_sessions(db: None, settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    now = timezone.now()
    Session.objects.create(session_key="ended", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="going", expire_date=now + timedelta(days=1))
    for subject in ("sent", "waiting"):
        deliver.enqueue(subject=subject, text="", html="", sender="a@example.org", to=[])
    sent = DBTaskResult.objects.order_by("enqueued_at")[:1].get()
    sent.set_successful(None)
    DBTaskResult.objects.filter(pk=sent.pk).update(finished_at=now - timedelta(days=2))

    call_command("tidy")

    assert Session.objects.get().session_key == "going"
    assert DBTaskResult.objects.get().args_kwargs["kwargs"]["subject"] == "waiting"


def test_not_ready_while_the_database_is_away_but_alive(client: Client) -> None:
    with patch("skillguide.service.connection.ensure_connection", side_effect=DatabaseError):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "The database does not answer."}
    assert client.get("/livez").status_code == 200


def test_a_fault_of_ours_is_told_with_a_whole_page(client: Client) -> None:
    client.raise_request_exception = False

    with patch("curriculum.views.library", side_effect=RuntimeError):
        response = client.get("/guides/")

    assert response.status_code == 500
    assert "<h1" in response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_sitemap_lists_pages_that_all_answer(client: Client) -> None:
    import re

    urls = re.findall(
        r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").content.decode()
    )

    assert "/guides/tiny/lessons/the-bowline/" in urls
    for url in urls:
        assert client.get(url).status_code == 200


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    assertContains(client.get("/robots.txt"), "Sitemap: http://testserver/sitemap.xml")


def test_pages_of_a_session_are_kept_by_no_cache(ada_client: Client, client: Client) -> None:
    assert ada_client.get("/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in client.get("/guides/").headers.get("Cache-Control", "")


def test_a_picture_may_be_cached_for_ever(client: Client) -> None:
    import re

    page = client.get("/guides/tiny/lessons/parts-of-a-rope/").content.decode()
    found = re.search(r'src="(/assets/[^"]+)"', page)
    assert found

    response = client.get(found[1])

    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_picture_that_two_files_hold_is_shown_under_both_names(client: Client) -> None:
    picture = Asset.objects.get(name="parts.svg")

    response = client.get(f"/assets/{picture.digest}/a-copy.svg")

    assert response.content == bytes(picture.body)


def test_a_theme_is_kept_and_shown_from_the_first_byte(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/guides/"})

    assertRedirects(response, "/guides/")
    assertContains(client.get("/guides/"), 'data-theme="dark"')


@pytest.mark.parametrize("theme", ["", "system", '"><script>'])
def test_any_other_theme_follows_the_system(theme: str, client: Client) -> None:
    client.cookies["theme"] = "dark"

    client.post("/theme/", {"theme": theme})

    assertNotContains(client.get("/guides/"), 'data-theme="')


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:x",
    "no-url-name",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_choosing_a_theme_never_leads_to_another_site(elsewhere: str, client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": elsewhere})

    assert response.headers["Location"] == "/"


def test_mail_waits_in_a_queue(db: None, settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.EMAIL_BACKEND = "skillguide.mail.QueueBackend"
    message = EmailMultiAlternatives("Hello", "Plain", "from@example.org", ["to@example.org"])
    message.attach_alternative("<p>Rich</p>", "text/html")

    message.send()

    assert mail.outbox == []
    waiting = DBTaskResult.objects.get()
    deliver.func(**waiting.args_kwargs["kwargs"])
    assert mail.outbox[0].subject == "Hello"
    assert mail.outbox[0].to == ["to@example.org"]
    assert mail.outbox[0].alternatives[0][0] == "<p>Rich</p>"  # type: ignore[attr-defined]


def test_mail_that_cannot_be_sent_is_tried_again_later(db: None, settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.MAIL_DELIVERY = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    deliver.func(subject="Hello", text="", html="", sender="a@example.org", to=["b@example.org"])

    again = DBTaskResult.objects.get()
    assert again.run_after > timezone.now() + timedelta(seconds=50)
    assert again.args_kwargs["kwargs"]["attempt"] == 1


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_production_settings_pass_djangos_own_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("SECRET_KEY", "", "SECRET_KEY is not set"),
    ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is not set"),
    ("DEBUG", "yes", "DEBUG is “yes”; write True or False"),
    ("EMAIL_PORT", "mail", "EMAIL_PORT is “mail”; write a whole number from 1 to 65535"),
    ("DATABASE_URL", "mysql://x", "DATABASE_URL is not a PostgreSQL address"),
    ("SECRET_KEY_FILE", "/no/such", "SECRET_KEY_FILE cannot be read"),
    ("LOG_LEVEL", "loud", "LOG_LEVEL is “loud”; write one of CRITICAL, DEBUG, ERROR"),
    ("TIME_ZONE", "Mars", "TIME_ZONE is “Mars”; it is not known"),
])  # fmt: skip
def test_nonsense_in_the_environment_is_refused_in_words(
    name: str, value: str, sentence: str
) -> None:
    done = manage("check", **PRODUCTION | {name: value})

    assert done.returncode != 0
    assert sentence in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a-secret-of-fifty-characters-that-nobody-knows-at-all\n")
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}

    done = manage("check", **environment, SECRET_KEY_FILE=str(tmp_path / "key"))

    assert done.returncode == 0, done.stderr
