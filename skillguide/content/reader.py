"""From the text of a file to the documents in it, each with the places of its values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skillguide.content.documents import Document, Model
from skillguide.content.fields import Loc, Value, values
from skillguide.content.messages import meant, sentence
from skillguide.content.nodes import Node, read_yaml
from skillguide.content.problems import MAX_PROBLEMS, File, Problem
from skillguide.content.schema import LISTS, Guide

M = TypeVar("M", bound=Model)

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Draft:
    """A document that is well formed by itself; what it names is not yet looked up."""

    guide: str
    key: str
    slug: str
    model: Document
    source: str
    file: File
    node: Node
    body: int = 0
    """Where the body begins in the file."""

    @property
    def kind(self) -> str:
        return self.model.kind

    @cached_property
    def values(self) -> list[Value]:
        """All texts and references, in the order of the schema."""
        return list(values(self.model))

    def offset(self, loc: Loc, index: int = 0) -> int:
        """Where in the file character `index` of a value stands."""
        if loc == ("body",):
            return self.body + index
        return self.node.at(loc).offset_in(self.file.text, index)

    def problem(self, loc: Loc, message: str, index: int = 0) -> Problem:
        return self.file.problem(self.offset(loc, index), message)


@dataclass
class Reading:
    """What came of a file, and which documents it would have held had it been right."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id, `*` when not even the ids are known: not to be reported as missing."""


def read_page(file: File, guide: str, slug: str, kind: type[Document]) -> Reading:
    """A file with front matter and Markdown below it."""
    reader = _Reader(file, guide, kind.kind)
    reader.broken.add((kind.kind, slug))
    closing = reader.front_matter()
    if closing is not None:
        start = file.text.index("\n") + 1
        node = reader.fields(start, closing.start())
        body = min(closing.end() + 1, len(file.text))
        if node is not None:
            reader.document(kind, node, slug, file.text, body)
    return reader.reading


def read_guide(file: File, slug: str) -> Reading:
    reader = _Reader(file, slug, Guide.kind)
    reader.broken |= {("guide", slug), ("level", "*"), ("module", "*")}
    node = reader.fields(0, len(file.text))
    if node is not None and reader.document(Guide, node, slug, file.text):
        reader.broken.clear()
    return reader.reading


def read_list(file: File, guide: str, name: str) -> Reading:
    """A file that holds many documents under one key."""
    key, kind = list_of(name)
    reader = _Reader(file, guide, f"{name} file")
    reader.broken.add((kind.kind, "*"))
    node = reader.fields(0, len(file.text))
    if node is None:
        return reader.reading
    entries = node.children.get(key)
    listed = entries is not None and isinstance(entries.value, list)
    # Entries are read one by one: a mistake in one must not hide the others.
    reader.validate(LISTS[name], node, {**node.value, key: []} if listed else node.value)
    if listed and entries is not None:
        reader.broken.clear()
        reader.noun = kind.kind
        for entry in entries.children.values():
            reader.entry(kind, entry)
    return reader.reading


def list_of(name: str) -> tuple[str, type[Document]]:
    """The key and the kind of what a list file holds."""
    ((key, info),) = LISTS[name].model_fields.items()
    kind: type[Document] = get_args(info.annotation)[0]
    return key, kind


def folded(name: str) -> str:
    """How names of terms are compared.

    >>> folded("Reward  Hacking")
    'reward hacking'
    """
    return " ".join(name.split()).casefold()


class _Reader:
    """Reads one file, and notes what is wrong with it."""

    def __init__(self, file: File, guide: str, noun: str) -> None:
        self.file = file
        self.guide = guide
        self.noun = noun
        self.reading = Reading()
        self.broken = self.reading.broken

    def complain(self, offset: int, message: str) -> None:
        self.reading.problems.append(self.file.problem(offset, message))

    def front_matter(self) -> re.Match[str] | None:
        """The line that closes the front matter."""
        text = self.file.text
        opening = _FENCE.match(text)
        closing = _FENCE.search(text, opening.end()) if opening else None
        if not text.strip():
            self.complain(0, "this file is empty")
        elif opening is None:
            self.complain(0, "the front matter is missing; the first line of a page is “---”")
        elif closing is None:
            self.complain(0, "the front matter that opens here needs a second line “---” to close")
        return closing

    def fields(self, start: int, end: int) -> Node | None:
        """The YAML between two places of the file, when it is a group of fields."""
        text = self.file.text
        if not text[start:end].strip():
            self.complain(0, "the front matter is empty" if start else "this file is empty")
            return None
        node, faults = read_yaml(text, start, end)
        for fault in faults[:MAX_PROBLEMS]:
            self.complain(fault.offset, fault.message)
        if node is not None and not isinstance(node.value, dict):
            message = f"a {self.noun} is a group of fields: “name: value”, one on each line"
            self.complain(node.start, message)
            return None
        return node

    def entry(self, kind: type[Document], node: Node) -> None:
        fields = node.value if isinstance(node.value, dict) else {}
        written = fields.get("id")
        key = written if isinstance(written, str) else "*"
        self.broken.add((kind.kind, key))
        source = self.file.text[node.start : node.end].rstrip()
        if not self.document(kind, node, key, source):
            aliases = fields.get("aliases")
            names = [fields.get("name"), *(aliases if isinstance(aliases, list) else [])]
            self.broken |= {(kind.kind, folded(name)) for name in names if isinstance(name, str)}

    def document(
        self, kind: type[Document], node: Node, slug: str, source: str, body: int = 0
    ) -> bool:
        """Validate, and put the draft with the others; else leave its id among the broken."""
        value = node.value
        if isinstance(value, dict):
            if isinstance(value.get("id"), str):
                self.broken.add((kind.kind, value["id"]))
            if body and source[body:].strip():
                value = {**value, "body": source[body:]}
        model = self.validate(kind, node, value)
        if model is None:
            return False
        key = slug if kind is Guide else model.id or slug
        self.broken -= {(kind.kind, key), (kind.kind, slug)}
        draft = Draft(self.guide, key, slug, model, source, self.file, node, body)
        self.reading.drafts.append(draft)
        return True

    def validate(self, kind: type[M], node: Node, value: Any) -> M | None:
        if "body" in node.keys:
            self.complain(node.keys["body"], "“body” is no field: it is the text below the “---”")
        try:
            # Strict, and by way of JSON: a quoted "12" is no number and `yes` no truth.
            return kind.model_validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            details = _without_echoes(error.errors(include_url=False), kind)
            for detail in details[:MAX_PROBLEMS]:
                self.complain(_offset(node, detail), sentence(detail, kind, self.noun))
            return None


def _without_echoes(details: list[ErrorDetails], kind: type[Model]) -> list[ErrorDetails]:
    """Leave out what is only told because of another mistake.

    A list whose only item is wrong is too short as well; a field with a misspelt name
    is missing as well.
    """
    wrong = {detail["loc"][:end] for detail in details for end in range(len(detail["loc"]))}
    misspelt = {
        (*detail["loc"][:-1], meant(detail, kind))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    return [
        detail
        for detail in details
        if not (detail["type"] == "too_short" and detail["loc"] in wrong)
        and not (detail["type"] == "missing" and detail["loc"] in misspelt)
    ]


def _offset(node: Node, detail: ErrorDetails) -> int:
    loc = detail["loc"]
    if detail["type"] == "extra_forbidden":
        owner = node.at(loc[:-1])
        return owner.keys.get(str(loc[-1]), owner.start)
    if detail["type"] == "union_tag_invalid":
        return node.at((*loc, "kind")).start
    return node.at(loc).start
