"""Files: taken by their content, kept in private, given back to those who may have them."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from projects import files
from projects.models import Round, Upload
from projects.models.uploads import private_storage
from skillguide.learners.models import Draft, DraftVersion, Learner
from skillguide.storage import PrivateStorage
from tests.conftest import browser_of
from tests.projects.stories import LINE, hand_in, handed_in, started, written
from tests.projects.test_writing import JSON, page_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
JPEG = b"\xff\xd8\xff" + b"\0" * 100


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own."""
    storage = {
        "BACKEND": "skillguide.storage.PrivateStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = settings.STORAGES | {"uploads": storage}
    monkeypatch.setattr(Upload._meta.get_field("file"), "storage", private_storage())
    return tmp_path


@pytest.fixture
def parcel(ada: Learner) -> Round:
    return started(ada)


def sent(content: bytes = PNG, name: str = "parcel.png", **more: Any) -> dict[str, Any]:
    return {"key": uuid4(), "work.photo.files": SimpleUploadedFile(name, content)} | more


def photos(round: Round) -> list[dict[str, Any]]:
    draft = Draft.objects.filter(name=round.draft_name("work.photo")).first()
    value: Any = draft.value if draft else {"files": []}
    found: list[dict[str, Any]] = value["files"]
    return found


def on_disk(folder: Path) -> list[Path]:
    return [it for it in folder.rglob("*") if it.is_file()]


def taken(client: Client, round: Round, **more: Any) -> Upload:
    client.post(f"{page_of(round)}save/", sent(**more))
    return Upload.objects.latest("made_at")


def test_a_file_is_taken_with_the_form(ada_client: Client, parcel: Round, uploads: Path) -> None:
    data = sent(do="upload:photo")

    response = ada_client.post(f"{page_of(parcel)}save/", data, follow=True)

    upload = Upload.objects.get()
    assertContains(response, "parcel.png")
    assertContains(response, f"drop:photo:{upload.pk}")
    assert photos(parcel) == [upload.value]
    (path,) = on_disk(uploads)
    assert path.read_bytes() == PNG
    assert "parcel" not in path.name


def test_a_script_gets_the_list_of_files(ada_client: Client, parcel: Round) -> None:
    response = ada_client.post(f"{page_of(parcel)}files/photo/", sent(), headers=JSON)

    assert "parcel.png" in response.json()["html"]
    assert len(photos(parcel)) == 1


def test_sending_twice_takes_it_once(ada_client: Client, parcel: Round, uploads: Path) -> None:
    key = uuid4()
    for _ in range(2):
        ada_client.post(f"{page_of(parcel)}files/photo/", sent(key=key), headers=JSON)

    assert len(photos(parcel)) == Upload.objects.count() == len(on_disk(uploads)) == 1


def test_what_was_removed_and_is_sent_again_is_back(
    ada_client: Client, parcel: Round, uploads: Path
) -> None:
    key = uuid4()
    upload = taken(ada_client, parcel, key=key)
    ada_client.post(f"{page_of(parcel)}save/", {"do": f"drop:photo:{upload.pk}"})

    ada_client.post(f"{page_of(parcel)}save/", sent(key=key))

    assert photos(parcel) == [upload.value]
    assert len(on_disk(uploads)) == 1
    assert ada_client.get(f"/uploads/{upload.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"GIF89a" + b"\0" * 50, "parcel.png", "neither text in UTF-8 nor PDF"),
        (b"just words", "parcel.png", "by its content it is text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "parcel.svg", "not taken"),
        (PNG + b"\0" * 5 * 1_048_576, "parcel.png", "too large"),
    ],
)
def test_what_does_not_fit_is_told_and_not_kept(
    ada_client: Client, parcel: Round, uploads: Path, content: bytes, name: str, told: str
) -> None:
    url = f"{page_of(parcel)}files/photo/"

    script = ada_client.post(url, sent(content, name), headers=JSON)
    page = ada_client.post(f"{page_of(parcel)}save/", sent(content, name))

    assert script.status_code == 422
    assert told in script.json()["error"]
    assertContains(page, told, status_code=422)
    assert not Upload.objects.exists()
    assert not on_disk(uploads)


def test_words_sent_with_a_bad_file_are_saved(ada_client: Client, parcel: Round) -> None:
    words = {"base.work.note": 0, "work.note.text": "A bowline."}

    ada_client.post(f"{page_of(parcel)}save/", sent(b"words") | words)

    assert DraftVersion.objects.get().value == {"text": "A bowline."}


def test_no_more_files_than_asked_for(ada_client: Client, parcel: Round) -> None:
    url = f"{page_of(parcel)}files/photo/"
    for number in range(2):
        ada_client.post(url, sent(PNG + bytes([number])), headers=JSON)

    response = ada_client.post(url, sent(JPEG), headers=JSON)

    assert response.status_code == 422
    assert "Up to 2 files" in response.json()["error"]
    assert len(photos(parcel)) == 2


def test_all_files_together_have_a_limit(
    ada_client: Client, parcel: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 150)
    url = f"{page_of(parcel)}files/photo/"
    ada_client.post(url, sent(), headers=JSON)

    response = ada_client.post(url, sent(JPEG), headers=JSON)

    assert "All your files together" in response.json()["error"]
    assert len(photos(parcel)) == 1


def test_without_a_key_no_file_is_taken(ada_client: Client, parcel: Round) -> None:
    response = ada_client.post(f"{page_of(parcel)}files/photo/", sent(key="no"), headers=JSON)

    assert response.status_code == 400


@pytest.mark.parametrize("deliverable", ["note", "no-such"])
def test_files_are_taken_for_files_only(
    ada_client: Client, parcel: Round, deliverable: str
) -> None:
    url = f"{page_of(parcel)}files/{deliverable}/"

    assert ada_client.post(url, sent(), headers=JSON).status_code == 404


def test_a_file_that_is_removed_stays_on_the_disk(
    ada_client: Client, parcel: Round, uploads: Path
) -> None:
    upload = taken(ada_client, parcel)

    ada_client.post(f"{page_of(parcel)}save/", {"do": f"drop:photo:{upload.pk}"})

    assert photos(parcel) == []
    assert len(on_disk(uploads)) == 1
    assert ada_client.get(f"/uploads/{upload.pk}/").status_code == 200


def test_after_handing_in_no_file_is_taken(ada_client: Client, ada: Learner) -> None:
    round = hand_in(written(started(ada)))

    response = ada_client.post(f"{page_of(round)}files/photo/", sent(), headers=JSON)

    assert response.status_code == 422
    assert "handed in" in response.json()["error"]


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    ada_client: Client, parcel: Round, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = PrivateStorage._save

    def full(storage: PrivateStorage, name: str, content: Any) -> str:
        save(storage, name, content)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PrivateStorage, "_save", full)

    response = ada_client.post(f"{page_of(parcel)}files/photo/", sent(), headers=JSON)

    assert response.status_code == 507
    assert "no room for files" in response.json()["error"]
    assert not Upload.objects.exists()
    assert not on_disk(uploads)


