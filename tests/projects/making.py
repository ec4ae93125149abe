"""Deliverables for tests of what is handed in."""

from __future__ import annotations

from typing import Any

from skillguide.content.schema import ChecklistItem, Deliverable, Project


def deliverable(format: str = "text", **fields: object) -> Deliverable:
    return Deliverable.model_validate(
        {"id": "it", "title": "It", "description": "What to do.", "format": format} | fields
    )


PROMPTS = deliverable(
    "table",
    columns=[
        {"name": "id", "unique": True},
        {"name": "prompt", "harmful": True},
        {"name": "policy", "type": "choice", "choices": ["refuse", "answer"]},
        {"name": "seen", "type": "yes-no", "required": False},
        {"name": "rate", "type": "number", "required": False},
        {"name": "runs", "type": "integer", "required": False},
        {"name": "day", "type": "date", "required": False},
    ],
)


def prompt(id: str = "p1", **cells: str) -> dict[str, str]:
    row = dict.fromkeys((column.name for column in PROMPTS.columns), "")
    return row | {"id": id, "prompt": "Hello", "policy": "answer"} | cells


def project(*deliverables: Deliverable, checklist: tuple[ChecklistItem, ...] = ()) -> Project:
    """Only what is asked of the work; nothing else of it is there."""
    parts: dict[str, Any] = {"deliverables": deliverables, "checklist": checklist}
    return Project.model_construct(**parts)
