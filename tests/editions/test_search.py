"""Search over everything that is published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from skillguide.editions.publishing import publish_folder
from tests.conftest import SAMPLE


def titles(client: Client, query: str) -> list[str]:
    return [result["title"] for result in client.get("/search/", {"q": query}).context["results"]]


def test_a_lesson_is_found_with_its_place_on_the_path(client: Client) -> None:
    response = client.get("/search/", {"q": "collar"})

    (result,) = response.context["results"]
    assert result["url"] == "/guides/tiny/lessons/the-bowline/"
    assert result["place"] == "Knots and Ropes › Beginner › First steps"
    assertContains(response, "<mark>collar</mark>")


def test_a_title_outranks_a_mention(client: Client) -> None:
    assert titles(client, "bowline")[0] == "The bowline"


KINDS = {
    "guide": "knots ropes",
    "lesson": "friction holds",
    "project": "parcel",
    "question": "slipping",
    "tool": "sketcher",
    "term": "bight",
    "source": "Ashley",
}


def test_a_term_is_explained_and_a_work_has_its_authors(client: Client) -> None:
    snippets = {
        result["title"]: result["snippet"]
        for query in ("bight", "Ashley")
        for result in client.get("/search/", {"q": query}).context["results"]
    }

    assert snippets["bight"] == "A fold in a rope that does not cross itself."
    assert snippets["The Ashley Book of Knots"].startswith("Clifford")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_document_is_found(kind: str, client: Client) -> None:
    results = client.get("/search/", {"q": KINDS[kind]}).context["results"]

    assert kind in {result["kind"] for result in results}


def test_a_misspelt_word_is_mended(client: Client) -> None:
    response = client.get("/search/", {"q": "bowlnie"})

    assert response.context["suggestion"] == "bowline"
    assertContains(response, "/search/?q=bowline")


def test_words_that_resemble_nothing_get_no_suggestion(client: Client) -> None:
    assert client.get("/search/", {"q": "qqxzzy"}).context["suggestion"] == ""


@pytest.mark.parametrize(
    "hostile", ["c++ & (", "' OR 1=1 --", "a\x00b", "\\", "<script>", "x" * 5000, '"open']
)
def test_any_query_is_answered(hostile: str, client: Client) -> None:
    response = client.get("/search/", {"q": hostile})

    assert response.status_code == 200
    assertNotContains(response, "<script>alert")


def test_a_search_is_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/search/", {"q": "rope"})


def test_a_document_of_the_greatest_size_is_published_and_found(
    client: Client, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "content"))
    paragraphs = [" ".join(f"wörd{n}x{k}" for n in range(4_000)) for k in range(16)]
    checks = ""
    for start in range(0, 16, 4):
        answer = "\n\n      ".join(paragraphs[start : start + 4])
        checks += f"  - id: big-{start}\n    kind: open\n    question: Why?\n"
        checks += f"    answer: |\n      {answer}\n"
    lesson = folder / "tiny/lessons/friction.md"
    lesson.write_text(lesson.read_text().replace("checks:\n", f"checks:\n{checks}"))

    publish_folder(folder)

    assert "Why friction holds a knot" in titles(client, "friction")


def test_without_words_the_page_says_what_it_is_for(client: Client) -> None:
    response = client.get("/search/")

    assert response.context["results"] == []
    assertContains(response, 'type="search"')


def test_an_exemplar_is_found_by_no_search(client: Client) -> None:
    assert titles(client, "parcel") == ["Tie a parcel that survives the post"]
    assert titles(client, "reef knots easy to tie") == []
