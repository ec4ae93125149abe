"""All that can be named in a guide, and the texts that name it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from skillguide.content.documents import Markup
from skillguide.content.fields import Loc
from skillguide.content.images import Asset
from skillguide.content.problems import shorten
from skillguide.content.reader import Draft, folded
from skillguide.content.scan import Scan, scan
from skillguide.content.schema import FILES, KINDS, Exemplar, Guide, Source, Term

HIDDEN = frozenset((Exemplar.kind,))
"""Kinds that are on no public page: nothing links to them, and no search finds them."""

PAGES = frozenset(kind.kind for kind in FILES.values()) - HIDDEN
"""Kinds of which each document has a page of its own."""

NAMED = (*(kind for kind in KINDS if kind not in HIDDEN), "module", "level")
"""What a link may name."""


class Passage(NamedTuple):
    """A field's text and what was found in it."""

    loc: Loc
    block: bool
    found: Scan


def passages(draft: Draft) -> list[Passage]:
    """All Markdown of a document: the body first, then the fields in their order."""
    found = [
        Passage(
            value.loc,
            value.marker.block,
            scan(value.text, block=value.marker.block, headings=value.loc == ("body",)),
        )
        for value in draft.values
        if isinstance(value.marker, Markup)
    ]
    return sorted(found, key=lambda passage: passage.loc != ("body",))


@dataclass
class Names:
    """All that can be named in one guide."""

    guide: str
    slugs: dict[str, dict[str, str]] = field(
        default_factory=lambda: {kind: {} for kind in (*NAMED, *HIDDEN)}
    )
    """By kind and permanent id: the last part of the address."""
    headings: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    """By name, alias or id, in lower case."""
    labels: dict[str, str] = field(default_factory=dict)
    """How a source is cited where sources are not numbered."""
    assets: dict[str, Asset] = field(default_factory=dict)
    kits: dict[str, Asset] = field(default_factory=dict)
    """Starter kits, by the name of their project's file."""
    broken: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id, or `*`: what is there but cannot be read."""
    complaints: Counter[str] = field(default_factory=Counter)
    """How many problems were found with names, by file."""

    def add(self, draft: Draft, texts: list[Passage]) -> None:
        model = draft.model
        self.slugs[draft.kind][draft.key] = draft.slug
        if draft.kind in PAGES and texts and texts[0].loc == ("body",):
            ids = frozenset(token.name for token in texts[0].found.headings)
            self.headings[draft.kind, draft.key] = ids
        if isinstance(model, Guide):
            for level in model.levels:
                self.slugs["level"][level.id] = level.id
                self.slugs["module"] |= {module.id: module.id for module in level.modules}
        elif isinstance(model, Source):
            self.labels[draft.key] = _label(model)
        elif isinstance(model, Term):
            for name in (model.name, *model.aliases, draft.key):
                self.terms.setdefault(folded(name), draft.key)

    def is_broken(self, kind: str, key: str) -> bool:
        return not self.broken.isdisjoint({(kind, key), (kind, "*")})


def _label(source: Source) -> str:
    """
    >>> _label(Source(id="a", type="book", title="On Ropes", issued="1944-05"))
    'On Ropes, 1944'
    """
    names = [author.family or author.literal or "" for author in source.author]
    match names:
        case []:
            who = f"{shorten(source.title, 40)},"
        case [one]:
            who = one
        case [one, two]:
            who = f"{one} and {two}"
        case _:
            who = f"{names[0]} et al."
    return f"{who} {source.issued[:4]}" if source.issued else who.rstrip(",")
