"""What a compilation is made of, and what it does not do twice."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from skillguide.content import workers
from skillguide.content.compiler import Compilation, compile_folder
from skillguide.content.documents import Html, Place
from skillguide.content.elements import Fault
from skillguide.content.library import Library
from skillguide.content.markdown import RENDERER, render
from skillguide.content.scan import scan
from skillguide.content.schema import Lesson, schema_json
from skillguide.content.stored import restore, restore_rendered
from skillguide.content.workers import Job, Outcome, Text, render_all, render_job
from tests.content.conftest import Content


def digests(compilation: Compilation) -> dict[str, str]:
    assert compilation.ok
    return {item.content_id: item.digest for item in compilation.documents}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


def test_two_compilations_are_equal(content: Content) -> None:
    first, second = content.compile(), content.compile()

    assert digests(first) == digests(second)
    assert [item.html for item in first.documents] == [item.html for item in second.documents]


def test_the_same_text_becomes_the_same_html(content: Content) -> None:
    """If this fails, pages that nobody edits would keep their old HTML: change `RENDERER`."""
    made = "".join(str(item.html) for item in content.compile().documents)
    digest = "ea310e857aaf4ae78f0402891638a4be8bcd770118cad3fc32d68afcf642e267"

    assert (RENDERER, sha256(made.encode()).hexdigest()) == ("2", digest)


def test_what_is_known_is_not_rendered_again(content: Content) -> None:
    first = content.compile()
    asked: list[frozenset[str]] = []

    def known(wanted: frozenset[str]) -> frozenset[str]:
        asked.append(wanted)
        return wanted - {first.documents[3].digest}

    second = compile_folder(content.root, known=known)

    assert asked == [frozenset(digests(first).values())]
    assert [item.content_id for item in second.documents if item.html is not None] == [
        first.documents[3].content_id
    ]
    assert [item.document for item in second.documents] == [
        item.document for item in first.documents
    ]


def test_a_change_changes_one_digest(content: Content) -> None:
    before = digests(content.compile())
    content.edit("lessons/friction.md", "A sailor", "An old sailor")

    assert changed(before, digests(content.compile())) == {"tiny/lesson/friction"}


def test_other_entries_of_a_list_are_not_touched(content: Content) -> None:
    before = digests(content.compile())
    content.edit("glossary.yaml", "does not cross itself", "crosses nothing")

    assert changed(before, digests(content.compile())) == {"tiny/term/bight"}


def test_a_new_address_changes_those_who_link_to_it(content: Content) -> None:
    before = digests(content.compile())
    content.path("lessons/the-bowline.md").rename(content.path("lessons/king-of-knots.md"))

    after = digests(content.compile())

    assert changed(before, after) == {
        "tiny/exemplar/a-parcel-that-holds",
        "tiny/lesson/bowline",
        "tiny/lesson/friction",
        "tiny/lesson/parts-of-a-rope",
        "tiny/project/tie-a-parcel",
    }


def test_a_new_picture_changes_those_who_show_it(content: Content) -> None:
    before = digests(content.compile())
    content.edit("images/parts.svg", "#8a6d3b", "#000000")

    assert changed(before, digests(content.compile())) == {"tiny/lesson/parts-of-a-rope"}


def test_a_new_number_of_a_source_changes_the_text_that_cites_it(content: Content) -> None:
    compilation = content.compile()
    question = next(item for item in compilation.documents if item.slug == "slipping-hitch")
    assert question.html is not None

    body = json.loads(question.html)["body"]

    # In the order of their first use, not in that of the bibliography.
    assert '<a class="cite" href="#source-patil2020">[1]</a>' in body
    assert '<a class="cite" href="#source-ashley1944">[2]</a>' in body


def test_sources_have_names_where_many_documents_share_a_page(content: Content) -> None:
    term = next(item for item in content.compile().documents if item.slug == "friction")
    assert term.html is not None
    assert (
        '<a class="cite" href="/guides/tiny/sources/#patil2020">[Patil et al. 2020]</a>'
        in json.loads(term.html)["definition"]
    )


def test_what_a_document_uses_in_order(content: Content) -> None:
    library = content.compile().library
    lesson = library.documents["tiny/lesson/bowline"]

    assert lesson.uses == (
        "term/bight",
        "term/standing-part",
        "source/ashley1944",
        "source/patil2020",
        "term/bend",
        "lesson/parts-of-a-rope",
    )
    contents = library.guides["tiny"]
    assert lesson in contents.used_in["source/patil2020"]


def test_the_library(content: Content) -> None:
    library = content.compile().library
    guide = library.guides["tiny"]

    assert list(guide.lessons) == ["parts-of-a-rope", "the-bowline", "friction"]
    assert guide.stops["bowline"].previous is guide.lesson("parts-of-a-rope")
    assert library.replaced == {"tiny/lesson/bowline": ("tiny/lesson/loop-knots",)}
    assert library.retired == {"tiny/lesson/granny-knot"}
    assert "tiny/check/three-turns" in library.content_ids
    assert isinstance(library, Library)


def test_a_compilation_with_errors_has_no_library(content: Content) -> None:
    content.edit("lessons/friction.md", "minutes: 25", "minutes: no")
    compilation = content.compile()

    assert not compilation.ok
    with pytest.raises(ValueError, match="with errors"):
        _ = compilation.library


def test_documents_can_be_restored(content: Content) -> None:
    for item in content.compile().documents:
        names = {"guide": "tiny", "id": item.document.key, "slug": item.slug}
        place = Place.from_json(item.document.place.as_json(), digest=item.digest, **names)
        restored = restore(item.kind, item.data, place)

        assert restored == item.document
        assert restored.content_id == item.content_id
        assert restored.digest == item.digest


def test_rendered_documents_hold_html_in_every_field_with_markup(content: Content) -> None:
    compiled = next(item for item in content.compile().documents if item.slug == "the-bowline")
    assert compiled.html is not None

    lesson = restore_rendered("lesson", compiled.html, Place("tiny", "bowline", "the-bowline"))

    assert isinstance(lesson, Lesson)
    assert lesson.checks[0].question.startswith("<p>Which of these are good uses")
    assert lesson.body.index("<!-- check when-to-use -->")
    markup = (lesson.body, lesson.objectives[0].text, lesson.checks[0].question)
    assert all(isinstance(text, Html) for text in markup)
    assert not isinstance(lesson.title, Html)


def test_html_may_be_longer_than_what_authors_may_write(content: Content) -> None:
    """A formula's HTML is many times longer than the formula."""
    many = " ".join("$\\\\frac{1}{2}$" for _ in range(250))
    content.edit("careers.yaml", "note: In most", f'note: "{many}"\n#')
    compiled = content.compile().documents[0]
    assert compiled.html is not None

    restored = restore_rendered(compiled.kind, compiled.html, Place("tiny", "rigger", "rigger"))

    assert len(restored.model_dump()["note"]) > 4_000


