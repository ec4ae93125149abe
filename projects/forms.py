"""What learners type: from the controls of a form to the values that are kept, and back.

A field `work.report` has controls such as `work.report.text`, and `base.work.report`, the version
that its words are written over; a form gives a field by giving its base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from projects.columns import is_blank, tidy
from projects.values import Value, clean
from skillguide.content.schema import Criterion, Deliverable, Project

LONGEST_LINE = 2_000
"""Of a sentence that goes with a tick or a score, and of the wish."""
LONGEST_HOURS = 20

Entry = tuple[str, str]
"""The name and value of one control."""


@dataclass(frozen=True)
class Given:
    """What a form gave."""

    values: dict[str, tuple[Value, int]] = field(default_factory=dict)
    """By field: its value, and the version that it was written over."""
    wrong: dict[str, str] = field(default_factory=dict)
    """By field: what does not fit, in a sentence."""


def given(project: Project, data: QueryDict) -> Given:
    """Read every field that the form has. What does not fit is told, and not cut."""
    found = Given()
    for name, read in _readers(project):
        base = f"base.{name}"
        if base in data and data.get(f"keep.{name}") != "theirs":
            try:
                found.values[name] = read(data, name), _version(data.get(base, ""))
            except ValueError as error:
                found.wrong[name] = str(error)
    return found


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


Reader = Callable[[QueryDict, str], Value]


def _readers(project: Project) -> Iterator[tuple[str, Reader]]:
    """Files are not among them: they come and go one by one."""
    for deliverable in project.deliverables:
        if deliverable.format != "file":
            yield f"work.{deliverable.id}", _work(deliverable)
    for item in project.checklist:
        if item.check is None:
            yield f"tick.{item.id}", _tick
    for criterion in project.rubric:
        yield f"score.{criterion.id}", _score(criterion)
    yield "wish", _wish
    yield "hours", _hours


def names(project: Project) -> list[str]:
    """Of all fields of a round, files among them."""
    files = [f"work.{it.id}" for it in project.deliverables if it.format == "file"]
    return [*files, *(name for name, _ in _readers(project))]


def _work(deliverable: Deliverable) -> Reader:
    def read(data: QueryDict, name: str) -> Value:
        match deliverable.format:
            case "table":
                return clean(deliverable, {"rows": _rows(data, name)})
            case "link":
                parts = {part: data.get(f"{name}.{part}", "") for part in ("url", "revision")}
                return clean(deliverable, parts)
            case _:
                return clean(deliverable, {"text": data.get(f"{name}.text", "")})

    return read


def _rows(data: QueryDict, name: str) -> list[dict[str, str]]:
    """The rows by the numbers in their names; empty ones at the end are not kept."""
    prefix = f"{name}."
    rows: dict[int, dict[str, str]] = {}
    for key in data:
        if key.startswith(prefix):
            number, _, column = key.removeprefix(prefix).partition(".")
            if number.isascii() and number.isdecimal() and len(number) < 7:
                rows.setdefault(int(number), {})[column] = data.get(key, "")
    kept = [rows[number] for number in sorted(rows)]
    while kept and is_blank(kept[-1]):
        kept.pop()
    return kept


def as_typed(project: Project, data: QueryDict, name: str) -> Value:
    """A field that does not fit, as it was typed: it stays in its controls."""
    kind, _, id = name.partition(".")
    if kind == "score":
        criterion = next(it for it in project.rubric if it.id == id)
        scores = {str(grade.score): grade.score for grade in criterion.grades}
        score = scores.get(data.get(f"{name}.score", ""))
        return {"score": score, "reason": data.get(f"{name}.reason", "")}
    if kind == "tick":
        return {"ticked": f"{name}.ticked" in data, "evidence": data.get(f"{name}.evidence", "")}
    deliverable = project.deliverable(id) if kind == "work" else None
    if deliverable and deliverable.format == "table":
        return {"rows": _rows(data, name)}
    parts = ("url", "revision") if deliverable and deliverable.format == "link" else ("text",)
    return {part: data.get(f"{name}.{part}", "") for part in parts}


def without_row(data: QueryDict, name: str, number: str) -> QueryDict:
    """The same form, as if this row had been emptied and taken away."""
    left = data.copy()
    for key in [it for it in left if it.startswith(f"{name}.{number}.")]:
        del left[key]
    return left


def _tick(data: QueryDict, name: str) -> Value:
    evidence = short(data.get(f"{name}.evidence", ""), LONGEST_LINE, "The evidence")
    return {"ticked": f"{name}.ticked" in data, "evidence": evidence}


def _score(criterion: Criterion) -> Reader:
    scores = {str(grade.score): grade.score for grade in criterion.grades}

    def read(data: QueryDict, name: str) -> Value:
        reason = short(data.get(f"{name}.reason", ""), LONGEST_LINE, "The sentence")
        return {"score": scores.get(data.get(f"{name}.score", "")), "reason": reason}

    return read


def _wish(data: QueryDict, name: str) -> Value:
    return {"text": short(data.get(f"{name}.text", ""), LONGEST_LINE, "The wish")}


def _hours(data: QueryDict, name: str) -> Value:
    return {"text": short(data.get(f"{name}.text", ""), LONGEST_HOURS, "The number of hours")}


def short(text: str, limit: int, what: str) -> str:
    text = tidy(text)
    if len(text) > limit:
        raise ValueError(f"{what} has {len(text):,} characters; at most {limit:,} fit.")
    return text


# ── Back into controls ───────────────────────────────────────────────────────────────────


def entries(name: str, value: Mapping[str, Any]) -> list[Entry]:
    """The controls of a field that has this value, as a browser would send them.

    >>> entries("tick.shaken", {"ticked": True, "evidence": "A film"})
    [('tick.shaken.ticked', 'on'), ('tick.shaken.evidence', 'A film')]
    """
    return [
        (f"{name}.{part}", "on" if it is True else str(it))
        for part, it in _parts(value)
        if it is not None and it is not False
    ]


def _parts(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part, it in value.items():
        if part == "rows":
            for number, row in enumerate(it):
                yield from ((f"{number}.{column}", cell) for column, cell in row.items())
        elif part == "files":
            yield from ((f"files.{number}", file["name"]) for number, file in enumerate(it))
        else:
            yield part, it


def words_of(name: str, value: Mapping[str, Any]) -> str:
    """The value as plain text, for a look at it."""
    if rows := value.get("rows"):
        return "\n".join(" | ".join(row.values()) for row in rows)
    if "ticked" in value:
        return f"{'Ticked' if value['ticked'] else 'Not ticked'}\n{value['evidence']}".strip()
    return "\n".join(text for _, text in entries(name, value) if text.strip())
