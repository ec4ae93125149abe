"""Keeping what a form gave, and telling what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from projects.actions import save_fields
from projects.checklist import Outcome
from projects.columns import faults
from projects.forms import Given, as_typed, entries, given, words_of
from projects.models import Round
from projects.states import State
from projects.tasks import ask_about
from projects.values import Value, first_value, fits
from projects.workbench import Bench, deliverable_of, title_of_field
from skillguide.learners.doors import LearnerRequest
from skillguide.learners.drafts import Saved

LONGEST_TAB = 40


def round_or_404(request: LearnerRequest, submission: object, number: int) -> Round:
    """The learner's own; there are no others for them."""
    rows = Round.objects.of(request.user)
    round = get_object_or_404(rows, submission_id=submission, number=number)
    round.learner = request.user
    return round


@dataclass(frozen=True)
class Conflict:
    """Two texts for one field. Both are kept; one of them stands."""

    name: str
    title: str
    mine: Value
    theirs: Saved

    @property
    def version(self) -> int:
        return self.theirs.draft.version

    @property
    def my_entries(self) -> list[tuple[str, str]]:
        return entries(self.name, self.mine)

    @property
    def my_words(self) -> str:
        return words_of(self.name, self.mine)

    @property
    def their_words(self) -> str:
        return words_of(self.name, self.theirs.draft.value or {})


@dataclass(frozen=True)
class Kept:
    """What came of saving."""

    bench: Bench
    """As it stands now."""
    given: Given
    saved: Mapping[str, Saved]
    late: bool

    @property
    def typed(self) -> dict[str, Value]:
        return {name: value for name, (value, _) in self.given.values.items()}

    def as_typed(self, data: QueryDict) -> Bench:
        """The bench with all words that came, also those that do not fit."""
        bench = self.bench
        wrong = {name: as_typed(bench.project, data, name) for name in self.given.wrong}
        return Bench(bench.round, bench.project, bench.drafts, self.typed | wrong)

    @property
    def conflicts(self) -> list[Conflict]:
        if self.late:
            return []
        return [
            Conflict(name, title_of_field(self.bench.project, name), self.typed[name], it)
            for name, it in self.saved.items()
            if it.aside
        ]


def keep(request: LearnerRequest, round: Round, data: QueryDict | None = None) -> Kept:
    """Save the fields that the form has and that differ from what is there."""
    bench = Bench.of(round)
    found = given(bench.project, request.POST if data is None else data)
    changed = {
        name: (value, base)
        for name, (value, base) in found.values.items()
        if value != _standing(bench, name)
    }
    tab = request.POST.get("tab", "").replace("\0", "")[:LONGEST_TAB]
    saved = save_fields(round.pk, request.user, changed, tab=tab) if changed else {}
    aside = any(it.aside for it in saved.values())
    late = round.state != State.DRAFT or (aside and _is_late(round))
    if not late:
        _ask_about_links(request, bench, found)
    now = bench.replaced({name: it.draft for name, it in saved.items()})
    return Kept(now, found, saved, late)


def _standing(bench: Bench, name: str) -> Value | None:
    """What a field has without being saved, so that an untouched one makes no version."""
    value = bench.value(name)
    deliverable = deliverable_of(bench.project, name)
    if deliverable and (value is None or not fits(deliverable, value)):
        return first_value(deliverable)
    return _NOTHING.get(name.partition(".")[0]) if value is None else value


_NOTHING: dict[str, Value] = {
    "tick": {"ticked": False, "evidence": ""},
    "score": {"score": None, "reason": ""},
    "wish": {"text": ""},
    "hours": {"text": ""},
}


def _is_late(round: Round) -> bool:
    """It was handed in while this was on its way."""
    return not Round.objects.filter(pk=round.pk, state=State.DRAFT).exists()


def _ask_about_links(request: LearnerRequest, bench: Bench, found: Given) -> None:
    for deliverable in bench.project.deliverables:
        if deliverable.format == "link" and (it := found.values.get(f"work.{deliverable.id}")):
            ask_about(it[0]["url"], request.user)


# ── As JSON, for the script ──────────────────────────────────────────────────────────────


def wants_json(request: LearnerRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def as_json(kept: Kept) -> JsonResponse:
    if kept.given.wrong:
        return JsonResponse({"fields": kept.given.wrong}, status=422)
    fields = {name: _field(kept, name) for name in kept.given.values}
    answer = {"fields": fields, "late": kept.late, "tables": _tables(kept)}
    return JsonResponse(answer | states(kept.bench))


def _field(kept: Kept, name: str) -> dict[str, Any]:
    draft = kept.bench.drafts.get(name)
    saved = kept.saved.get(name)
    answer: dict[str, Any] = {
        "version": draft.version if draft else 0,
        "saved_at": draft.saved_at.isoformat() if draft else None,
        "conflict": None,
    }
    if saved and saved.aside:
        answer["saved_at"] = saved.aside.saved_at.isoformat()
        if not kept.late:
            answer["conflict"] = _conflict(name, saved)
    return answer


def _conflict(name: str, saved: Saved) -> dict[str, Any]:
    value = saved.draft.value or {}
    return {
        "version": saved.draft.version,
        "saved_at": saved.draft.saved_at.isoformat(),
        "value": value,
        "entries": entries(name, value),
    }


def _tables(kept: Kept) -> dict[str, Any]:
    """What is wrong in the tables that were sent, as they were sent."""
    found = {}
    for deliverable in kept.bench.project.deliverables:
        name = f"work.{deliverable.id}"
        if deliverable.format == "table" and name in kept.given.values:
            wrong = faults(deliverable, kept.typed[name]["rows"])
            html = render_to_string(
                "projects/_faults.html", {"part": {"name": name, "faults": wrong}}
            )
            cells = [{"row": it.row, "column": it.column, "message": it.message} for it in wrong]
            found[name] = {"faults": cells, "html": html}
    return found


def states(bench: Bench) -> dict[str, Any]:
    """How the checklist, the tables and the links stand."""
    return {
        "checklist": {id: _outcome(it) for id, it in bench.outcomes_shown.items()},
        "links": {
            f"work.{id}": {"words": state.words, "ok": state.ok, "waiting": state.waiting}
            for id, value in bench.work.items()
            if (state := bench.links.get(value.get("url", "")))
        },
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"ok": outcome.ok, "words": outcome.words}
