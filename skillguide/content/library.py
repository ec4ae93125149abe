"""The published structure as read-only objects: what views look things up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from skillguide.content.documents import Document, content_id
from skillguide.content.schema import (
    Career,
    Check,
    Guide,
    Lesson,
    Level,
    Module,
    Project,
    Question,
    Source,
    Term,
    Tool,
)

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Stop:
    """A lesson's place on the path."""

    lesson: Lesson
    number: int
    level: Level
    module: Module
    previous: Lesson | None
    next: Lesson | None


@dataclass(frozen=True, eq=False)
class Contents:
    """Everything in one guide. Mappings are keyed by the last part of the address."""

    guide: Guide
    lessons: Mapping[str, Lesson]
    """In path order, as are projects and questions."""
    projects: Mapping[str, Project]
    questions: Mapping[str, Question]
    tools: Mapping[str, Tool]
    careers: Mapping[str, Career]
    terms: Mapping[str, Term]
    """By name, as in a dictionary."""
    sources: Mapping[str, Source]
    _by_key: Mapping[tuple[str, str], Document] = field(repr=False)

    def get(self, kind: str, key: str) -> Document | None:
        """The document with this permanent id."""
        return self._by_key.get((kind, key))

    def lesson(self, key: str) -> Lesson:
        return self._by_key["lesson", key]  # type: ignore[return-value]

    def project(self, key: str) -> Project:
        return self._by_key["project", key]  # type: ignore[return-value]

    def question(self, key: str) -> Question:
        return self._by_key["question", key]  # type: ignore[return-value]

    @cached_property
    def stops(self) -> Mapping[str, Stop]:
        """Each lesson's place on the path, by the lesson's permanent id."""
        order = [
            (level, module, self.lesson(key))
            for level in self.guide.levels
            for module in level.modules
            for key in module.lessons
        ]
        lessons = [lesson for _, _, lesson in order]
        around = zip(order, [None, *lessons[:-1]], [*lessons[1:], None], strict=True)
        return MappingProxyType(
            {
                lesson.key: Stop(lesson, number, level, module, before, after)
                for number, ((level, module, lesson), before, after) in enumerate(around, start=1)
            }
        )

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        """The level of each lesson, project and question, by `kind/id`."""
        found = {f"lesson/{key}": stop.level for key, stop in self.stops.items()}
        for level in self.guide.levels:
            found |= {f"project/{key}": level for key in level.projects}
            found |= {f"question/{key}": level for key in level.questions}
        return MappingProxyType(found)

    @cached_property
    def checks(self) -> Mapping[str, tuple[Lesson, Check]]:
        """Every check of the guide, by its id."""
        return MappingProxyType(
            {
                check.id: (lesson, check)
                for lesson in self.lessons.values()
                for check in lesson.checks
            }
        )

    @cached_property
    def used_in(self) -> Mapping[str, tuple[Document, ...]]:
        """Back-links: the pages whose text links to a `kind/id`, in path order."""
        pages: list[Document] = [
            *self.lessons.values(),
            *self.projects.values(),
            *self.questions.values(),
            *self.tools.values(),
            *self.careers.values(),
            *self.terms.values(),
        ]
        found: dict[str, list[Document]] = {}
        for page in pages:
            for used in page.uses:
                found.setdefault(used, []).append(page)
        return MappingProxyType({used: tuple(pages) for used, pages in found.items()})

    @property
    def hours(self) -> float:
        minutes = sum(lesson.minutes for lesson in self.lessons.values())
        return minutes / 60 + sum(project.hours for project in self.projects.values())


@dataclass(frozen=True, eq=False)
class Library:
    """Everything that is published, in memory, never changed."""

    guides: Mapping[str, Contents]
    documents: Mapping[str, Document]
    """By content id."""

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Library:
        """Put documents that fit together (the compiler has checked it) in their places."""
        by_id = {document.content_id: document for document in documents}
        guides = sorted(
            (document for document in by_id.values() if isinstance(document, Guide)),
            key=lambda guide: guide.title,
        )
        by_guide: dict[str, list[Document]] = {guide.slug: [] for guide in guides}
        for document in by_id.values():
            by_guide[document.guide].append(document)
        contents = {guide.slug: _contents(guide, by_guide[guide.slug]) for guide in guides}
        return cls(MappingProxyType(contents), MappingProxyType(by_id))

    @cached_property
    def content_ids(self) -> frozenset[str]:
        """Everything that a learner's row may name."""
        checks = {
            content_id(slug, "check", check)
            for slug, contents in self.guides.items()
            for check in contents.checks
        }
        return frozenset(self.documents) | checks

    @cached_property
    def replaced(self) -> Mapping[str, tuple[str, ...]]:
        """Content id → the content ids whose place it takes."""
        return MappingProxyType(
            {
                new: tuple(content_id(it.guide, it.kind, old) for old in it.replaces)
                for new, it in self.documents.items()
                if it.replaces
            }
        )

    @cached_property
    def successors(self) -> Mapping[str, str]:
        """Content id of what was replaced → of the document that stands in its place."""
        return MappingProxyType({old: id for id, olds in self.replaced.items() for old in olds})

    @cached_property
    def retired(self) -> frozenset[str]:
        """Content ids that went for good, as their guides say."""
        return frozenset(
            f"{slug}/{retired.id}"
            for slug, contents in self.guides.items()
            for retired in contents.guide.retired
        )


def _contents(guide: Guide, documents: list[Document]) -> Contents:
    by_key = {(document.kind, document.key): document for document in documents}

    def shelf(kind: type[D], keys: Iterable[str]) -> Mapping[str, D]:
        found = [by_key[kind.kind, key] for key in keys]
        return MappingProxyType({it.slug: it for it in found if isinstance(it, kind)})

    def listed(kind: type[D]) -> Mapping[str, D]:
        return MappingProxyType({it.slug: it for it in documents if isinstance(it, kind)})

    levels = guide.levels
    terms = sorted(listed(Term).values(), key=lambda term: term.name.casefold())
    return Contents(
        guide=guide,
        lessons=shelf(
            Lesson, [key for level in levels for module in level.modules for key in module.lessons]
        ),
        projects=shelf(Project, [key for level in levels for key in level.projects]),
        questions=shelf(Question, [key for level in levels for key in level.questions]),
        tools=listed(Tool),
        careers=listed(Career),
        terms=MappingProxyType({term.slug: term for term in terms}),
        sources=listed(Source),
        _by_key=MappingProxyType(by_key),
    )
