"""What pages of every kind say about the documents that they mention."""

from __future__ import annotations

from dataclasses import dataclass

from skillguide.content.documents import Document
from skillguide.content.library import Contents
from skillguide.content.schema import Source
from skillguide.editions.shelf import rendered_all
from skillguide.editions.templatetags.guide import citation


@dataclass(frozen=True)
class NumberedSource:
    number: int
    source: Source
    citation_html: str


def used(contents: Contents, document: Document, kind: str) -> list[Document]:
    """The documents of one kind that the text links to, in order of first use."""
    keys = [name.partition("/")[2] for name in document.uses if name.startswith(f"{kind}/")]
    return [found for key in keys if (found := contents.get(kind, key))]


def terms_used(contents: Contents, *documents: Document) -> list[Document]:
    """The terms that a page must be able to explain, each once."""
    found = {it.key: it for document in documents for it in used(contents, document, "term")}
    return rendered_all(found.values())


def numbered_sources(contents: Contents, document: Document) -> list[NumberedSource]:
    """The sources that the text cites, numbered as it cites them."""
    cited = [it for it in used(contents, document, "source") if isinstance(it, Source)]
    return [NumberedSource(n, source, citation(source)) for n, source in enumerate(cited, 1)]
