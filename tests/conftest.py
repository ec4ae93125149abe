"""What all tests share: a small published guide, and people with names."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from skillguide.editions import shelf
from skillguide.learners.models import Learner

SAMPLE = Path(__file__).parent / "sample"
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Publish the sample guide once, outside the transactions that tests roll back."""
    from skillguide.editions.publishing import publish_folder

    with django_db_blocker.unblock():
        publish_folder(SAMPLE)


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    """What is slow on purpose, or needs files that only a release collects."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MAIL_DELIVERY = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _steady_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin as a process does, and look for a newer edition when told to, not by the clock."""
    monkeypatch.setattr(shelf, "LOOK_EVERY", 3600)
    monkeypatch.setattr(shelf, "_process", shelf._Process())


@pytest.fixture
def ada(db: None) -> Learner:
    """A learner. She may change her own rows and nobody else's."""
    return Learner.objects.create_user("ada@example.org", "secret-of-ada", name="Ada")


@pytest.fixture
def ben(db: None) -> Learner:
    """Another learner. Nothing of Ada's may ever reach him."""
    return Learner.objects.create_user("ben@example.org", "secret-of-ben", name="Ben")


@pytest.fixture
def ines(db: None) -> Learner:
    """An instructor."""
    return Learner.objects.create_user("ines@example.org", name="Ines", is_instructor=True)


@pytest.fixture
def ravi(db: None) -> Learner:
    """A reviewer."""
    return Learner.objects.create_user("ravi@example.org", name="Ravi", is_reviewer=True)


@pytest.fixture
def alma(db: None) -> Learner:
    """An admin."""
    return Learner.objects.create_superuser("alma@example.org", name="Alma")


@pytest.fixture
def client(db: None) -> Client:
    """A visitor's browser."""
    shelf.library()
    return Client()


def browser_of(learner: Learner) -> Client:
    shelf.library()
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def ada_client(ada: Learner) -> Client:
    return browser_of(ada)


@pytest.fixture
def ben_client(ben: Learner) -> Client:
    return browser_of(ben)


@pytest.fixture
def ines_client(ines: Learner) -> Client:
    return browser_of(ines)


@pytest.fixture
def ravi_client(ravi: Learner) -> Client:
    return browser_of(ravi)


@pytest.fixture
def alma_client(alma: Learner) -> Client:
    return browser_of(alma)
