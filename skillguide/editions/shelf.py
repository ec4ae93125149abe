"""The active edition in this process's memory: `library()`, and pages by digest."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar, cast

from skillguide.content.documents import Document, Place
from skillguide.content.library import Library
from skillguide.content.stored import restore, restore_rendered
from skillguide.editions.models import Blob, ContentCheck, Edition

D = TypeVar("D", bound=Document)

LOOK_EVERY = 1.0
"""Seconds between two looks for a newer edition."""
PAGES_KEPT = 2_000
"""Rendered documents kept in memory; about 20 kB each."""


@dataclass(frozen=True)
class Shelf:
    number: int
    library: Library


EMPTY = Shelf(0, Library.of([]))


class _Process:
    """What this process holds. One thread refreshes; the others go on with the old shelf."""

    def __init__(self) -> None:
        self.shelf = EMPTY
        self.errors = 0
        self.looked_at = float("-inf")
        self.refreshing = threading.Lock()
        self.pages: OrderedDict[str, Document] = OrderedDict()
        self.turning = threading.Lock()

    def current(self) -> Shelf:
        if time.monotonic() - self.looked_at < LOOK_EVERY:
            return self.shelf
        if self.refreshing.acquire(blocking=self.shelf is EMPTY):
            try:
                if time.monotonic() - self.looked_at >= LOOK_EVERY:
                    self._refresh()
            finally:
                self.refreshing.release()
        return self.shelf

    def _refresh(self) -> None:
        number = Edition.objects.active().values_list("number", flat=True).first() or 0
        if number != self.shelf.number:
            self.shelf = load(number, self.shelf.library) if number else EMPTY
        self.errors = ContentCheck.objects.values_list("errors", flat=True).first() or 0
        self.looked_at = time.monotonic()


_process = _Process()


def library() -> Library:
    """Everything that is published now."""
    return _process.current().library


def edition_number() -> int:
    """The active edition's number; 0 while nothing is published."""
    return _process.current().number


def content_errors() -> int:
    """How many errors keep the latest state of the files from being published."""
    _process.current()
    return _process.errors


def look_again() -> None:
    """Make the next `library()` ask the database."""
    _process.looked_at = float("-inf")


def load(number: int, before: Library | None = None) -> Shelf:
    """Read one edition, keeping the documents that it shares with the one `before`."""
    kept = {document.digest: document for document in before.documents.values()} if before else {}
    digests = Edition.objects.values_list("digests", flat=True).get(number=number)
    new = Blob.objects.filter(digest__in=[digest for digest in digests if digest not in kept])
    rows = new.values_list("digest", "content_id", "slug", "data", "place")
    read = {row[0]: restored(*row) for row in rows.iterator(chunk_size=500)}
    return Shelf(number, Library.of([kept.get(digest) or read[digest] for digest in digests]))


def restored(
    digest: str, content_id: str, slug: str, data: str, place: dict[str, object]
) -> Document:
    guide, kind, key = content_id.split("/")
    return restore(
        kind, data, Place.from_json(place, guide=guide, id=key, slug=slug, digest=digest)
    )


def rendered(document: D) -> D:
    """The same document with every text as HTML."""
    return rendered_all([document])[0]


def rendered_all(documents: Iterable[D]) -> list[D]:
    """Several documents with every text as HTML, read with one query at most."""
    wanted = list(documents)
    pages = _process.pages
    with _process.turning:
        found = {it.digest: pages[it.digest] for it in wanted if it.digest in pages}
        for digest in found:
            pages.move_to_end(digest)
    missing = {it.digest: it for it in wanted if it.digest not in found}
    if missing:
        rows = Blob.objects.filter(digest__in=list(missing)).values_list("digest", "html")
        read = {
            digest: restore_rendered(missing[digest].kind, html, missing[digest].place)
            for digest, html in rows
        }
        found |= read
        with _process.turning:
            pages.update(read)
            while len(pages) > PAGES_KEPT:
                pages.popitem(last=False)
    return [cast("D", found[it.digest]) for it in wanted]
