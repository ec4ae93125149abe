"""A file's type is told by what is in it."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from projects.sniffing import Sniffed, accepts, sniff
from skillguide.content.schema import FileType
from tests.projects.making import deliverable


def sniffed(data: bytes, *wanted: FileType) -> Sniffed:
    return sniff(io.BytesIO(data), len(data), wanted)


def archive(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in range(number):
            file.writestr(str(name), "")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (archive(3), "zip"),
        (archive(0), "zip"),
        (b'{"a": 1}', "json"),
        (b"\xef\xbb\xbf[1,\n 2]", "json"),
        (b'{"a": 1}\n\n{"a": 2}\r\n', "jsonl"),
        (b"a,b\n1,2\n", "csv"),
        ('a;b\n"1\n2";ü\n'.encode(), "csv"),
        (b"Just words, and more.\nOther words.\n", "text"),
        (b"{not json", "text"),
        (b"[" * 200_000, "text"),
        ("é".encode() * 100_000, "text"),
    ],
)
def test_content_tells_the_type(data: bytes, type_: str) -> None:
    assert sniffed(data) == Sniffed(type_)  # type: ignore[arg-type]


def test_a_single_object_is_what_was_asked_for() -> None:
    assert sniffed(b'{"a": 1}\n', "jsonl").type == "jsonl"
    assert sniffed(b'{"a": 1}\n', "jsonl", "json").type == "json"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a\0b", "neither text"),
        ("ü".encode("latin-1"), "neither text"),
        (b"a" * 70_000 + b"\xc3", "neither text"),
        (b"MZ\x90\0\3", "neither text"),
        (b"<!DOCTYPE html><p>", "Web pages"),
        (b" \n<HTML>", "Web pages"),
        (b"<?xml version='1.0'?><!-- x --><svg onload=x>", "SVG"),
        (b"<?xml version='1.0'?><s:svg xmlns:s='x'>", "SVG"),
        (b"PK\x03\x04 and no more", "damaged"),
        (archive(3)[:-30], "damaged"),
        (archive(5_001), "more than 5,000"),
    ],
)
def test_what_is_refused_is_told_why(data: bytes, words: str) -> None:
    found = sniffed(data)

    assert found.type is None and words in found.reason and found.reason.endswith(".")


def test_an_archive_that_says_too_little_of_itself_is_not_believed() -> None:
    whole = archive(6_000)
    end = struct.Struct("<4s4H2LH")
    fields = list(end.unpack(whole[-end.size :]))
    fields[3] = fields[4] = 1

    assert sniffed(whole[: -end.size] + end.pack(*fields)).type is None


def test_large_texts_are_read_in_pieces() -> None:
    data = (b'{"a": "' + b"b" * 200 + b'"}\n') * 50_000
    file = io.BytesIO(data)
    tracemalloc.start()

    found = sniff(file, len(data))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.type == "jsonl"
    assert peak < 5_000_000


def test_texts_larger_than_the_limit_are_refused() -> None:
    assert "at most 50 MB" in sniff(io.BytesIO(b"a"), 50_000_001).reason


def test_tables_and_json_are_text_as_well() -> None:
    text = deliverable("file", accept=["text", "pdf"])
    table = deliverable("file", accept=["csv"])

    assert all(accepts(text, it) for it in ("text", "csv", "json", "jsonl", "pdf"))
    assert not accepts(text, "zip") and not accepts(text, None) and not accepts(table, "text")
    assert accepts(deliverable("file"), "zip")
