"""Publishing: whole or not at all, once at a time, and never at a learner's cost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from skillguide.content.compiler import Compilation, compile_folder
from skillguide.editions import publishing, shelf
from skillguide.editions.models import Address, Blob, ContentCheck, Edition, SearchEntry
from skillguide.learners.models import Attempt, Learner, Progress
from tests.conftest import SAMPLE
from tests.content.test_twenty import PLANTED

BOWLINE = "tiny/lesson/bowline"


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    """A copy of the sample that may be edited."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "content"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "tiny" / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def rename(folder: Path, old: str, new: str) -> None:
    (folder / "tiny" / old).rename(folder / "tiny" / new)


def content(*words: object) -> str:
    out = StringIO()
    call_command("content", *map(str, words), stdout=out, stderr=out)
    return out.getvalue()


def retire_bowline(folder: Path) -> None:
    """Take the lesson out of the guide and everything that names it."""
    (folder / "tiny/lessons/the-bowline.md").unlink()
    for file in (folder / "tiny").rglob("*.*"):
        if file.suffix in (".md", ".yaml"):
            text = file.read_text()
            for old in (", bowline]", "bowline, "):
                text = text.replace(old, "]" if old[0] == "," else "")
            text = re.sub(r"lesson:bowline(#[a-z-]+)?", "lesson:friction", text)
            file.write_text(text)


def test_the_same_content_is_not_published_twice(folder: Path) -> None:
    before = Edition.objects.count()

    assert "is this very content already" in content("publish", folder)
    assert Edition.objects.count() == before


def test_a_change_makes_one_new_document_and_a_new_edition(folder: Path) -> None:
    blobs = Blob.objects.count()
    edit(folder, "lessons/the-bowline.md", "The old rhyme", "The very old rhyme")

    said = content("publish", folder, "--note", "An older rhyme")

    assert "1 new or changed" in said
    assert Blob.objects.count() == blobs + 1
    assert (
        "The very old rhyme"
        in shelf.rendered(shelf.library().guides["tiny"].lesson("bowline")).body
    )
    assert "An older rhyme" in content("editions")


def test_lists_stand_in_the_order_of_their_files(folder: Path) -> None:
    tools = folder / "tiny" / "tools.yaml"
    first, second = re.split(r"(?m)^(?=  - id:)", tools.read_text())[1:3]
    text = tools.read_text().replace(first + second, second + first)
    tools.write_text(text)

    publishing.publish_folder(folder)

    written = re.findall(r"(?m)^  - id: (\S+)", text)
    assert list(shelf.library().guides["tiny"].tools) == written


def test_an_unchanged_document_is_not_rendered_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    original = Blob.objects.bulk_create

    def counting(blobs: object, **options: object) -> object:
        made = list(blobs)  # type: ignore[call-overload]
        written.append(len(made))
        return original(made, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Blob.objects, "bulk_create", counting)
    edit(folder, "lessons/friction.md", "A sailor", "A strong sailor")

    content("publish", folder)

    assert written == [1]


def test_content_with_errors_changes_nothing(folder: Path) -> None:
    active = Edition.objects.active().get().number
    edit(folder, "lessons/the-bowline.md", "minutes: 20", "minutes: twenty")

    with pytest.raises(CommandError, match="Nothing was published"):
        content("publish", folder)

    assert Edition.objects.active().get().number == active
    assert ContentCheck.objects.get().errors == 1


def test_instructors_see_on_the_site_what_keeps_content_back(
    folder: Path, ines_client: Client, ada_client: Client
) -> None:
    edit(folder, "lessons/the-bowline.md", "minutes: 20", "minutes: twenty")
    with pytest.raises(publishing.NotPublished):
        publishing.publish_folder(folder)

    assert "/content/problems/" in ines_client.get("/guides/").content.decode()
    assert "/content/problems/" not in ada_client.get("/guides/").content.decode()
    assert "the-bowline.md:" in ines_client.get("/content/problems/").content.decode()


def test_a_publish_that_would_orphan_progress_is_refused(folder: Path, ada: Learner) -> None:
    Progress.objects.finish(ada, BOWLINE)
    retire_bowline(folder)

    with pytest.raises(publishing.Orphans) as caught:
        publishing.publish_folder(folder)

    assert caught.value.rows == {BOWLINE: 1}
    assert ContentCheck.objects.get().errors == 1
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was published"):
        call_command("content", "publish", str(folder), stderr=out)
    said = out.getvalue()
    assert "tiny/lesson/bowline: 1 learner" in said
    assert all(way in said for way in ("`id: its-old-name`", "`replaces:", "`retired:`"))


