"""Practice projects: what is handed in, what the site finds out itself, how it is judged.

What must hold between these fields is told by the compiler (`practice_rules`) and not by
validators, so that documents of older editions can still be read.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from skillguide.content.documents import (
    ColumnName,
    Document,
    Inline,
    LessonRef,
    Markdown,
    Model,
    Objective,
    Part,
    Plain,
    ProjectRef,
    Slug,
    Text,
)


class Step(Part):
    title: Text
    text: Markdown
    hint: Markdown | None = Field(None, description="Folded away until asked for.")


class Column(Model):
    """One column of a table that is handed in; its cells are checked one by one."""

    name: ColumnName = Field(description="As in the header of a CSV or JSONL file. Never changes.")
    type: Literal["text", "number", "integer", "yes-no", "date", "choice"] = "text"
    choices: tuple[Text, ...] = Field((), description="For `choice`: the values a cell may have.")
    required: bool = Field(True, description="Whether every cell must be filled.")
    unique: bool = Field(False, description="No two rows have the same value; it names the row.")
    harmful: bool = Field(
        False,
        description="Cells are folded away wherever the table is shown, and left out of mails.",
    )
    hint: Text | None = Field(None, description="What belongs in it, in a few words.")


FileType = Literal["text", "json", "jsonl", "csv", "pdf", "png", "jpeg", "zip"]


class Deliverable(Part):
    title: Text
    format: Literal["text", "table", "file", "link"] = Field(
        description="What is handed in: Markdown text, a table, files, or a link."
    )
    description: Markdown
    required: bool = Field(True, description="Whether work can be handed in without it.")
    template: Plain | None = Field(None, description="For a text: what stands in it at first.")
    columns: tuple[Column, ...] = Field((), max_length=30, description="For a table: its columns.")
    accept: tuple[FileType, ...] = Field(
        (), description="For files: their types, told by content and not by name; all if left out."
    )
    most_files: int = Field(5, ge=1, le=20, description="For files: how many at most.")
    most_megabytes: int = Field(10, ge=1, le=50, description="For files: the size of each at most.")
    pinned: bool = Field(
        True, description="For a link: whether a commit, tag or version must be given with it."
    )


class HeadingsCheck(Model):
    """A text has these headings, in any order and at any depth."""

    kind: Literal["headings"]
    deliverable: Slug
    headings: tuple[Text, ...] = Field(min_length=1)


class WordsCheck(Model):
    """A text has so many words."""

    kind: Literal["words"]
    deliverable: Slug
    at_least: int = Field(0, ge=0)
    at_most: int | None = Field(None, ge=1)


class RowsCheck(Model):
    """A table has so many rows without a fault."""

    kind: Literal["rows"]
    deliverable: Slug
    at_least: int = Field(1, ge=1)
    at_most: int | None = Field(None, ge=1)


class CategoriesCheck(Model):
    """Each of these values stands in a column, so many times."""

    kind: Literal["categories"]
    deliverable: Slug
    column: ColumnName
    values: tuple[Text, ...] = Field((), description="All choices of the column if left out.")
    at_least: int = Field(1, ge=1, description="In so many rows each.")


class FilledCheck(Model):
    """These columns are filled in every row."""

    kind: Literal["filled"]
    deliverable: Slug
    columns: tuple[ColumnName, ...] = Field(min_length=1)


class PresentCheck(Model):
    """There is something: a text, a row, a file, a link."""

    kind: Literal["present"]
    deliverable: Slug


class ReachableCheck(Model):
    """The site can open the link."""

    kind: Literal["reachable"]
    deliverable: Slug


AutomaticCheck = Annotated[
    HeadingsCheck
    | WordsCheck
    | RowsCheck
    | CategoriesCheck
    | FilledCheck
    | PresentCheck
    | ReachableCheck,
    Field(discriminator="kind"),
]


class ChecklistItem(Part):
    text: Inline = Field(description="A statement that is true when the work is ready.")
    check: AutomaticCheck | None = Field(
        None, description="How the site finds it out; left out, the learner ticks it."
    )


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
    blind: bool = Field(False, description="Learner and reviewer do not see each other's names.")
    second_reader: bool = Field(
        False, description="Every review is read by a second reviewer before it is sent."
    )
    body: Markdown | None = Field(None, description="Background; the Markdown below.")

    def deliverable(self, id: str) -> Deliverable | None:
        return next((it for it in self.deliverables if it.id == id), None)


class AgreedScore(Model):
    criterion: Slug = Field(description="The id of a criterion of the project's rubric.")
    score: int = Field(ge=0, le=10)
    reason: Inline = Field(description="Why; shown after the reviewer has scored it.")


class Exemplar(Document):
    """Example work with agreed scores, for reviewers to try before their first claim."""

    kind: ClassVar[str] = "exemplar"

    title: Text
    project: ProjectRef
    scores: tuple[AgreedScore, ...] = Field(min_length=1, description="One for each criterion.")
    body: Markdown = Field(description="The example work, in the Markdown below.")
