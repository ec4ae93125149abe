"""What a reviewer types: from controls to drafts, and from drafts to a verdict.

Fields: `score.<criterion>` (score, note), `summary` (text), `decision` (decision, reason,
second_reader), `comment` (text, quote, near, on: what it is about, as `note.3`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from projects.decisions import Verdict
from projects.forms import Entry, Given, Reader, short
from projects.models import Decision
from projects.values import Value
from skillguide.content.schema import Criterion, Project

LONGEST_NOTE = 5_000
LONGEST_SUMMARY = 20_000
LONGEST_COMMENT = 10_000
LONGEST_QUOTE = 100_000
NO_COMMENT: dict[str, Any] = {"text": "", "quote": "", "near": 0, "on": ""}
EMPTY: dict[str, dict[str, Any]] = {
    "score": {"score": None, "note": ""},
    "summary": {"text": ""},
    "decision": {"decision": "", "reason": "", "second_reader": False},
    "comment": NO_COMMENT,
}


def names(project: Project) -> list[str]:
    return [*(f"score.{it.id}" for it in project.rubric), "summary", "decision", "comment"]


def empty(name: str) -> dict[str, Any]:
    return EMPTY[name.partition(".")[0]]


def given(project: Project, data: QueryDict) -> Given:
    """Read every field that the form has. What does not fit is told, and not cut."""
    found = Given()
    for name, read in _readers(project):
        if f"base.{name}" in data:
            try:
                found.values[name] = read(data, name), number(data.get(f"base.{name}", ""))
            except ValueError as error:
                found.wrong[name] = str(error)
    return found


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _readers(project: Project) -> Iterator[tuple[str, Reader]]:
    for criterion in project.rubric:
        yield f"score.{criterion.id}", _score(criterion)
    yield "summary", _summary
    yield "decision", _decision
    yield "comment", _comment


def _score(criterion: Criterion) -> Reader:
    scores = {str(grade.score): grade.score for grade in criterion.grades}

    def read(data: QueryDict, name: str) -> Value:
        note = short(data.get(f"{name}.note", ""), LONGEST_NOTE, "The note")
        return {"score": scores.get(data.get(f"{name}.score", "")), "note": note}

    return read


def _summary(data: QueryDict, name: str) -> Value:
    return {"text": short(data.get(f"{name}.text", ""), LONGEST_SUMMARY, "The summary")}


def _decision(data: QueryDict, name: str) -> Value:
    decision = data.get(f"{name}.decision", "")
    return {
        "decision": decision if decision in Decision.values else "",
        "reason": short(data.get(f"{name}.reason", ""), LONGEST_NOTE, "The reason"),
        "second_reader": f"{name}.second_reader" in data,
    }


def _comment(data: QueryDict, name: str) -> Value:
    return {
        "text": short(data.get(f"{name}.text", ""), LONGEST_COMMENT, "The comment"),
        "quote": short(data.get(f"{name}.quote", ""), LONGEST_QUOTE, "The quote"),
        "near": number(data.get(f"{name}.near", "")),
        "on": place_or_none(data.get(f"{name}.on", "")),
    }


_PLACE = re.compile(
    r"[a-z0-9-]{1,80}\.(?:0|[1-9]\d{0,5})|comment:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.ASCII,
)


def place_or_none(text: str) -> str:
    """
    >>> place_or_none("note.3"), place_or_none("nowhere")
    ('note.3', '')
    """
    return text if _PLACE.fullmatch(text) else ""


def entries(name: str, value: Mapping[str, Any]) -> list[Entry]:
    """The controls of a field that has this value, as a browser would send them.

    >>> entries("score.words", {"score": 1, "note": "Few"})
    [('score.words.score', '1'), ('score.words.note', 'Few')]
    """
    return [
        (f"{name}.{part}", "on" if it is True else str(it))
        for part, it in value.items()
        if it is not None and it is not False
    ]


# ── The verdict ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Judged:
    """A verdict, or what is missing for one."""

    verdict: Verdict | None
    missing: dict[str, str] = field(default_factory=dict)
    """By field: what to do, in a sentence."""


def judged(project: Project, values: Mapping[str, Mapping[str, Any]]) -> Judged:
    """What the drafts of a review come to."""
    decision = values["decision"]
    missing = dict(_missing(project, values))
    if missing:
        return Judged(None, missing)
    return Judged(
        Verdict(
            decision=Decision(decision["decision"]),
            scores={it.id: dict(values[f"score.{it.id}"]) for it in _scored(project, values)},
            summary=values["summary"]["text"].strip(),
            reason=decision["reason"].strip(),
            wants_second_reader=decision["second_reader"],
        )
    )


def _scored(project: Project, values: Mapping[str, Mapping[str, Any]]) -> list[Criterion]:
    return [it for it in project.rubric if values[f"score.{it.id}"]["score"] is not None]


def _missing(
    project: Project, values: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    decision = values["decision"]
    unassessable = decision["decision"] == Decision.UNASSESSABLE
    for it in project.rubric:
        if values[f"score.{it.id}"]["score"] is None and not unassessable:
            yield f"score.{it.id}", f"Choose a grade for “{it.title}”."
    if not values["summary"]["text"].strip():
        yield "summary", "Write a summary: what is good, and what to do next."
    if not decision["decision"]:
        yield "decision", "Choose a decision."
    elif unassessable and not decision["reason"].strip():
        yield "decision", "Say why it cannot be assessed; the learner reads it."
    if values["comment"]["text"].strip():
        yield "comment", "A comment is begun and not added. Add it, or empty its box."
