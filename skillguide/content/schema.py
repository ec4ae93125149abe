"""Every kind of document that instructors write: THE schema.

Adding a field is adding a line with its description. The annotation is at once the
validation rule, the author's documentation and the editor's completion. Lessons,
questions and guides stand here; `practice` has the projects, `lists` the rest.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from skillguide.content.documents import (
    Document,
    Inline,
    LessonRef,
    Markdown,
    Model,
    Objective,
    Part,
    ProjectRef,
    QuestionRef,
    SourceRef,
    Text,
)
from skillguide.content.lists import (
    Bibliography,
    Career,
    Careers,
    Glossary,
    Name,
    Source,
    Term,
    Tool,
    Toolbox,
)
from skillguide.content.practice import (
    AgreedScore,
    AutomaticCheck,
    CategoriesCheck,
    ChecklistItem,
    Column,
    Criterion,
    Deliverable,
    Exemplar,
    FileType,
    FilledCheck,
    Grade,
    HeadingsCheck,
    PresentCheck,
    Project,
    ReachableCheck,
    RowsCheck,
    Step,
    WordsCheck,
)

__all__ = [
    "FILES",
    "KINDS",
    "LISTS",
    "AgreedScore",
    "AutomaticCheck",
    "Bibliography",
    "Career",
    "Careers",
    "CategoriesCheck",
    "Check",
    "ChecklistItem",
    "ChoiceCheck",
    "Column",
    "Criterion",
    "Deliverable",
    "Exemplar",
    "Figure",
    "FileType",
    "FilledCheck",
    "Glossary",
    "Grade",
    "Guide",
    "HeadingsCheck",
    "Lesson",
    "Level",
    "Module",
    "Name",
    "Objective",
    "OpenCheck",
    "Option",
    "Point",
    "PresentCheck",
    "Project",
    "Question",
    "QuestionKind",
    "ReachableCheck",
    "Reading",
    "Retired",
    "RowsCheck",
    "Source",
    "Step",
    "Term",
    "Tool",
    "Toolbox",
    "WordsCheck",
    "schema_json",
]

# ── Lessons ──────────────────────────────────────────────────────────────────────────


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
        str, StringConstraints(pattern=r"^(lesson|check|project|question|exemplar)/[a-z0-9-]+$")
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


FILES: dict[str, type[Lesson] | type[Project] | type[Question] | type[Exemplar]] = {
    "lessons": Lesson,
    "projects": Project,
    "questions": Question,
    "exemplars": Exemplar,
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
    kind.kind: kind
    for kind in (Guide, Lesson, Project, Question, Exemplar, Tool, Career, Term, Source)
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
