"""Every kind of document that instructors write: THE schema.

Adding a field is adding a line with its description. The annotation is at once the
validation rule, the author's documentation and the editor's completion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from skillguide.content.documents import (
    Day,
    Document,
    Inline,
    LessonRef,
    Markdown,
    Model,
    Part,
    PartialDate,
    ProjectRef,
    QuestionRef,
    Slug,
    SourceKey,
    SourceRef,
    TermRef,
    Text,
    ToolRef,
    Url,
)

# ── Lessons ──────────────────────────────────────────────────────────────────────────


class Objective(Part):
    text: Inline = Field(description="What one can do afterwards; starts with a verb.")


class Option(Part):
    text: Inline
    correct: bool = False
    explanation: Inline = Field(description="Why it is right or wrong; shown after answering.")


class ChoiceCheck(Part):
    """A question with options; several may be correct, then all of them are wanted."""

    kind: Literal["choice"]
    question: Markdown
    options: tuple[Option, ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _one_is_correct(self) -> Self:
        if not any(option.correct for option in self.options):
            raise ValueError("no option is marked `correct: true`")
        return self

    @property
    def several(self) -> bool:
        return sum(option.correct for option in self.options) > 1

    @property
    def correct_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.correct)


class OpenCheck(Part):
    """A question answered in one's own words and compared with a model answer."""

    kind: Literal["open"]
    question: Markdown
    answer: Markdown = Field(description="The model answer; shown after answering.")


Check = Annotated[ChoiceCheck | OpenCheck, Field(discriminator="kind")]


class Reading(Model):
    source: SourceRef
    focus: Inline = Field(description="What to read in it, and why.")


class Lesson(Document):
    """One sitting of reading, with checks of understanding."""

    kind: ClassVar[str] = "lesson"

    title: Text
    summary: Text = Field(description="One sentence for lists and search results.")
    minutes: int = Field(ge=1, le=240, description="Honest reading and working time.")
    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=12)
    requires: tuple[LessonRef, ...] = Field((), description="Lessons to have read before.")
    checks: tuple[Check, ...] = Field(
        (), description="Placed in the text by a line `[[check:its-id]]`, else at the end."
    )
    readings: tuple[Reading, ...] = Field((), description="Primary sources worth opening.")
    body: Markdown = Field(description="The Markdown below the front matter.")


# ── Practice projects ────────────────────────────────────────────────────────────────


class Step(Part):
    title: Text
    text: Markdown
    hint: Markdown | None = Field(None, description="Folded away until asked for.")


class Deliverable(Part):
    title: Text
    format: Literal["text", "table", "file", "link"] = Field(
        description="What is handed in: Markdown text, a table, a file, or a link."
    )
    description: Markdown


class ChecklistItem(Part):
    text: Inline = Field(description="A statement that is true when the work is ready.")


class Grade(Model):
    score: int = Field(ge=0, le=10)
    name: Text
    descriptor: Inline = Field(description="What work at this grade looks like.")


class Criterion(Part):
    title: Text
    question: Inline | None = Field(None, description="What the reviewer asks of the work.")
    weight: int = Field(1, ge=1, le=10)
    grades: tuple[Grade, ...] = Field(min_length=2, max_length=6)


class Project(Document):
    """Practice work at the end of a level: a brief, what to hand in, how it is judged."""

    kind: ClassVar[str] = "project"

    title: Text
    summary: Text = Field(description="One sentence for lists and search results.")
    form: Literal["project", "case study"] = "project"
    hours: float = Field(gt=0, le=200, description="Honest working time.")
    scenario: Markdown = Field(description="The situation, told as a brief.")
    outcomes: tuple[Objective, ...] = Field(min_length=1)
    requires: tuple[LessonRef, ...] = Field((), description="Lessons to have read before.")
    steps: tuple[Step, ...] = Field(min_length=1)
    deliverables: tuple[Deliverable, ...] = Field(min_length=1)
    checklist: tuple[ChecklistItem, ...] = Field(min_length=1)
    rubric: tuple[Criterion, ...] = Field(min_length=1)
    pitfalls: tuple[Inline, ...] = Field((), description="What often goes wrong.")
    safety: Markdown | None = Field(None, description="Ethics, and safe handling.")
    body: Markdown | None = Field(None, description="Background; the Markdown below.")


