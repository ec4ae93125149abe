"""What type a file is of, told by what is in it and not by its name."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import IO

from skillguide.content.schema import Deliverable, FileType

LARGEST_TEXT = 50_000_000
LARGEST_JSON = 5_000_000
LONGEST_LINE = 1_000_000
MOST_ENTRIES = 5_000

_CHUNK = 65_536


@dataclass(frozen=True)
class Sniffed:
    type: FileType | None
    reason: str = ""
    """Why there is no type: a sentence for whoever sent the file."""


def accepts(deliverable: Deliverable, type: FileType | None) -> bool:
    """Tables and JSON are text as well."""
    if type is None:
        return False
    wanted = deliverable.accept
    return not wanted or type in wanted or (type in ("csv", "json", "jsonl") and "text" in wanted)


_MAGIC: tuple[tuple[bytes, FileType], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)


def sniff(file: IO[bytes], size: int, wanted: Collection[FileType] = ()) -> Sniffed:
    """Look at a file from its beginning. `wanted` decides what can be read in two ways."""
    file.seek(0)
    head = file.read(_CHUNK)
    if not head:
        return Sniffed(None, "The file is empty.")
    for magic, type_ in _MAGIC:
        if head.startswith(magic):
            return Sniffed(type_)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(file, size)
    return _text(file, head, size, wanted)


# ── Archives ─────────────────────────────────────────────────────────────────────────────

_END = struct.Struct("<4s4H2LH")
_DAMAGED = Sniffed(None, "The archive is damaged: its list of files cannot be read. Make it again.")
_TOO_MANY = Sniffed(None, f"The archive holds more than {MOST_ENTRIES:,} files. Leave some out.")


def _zip(file: IO[bytes], size: int) -> Sniffed:
    """Only the list is read, and only when it says of itself that it is short."""
    file.seek(max(size - 65_535 - _END.size, 0))
    tail = file.read(65_535 + _END.size)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return _DAMAGED
    *_, entries, length, _, _ = _END.unpack_from(tail, place)
    if entries > MOST_ENTRIES or length > MOST_ENTRIES * 512:
        return _TOO_MANY
    if tail[max(place - 20, 0) : place].startswith(b"PK\x06\x07"):
        return _TOO_MANY  # the form for very many files, whose numbers stand elsewhere
    try:
        with zipfile.ZipFile(file) as archive:
            number = len(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        return _DAMAGED
    return Sniffed("zip") if number <= MOST_ENTRIES else _TOO_MANY


# ── Text ─────────────────────────────────────────────────────────────────────────────────

_PAGE = re.compile(
    rb"<\s*(?:!doctype\s+(?:html|svg)|html|head|body|svg|script|iframe|[a-z]{1,9}:svg)\b",
    re.IGNORECASE,
)
_NO_TEXT = "The file is neither text in UTF-8 nor PDF, PNG, JPEG or ZIP."


def _text(file: IO[bytes], head: bytes, size: int, wanted: Collection[FileType]) -> Sniffed:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<") and _PAGE.search(start[:4096]):
        return Sniffed(None, "Web pages and SVG pictures are not taken. Send a PDF, PNG or text.")
    if size > LARGEST_TEXT:
        return Sniffed(None, f"A text has at most {LARGEST_TEXT // 1_000_000} MB.")
    if not _is_text(file):
        return Sniffed(None, _NO_TEXT)
    could_be: tuple[tuple[FileType, Callable[[], bool]], ...] = (
        ("jsonl", lambda: start.startswith(b"{") and _is_json_lines(file, wanted)),
        ("json", lambda: size <= LARGEST_JSON and start[:1] in b"[{" and _is_json(file)),
        ("csv", lambda: _is_csv(head)),
    )
    return Sniffed(next((type_ for type_, it_is in could_be if it_is()), "text"))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _is_text(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_json_lines(file: IO[bytes], wanted: Collection[FileType]) -> bool:
    """An object in each line that is looked at. A single line is JSON, unless lines are wanted."""
    objects = 0
    file.seek(0)
    while file.tell() < LARGEST_JSON and (line := file.readline(LONGEST_LINE)):
        text = line.decode("utf-8-sig", errors="replace").strip()
        if text and not isinstance(_parsed(text), dict):
            return False
        objects += bool(text)
    return objects > 1 or ("jsonl" in wanted and "json" not in wanted)


def _is_json(file: IO[bytes]) -> bool:
    file.seek(0)
    return _parsed(file.read(LARGEST_JSON + 1).decode("utf-8-sig")) is not None


def _parsed(text: str) -> object:
    """None for what is no JSON; nobody hands in a bare null."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_csv(head: bytes) -> bool:
    """The first lines all have the same number of cells, at least two."""
    text = head.decode("utf-8-sig", errors="ignore")
    if len(head) == _CHUNK:
        text = text[: text.rfind("\n") + 1]
    return any(_has_cells(text, separator) for separator in ",;\t")


def _has_cells(text: str, separator: str) -> bool:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        widths = [len(cells) for cells in reader if cells]
    except csv.Error:
        return False
    return len(widths) > 1 and widths[0] > 1 and len(set(widths)) == 1