def test_a_check_that_was_answered_is_not_lost_either(folder: Path, ada: Learner) -> None:
    Progress.objects.finish(ada, "tiny/check/explain-loop")
    for place in ("id: {}", "check:{}"):
        old, new = place.format("explain-loop"), place.format("explain-the-loop")
        edit(folder, "lessons/the-bowline.md", old, new)

    with pytest.raises(publishing.Orphans) as caught:
        publishing.publish_folder(folder)

    assert caught.value.rows == {"tiny/check/explain-loop": 1}


def test_way_out_one_a_renamed_file_keeps_its_id_and_its_old_address_redirects(
    folder: Path, ada: Learner, client: Client
) -> None:
    Progress.objects.finish(ada, BOWLINE)
    rename(folder, "lessons/the-bowline.md", "lessons/king-of-knots.md")

    published = publishing.publish_folder(folder)

    assert published.changed
    for old in ("the-bowline", "bowline", "loop-knots"):
        response = client.get(f"/guides/tiny/lessons/{old}/")
        assert response.status_code == 301
        assert response.headers["Location"] == "/guides/tiny/lessons/king-of-knots/"


def test_an_answer_sent_to_the_old_address_of_a_renamed_page_is_not_lost(
    folder: Path, ada_client: Client, ada: Learner
) -> None:
    old = "/guides/tiny/lessons/the-bowline/"
    ada_client.get(old)
    rename(folder, "lessons/the-bowline.md", "lessons/king-of-knots.md")
    publishing.publish_folder(folder)

    response = ada_client.post(f"{old}checks/explain-loop/", {"answer": "It pinches."}, follow=True)

    assert response.status_code == 200
    assert Attempt.objects.of(ada).get().answer == {"text": "It pinches."}


def test_every_address_ever_used_redirects_also_after_a_second_rename(
    folder: Path, client: Client
) -> None:
    for old, new in [("the-bowline", "king"), ("king", "queen")]:
        rename(folder, f"lessons/{old}.md", f"lessons/{new}.md")
        publishing.publish_folder(folder)

    response = client.get("/guides/tiny/lessons/king/")

    assert response.headers["Location"] == "/guides/tiny/lessons/queen/"


def test_way_out_two_another_page_takes_its_place(
    folder: Path, ada: Learner, ada_client: Client
) -> None:
    Progress.objects.finish(ada, BOWLINE)
    retire_bowline(folder)
    edit(folder, "lessons/friction.md", "title:", "replaces: [bowline]\ntitle:")

    publishing.publish_folder(folder)

    response = ada_client.get("/guides/tiny/lessons/the-bowline/")
    assert response.headers["Location"] == "/guides/tiny/lessons/friction/"
    assert "1 of 2" in ada_client.get("/guides/tiny/").content.decode()


def test_a_page_that_was_replaced_once_is_not_forgotten(folder: Path, ada: Learner) -> None:
    """Its address has gone to the page in its place; its learners' rows are still there."""
    Progress.objects.finish(ada, BOWLINE)
    Address.objects.filter(content_id=BOWLINE).delete()
    retire_bowline(folder)
    edit(folder, "lessons/friction.md", "title:", "replaces: [bowline]\ntitle:")
    publishing.publish_folder(folder)
    edit(folder, "lessons/friction.md", "replaces: [bowline]\n", "")

    with pytest.raises(publishing.Orphans) as caught:
        publishing.publish_folder(folder)

    assert caught.value.rows == {BOWLINE: 1}


def test_a_new_page_may_have_the_file_name_of_one_that_was_replaced(
    folder: Path, client: Client
) -> None:
    new = "id: granny\ntitle: Granny\nsummary: A bad knot.\nminutes: 5\nobjectives:\n"
    new += "  - id: shun\n    text: Shun it\n"
    (folder / "tiny/lessons/loop-knots.md").write_text(f"---\n{new}---\nIt slips.\n")
    edit(folder, "guide.yaml", "bowline]", "bowline, granny]")
    Address.objects.all().delete()

    publishing.publish_folder(folder)

    assert Address.objects.get(slug="loop-knots").content_id == "tiny/lesson/granny"
    assert client.get("/guides/tiny/lessons/loop-knots/").status_code == 200