# ── Interview questions ──────────────────────────────────────────────────────────────

QuestionKind = Literal["conceptual", "debugging", "system design", "behavioural", "stakeholder"]


class Point(Part):
    text: Inline = Field(description="One thing that a good answer says.")


class Question(Document):
    """An interview question, what it tests, and how to answer it."""

    kind: ClassVar[str] = "question"

    title: Text = Field(description="A few words for lists.")
    type: QuestionKind = Field(description="What kind of interview question it is.")
    minutes: int = Field(10, ge=1, le=90, description="Time for a spoken answer.")
    question: Markdown = Field(description="As an interviewer would put it.")
    tests: Inline = Field(description="What the interviewer wants to find out.")
    strategy: Markdown = Field(description="How to go about the answer.")
    points: tuple[Point, ...] = Field(min_length=1)
    mistakes: tuple[Inline, ...] = Field((), description="Common mistakes.")
    follow_ups: tuple[Inline, ...] = Field((), description="What may be asked next.")
    lessons: tuple[LessonRef, ...] = Field((), description="Lessons that prepare for it.")
    body: Markdown = Field(description="The sample answer; the Markdown below.")


# ── Lists: one file holds many ───────────────────────────────────────────────────────


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


# ── The guide: what it is, and the order of everything ───────────────────────────────


class Figure(Model):
    """A number shown on the guide's page, with where it comes from."""

    value: Text
    label: Text
    note: Inline | None = None


class Module(Part):
    title: Text
    summary: Inline
    lessons: tuple[LessonRef, ...] = Field(min_length=1, description="In reading order.")


class Level(Part):
    title: Text
    mark: Literal["circle", "square", "diamond"] = Field(description="The trail mark.")
    outcome: Inline = Field(description="What one will be able to do at its end.")
    modules: tuple[Module, ...] = Field(min_length=1)
    projects: tuple[ProjectRef, ...] = Field((), description="The level's summit.")
    questions: tuple[QuestionRef, ...] = Field((), description="Interview questions.")


class Retired(Model):
    """Something that goes for good although learners may have rows about it."""

    id: Annotated[
        str, StringConstraints(pattern=r"^(lesson|check|project|question)/[a-z0-9-]+$")
    ] = Field(description="Kind and id, such as `lesson/old-name`.")
    reason: Text


class Guide(Document):
    """A path from beginner to advanced in one skill."""

    kind: ClassVar[str] = "guide"

    title: Text
    summary: Text = Field(description="One sentence for lists and search results.")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    definition: Markdown = Field(description="What the skill is.")
    why: Markdown = Field(description="Why it matters.")
    figures: tuple[Figure, ...] = ()
    figures_note: Inline | None = Field(None, description="Where the figures come from.")
    levels: tuple[Level, ...] = Field(min_length=1)
    retired: tuple[Retired, ...] = ()


FILES: dict[str, type[Lesson] | type[Project] | type[Question]] = {
    "lessons": Lesson,
    "projects": Project,
    "questions": Question,
}
"""Folders that hold one document a file."""

LISTS: dict[str, type[Model]] = {
    "glossary.yaml": Glossary,
    "sources.yaml": Bibliography,
    "tools.yaml": Toolbox,
    "careers.yaml": Careers,
}
"""Files that hold many documents each, under one key."""

KINDS: dict[str, type[Document]] = {
    kind.kind: kind for kind in (Guide, Lesson, Project, Question, Tool, Career, Term, Source)
}


def schema_json() -> dict[str, dict[str, Any]]:
    """JSON Schema for editors, by what is written: `lesson` (its front matter), `glossary`, …"""
    models: dict[str, type[Model]] = {kind.kind: kind for kind in (Guide, *FILES.values())}
    models |= {name.removesuffix(".yaml"): model for name, model in LISTS.items()}
    return {name: _for_editors(model) for name, model in models.items()}


def _for_editors(model: type[Model]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    schema["properties"].pop("body", None)
    schema["required"] = [name for name in schema["required"] if name != "body"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
