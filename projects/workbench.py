"""A round that is being written, as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from projects.brief import limits_of
from projects.checklist import Outcome, check_all
from projects.columns import MOST_ROWS, Fault, columns_of, faults
from projects.documents import project_of
from projects.models import Round
from projects.tasks import LinkState, states_of
from projects.values import LONGEST_TEXT, Value, empty_value, first_value, fits, is_empty
from skillguide.content.schema import ChecklistItem, Column, Criterion, Deliverable, Project
from skillguide.editions.shelf import rendered
from skillguide.learners.models import Draft

FIRST_ROWS, MORE_ROWS = 3, 5
"""Empty rows that stand ready below a table, at first and when more are asked for."""


@dataclass(frozen=True)
class Bench:
    """Everything that is drafted for one round."""

    round: Round
    project: Project
    drafts: Mapping[str, Draft]
    typed: Mapping[str, Value] = field(default_factory=dict)
    """By field, what was typed and could not be kept: shown instead of the draft."""

    @classmethod
    def of(cls, round: Round, typed: Mapping[str, Value] | None = None) -> Bench:
        drafts = Draft.objects.of(round.learner).below(f"round/{round.pk}").by_field()
        return cls(round, project_of(round), drafts, typed or {})

    def base(self, name: str) -> int:
        draft = self.drafts.get(name)
        return draft.version if draft else 0

    def value(self, name: str) -> Value | None:
        """As it stands now; None when nothing was written yet."""
        if name in self.typed:
            return self.typed[name]
        draft = self.drafts.get(name)
        return draft.value if draft else None

    def work_value(self, deliverable: Deliverable) -> Value:
        """Its first value when there is none, or one of a format that it had once."""
        value = self.value(f"work.{deliverable.id}")
        if value is None or not fits(deliverable, value):
            return first_value(deliverable)
        return value

    @cached_property
    def work(self) -> dict[str, Value]:
        """Every deliverable; a template that nobody has touched is nothing yet."""
        return {
            it.id: empty_value(it) if self.is_untouched(it) else self.work_value(it)
            for it in self.project.deliverables
        }

    @property
    def drafted_work(self) -> dict[str, Value]:
        """What is saved, without what stands there of itself."""
        return {
            it.id: self.work_value(it)
            for it in self.project.deliverables
            if (value := self.value(f"work.{it.id}")) is not None and fits(it, value)
        }

    def is_untouched(self, deliverable: Deliverable) -> bool:
        value = self.work_value(deliverable)
        return value == first_value(deliverable) or is_empty(value)

    @cached_property
    def links(self) -> dict[str, LinkState]:
        urls = [value.get("url", "") for value in self.work.values()]
        return states_of(urls)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """As the work would be handed in now."""
        return self._checked(self.work)

    @cached_property
    def outcomes_shown(self) -> dict[str, Outcome]:
        """As the page shows it: the headings of an untouched template are there to be seen."""
        seen = self._checked({it.id: self.work_value(it) for it in self.project.deliverables})
        strict = {it.id for it in self.project.checklist if it.check and it.check.kind == "present"}
        return {id: self.outcomes[id] if id in strict else it for id, it in seen.items()}

    def _checked(self, work: Mapping[str, Value]) -> dict[str, Outcome]:
        reachable = {url: state.ok for url, state in self.links.items()}
        return check_all(self.project, work, reachable)

    def replaced(self, drafts: Mapping[str, Draft]) -> Bench:
        """The same with these drafts as they are after saving."""
        return Bench(self.round, self.project, {**self.drafts, **drafts})

    @property
    def saved_at(self) -> datetime | None:
        return max((draft.saved_at for draft in self.drafts.values()), default=None)

    @cached_property
    def page(self) -> Project:
        return rendered(self.project)


@dataclass(frozen=True)
class Part:
    """One deliverable on the workbench."""

    deliverable: Deliverable
    """Rendered."""
    name: str
    base: int
    value: Value
    error: str
    limits: str
    """What can be handed in here, said beforehand."""
    columns: tuple[Column, ...] = ()
    rows: tuple[TableRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    link: LinkState | None = None

    @property
    def template(self) -> str:
        return f"projects/_field_{self.deliverable.format}.html"


@dataclass(frozen=True)
class Cell:
    column: Column
    value: str
    fault: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What stands in it stays one of them, though it be none."""
        allowed = ("yes", "no") if self.column.type == "yes-no" else self.column.choices
        strange = self.value and self.value not in allowed
        return (*allowed, self.value) if strange else tuple(allowed)

    @property
    def kind(self) -> str:
        """Which control it is typed into."""
        if self.column.type in ("choice", "yes-no"):
            return "select"
        return "lines" if self.column.type == "text" and not self.column.unique else "line"


