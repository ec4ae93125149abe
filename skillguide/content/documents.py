"""What all kinds of document have in common: kinds of text, and an identity that lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Self

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
Plain = Annotated[str, StringConstraints(min_length=1, max_length=20_000), _clean_text]
"""Text that is put into a learner's field as it is."""
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
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


class Objective(Part):
    text: Inline = Field(description="What one can do afterwards; starts with a verb.")


@dataclass(frozen=True)
class Place:
    """Where a document stands: what names it, where it is read, what it was made from."""

    guide: str
    id: str
    slug: str
    digest: str = ""
    uses: tuple[str, ...] = ()
    """What it names, in its text and then in its fields, as `kind/id`; each once."""
    kit: str = ""
    """The digest of its starter kit, if it has one."""

    def as_json(self) -> dict[str, Any]:
        """What the compiler found out beyond the names: to be stored, and read back."""
        return {"uses": list(self.uses), "kit": self.kit}

    @classmethod
    def from_json(cls, found: Mapping[str, Any], **names: str) -> Place:
        return cls(**names, uses=tuple(found["uses"]), kit=found.get("kit", ""))


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
    def kit(self) -> str:
        """The digest of its starter kit, an asset; empty if it has none."""
        return self._place.kit

    @property
    def content_id(self) -> str:
        return content_id(self.guide, self.kind, self.key)


def content_id(guide: str, kind: str, key: str) -> str:
    """
    >>> content_id("ai-safety", "lesson", "reward-hacking")
    'ai-safety/lesson/reward-hacking'
    """
    return f"{guide}/{kind}/{key}"
