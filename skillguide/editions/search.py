"""Full-text search over the active edition."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, F, When
from django.db.models.functions import Length, Substr
from django.utils.html import escape

from skillguide.content.documents import Document, Html
from skillguide.content.library import Library
from skillguide.content.names import HIDDEN
from skillguide.content.scan import plain_text, scan
from skillguide.content.schema import Source, Term
from skillguide.editions import shelf
from skillguide.editions.models import Edition, SearchEntry
from skillguide.editions.templatetags.guide import authors

LONGEST_QUERY = 200
LONGEST_TEXT = 150_000
"""Characters of a document that are searched: PostgreSQL indexes at most 1 MB of words."""
CANDIDATES = 500
"""Matches that are ranked at most: ranking all matches of a common word does not scale."""
MOST = 30
"""Results that a page shows."""
WORTH = {"question": 0.8, "tool": 0.8, "career": 0.8, "source": 0.5}
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True)
class Found:
    document: Document
    snippet: Html


def folded(text: str) -> str:
    """Without accents, so that “cafe” finds “café”: PostgreSQL has no `unaccent` everywhere."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def unaccented(text: str) -> str:
    """The words of a text that have accents, without them."""
    accented = {word for word in re.findall(r"\w+", text) if not word.isascii()}
    return " ".join(sorted(plain for word in accented if (plain := folded(word)).isascii()))


def rebuild(edition: Edition) -> None:
    """Make the entries those of `edition`; only what differs is touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM editions_searchentry WHERE digest <> ALL(%s)", [edition.digests]
        )
        cursor.execute(
            """
            INSERT INTO editions_searchentry (content_id, digest, title, text, unaccented)
            SELECT content_id, digest, split_part(text, E'\\n', 1),
                   left(text, %s), left(unaccented, %s)
            FROM editions_blob
            WHERE digest = ANY(%s) AND digest NOT IN (SELECT digest FROM editions_searchentry)
              AND split_part(content_id, '/', 2) <> ALL(%s)
            """,
            [LONGEST_TEXT, LONGEST_TEXT // 3, edition.digests, list(HIDDEN)],
        )


def search(words: str, *, limit: int = MOST) -> list[Found]:
    """The best matches, best first, in one query."""
    query = SearchQuery(folded(words)[:LONGEST_QUERY], search_type="websearch", config="english")
    entries = SearchEntry.objects.filter(vector=query)
    few = SearchEntry.objects.filter(pk__in=entries.values("pk")[:CANDIDATES])
    rank = SearchRank(F("vector"), query) * _worth()
    best = few.annotate(rank=rank).order_by("-rank", "content_id")[:limit]
    headline = SearchHeadline(
        Substr("text", Length("title") + 2),
        query,
        config="english",
        start_sel=_OPEN,
        stop_sel=_CLOSE,
        max_words=30,
        min_words=12,
    )
    documents = shelf.library().documents
    return [
        Found(documents[content_id], _snippet(documents[content_id], text))
        for content_id, text in best.annotate(headline=headline).values_list(
            "content_id", "headline"
        )
        if content_id in documents
    ]


def _worth() -> Case:
    """How much more people look for one kind of document than for another."""
    whens = [When(content_id__contains=f"/{kind}/", then=worth) for kind, worth in WORTH.items()]
    return Case(*whens, default=1.0)


def _snippet(document: Document, headline: str) -> Html:
    """A term's meaning and a work's authors; of anything longer, where the words stand."""
    match document:
        case Term():
            return Html(escape(plain_text(scan(document.definition, block=False))))
        case Source():
            issued = f" ({document.issued[:4]})" if document.issued else ""
            return Html(escape(authors(document.author) + issued))
        case _:
            return marked(headline)


def marked(headline: str) -> Html:
    """PostgreSQL does not escape headlines; do it, then show what matched."""
    safe = escape(" · ".join(headline.split("\n")))
    return Html(safe.replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))


def did_you_mean(words: str) -> str:
    """The query with misspelt words replaced by near ones of the content; empty if none is near."""
    known = _vocabulary(shelf.library())
    asked = folded(words).lower().split()
    better = [word if word in known else _nearest(word, known) for word in asked]
    return " ".join(better) if better != asked else ""


def _nearest(word: str, known: frozenset[str]) -> str:
    near = [it for it in known if abs(len(it) - len(word)) <= 2 and it[0] in word[:2]]
    return next(iter(difflib.get_close_matches(word, near, n=1, cutoff=0.75)), word)


@lru_cache(maxsize=2)
def _vocabulary(library: Library) -> frozenset[str]:
    """The words of titles, terms and names: those that people look for."""
    names = [
        getattr(document, field)
        for document in library.documents.values()
        for field in ("title", "name")
        if document.kind not in HIDDEN and hasattr(document, field)
    ]
    return frozenset(re.findall(r"[a-z0-9]{3,}", folded(" ".join(names)).lower()))
