"""Files of uploads that broke off are removed, and no others."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from projects.models import Upload
from projects.models.uploads import private_storage
from skillguide.learners.models import Learner
from tests.projects.stories import started


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    uploads = settings.STORAGES["uploads"] | {"OPTIONS": {"location": tmp_path / "uploads"}}
    settings.STORAGES = settings.STORAGES | {"uploads": uploads}
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def stored(hex_name: str, *, days_old: float) -> str:
    name = private_storage().save(f"{hex_name[:2]}/{hex_name}", ContentFile(b"words"))
    then = (timezone.now() - timedelta(days=days_old)).timestamp()
    os.utime(private_storage().path(name), (then, then))
    return name


def test_only_old_files_without_a_row_are_removed(ada: Learner) -> None:
    upload = Upload(
        learner=ada, submission=started(ada).submission, deliverable="photo",
        name="parcel.png", type="png", size=5, sha256="0" * 64,
    )  # fmt: skip
    upload.file.name = stored(upload.id.hex, days_old=3)
    upload.save()
    old, new = stored(uuid4().hex, days_old=3), stored(uuid4().hex, days_old=0.5)
    stranger = stored("not-ours", days_old=3)

    call_command("tidy")

    kept = {it for it in (upload.file.name, old, new, stranger) if private_storage().exists(it)}
    assert kept == {upload.file.name, new, stranger}


def test_a_site_without_uploads_is_tidied(db: None) -> None:
    call_command("tidy")
