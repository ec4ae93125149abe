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

RENDERED = "rendered"
"""Validation context under which markup fields hold HTML instead of Markdown."""


class Html(str):
    """Text that the renderer has made safe; templates put it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Markup:
    """Marks a field that holds Markdown: whole blocks, or a single line."""

    block: bool


@dataclass(frozen=True)
class Words:
    """Marks a field that holds words for people, without markup."""


@dataclass(frozen=True)
class Reference:
    """Marks a field that names another document of this guide."""

    kind: str


def _clean(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text  # Much faster than looking for what is forbidden.
    if bad := re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text):
        raise ValueError(f"has the forbidden character U+{ord(bad[0]):04X}")
    return text


def _html_if_rendered(
    text: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> object:
    """HTML is longer than the Markdown that it was made from: its limits do not apply."""
    if info.context == RENDERED and isinstance(text, str):
        return Html(text)
    return check(text)


_clean_text = AfterValidator(_clean)
_rendered = WrapValidator(_html_if_rendered)

Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80),
    Field(description="Lower-case letters, digits and single hyphens."),
]
SourceKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_:-]*$", max_length=80)]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, strip_whitespace=True),
    _clean_text,
    Words(),
]
Inline = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True),
    _clean_text,
    _rendered,
    Markup(block=False),
]
Markdown = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200_000),
    _clean_text,
    _rendered,
    Markup(block=True),
]
Url = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s<>\"']+$", max_length=1_000), _clean_text
]
PartialDate = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")
]


def _day(text: object) -> object:
    if isinstance(text, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError("must be a day, written like 2026-11-01")
        return date.fromisoformat(text)
    return text


Day = Annotated[date, BeforeValidator(_day)]
"""pydantic alone would take a number of seconds for a day."""

LessonRef = Annotated[Slug, Reference("lesson")]
ProjectRef = Annotated[Slug, Reference("project")]
QuestionRef = Annotated[Slug, Reference("question")]
ToolRef = Annotated[Slug, Reference("tool")]
TermRef = Annotated[Slug, Reference("term")]
SourceRef = Annotated[SourceKey, Reference("source")]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Part(Model):
    """A piece of a document that learners' rows may name for ever."""

    id: Slug = Field(description="Never changes, also when the wording does.")


@dataclass(frozen=True)
class Place:
    """Where a document stands: what names it, where it is read, what it was made from."""

    guide: str
    id: str
    slug: str
    digest: str = ""
    uses: tuple[str, ...] = ()
    """What it names, in its text and then in its fields, as `kind/id`; each once."""

    def as_json(self) -> dict[str, Any]:
        """What the compiler found out beyond the names: to be stored, and read back."""
        return {"uses": list(self.uses)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any], **names: str) -> Place:
        return cls(**names, uses=tuple(found["uses"]))


class Document(Model):
    """What all kinds have in common: an identity that outlives file names and edits."""

    kind: ClassVar[str]

    id: Slug | None = Field(
        None,
        description="The permanent id. Left out, it is the file's name; "
        "write the old name here when you rename the file.",
    )
    replaces: tuple[Slug, ...] = Field(
        (), description="Ids of documents of this kind whose place this one takes."
    )

    _place: Place = PrivateAttr()

    def at(self, place: Place) -> Self:
        """Say where this document stands. Called once, by whoever made it."""
        self._place = place
        return self

    @property
    def place(self) -> Place:
        return self._place

    @property
    def guide(self) -> str:
        return self._place.guide

    @property
    def key(self) -> str:
        """The permanent id within the guide and kind."""
        return self._place.id

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self._place.slug

    @property
    def digest(self) -> str:
        """Names this very wording."""
        return self._place.digest

    @property
    def uses(self) -> tuple[str, ...]:
        """What it names, in its text and then in its fields, as `kind/id`; each once."""
        return self._place.uses

    @property
    def content_id(self) -> str:
        return content_id(self.guide, self.kind, self.key)


def content_id(guide: str, kind: str, key: str) -> str:
    """
    >>> content_id("ai-safety", "lesson", "reward-hacking")
    'ai-safety/lesson/reward-hacking'
    """
    return f"{guide}/{kind}/{key}"


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
