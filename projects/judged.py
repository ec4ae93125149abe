"""A review as its learner reads it: the reviewer's scores beside their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projects.display import as_promised, name_of
from projects.models import Review, Round
from projects.showing import render_text
from skillguide.content.documents import Html
from skillguide.content.schema import ChecklistItem, Criterion, Grade, Project
from skillguide.learners.models import Learner

NUMBERS = ("", "one grade", "two grades", "three grades", "four grades", "five grades")


@dataclass(frozen=True)
class JudgedCriterion:
    criterion: Criterion
    own: Grade | None
    own_reason: str
    given: Grade | None
    note: Html | None
    difference: str
    """Between the two, in words."""


@dataclass(frozen=True)
class ShownReview:
    review: Review
    by: str
    summary: Html
    reason: Html
    criteria: list[JudgedCriterion]


@dataclass(frozen=True)
class ShownItem:
    """An item of the checklist, as it was when the work was handed in."""

    item: ChecklistItem
    ok: bool | None
    words: str
    by_site: bool
    """Whether the site found it out, or the learner said so."""


def shown_review(page: Project, round: Round, review: Review, viewer: Learner) -> ShownReview:
    return ShownReview(
        review,
        name_of(as_promised(page, round), review.reviewer, review.learner_id, viewer),
        render_text(review.summary),
        render_text(review.reason),
        judged(page, round.self_scores, review.scores),
    )


def judged(
    page: Project, own: Mapping[str, Any], given: Mapping[str, Any]
) -> list[JudgedCriterion]:
    """Each criterion of the rubric; scores that are not among its grades are left out."""
    return [_criterion(it, own.get(it.id) or {}, given.get(it.id) or {}) for it in page.rubric]


def _criterion(
    criterion: Criterion, own: Mapping[str, Any], given: Mapping[str, Any]
) -> JudgedCriterion:
    grades = {it.score: it for it in criterion.grades}
    mine, theirs = grades.get(own.get("score", -1)), grades.get(given.get("score", -1))
    note = given.get("note", "")
    return JudgedCriterion(
        criterion,
        mine,
        own.get("reason", ""),
        theirs,
        render_text(note) if note else None,
        difference(criterion, mine, theirs) if mine and theirs else "",
    )


def difference(criterion: Criterion, own: Grade, given: Grade) -> str:
    """How far the reviewer's grade is from the learner's, in steps of the rubric."""
    scores = sorted(it.score for it in criterion.grades)
    steps = scores.index(given.score) - scores.index(own.score)
    if not steps:
        return "as you saw it"
    return f"{NUMBERS[abs(steps)]} {'above' if steps > 0 else 'below'} your own"


def shown_items(page: Project, found: Mapping[str, Any]) -> list[ShownItem]:
    """Items that were added to the project since are not among them."""
    return [_item(it, found[it.id]) for it in page.checklist if it.id in found]


def _item(item: ChecklistItem, found: Mapping[str, Any]) -> ShownItem:
    if "ticked" in found:
        return ShownItem(item, bool(found["ticked"]), found.get("evidence", ""), by_site=False)
    return ShownItem(item, found.get("ok"), found.get("words", ""), by_site=True)
