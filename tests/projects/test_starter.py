"""The starter kit of a project can be downloaded, now and after going back an edition."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.test import Client

from skillguide.editions import shelf
from skillguide.editions.models import Asset, Blob, Edition
from skillguide.editions.publishing import activate, publish_folder
from tests.conftest import SAMPLE

STARTER = "/guides/tiny/projects/tie-a-parcel/starter.zip"


def kit(client: Client) -> ZipFile:
    return ZipFile(BytesIO(client.get(STARTER).content))


def test_the_kit_is_a_download(client: Client) -> None:
    response = client.get(STARTER)

    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="tie-a-parcel-starter.zip"'
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "tie-a-parcel/README.md" in kit(client).namelist()


def test_among_the_assets_it_is_a_download_too(client: Client) -> None:
    digest = Asset.objects.get(media_type="application/zip").digest

    response = client.get(f"/assets/{digest}/x.html")

    assert response.headers["Content-Disposition"] == "attachment"
    assert response.headers["Content-Type"] == "application/zip"


def test_a_kit_goes_with_its_edition(client: Client, tmp_path: Path) -> None:
    before = Edition.objects.get(is_active=True).number
    shutil.copytree(SAMPLE, tmp_path / "content")
    starter = tmp_path / "content" / "tiny" / "projects" / "tie-a-parcel" / "starter"
    (starter / "more.txt").write_text("More.")

    publish_folder(tmp_path / "content")
    shelf.look_again()
    assert "tie-a-parcel/more.txt" in kit(client).namelist()

    activate(before)
    assert "tie-a-parcel/more.txt" not in kit(client).namelist()


def test_a_project_that_was_stored_before_there_were_kits_has_none(client: Client) -> None:
    blob = Blob.objects.get(digest=shelf.library().documents["tiny/project/tie-a-parcel"].digest)
    del blob.place["kit"]
    blob.save()
    shelf._process.shelf = shelf.EMPTY
    shelf.look_again()

    assert client.get(STARTER).status_code == 404
    assert client.get("/guides/tiny/projects/tie-a-parcel/").status_code == 200