def test_way_out_three_a_page_is_retired(folder: Path, ada: Learner) -> None:
    Progress.objects.finish(ada, BOWLINE)
    retire_bowline(folder)
    edit(folder, "guide.yaml", "retired:", "retired:\n  - id: lesson/bowline\n    reason: It went.")

    publishing.publish_folder(folder)

    assert Progress.objects.of(ada).done().count() == 1


def test_rolling_back_serves_the_older_text_and_its_search_results(
    folder: Path, client: Client
) -> None:
    first = Edition.objects.active().get().number
    edit(folder, "lessons/friction.md", "A sailor", "A zookeeper")
    publishing.publish_folder(folder)
    assert "friction" in client.get("/search/?q=zookeeper").content.decode().lower()

    assert f"Edition {first} is served now" in content("activate", first)

    assert SearchEntry.objects.filter(text__contains="zookeeper").count() == 0
    assert "A sailor" in client.get("/guides/tiny/lessons/friction/").content.decode()


def test_activating_what_does_not_exist_says_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match=r"no edition 999; .*content editions"):
        content("activate", 999)


def test_rolling_back_over_learners_rows_needs_a_word(folder: Path, ada: Learner) -> None:
    first = Edition.objects.active().get().number
    edit(folder, "lessons/friction.md", "id: three-turns", "id: four-turns")
    publishing.publish_folder(folder)
    Progress.objects.finish(ada, "tiny/check/four-turns")

    with pytest.raises(CommandError, match="--hide-progress"):
        content("activate", first)
    content("activate", first, "--hide-progress")

    assert Progress.objects.of(ada).count() == 1


def test_nothing_is_asked_of_the_database_while_the_edition_is_fresh(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        shelf.library()


def test_check_needs_no_database() -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "HTTPS": "False"}

    done = subprocess.run(
        [sys.executable, "manage.py", "content", "check", str(SAMPLE)],
        env=os.environ | nowhere, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert "documents are fit to be published" in done.stdout


def test_twenty_mistakes_are_told_in_one_run(folder: Path) -> None:
    for name, edits in PLANTED.items():
        for old, new in edits:
            edit(folder, name, old, new)
    out = StringIO()

    with pytest.raises(CommandError, match="20 problems"):
        call_command("content", "check", str(folder), format="json", stdout=out)

    told = json.loads(out.getvalue())
    assert {problem["path"].removeprefix("content/tiny/") for problem in told} == set(PLANTED)
    assert len({(it["path"], it["line"], it["column"]) for it in told}) == 20


def test_machines_get_json_and_nothing_else(db: None) -> None:
    assert json.loads(content("check", SAMPLE, "--format", "json")) == []


def test_who_read_the_files_later_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher that was overtaken reads the files again, and does not put an old save back."""
    compiled: list[int] = []

    def overtaken(root: Path, **options: Any) -> Compilation:
        compilation = compile_folder(root, **options)
        compiled.append(1)
        if len(compiled) == 1:
            edit(folder, "lessons/friction.md", "An admiral", "An emperor")
            publishing.publish_folder(root)
        return compilation

    edit(folder, "lessons/friction.md", "A sailor", "An admiral")
    monkeypatch.setattr(publishing, "compile_folder", overtaken)

    publishing.publish_folder(folder)

    assert "An emperor" in shelf.rendered(shelf.library().guides["tiny"].lesson("friction")).body


@pytest.mark.parametrize(("format", "mark"), [
    ("text", "the-bowline.md:6:10"), ("json", '"column"'), ("github", "::error file="),
])  # fmt: skip
def test_check_reports_for_people_and_for_machines(folder: Path, format: str, mark: str) -> None:
    edit(folder, "lessons/the-bowline.md", "minutes: 20", "minutes: twenty")
    out = StringIO()

    with pytest.raises(CommandError, match="1 problem"):
        call_command("content", "check", str(folder), format=format, stdout=out)

    assert mark in out.getvalue()


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="/no/such is not a folder"):
        content("check", "/no/such")


def test_schemas_are_written_for_editors(tmp_path: Path) -> None:
    content("schema", "--out", tmp_path)

    assert {"lesson.json", "guide.json"} <= {file.name for file in tmp_path.iterdir()}


def test_an_exemplar_is_published_and_has_no_address(client: Client) -> None:
    assert "tiny/exemplar/a-parcel-that-slips" in shelf.library().documents
    assert not Address.objects.filter(kind="exemplar").exists()
    assert "parcel-that" not in client.get("/sitemap.xml").content.decode()
    assert client.get("/guides/tiny/exemplars/a-parcel-that-slips/").status_code == 404