def test_the_words_for_the_search(content: Content) -> None:
    compiled = next(item for item in content.compile().documents if item.slug == "friction")

    assert compiled.text == ("friction\nWhat resists sliding; its share is the coefficient \\mu.")


def test_sources_of_documents(content: Content) -> None:
    documents = {item.content_id: item for item in content.compile().documents}

    assert documents["tiny/lesson/friction"].source == content.read("lessons/friction.md")
    assert documents["tiny/term/bight"].source == (
        "id: bight\n    name: bight\n    definition: A fold in a rope that does not cross itself."
    )
    assert documents["tiny/term/bight"].path == "content/tiny/glossary.yaml"


def test_guides_link_to_each_other(content: Content) -> None:
    other = Content(content.root.parent / "other")
    (other.root / "tiny").rename(content.root / "small")
    content.edit("lessons/friction.md", "(lesson:bowline#", "(lesson:small/bowline#")

    compilation = content.compile()

    assert compilation.ok
    html = next(
        item.html
        for item in compilation.documents
        if item.slug == "friction" and item.kind == "lesson" and item.document.guide == "tiny"
    )
    assert "/guides/small/lessons/the-bowline/#how-to-tie-it" in str(html)


def test_many_documents_are_rendered_by_several_processes() -> None:
    jobs = [
        Job([Text(f"Text **{number}** $x$", True, False)], {})
        for number in range(workers.WORTH_A_POOL + 1)
    ]

    together = render_all(jobs, workers=2)

    assert together == [render_job(job) for job in jobs]


def test_without_a_pool_it_only_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pool(*_: object, **__: object) -> None:
        raise PermissionError("no semaphores here")

    monkeypatch.setattr(workers, "ProcessPoolExecutor", no_pool)
    jobs = [Job([Text("*a*", False, False)], {})] * (workers.WORTH_A_POOL + 1)

    assert render_all(jobs, workers=2)[-1] == Outcome(["<em>a</em>"], [])


def test_a_text_that_takes_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr(workers, "render", slow)
    monkeypatch.setattr(workers, "SECONDS", 0.1)

    outcome = render_job(Job([Text("x", True, False)], {}))

    assert [fault.message for _, fault in outcome.faults] == [
        "this takes more than 0.1 seconds to render; make it shorter and simpler"
    ]


def test_whatever_the_renderer_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(workers, "render", broken)

    outcome = render_job(Job([Text("x", True, False)], {}))

    assert outcome.faults == [
        (0, Fault(0, "this cannot be rendered (RecursionError); make it simpler"))
    ]


def test_schemas_for_editors() -> None:
    schemas = schema_json()

    assert set(schemas) == {
        *("guide", "lesson", "project", "question", "exemplar"),
        *("glossary", "sources", "tools", "careers"),
    }
    lesson = schemas["lesson"]
    assert lesson["additionalProperties"] is False
    assert "body" not in {*lesson["properties"], *lesson["required"]}
    assert lesson["properties"]["minutes"]["description"] == "Honest reading and working time."
    source = schemas["sources"]["$defs"]["Source"]
    assert "container-title" in source["properties"]


def test_rendering_needs_no_compilation() -> None:
    assert render(scan("*a*", block=False), {}, block=False).html == "<em>a</em>"
