"""What changed between two rounds, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from projects.columns import columns_of
from projects.differences import (
    Change,
    RowChange,
    file_changes,
    link_changes,
    row_changes,
    text_changes,
)
from projects.harmful import has_harmful, without_harmful
from projects.values import empty_value, fits
from skillguide.content.schema import Deliverable, Project

LEFT_OUT = "[harmful passage]"
Value = Mapping[str, Any]


@dataclass(frozen=True)
class ChangedCell:
    column: str
    before: str
    after: str
    harmful: bool


@dataclass(frozen=True)
class ChangedRow:
    kind: Literal["added", "removed", "changed"]
    number: int
    cells: list[ChangedCell]


@dataclass(frozen=True)
class Difference:
    deliverable: Deliverable
    changes: list[Change] = field(default_factory=list)
    """Of a text, files or a link. Of a text without what is marked as harmful."""
    folded: list[Change] = field(default_factory=list)
    """Of a text in which something is marked as harmful: all of it, to be folded away."""
    rows: list[ChangedRow] = field(default_factory=list)

    @property
    def same(self) -> bool:
        kinds = {it.kind for it in (*self.changes, *self.folded)}
        return not self.rows and kinds <= {"same", "skipped"}


def differences_of(
    page: Project, before: Mapping[str, Value], after: Mapping[str, Value]
) -> list[Difference]:
    """By deliverable, in the project's order."""
    return [_difference(it, _value(it, before), _value(it, after)) for it in page.deliverables]


def _value(deliverable: Deliverable, work: Mapping[str, Value]) -> Value:
    """What was handed in another format once counts as nothing; its own round shows it."""
    value = work.get(deliverable.id)
    return value if value and fits(deliverable, value) else empty_value(deliverable)


def _difference(deliverable: Deliverable, before: Value, after: Value) -> Difference:
    match deliverable.format:
        case "text":
            return _text(deliverable, before["text"], after["text"])
        case "table":
            found = row_changes(deliverable, before["rows"], after["rows"])
            return Difference(deliverable, rows=[_row(deliverable, it) for it in found])
        case "file":
            return Difference(deliverable, file_changes(before["files"], after["files"]))
        case "link":
            return Difference(deliverable, link_changes(before, after))


def _text(deliverable: Deliverable, before: str, after: str) -> Difference:
    if not (has_harmful(before) or has_harmful(after)):
        return Difference(deliverable, text_changes(before, after))
    safe = [without_harmful(text, LEFT_OUT) for text in (before, after)]
    return Difference(
        deliverable, text_changes(safe[0], safe[1]), folded=text_changes(before, after)
    )


def _row(deliverable: Deliverable, change: RowChange) -> ChangedRow:
    harmful = {it.name for it in columns_of(deliverable) if it.harmful}
    cells = [
        ChangedCell(name, old, new, name in harmful or has_harmful(old) or has_harmful(new))
        for name, (old, new) in change.cells.items()
    ]
    return ChangedRow(change.kind, change.number, cells)
