"""Starter kits: which files they may have, and the one zip that is made of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from skillguide.content.compiler import Compilation
from skillguide.content.images import Asset
from skillguide.content.kits import pack
from skillguide.content.schema import Project
from tests.content.conftest import Content

KIT = "projects/tie-a-parcel/starter"
NAMES = "a name in a starter kit has only letters, digits, “.”, “_” and “-”"


def kits(compilation: Compilation) -> list[Asset]:
    return [it for it in compilation.assets if it.media_type == "application/zip"]


def digest_of(compilation: Compilation, content_id: str) -> str:
    return next(it.digest for it in compilation.documents if it.content_id == content_id)


def test_a_kit_is_one_zip_with_a_folder_on_top(content: Content) -> None:
    (kit,) = kits(content.compile())

    packed = ZipFile(BytesIO(kit.body))
    assert kit.name == "tiny/tie-a-parcel-starter.zip"
    assert packed.namelist() == [
        "tie-a-parcel/README.md",
        "tie-a-parcel/crossings.csv",
        "tie-a-parcel/drawings/box.txt",
    ]
    assert packed.read("tie-a-parcel/crossings.csv") == b"place,knot,load_kg,note\n"
    assert packed.testzip() is None


def test_a_project_knows_its_kit_and_others_have_none(content: Content) -> None:
    compilation = content.compile()
    (kit,) = kits(compilation)

    projects = compilation.library.guides["tiny"].projects
    assert projects["tie-a-parcel"].kit == kit.digest
    assert projects["rig-a-clothes-line"].kit == ""


def test_a_kit_follows_the_name_of_the_file_and_not_the_id(content: Content) -> None:
    content.edit("projects/tie-a-parcel.md", "title: Tie", "id: tie-a-parcel\ntitle: Tie")
    for name in ("tie-a-parcel.md", "tie-a-parcel"):
        content.path(f"projects/{name}").rename(
            content.path(f"projects/{name.replace('tie', 'pack')}")
        )

    compilation = content.compile()

    (kit,) = kits(compilation)
    project = compilation.library.documents["tiny/project/tie-a-parcel"]
    assert isinstance(project, Project)
    assert (kit.name, project.kit) == ("tiny/pack-a-parcel-starter.zip", kit.digest)


def test_when_a_file_was_saved_makes_no_other_kit(content: Content) -> None:
    (before,) = kits(content.compile())
    for path in content.path(KIT).rglob("*"):
        path.touch()
    content.path(f"{KIT}/README.md").write_bytes(
        content.path(f"{KIT}/README.md").read_bytes().replace(b"\n", b"\r\n")
    )

    assert kits(content.compile()) == [before]


def test_a_changed_kit_makes_a_new_project_and_nothing_else(content: Content) -> None:
    before = {it.content_id: it.digest for it in content.compile().documents}
    content.write(f"{KIT}/crossings.csv", "place,knot\n")

    after = {it.content_id: it.digest for it in content.compile().documents}

    assert {id for id in before if before[id] != after[id]} == {"tiny/project/tie-a-parcel"}


def test_a_file_that_only_got_another_name_makes_another_kit() -> None:
    one = pack("tiny", "parcel", {"a": b"", "b": b"text"})
    two = pack("tiny", "parcel", {"a": b"text", "b": b""})
    three = pack("tiny", "parcel", {"a": b"", "b": b"text"})

    assert one == three
    assert one.digest != two.digest


def test_a_kit_without_a_project(content: Content) -> None:
    content.path("projects/tie-a-parcel").rename(content.path("projects/tie-a-parcels"))

    assert content.problems() == [
        (
            "projects/tie-a-parcels:1:1: there is no project “tie-a-parcels.md” "
            "beside this folder; did you mean “tie-a-parcel”?"
        )
    ]


def test_a_kit_is_not_called_lost_while_its_project_cannot_be_read(content: Content) -> None:
    content.write("projects/tie-a-parcel.md", b"\xff")

    assert content.problems() == [
        "projects/tie-a-parcel.md:1:1: the byte 0xff is not UTF-8; save the file as UTF-8"
    ]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("starter/my notes.txt", b"", f"starter/my notes.txt:1:1: {NAMES}"),
        ("starter/-rf", b"", f"starter/-rf:1:1: {NAMES}"),
        ("starter/naïve.txt", b"", f"starter/naïve.txt:1:1: {NAMES}"),
        (
            "starter/a.bin",
            b"text\n\xff",
            "starter/a.bin:2:1: the byte 0xff is not UTF-8; save the file as UTF-8",
        ),
        (
            "starter/a.txt",
            b"x\0",
            "starter/a.txt:1:2: here is the forbidden character U+0000; delete it",
        ),
        (
            "start/a.txt",
            b"",
            (
                "start:1:1: a project's folder holds only its starter kit, “starter/”; "
                "did you mean “starter”?"
            ),
        ),
        (
            "notes.md",
            b"",
            "notes.md:1:1: a project's folder holds only its starter kit, “starter/”",
        ),
    ],
)
def test_files_that_no_kit_may_have(content: Content, name: str, data: bytes, told: str) -> None:
    content.write(f"projects/tie-a-parcel/{name}", data)

    assert content.problems() == [f"projects/tie-a-parcel/{told}"]


def test_what_editors_leave_behind_is_in_no_kit(content: Content) -> None:
    before = kits(content.compile())
    content.write(f"{KIT}/.hidden", "x")
    content.write(f"{KIT}/README.md~", "x")
    content.write(f"{KIT}/__pycache__/a.pyc", b"\0")

    assert kits(content.compile()) == before


def test_a_folder_without_a_kit(content: Content) -> None:
    content.path("projects/rig-a-clothes-line/starter").mkdir(parents=True)

    assert content.problems() == [
        (
            "projects/rig-a-clothes-line:1:1: there is no starter kit in it; "
            "put its files into “starter/”"
        )
    ]


def test_links_out_of_a_kit_are_refused(content: Content, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    content.path(f"{KIT}/stolen.txt").symlink_to(tmp_path / "secret.txt")
    content.path(f"{KIT}/all").symlink_to(tmp_path)

    message = "1:1: this link leads out of the content folder; put the file itself here"
    assert content.problems() == [f"{KIT}/all:{message}", f"{KIT}/stolen.txt:{message}"]


def test_links_in_a_circle_are_not_followed(content: Content) -> None:
    content.path(f"{KIT}/again").symlink_to(content.path("projects/tie-a-parcel"))

    assert content.problems() == [
        f"{KIT}/again:1:1: a starter kit holds files and folders only, and this is none"
    ]


def test_a_kit_has_bounds(content: Content) -> None:
    for number in range(200):
        content.write(f"{KIT}/{number}.txt", "x")
    assert content.problems() == ["projects/tie-a-parcel:1:1: a starter kit has at most 200 files"]


def test_a_kit_is_not_large(content: Content) -> None:
    for name in "abc":
        content.write(f"{KIT}/{name}.txt", "x" * 700_000)
    assert content.problems() == [
        "projects/tie-a-parcel:1:1: a starter kit has at most 2,000,000 bytes in all"
    ]


def test_a_kit_is_not_deep(content: Content) -> None:
    content.path(f"{KIT}/{'d/' * 9}").mkdir(parents=True)

    assert content.problems() == [
        f"{KIT}/{'d/' * 8}d:1:1: a starter kit has at most 8 folders in a row"
    ]