def test_more_than_the_largest_request_is_refused_unread(
    ada_client: Client, parcel: Round, settings: Settings
) -> None:
    settings.LARGEST_REQUEST = 50

    response = ada_client.post(f"{page_of(parcel)}files/photo/", sent(), headers=JSON)

    assert response.status_code == 400


# ── Given back ───────────────────────────────────────────────────────────────────────────


def test_a_file_is_given_back_for_saving_only(ada_client: Client, parcel: Round) -> None:
    upload = taken(ada_client, parcel, name='p"a\r\nrcel ü.png')

    response = ada_client.get(f"/uploads/{upload.pk}/")

    assert b"".join(response.streaming_content) == PNG  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_only_its_owner_reviewers_and_admins_get_a_file(
    ada_client: Client,
    ben_client: Client,
    ines_client: Client,
    alma_client: Client,
    ravi: Learner,
    parcel: Round,
) -> None:
    url = f"/uploads/{taken(ada_client, parcel).pk}/"

    assert ben_client.get(url).status_code == 404
    assert ines_client.get(url).status_code == 404
    assert browser_of(ravi).get(url).status_code == 404
    hand_in(parcel)
    assert browser_of(ravi).get(url).status_code == 200
    assert alma_client.get(url).status_code == 200


def test_a_file_that_is_gone_from_the_disk_is_not_found(
    ada_client: Client, parcel: Round, uploads: Path
) -> None:
    upload = taken(ada_client, parcel)
    for path in on_disk(uploads):
        path.unlink()

    assert ada_client.get(f"/uploads/{upload.pk}/").status_code == 404
    assert ada_client.get(f"/uploads/{UUID(int=0)}/").status_code == 404


