"""Whatever a browser sends becomes a well-formed value, or a sentence for people."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.values import clean, empty_value, first_value, is_empty
from tests.projects.making import PROMPTS, deliverable, prompt

TEXT, FILES, LINK = deliverable(), deliverable("file"), deliverable("link")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("rows"), inner),
)


def test_a_text_loses_only_what_cannot_be_stored() -> None:
    assert clean(TEXT, {"text": "a\0b\ud800\r\nc "}) == {"text": "ab\nc "}


def test_a_table_keeps_its_cells_as_typed_and_drops_unknown_columns() -> None:
    sent = {"rows": [{"id": " 007 ", "rate": 0.5, "seen": True, "other": "x"}]}

    row = clean(PROMPTS, sent)["rows"][0]

    assert row == prompt(" 007 ", prompt="", policy="", rate="0.5", seen="yes")


def test_a_table_without_columns_has_one_of_text() -> None:
    assert clean(deliverable("table"), {"rows": [{"text": "a"}]}) == {"rows": [{"text": "a"}]}


def test_a_link_has_no_space_around_it() -> None:
    sent = {"url": " https://example.org ", "revision": None}

    assert clean(LINK, sent) == {"url": "https://example.org", "revision": ""}


def test_files_are_told_by_id_name_size_and_type() -> None:
    file = {"id": "0" * 32, "name": "a.pdf", "size": 3, "type": "pdf", "path": "/etc"}

    kept = clean(FILES, {"files": [file]})["files"][0]

    assert kept == {
        "id": "00000000-0000-0000-0000-000000000000",
        "name": "a.pdf",
        "size": 3,
        "type": "pdf",
    }


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        (TEXT, {"text": "a" * 100_001}, "100,001 characters; at most 100,000"),
        (PROMPTS, {"rows": [{}] * 1_001}, "1,001 rows; at most 1,000"),
        (PROMPTS, {"rows": [{}, {"id": "a" * 10_001}]}, "Row 2, id has 10,001 characters"),
        (LINK, {"url": "https://" + "a" * 1_000}, "1,008 characters; at most 1,000"),
        (LINK, {"revision": "a" * 101}, "101 characters; at most 100"),
        (FILES, {"files": [{}] * 6}, "6 files; at most 5"),
    ],
)
def test_what_does_not_fit_is_told_and_not_cut(kind: object, sent: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        clean(kind, sent)  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", [[], "x", {"text": []}, {"text": {"a": 1}}])
def test_what_has_no_shape_of_a_text_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="Load the page again"):
        clean(TEXT, sent)


@given(JSON, st.sampled_from([TEXT, PROMPTS, FILES, LINK]))
def test_cleaning_is_total_and_done_once(sent: object, kind: object) -> None:
    try:
        value = clean(kind, sent)  # type: ignore[arg-type]
    except ValueError as refused:
        value, told = empty_value(kind), str(refused)  # type: ignore[arg-type]
    else:
        told = "."

    assert told.endswith(".")
    assert clean(kind, json.loads(json.dumps(value))) == value  # type: ignore[arg-type]
    assert "\\u0000" not in json.dumps(value)


def test_an_empty_value_has_only_blank_space() -> None:
    assert all(is_empty(empty_value(kind)) for kind in (TEXT, PROMPTS, FILES, LINK))
    assert is_empty({"text": " \n"}) and is_empty({"rows": [{"id": " "}]})
    assert not is_empty({"rows": [{"id": "1"}]}) and not is_empty({"url": "x", "revision": ""})


def test_a_text_begins_with_its_template() -> None:
    assert first_value(deliverable(template="# Plan")) == {"text": "# Plan"}
    assert first_value(PROMPTS) == {"rows": []}
