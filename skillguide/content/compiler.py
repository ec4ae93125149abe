"""From a folder of files to documents that can be published, or to all that is wrong."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path

from skillguide.content.documents import Document, Markup, Place, Words
from skillguide.content.fields import values
from skillguide.content.folder import Folder, GuideFolder
from skillguide.content.images import Asset, ImageError, read_image
from skillguide.content.kits import pack
from skillguide.content.library import Library
from skillguide.content.links import Links, link
from skillguide.content.markdown import RENDERER
from skillguide.content.names import Names, Passage, passages
from skillguide.content.problems import MAX_PROBLEMS, File, Problem, sorted_and_limited
from skillguide.content.reader import Draft, Reading, list_of, read_guide, read_list, read_page
from skillguide.content.rules import check_document, check_guide
from skillguide.content.scan import plain_text, scan
from skillguide.content.schema import FILES, LISTS
from skillguide.content.stored import dump, dump_rendered, restore, restore_rendered
from skillguide.content.workers import Job, Outcome, Text, render_all

__all__ = [
    "Asset",
    "Compilation",
    "CompiledDocument",
    "compile_folder",
    "restore",
    "restore_rendered",
]


@dataclass(frozen=True)
class CompiledDocument:
    content_id: str
    kind: str
    slug: str
    digest: str
    source: str
    """The text of the file, or of its entry in a list."""
    document: Document
    html: str | None
    """As JSON. None when it was rendered before."""
    path: str

    @cached_property
    def data(self) -> str:
        """As JSON, not rendered."""
        return dump(self.document)

    @cached_property
    def text(self) -> str:
        """All its words without markup, for the search."""
        return "\n".join(
            plain_text(scan(value.text, block=value.marker.block))
            if isinstance(value.marker, Markup)
            else value.text
            for value in values(self.document)
            if isinstance(value.marker, (Markup, Words))
        )


@dataclass(frozen=True)
class Compilation:
    documents: tuple[CompiledDocument, ...]
    assets: tuple[Asset, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    @cached_property
    def library(self) -> Library:
        if not self.ok:
            raise ValueError("content with errors makes no library")
        return Library.of(compiled.document for compiled in self.documents)


Known = Callable[[frozenset[str]], frozenset[str]]


def _none_known(_: frozenset[str]) -> frozenset[str]:
    return frozenset()


def compile_folder(
    root: Path,
    *,
    known: Known = _none_known,
    workers: int | None = None,
) -> Compilation:
    """Read, check and render everything in a folder of guides.

    `known` is asked once which of all digests are rendered already.
    """
    with _without_collecting():
        return _compile(root, known, workers)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Looking for garbage takes a quarter of the time, and there is none to speak of."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _compile(root: Path, known: Known, workers: int | None) -> Compilation:
    folder = Folder(root)
    guides = [_guide(found) for found in folder.guides]
    names = {guide.names.guide: guide.names for guide in guides}
    prepared = [_prepare(draft, texts, names) for guide in guides for draft, texts in guide.drafts]
    done = known(frozenset(item.digest for item in prepared))
    new = [item for item in prepared if item.digest not in done]
    outcomes = render_all([item.job for item in new], workers)
    rendered = {id(item): outcome for item, outcome in zip(new, outcomes, strict=True)}
    pairs = [(item, rendered.get(id(item))) for item in prepared]
    problems = [
        *folder.problems,
        *(problem for guide in guides for problem in guide.all_problems()),
        *(problem for item, outcome in pairs for problem in item.problems(outcome)),
        *_unused_images(guides, prepared),
    ]
    return Compilation(
        tuple(item.compiled(outcome) for item, outcome in pairs),
        _used_assets(guides, prepared),
        sorted_and_limited(problems),
    )


@dataclass
class _Guide:
    path: str
    names: Names
    drafts: list[tuple[Draft, list[Passage]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, reading: Reading) -> None:
        self.problems += reading.problems
        self.names.broken |= reading.broken
        for draft in reading.drafts:
            texts = passages(draft)
            self.drafts.append((draft, texts))
            self.names.add(draft, texts)

    def all_problems(self) -> Iterable[Problem]:
        drafts = [draft for draft, _ in self.drafts]
        yield from self.problems
        for draft in drafts:
            yield from check_document(draft)
        yield from check_guide(drafts)


def _guide(folder: GuideFolder) -> _Guide:
    guide = _Guide(folder.path, Names(folder.slug))
    for name in folder.unreadable:
        guide.names.broken |= _lost(name)
    if "guide.yaml" not in folder.files:
        guide.names.broken |= _lost("guide.yaml") | {("guide", folder.slug)}
    for name, body in folder.images.items():
        _image(guide, f"{folder.path}/images/{name}", body)
    guide.names.kits = {name: pack(folder.slug, name, kit) for name, kit in folder.kits.items()}
    for name, file in folder.files.items():
        stem, _, last = name.removesuffix(".md").partition("/")
        if name == "guide.yaml":
            guide.add(read_guide(file, folder.slug))
        elif name in LISTS:
            guide.add(read_list(file, folder.slug, name))
        else:
            guide.add(read_page(file, folder.slug, last, FILES[stem]))
    return guide


def _lost(name: str) -> set[tuple[str, str]]:
    """What a file that cannot be read would have named."""
    folder, _, rest = name.removesuffix(".md").partition("/")
    if name == "guide.yaml":
        return {("level", "*"), ("module", "*"), ("guide", "*")}
    if name in LISTS:
        return {(list_of(name)[1].kind, "*")}
    if folder == "images":
        return {("image", rest or "*")}
    return {(FILES[folder].kind, rest or "*")}


def _image(guide: _Guide, path: str, body: bytes) -> None:
    # Assets are named from the content folder on.
    inside = path.partition("/")[2]
    try:
        asset = read_image(inside, body)
    except ImageError as error:
        text = body.decode(errors="replace") if path.endswith(".svg") else ""
        before = len(body[: error.offset].decode(errors="replace"))
        guide.problems.append(File(path, text).problem(before, error.message))
        guide.names.broken.add(("image", path.rpartition("/")[2]))
    else:
        guide.names.assets[asset.name] = asset


@dataclass(frozen=True)
class _Prepared:
    """A document of which everything is known but its HTML."""

    draft: Draft
    texts: list[Passage]
    links: Links
    digest: str
    kit: Asset | None

    @property
    def job(self) -> Job:
        texts = [
            Text(passage.found.text, passage.block, passage.loc == ("body",))
            for passage in self.texts
        ]
        return Job(texts, self.links.found)

    def problems(self, outcome: Outcome | None) -> list[Problem]:
        faults = islice(outcome.faults, MAX_PROBLEMS + 1) if outcome else ()
        return self.links.problems + [
            self.draft.file.problem(
                self.draft.offset(self.texts[number].loc, fault.offset),
                fault.message,
                fault.severity,
            )
            for number, fault in faults
        ]

    def compiled(self, outcome: Outcome | None) -> CompiledDocument:
        draft = self.draft
        uses = tuple(self.links.uses)
        kit = self.kit.digest if self.kit else ""
        place = Place(draft.guide, draft.key, draft.slug, self.digest, uses, kit)
        document = draft.model.at(place)
        html = None
        if outcome is not None:
            made = zip((passage.loc for passage in self.texts), outcome.html, strict=False)
            html = dump_rendered(document, dict(made))
        return CompiledDocument(
            document.content_id,
            draft.kind,
            draft.slug,
            self.digest,
            draft.source,
            document,
            html,
            draft.file.path,
        )


def _prepare(draft: Draft, texts: list[Passage], names: dict[str, Names]) -> _Prepared:
    links = link(draft, texts, names)
    kit = names[draft.guide].kits.get(draft.slug) if draft.kind == "project" else None
    identity = [RENDERER, draft.kind, draft.key, draft.slug, sorted(links.found.items())]
    identity += [kit.digest] if kit else []
    digest = sha256(json.dumps(identity).encode())
    digest.update(draft.source.encode())
    return _Prepared(draft, texts, links, digest.hexdigest(), kit)


def _figures(prepared: Sequence[_Prepared]) -> set[tuple[str, str]]:
    return {(item.draft.guide, name) for item in prepared for name in item.links.figures}


def _used_assets(guides: Sequence[_Guide], prepared: Sequence[_Prepared]) -> tuple[Asset, ...]:
    used = _figures(prepared)
    figures = (
        asset
        for guide in guides
        for name, asset in guide.names.assets.items()
        if (guide.names.guide, name) in used
    )
    return (*figures, *(item.kit for item in prepared if item.kit))


def _unused_images(guides: Sequence[_Guide], prepared: Sequence[_Prepared]) -> Iterable[Problem]:
    used = _figures(prepared)
    for guide in guides:
        if guide.names.broken:
            continue  # What shows it may be in a document that could not be read.
        for name in guide.names.assets:
            if (guide.names.guide, name) not in used:
                path = f"{guide.path}/images/{name}"
                yield Problem(path, 1, 1, "no text shows this image", severity="warning")
