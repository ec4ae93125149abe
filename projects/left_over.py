"""What was written for something that a project asks for no longer: it is shown, and kept."""

from __future__ import annotations

from dataclasses import dataclass

from projects.columns import columns_of
from projects.forms import names, words_of
from projects.values import Value, fits, is_empty
from projects.workbench import Bench, deliverable_of
from skillguide.content.schema import Deliverable


@dataclass(frozen=True)
class Kept:
    """Something drafted that the project no longer asks for."""

    title: str
    name: str
    words: str


def no_longer_asked_for(bench: Bench) -> list[Kept]:
    """What was written for something that went, or is of another format now."""
    asked = names(bench.project)
    found = []
    for name, draft in sorted(bench.drafts.items()):
        deliverable = deliverable_of(bench.project, name)
        stands = name in asked and (not deliverable or fits(deliverable, draft.value or {}))
        words = words_of(name, draft.value or {}) if not stands else ""
        if deliverable and stands and deliverable.format == "table":
            words = _cells_left_out(deliverable, draft.value or {})
        if words.strip() and not _says_nothing(draft.value or {}):
            title = name.partition(".")[2].replace("-", " ").capitalize()
            found.append(Kept(title, name, words))
    return found


def _says_nothing(value: Value) -> bool:
    """Of ticks and scores, what has no words and no tick."""
    if "ticked" in value:
        return not value["ticked"] and not value["evidence"].strip()
    return "files" not in value and "score" not in value and is_empty(value)


def _cells_left_out(deliverable: Deliverable, value: Value) -> str:
    """Of a table, the cells of columns that went."""
    known = {it.name for it in columns_of(deliverable)}
    return "\n".join(
        f"Row {number}, {name}: {cell}"
        for number, row in enumerate(value.get("rows", []), start=1)
        for name, cell in row.items()
        if name not in known and cell.strip()
    )
