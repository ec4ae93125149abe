"""Which files there may be, and what is said of the others."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from skillguide.content.compiler import compile_folder
from skillguide.content.problems import as_text
from tests.content.conftest import HERE, Content

MISSING = re.compile("there is no (lesson|term|source|tool|image)|has no term|has no heading")


def test_the_sample_has_no_problems(content: Content) -> None:
    compilation = content.compile()

    assert compilation.ok
    assert as_text(compilation.problems) == "\nNo problems."
    assert len(compilation.documents) == 23


@pytest.mark.parametrize(
    "name",
    [".hidden", "guide.yaml~", "#guide.yaml#", ".guide.yaml.swp", "lessons/friction.md.swp"],
)
def test_what_editors_leave_behind_is_ignored(content: Content, name: str) -> None:
    content.write(name, "not YAML: [")

    assert content.problems() == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("glosary.yaml", "a guide has no “glosary.yaml”; did you mean “glossary.yaml”?"),
        ("notes.txt", "a guide has no “notes.txt”"),
        ("lesson/x.md", "a guide has no “lesson”; did you mean “lessons”?"),
        ("lessons/new.markdown", "a file in lessons/ ends with “.md”; did you mean “new.md”?"),
        (
            "lessons/New_One.md",
            "a file's name has only lower-case letters, digits and hyphens, at most 80",
        ),
        ("lessons/more/x.md", "lessons/ holds files only, and this is none"),
        (
            "images/x.gif",
            "an image has a plain lower-case name that ends with: svg, png, webp, jpg",
        ),
    ],
)
def test_an_unknown_file_is_a_mistake(content: Content, name: str, message: str) -> None:
    path = content.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    told = "lesson" if name == "lesson/x.md" else "lessons/more" if "more" in name else name

    assert content.problems() == [f"{told}:1:1: {message}"]


def test_a_folder_in_place_of_a_file_and_the_other_way_round(content: Content) -> None:
    content.path("tools.yaml").unlink()
    content.path("tools.yaml").mkdir()
    content.path("careers.yaml").unlink()
    content.path("questions").rename(content.path("gone"))
    content.write("questions", "x")

    problems = content.problems()

    assert "tools.yaml:1:1: this must be a file" in problems
    assert "questions:1:1: this must be a folder" in problems
    assert not any(MISSING.search(problem) for problem in problems if "career" not in problem)


def test_the_folder_itself_may_be_missing_or_empty(tmp_path: Path) -> None:
    (missing,) = compile_folder(tmp_path / "content").problems
    (tmp_path / "content").mkdir()
    (empty,) = compile_folder(tmp_path / "content").problems

    assert missing.message == "there is no such folder"
    assert empty.message == "there is no guide here; each is a folder of its own"
    assert missing.path == empty.path == "content"


def test_beside_the_guides_stands_only_a_readme(content: Content) -> None:
    (content.root / "README.md").write_text("For authors.")
    (content.root / "notes.md").write_text("Mine.")
    (content.root / "My Guide").mkdir()

    assert content.problems() == [
        "content/My Guide:1:1: a guide's folder has only lower-case letters, digits and hyphens",
        "content/notes.md:1:1: this file belongs to no guide; each guide is a folder of its own",
    ]


def test_a_guide_without_guide_yaml(content: Content) -> None:
    content.path("guide.yaml").unlink()

    assert content.problems() == [
        "guide.yaml:1:1: this file is missing; it says what the guide is and lists its lessons"
    ]


def test_pages_that_are_nowhere_on_the_path(content: Content) -> None:
    for name in ("lessons/friction.md", "projects/rig-a-clothes-line.md"):
        text = content.read(name).replace("three-turns", "four-turns")
        content.write(name.replace(".md", "-two.md"), text)

    assert content.problems() == [
        (
            "lessons/friction-two.md:1:1: this lesson is nowhere on the path; "
            "list “friction-two” in a module of guide.yaml"
        ),
        (
            "projects/rig-a-clothes-line-two.md:1:1: this project is nowhere on the path; "
            "list “rig-a-clothes-line-two” in a level of guide.yaml"
        ),
    ]


def test_ids_that_are_also_file_names(content: Content) -> None:
    content.edit("lessons/friction.md", "title: Why", "id: why-friction\ntitle: Why")
    content.edit("lessons/parts-of-a-rope.md", "title: The", "id: friction\ntitle: The")

    assert (
        "lessons/parts-of-a-rope.md:2:5: the id “friction” is the name of another file, "
        "content/tiny/lessons/friction.md"
    ) in content.problems()


def test_two_files_with_one_id(content: Content) -> None:
    content.edit("lessons/the-bowline.md", "id: bowline", "id: friction")

    problems = content.problems()

    assert "lessons/the-bowline.md:2:5: another lesson has the id “friction” already" in problems


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"", "1:1", "this file is empty"),
        (b" \n\n", "1:1", "this file is empty"),
        (b"No fields.\n", "1:1", "the front matter is missing; the first line of a page is “---”"),
        (
            b"---\ntitle: x\n",
            "1:1",
            "the front matter that opens here needs a second line “---” to close",
        ),
        (b"---\n---\nText\n", "1:1", "the front matter is empty"),
        (b"---\n# nothing\n---\nText\n", "2:1", "there is nothing here; it holds no fields"),
        (
            b"---\n- a\n---\n",
            "2:1",
            "a lesson is a group of fields: “name: value”, one on each line",
        ),
        (b"---\ntitle: a\xffb\n---\n", "2:9", "the byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"\xff\xfe-\x00-\x00", "1:1", "the byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"---\ntitle: a\x00b\n", "2:9", "here is the forbidden character U+0000; delete it"),
        (b"---\rtitle: a\r", "1:4", "here is the forbidden character U+000D; delete it"),
        (
            "---\ntitle: é\u2028b\n".encode(),
            "2:9",
            "here is the forbidden character U+2028; delete it",
        ),
        (b"\xed\xa0\x80", "1:1", "the byte 0xed is not UTF-8; save the file as UTF-8"),
        (b"x" * 1_000_001, "1:1", "this file has 1,000,001 bytes; at most 1,000,000 are allowed"),
    ],
)
def test_a_file_that_cannot_be_read(
    content: Content, data: bytes, place: str, message: str
) -> None:
    """One problem, and none about the pages that refer to it."""
    content.write("lessons/friction.md", data)

    assert content.problems() == [f"lessons/friction.md:{place}: {message}"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(content: Content) -> None:
    before = {item.content_id: item.digest for item in content.compile().documents}
    for path in content.root.rglob("*.*"):
        if path.suffix in (".md", ".yaml"):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    after = {item.content_id: item.digest for item in content.compile().documents}

    assert after == before


def test_a_place_after_windows_line_ends_is_right(content: Content) -> None:
    text = content.read("lessons/friction.md").replace("[[hitch]]", f"{HERE}[[hich]]")
    place = content.write("lessons/friction.md", text.replace("\n", "\r\n"))

    (problem,) = content.problems()

    assert problem.startswith(f"lessons/friction.md:{place}: the glossary has no term “hich”")


@pytest.mark.parametrize("name", ["glossary.yaml", "sources.yaml", "tools.yaml", "careers.yaml"])
def test_a_broken_list_is_told_once(content: Content, name: str) -> None:
    content.write(name, "a: [b")

    assert content.problems() == [f"{name}:1:4: the list that is open here is not closed with “]”"]


@pytest.mark.parametrize(
    "name", ["lessons/friction.md", "lessons/the-bowline.md", "projects/tie-a-parcel.md"]
)
def test_a_page_with_a_mistake_is_not_missing_as_well(content: Content, name: str) -> None:
    content.edit(name, "title:", "titel:")

    (problem,) = content.problems()

    assert problem.endswith("has no field “titel”; did you mean “title”?")


def test_a_broken_guide_file_is_told_once(content: Content) -> None:
    content.edit("guide.yaml", "mark: circle", "mark: triangle")

    assert content.problems() == [
        "guide.yaml:28:11: “triangle” is not one of: circle, square, diamond"
    ]


def test_an_entry_with_a_mistake_hides_no_other_entry(content: Content) -> None:
    content.edit("glossary.yaml", "name: hitch", "names: hitch")
    content.edit("glossary.yaml", "name: bight", "nam: bight")

    assert [problem.partition(": ")[2] for problem in content.problems()] == [
        "a term has no field “nam”; did you mean “name”?",
        "a term has no field “names”; did you mean “name”?",
    ]


def test_links_out_of_the_folder_are_refused(content: Content, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\n")
    for name in ("lessons/stolen.md", "images/stolen.svg", "tools.yaml"):
        content.path(name).unlink(missing_ok=True)
        content.path(name).symlink_to(secret)
    (content.root / "other").symlink_to(tmp_path)

    message = "1:1: this link leads out of the content folder; put the file itself here"
    assert content.problems() == [
        f"content/other:{message}",
        f"images/stolen.svg:{message}",
        f"lessons/stolen.md:{message}",
        f"tools.yaml:{message}",
    ]


def test_links_within_the_folder_are_followed(content: Content) -> None:
    content.path("images/same.svg").symlink_to(content.path("images/parts.svg"))

    assert content.problems() == ["images/same.svg:1:1: warning: no text shows this image"]


def test_links_in_a_circle(content: Content) -> None:
    content.path("lessons/circle.md").symlink_to(content.path("lessons/circle.md"))

    assert content.problems() == [
        "lessons/circle.md:1:1: lessons/ holds files only, and this is none"
    ]


def test_an_image_is_not_called_unused_while_a_page_cannot_be_read(content: Content) -> None:
    content.write("lessons/parts-of-a-rope.md", "")

    assert content.problems() == ["lessons/parts-of-a-rope.md:1:1: this file is empty"]


def test_special_files_are_not_opened(content: Content) -> None:
    os.mkfifo(content.path("lessons/pipe.md"))

    assert content.problems() == [
        "lessons/pipe.md:1:1: lessons/ holds files only, and this is none"
    ]


def test_file_names_that_are_no_text_can_be_told(content: Content) -> None:
    name = os.fsencode(content.path("lessons")) + b"/\xff.md"
    with open(name, "wb"):  # noqa: PTH123
        pass

    (problem,) = content.compile().problems

    assert problem.path == "content/tiny/lessons/\\xff.md"
    assert as_text([problem]).encode()


def test_there_are_bounds_on_the_whole_folder(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillguide.content.folder.MAX_FILES", 10)
    assert "there are more than 10 files" in "".join(content.problems())
    monkeypatch.setattr("skillguide.content.folder.MAX_FILES", 1000)
    monkeypatch.setattr("skillguide.content.folder.MAX_TOTAL_BYTES", 5_000)
    assert "all files together have more than 5,000 bytes" in "".join(content.problems())
