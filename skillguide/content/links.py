"""References between documents: addresses, links, terms, citations, figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from skillguide.content.documents import Reference
from skillguide.content.fields import Loc
from skillguide.content.images import Asset
from skillguide.content.names import NAMED, PAGES, Names, Passage
from skillguide.content.problems import MAX_PROBLEMS, Problem, did_you_mean, shorten
from skillguide.content.reader import Draft, folded
from skillguide.content.scan import Token
from skillguide.content.schema import Lesson

_SHELVES = {
    "lesson": "lessons",
    "project": "projects",
    "question": "questions",
    "tool": "tools",
    "career": "careers",
    "term": "glossary",
    "source": "sources",
}


def address(guide: str, kind: str, slug: str) -> str:
    """
    >>> address("ai-safety", "lesson", "reward-hacking")
    '/guides/ai-safety/lessons/reward-hacking/'
    >>> address("ai-safety", "term", "reward-hacking")
    '/guides/ai-safety/glossary/#reward-hacking'
    """
    if kind == "guide":
        return f"/guides/{slug}/"
    if kind in ("level", "module"):
        return f"/guides/{guide}/#{slug}"
    return (
        f"/guides/{guide}/{_SHELVES[kind]}/{slug}/"
        if kind in PAGES
        else (f"/guides/{guide}/{_SHELVES[kind]}/#{slug}")
    )


def asset_address(asset: Asset) -> str:
    return f"/assets/{asset.digest}/{asset.name}"


@dataclass
class Links:
    """What a document's references lead to."""

    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What the renderer needs, by kind and name as written."""
    uses: dict[str, None] = field(default_factory=dict)
    """`kind/id` in order of first use."""
    figures: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def link(draft: Draft, texts: list[Passage], guides: Mapping[str, Names]) -> Links:
    """Look up everything that a document names."""
    linker = _Linker(draft, guides)
    for passage in texts:
        linker.loc = passage.loc
        for token in passage.found.tokens:
            if not linker.is_full:
                linker.token(token)
    for value in draft.values:
        if isinstance(value.marker, Reference) and not linker.is_full:
            linker.loc = value.loc
            linker.key(value.marker.kind, value.text)
    return linker.links


_CITATION = re.compile(r"\s*@([A-Za-z][A-Za-z0-9_:-]*)(?:,\s*(.*?))?\s*", re.DOTALL)
_OUTSIDE = re.compile(r"(?:https?://[^\s/]+(?:/\S*)?|mailto:[^\s@]+@[^\s@]+)")
_LINK = re.compile(r"(\w+):([^#\s]+)(?:#(.*))?", re.DOTALL)


def citations(written: str) -> list[tuple[str, str]]:
    """
    The sources cited and where in them; none when it cannot be read.

    >>> citations("@amodei2016; @ngo2022, section 3")
    [('amodei2016', ''), ('ngo2022', 'section 3')]
    """
    matches = [_CITATION.fullmatch(part) for part in written.split(";")]
    if None in matches:
        return []
    return [(match[1], " ".join((match[2] or "").split())) for match in matches if match]


class _Linker:
    def __init__(self, draft: Draft, guides: Mapping[str, Names]) -> None:
        self.draft = draft
        self.guides = guides
        self.names = guides[draft.guide]
        self.links = Links()
        self.loc: Loc = ()
        self.numbered = draft.kind in (*PAGES, "guide")
        model = draft.model
        self.checks = {check.id for check in model.checks} if isinstance(model, Lesson) else set()
        self.placed: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Looking for what was meant takes time, so there must be an end to it."""
        return self.names.complaints[self.draft.file.path] > MAX_PROBLEMS

    def complain(self, message: str, index: int = 0) -> None:
        self.names.complaints[self.draft.file.path] += 1
        self.links.problems.append(self.draft.problem(self.loc, message, index))

    def token(self, token: Token) -> None:
        match token.kind:
            case "wrong":
                self.complain(token.words, token.start)
            case "term":
                self.term(token)
            case "cite":
                self.cite(token)
            case "link" | "url":
                self.address(token)
            case "check":
                self.check(token)
            case "figure":
                self.figure(token)

    def key(self, kind: str, key: str) -> None:
        """A field that names another document."""
        if key in self.names.slugs[kind]:
            self.links.uses.setdefault(f"{kind}/{key}")
        elif not self.names.is_broken(kind, key):
            self.complain(missing(self.names, kind, key))

    def term(self, token: Token) -> None:
        name = folded(token.name)
        key = self.names.terms.get(name)
        if key is not None:
            self.links.uses.setdefault(f"term/{key}")
            self.links.found[f"term {token.name}"] = (address(self.names.guide, "term", key),)
        elif not self.names.is_broken("term", name):
            guess = did_you_mean(name, list(self.names.terms))
            message = f"the glossary has no term “{shorten(token.name)}”{guess}"
            self.complain(message, token.start)

    def cite(self, token: Token) -> None:
        cited = citations(token.name)
        if not cited:
            self.complain("a citation is written [@id], or [@one; @two, page 3]", token.start)
            return
        for key, _ in cited:
            if key in self.names.slugs["source"]:
                self.links.found[f"cite {key}"] = self.citation(key)
            elif not self.names.is_broken("source", key):
                self.complain(missing(self.names, "source", key), token.start)

    def citation(self, key: str) -> tuple[str, str]:
        """A number on a page that lists its sources, a name everywhere else."""
        self.links.uses.setdefault(f"source/{key}")
        if not self.numbered:
            return address(self.names.guide, "source", key), self.names.labels[key]
        sources = [used for used in self.links.uses if used.startswith("source/")]
        return f"#source-{key}", str(sources.index(f"source/{key}") + 1)

    def address(self, token: Token) -> None:
        written = token.name
        href: str | None = written
        if written.startswith("#"):
            self.heading(self.names, (self.draft.kind, self.draft.key), written[1:], token.start)
        elif token.kind == "url" and not written.startswith(("http", "mailto:")):
            href = f"mailto:{written}"
        elif not _OUTSIDE.fullmatch(written):
            href = self.inside(token)
        if href is not None:
            self.links.found[f"link {written}"] = (href,)

    def inside(self, token: Token) -> str | None:
        """The address of a link to a document: `lesson:its-id`, `lesson:guide/its-id#heading`."""
        match = _LINK.fullmatch(token.name)
        if match is None or match[1] not in NAMED:
            self.complain(_not_a_link(token.name, match), token.start)
            return None
        kind, path, fragment = match.groups()
        guide, _, key = path.rpartition("/")
        names = self.guides.get(path if kind == "guide" else guide or self.names.guide)
        if names is None:
            guess = did_you_mean(guide or path, list(self.guides))
            self.complain(f"there is no guide “{shorten(guide or path)}”{guess}", token.start)
            return None
        slug = names.slugs[kind].get(key)
        if slug is None:
            if not names.is_broken(kind, key):
                self.complain(missing(names, kind, key), token.start)
            return None
        if names is self.names:
            self.links.uses.setdefault(f"{kind}/{key}")
        if fragment is not None:
            self.heading(names, (kind, key), fragment, token.start)
        href = address(names.guide, kind, slug)
        return f"{href}#{fragment}" if fragment else href

    def heading(self, names: Names, page: tuple[str, str], fragment: str, index: int) -> None:
        known = names.headings.get(page)
        if known is None or fragment not in known:
            guess = did_you_mean(fragment, sorted(known or ()))
            message = f"{page[0]} “{page[1]}” has no heading “{shorten(fragment)}”{guess}"
            self.complain(message, index)

    def check(self, token: Token) -> None:
        if self.draft.kind != "lesson" or self.loc != ("body",):
            self.complain("checks are placed in the text of a lesson, nowhere else", token.start)
        elif token.name not in self.checks:
            guess = did_you_mean(token.name, sorted(self.checks))
            message = f"this lesson has no check “{shorten(token.name)}”{guess}"
            self.complain(message, token.start)
        elif token.name in self.placed:
            message = f"the check “{token.name}” is placed twice; once is enough"
            self.complain(message, token.start)
        self.placed.add(token.name)

    def figure(self, token: Token) -> None:
        if not token.words:
            message = "this figure needs a description for people who do not see it: ![here](…)"
            self.complain(message, token.start)
        asset = self.names.assets.get(token.name)
        if asset is not None:
            self.links.figures.add(token.name)
            size = (str(asset.width), str(asset.height))
            self.links.found[f"figure {token.name}"] = (asset_address(asset), *size)
        elif not self.names.is_broken("image", token.name):
            guess = did_you_mean(token.name, list(self.names.assets))
            message = f"there is no image “{shorten(token.name)}” in images/{guess}"
            self.complain(message, token.start)


def missing(names: Names, kind: str, key: str) -> str:
    """There is no such document; perhaps another name or another kind was meant."""
    known = names.slugs[kind]
    by_file = [other for other, slug in known.items() if slug == key]
    elsewhere = [other for other in NAMED if key in names.slugs[other]]
    if by_file:
        guess = f"; the file “{key}” has the id “{by_file[0]}”"
    elif elsewhere:
        guess = f"; there is a {elsewhere[0]} of this name"
    else:
        guess = did_you_mean(key, list(known))
    return f"there is no {kind} “{shorten(key)}”{guess}"


def _not_a_link(written: str, match: re.Match[str] | None) -> str:
    guess = did_you_mean(match[1], NAMED) if match else ""
    return (
        f"“{shorten(written)}” leads nowhere; write https://…, mailto:…, "
        f"or a document as in “lesson:its-id”{guess}"
    )