@dataclass(frozen=True)
class TableRow:
    number: int
    cells: tuple[Cell, ...]
    blank: bool = False


@dataclass(frozen=True)
class Item:
    """One item of the checklist, and how it stands."""

    item: ChecklistItem
    """Rendered."""
    outcome: Outcome | None
    name: str
    base: int
    value: Value
    error: str


@dataclass(frozen=True)
class Score:
    criterion: Criterion
    """Rendered."""
    name: str
    base: int
    value: Value
    error: str


def parts(bench: Bench, wrong: Mapping[str, str], more: str = "") -> list[Part]:
    """`more` names a table that wants more empty rows."""
    return [_part(bench, it, wrong, more) for it in bench.page.deliverables]


def _part(bench: Bench, deliverable: Deliverable, wrong: Mapping[str, str], more: str) -> Part:
    name = f"work.{deliverable.id}"
    plain = bench.project.deliverable(deliverable.id) or deliverable
    value = bench.work_value(plain)
    found: dict[str, Any] = {}
    if plain.format == "table":
        found = _table(plain, value, MORE_ROWS if more == deliverable.id else 0)
    elif plain.format == "link":
        found = {"link": bench.links.get(value["url"])}
    return Part(
        deliverable, name, bench.base(name), value, wrong.get(name, ""), limits(plain), **found
    )


def _table(deliverable: Deliverable, value: Value, more: int) -> dict[str, Any]:
    columns = columns_of(deliverable)
    kept = value["rows"]
    found = faults(deliverable, kept)
    by_cell = {(fault.row, fault.column): fault.message for fault in found}
    blank: dict[str, str] = {}
    ready = min(more or (1 if kept else FIRST_ROWS), max(MOST_ROWS - len(kept), 0))
    rows = [
        TableRow(
            number,
            tuple(
                Cell(it, row.get(it.name, ""), by_cell.get((number, it.name), "")) for it in columns
            ),
            blank=number > len(kept),
        )
        for number, row in enumerate([*kept, *[blank] * ready], start=1)
    ]
    return {"columns": columns, "rows": tuple(rows), "faults": tuple(found)}


def limits(deliverable: Deliverable) -> str:
    match deliverable.format:
        case "text":
            return f"Markdown, at most {LONGEST_TEXT:,} characters."
        case "table":
            return f"At most {MOST_ROWS:,} rows."
        case "link":
            return f"It begins with https:// or http://. {limits_of(deliverable)}".strip()
        case _:
            return limits_of(deliverable)


def items(
    bench: Bench, outcomes: Mapping[str, Outcome], wrong: Mapping[str, str] | None = None
) -> list[Item]:
    return [_item(bench, it, outcomes.get(it.id), wrong or {}) for it in bench.page.checklist]


def _item(
    bench: Bench, item: ChecklistItem, outcome: Outcome | None, wrong: Mapping[str, str]
) -> Item:
    name = f"tick.{item.id}"
    value = bench.value(name) or {"ticked": False, "evidence": ""}
    return Item(item, outcome, name, bench.base(name), value, wrong.get(name, ""))


def scores(bench: Bench, wrong: Mapping[str, str]) -> list[Score]:
    return [_score(bench, it, wrong) for it in bench.page.rubric]


def _score(bench: Bench, criterion: Criterion, wrong: Mapping[str, str]) -> Score:
    name = f"score.{criterion.id}"
    value = bench.value(name) or {"score": None, "reason": ""}
    return Score(criterion, name, bench.base(name), value, wrong.get(name, ""))


def deliverable_of(project: Project, name: str) -> Deliverable | None:
    """Of the field of this name, if it is one of a deliverable."""
    kind, _, id = name.partition(".")
    return project.deliverable(id) if kind == "work" else None


def drafted_fields(bench: Bench) -> list[tuple[str, str]]:
    """Everything of which there are earlier drafts: its name, and what people call it."""
    return [(name, title_of_field(bench.project, name)) for name in sorted(bench.drafts)]


def title_of_field(project: Project, name: str) -> str:
    """What people call it."""
    kind, _, id = name.partition(".")
    if deliverable := deliverable_of(project, name):
        return deliverable.title
    if kind == "score":
        return next((it.title for it in project.rubric if it.id == id), "A score of your own")
    return {
        "tick": f"Item of the checklist: {id.replace('-', ' ')}",
        "wish": "What you want feedback on",
        "hours": "Hours it took",
    }.get(kind, id.replace("-", " ").capitalize())