# ── Tables as files ──────────────────────────────────────────────────────────────────────

CSV = "place,knot,load_kg,note\ncorner,bowline,12.5,\nend,half hitch,9,\n"


def rows(round: Round) -> list[str]:
    draft = Draft.objects.filter(name=round.draft_name("work.crossings")).first()
    value: Any = draft.value if draft else {"rows": []}
    return [row["place"] for row in value["rows"]]


@pytest.fixture
def table(parcel: Round) -> str:
    return f"{page_of(parcel)}tables/crossings/import/"


def test_a_pasted_table_is_read(ada_client: Client, parcel: Round, table: str) -> None:
    assertContains(ada_client.get(table), "bowline, half hitch, reef knot")

    response = ada_client.post(table, {"text": CSV, "base": 0})

    assertRedirects(response, f"{page_of(parcel)}#work.crossings")
    assert rows(parcel) == ["corner", "end"]


def test_a_file_goes_before_what_is_pasted(ada_client: Client, parcel: Round, table: str) -> None:
    file = BytesIO(b'{"place": "lid", "knot": "reef knot"}\n')
    file.name = "crossings.jsonl"

    ada_client.post(table, {"text": CSV, "file": file, "base": 0})

    assert rows(parcel) == ["lid"]


def test_rows_are_added_below_or_put_in_place(
    ada_client: Client, parcel: Round, table: str
) -> None:
    ada_client.post(table, {"text": CSV, "base": 0})
    more = "place,knot\nlid,reef knot\n"

    ada_client.post(table, {"text": more, "how": "append", "base": 1})
    assert rows(parcel) == ["corner", "end", "lid"]

    ada_client.post(table, {"text": more, "how": "replace", "base": 2})
    assert rows(parcel) == ["lid"]


def test_faulty_cells_are_read_and_told(ada_client: Client, parcel: Round, table: str) -> None:
    text = "place,knot\ncorner,bowlin\n"

    response = ada_client.post(table, {"text": text, "base": 0}, follow=True)

    assertContains(response, "1 cell to mend")
    assertContains(response, "did you mean “bowline”?")
    assert rows(parcel) == ["corner"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text": "plce,knot\ncorner,bowline\n"}, "did you mean “place”?"),
        ({"text": ""}, "There is no text."),
        ({"text": 'place,knot\n"corner,bowline\n'}, "never closed"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "not text in UTF-8"),
        ({"text": "\0"}, "There is no text."),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_stays_in_the_box(
    ada_client: Client, table: str, data: dict[str, Any], told: str
) -> None:
    response = ada_client.post(table, data | {"base": 0})

    assertContains(response, told, status_code=422)
    assert not DraftVersion.objects.exists()


def test_a_table_that_another_tab_has_changed_is_not_replaced_unseen(
    ada_client: Client, parcel: Round, table: str
) -> None:
    ada_client.post(table, {"text": CSV, "base": 0})

    response = ada_client.post(table, {"text": "place,knot\nlid,reef knot\n", "base": 0})

    assertContains(response, "Which words shall stand?", status_code=409)
    assert rows(parcel) == ["corner", "end"]


def test_a_table_is_given_back_as_csv_without_formulas(
    ada_client: Client, parcel: Round, table: str
) -> None:
    ada_client.post(table, {"text": "place,knot\n=1+1,bowline\n", "base": 0})

    response = ada_client.get(f"{page_of(parcel)}tables/crossings.csv")

    assert response.headers["Content-Disposition"] == 'attachment; filename="crossings.csv"'
    assert response.content.decode("utf-8-sig").splitlines()[:2] == [
        "place,knot,load_kg,note",
        "'=1+1,bowline,,",
    ]


def test_after_handing_in_no_table_is_read(ada_client: Client, ada: Learner) -> None:
    round = handed_in(ada, LINE)

    assert ada_client.get(f"{page_of(round)}tables/memo/import/").status_code == 404
