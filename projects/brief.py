"""What a project asks for, in words, so that it is known before anything is begun."""

from __future__ import annotations

from dataclasses import dataclass

from projects.columns import columns_of
from projects.statistics import Effort
from skillguide.content.documents import Html
from skillguide.content.schema import Column, Deliverable, FileType, Project
from skillguide.editions.templatetags.guide import address


def from_brief(html: str, project: Project) -> Html:
    """A text of the project's page on another one: what it points to there is found from here."""
    return Html(html.replace('href="#', f'href="{address(project)}#'))


FORMATS = {"text": "text", "table": "table", "file": "files", "link": "link"}
TYPES: dict[FileType, str] = {
    "text": "plain text",
    "json": "JSON",
    "jsonl": "JSONL",
    "csv": "CSV",
    "pdf": "PDF",
    "png": "PNG",
    "jpeg": "JPEG",
    "zip": "ZIP",
}
CELLS = {
    "text": "text",
    "number": "a number, such as 3.5",
    "integer": "a whole number",
    "yes-no": "yes or no",
    "date": "a day, such as 2026-11-01",
}


@dataclass(frozen=True)
class AskedColumn:
    name: str
    hint: str
    values: str
    required: bool


@dataclass(frozen=True)
class Asked:
    """One thing to hand in."""

    deliverable: Deliverable
    """With its texts as HTML."""
    format: str
    limits: str
    """A sentence, or nothing."""
    columns: list[AskedColumn]


def asked_by(page: Project) -> list[Asked]:
    """`page` is the rendered project."""
    return [
        Asked(it, FORMATS[it.format], limits_of(it), asked_columns(it) if it.columns else [])
        for it in page.deliverables
    ]


def limits_of(deliverable: Deliverable) -> str:
    match deliverable.format:
        case "file":
            return _file_limits(deliverable)
        case "link" if deliverable.pinned:
            return "With the commit, tag or version that is to be reviewed."
        case _:
            return ""


def _file_limits(deliverable: Deliverable) -> str:
    """
    >>> _file_limits(Deliverable(id="a", title="A", format="file", description="It.",
    ...     accept=("png", "jpeg"), most_files=2, most_megabytes=5))
    'Up to 2 files of PNG or JPEG, each at most 5 MB.'
    """
    many = deliverable.most_files > 1
    number = f"Up to {deliverable.most_files} files" if many else "One file"
    types = _either([TYPES[it] for it in deliverable.accept or tuple(TYPES)])
    return f"{number} of {types}, {'each ' * many}at most {deliverable.most_megabytes} MB."


def _either(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def asked_columns(deliverable: Deliverable) -> list[AskedColumn]:
    return [
        AskedColumn(it.name, it.hint or "", _values(it), it.required)
        for it in columns_of(deliverable)
    ]


def _values(column: Column) -> str:
    words = CELLS.get(column.type) or f"one of: {', '.join(column.choices)}"
    return f"{words}; no two rows alike" if column.unique else words


def effort_in_words(effort: Effort) -> str:
    """
    >>> effort_in_words(Effort(14, (6, 8.4, 12), (0.2, 3, 9)))
    'Most learners worked 6 to 12 hours on it, half of them at most 8, and handed in within 9 days\
 (14 answers).'
    """
    low, middle, high = (round(it) for it in effort.hours)
    hours = f"{low} to {high} hours" if low != high else _count(high, "hour")
    half = f", half of them at most {middle}" if low < middle < high else ""
    days = _count(max(round(effort.days[2]), 1), "day")
    return (
        f"Most learners worked {hours} on it{half}, and handed in within {days} "
        f"({effort.answers:,} answers)."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
