"""What stands in lists: one file holds many documents, under one key."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from skillguide.content.documents import (
    Day,
    Document,
    Inline,
    LessonRef,
    Model,
    PartialDate,
    ProjectRef,
    Slug,
    SourceKey,
    SourceRef,
    TermRef,
    Text,
    ToolRef,
    Url,
)


class Tool(Document):
    """A piece of software, or a way of thinking with a name."""

    kind: ClassVar[str] = "tool"

    id: Slug
    name: Text
    type: Literal["software", "mental model"]
    category: Text = Field(description="A few words: “evaluation framework”.")
    purpose: Inline
    use_when: Inline | None = None
    maintainer: Text | None = None
    licence: Text | None = None
    url: Url | None = None
    status: Literal["active", "maintained slowly", "ended", "archived", "concept"]
    status_note: Inline | None = Field(None, description="What is known, or what replaced it.")
    replaced_by: tuple[ToolRef, ...] = ()
    lessons: tuple[LessonRef, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    checked: Day = Field(description="The day on which the entry was last verified.")


class Career(Document):
    """A kind of work that needs the skill."""

    kind: ClassVar[str] = "career"

    id: Slug
    title: Text
    summary: Inline = Field(description="What people in it do.")
    portfolio: Inline = Field(description="Work that shows one can do it.")
    lessons: tuple[LessonRef, ...] = Field((), description="What to study first.")
    projects: tuple[ProjectRef, ...] = ()
    note: Inline | None = None
    checked: Day = Field(description="The day on which the entry was last verified.")


class Term(Document):
    """A word of the field. `[[name]]` in a text links to it."""

    kind: ClassVar[str] = "term"

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = Field((), description="Other spellings for `[[…]]`.")
    definition: Inline
    see: tuple[TermRef, ...] = Field((), description="Related terms.")
    sources: tuple[SourceRef, ...] = ()


class Name(Model):
    """A person (`family`, `given`) or a body (`literal`), as CSL has it."""

    family: Text | None = None
    given: Text | None = None
    literal: Text | None = None

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not (self.family or self.literal):
            raise ValueError("a name has `family` (and `given`), or `literal`")
        return self


SourceType = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "chapter", "dataset", "document", "entry", "legislation", "legal_case", "manuscript",
    "motion_picture", "paper-conference", "post", "post-weblog", "regulation", "report",
    "software", "speech", "standard", "thesis", "webpage",
]  # fmt: skip


class Source(Document):
    """A work that is cited, in CSL-YAML. `[@id]` in a text cites it."""

    kind: ClassVar[str] = "source"

    id: SourceKey
    type: SourceType
    title: Text
    author: tuple[Name, ...] = ()
    issued: PartialDate | None = Field(None, description="`2016`, `2016-06` or `2016-06-21`.")
    container_title: Text | None = Field(None, alias="container-title")
    publisher: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    page: Text | None = None
    number: Text | None = Field(None, description="A report or preprint number.")
    doi: Text | None = Field(None, alias="DOI")
    url: Url | None = Field(None, alias="URL")
    note: Text | None = None


class Glossary(Model):
    terms: tuple[Term, ...]


class Bibliography(Model):
    references: tuple[Source, ...]


class Toolbox(Model):
    tools: tuple[Tool, ...]


class Careers(Model):
    careers: tuple[Career, ...]
