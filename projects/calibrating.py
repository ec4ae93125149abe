"""Trying exemplars: a reviewer scores example work, then sees what was agreed on, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects.keys import key_or_400
from projects.models import Calibration
from skillguide.content.documents import Html
from skillguide.content.library import Contents
from skillguide.content.schema import Criterion, Exemplar, Project
from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.pages import numbered_sources, terms_used
from skillguide.editions.shelf import library, rendered
from skillguide.learners.doors import LearnerRequest, reviewer_required
from skillguide.learners.models import Learner

AGAIN_AFTER = timedelta(days=90)


def exemplars_of(project: Project) -> list[Exemplar]:
    return [
        it
        for it in library().documents.values()
        if isinstance(it, Exemplar) and (it.guide, it.project) == (project.guide, project.key)
    ]


@dataclass(frozen=True)
class Distance:
    """How far a reviewer's scores are from the agreed ones."""

    same: int
    criteria: int
    largest: int

    @classmethod
    def of(cls, scores: Mapping[str, int], agreed: Mapping[str, int]) -> Distance:
        apart = [abs(scores[id] - score) for id, score in agreed.items() if id in scores]
        return cls(apart.count(0), len(apart), max(apart, default=0))

    def __str__(self) -> str:
        """
        >>> str(Distance(2, 2, 0)), str(Distance(1, 2, 2))
        ('the same on every criterion', 'the same on 1 of 2 criteria, at most 2 apart')
        """
        if self.same == self.criteria:
            return "the same on every criterion"
        return f"the same on {self.same} of {self.criteria} criteria, at most {self.largest} apart"


def difference(score: int, agreed: int) -> str:
    """
    >>> difference(1, 1), difference(2, 1), difference(0, 2)
    ('As agreed.', 'You gave 1 more.', 'You gave 2 less.')
    """
    if score == agreed:
        return "As agreed."
    return f"You gave {abs(score - agreed)} {'more' if score > agreed else 'less'}."


@dataclass(frozen=True)
class Try:
    """One exemplar, and what a reviewer made of it the last time."""

    exemplar: Exemplar
    last: Calibration | None

    @property
    def distance(self) -> Distance | None:
        return Distance.of(self.last.scores, self.last.agreed) if self.last else None

    def is_due(self, now: datetime) -> bool:
        return self.last is None or self.last.made_at < now - AGAIN_AFTER


def tries_of(reviewer: Learner, project: Project) -> list[Try]:
    rows = Calibration.objects.filter(reviewer=reviewer, content_id=project.content_id)
    last = {row.exemplar: row for row in rows.order_by("made_at")}
    return [Try(it, last.get(it.key)) for it in exemplars_of(project)]


@reviewer_required
@require_safe
def calibration(request: LearnerRequest, guide: str, slug: str) -> HttpResponse:
    contents = guide_or_404(guide)
    project = found_or_404(contents.projects, slug)
    tries, now = tries_of(request.user, project), timezone.now()
    context = {
        "project": project,
        "tries": tries,
        "left": sum(it.last is None for it in tries),
        "due": [it for it in tries if it.last and it.is_due(now)],
    }
    return render(request, "projects/calibration.html", context)


@dataclass(frozen=True)
class Asked:
    """A criterion as the form asks for it."""

    criterion: Criterion
    given: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Answer:
    """A criterion once it was scored."""

    criterion: Criterion
    score: int
    agreed: int
    reason: Html | str
    difference: str

    @property
    def names(self) -> dict[int, str]:
        return {grade.score: grade.name for grade in self.criterion.grades}

    @property
    def own_name(self) -> str:
        return self.names.get(self.score, "")

    @property
    def agreed_name(self) -> str:
        return self.names.get(self.agreed, "")


def asked(page: Project, data: QueryDict | None) -> list[Asked]:
    """The rubric as a form; with what was given and what is missing once it was sent."""
    found = []
    for criterion in page.rubric:
        name = f"score.{criterion.id}"
        by_text = {str(grade.score): grade.score for grade in criterion.grades}
        given = by_text.get(data.get(name, "")) if data is not None else None
        wrong = data is not None and given is None
        error = f"Choose a score for “{criterion.title}”." if wrong else ""
        found.append(Asked(criterion, given, error))
    return found


def answers(page: Project, exemplar: Exemplar, scores: Mapping[str, int]) -> list[Answer]:
    """Own scores beside the agreed ones; criteria that were added since are left out."""
    agreed = {it.criterion: it for it in exemplar.scores}
    return [
        Answer(it, scores[it.id], agreed[it.id].score, agreed[it.id].reason,
               difference(scores[it.id], agreed[it.id].score))
        for it in page.rubric if it.id in scores and it.id in agreed
    ]  # fmt: skip


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def calibrate(request: LearnerRequest, guide: str, slug: str, exemplar: str) -> HttpResponse:
    contents = guide_or_404(guide)
    project = found_or_404(contents.projects, slug)
    this = next(
        (it for it in tries_of(request.user, project) if it.exemplar.slug == exemplar), None
    )
    if this is None:
        raise Http404(exemplar)
    if request.method == "POST":
        return _try(request, contents, project, this)
    fresh = this.is_due(timezone.now()) or "again" in request.GET
    return _page(request, contents, project, this, asked(rendered(project), None) if fresh else [])


def _try(request: LearnerRequest, contents: Contents, project: Project, this: Try) -> HttpResponse:
    key = key_or_400(request)
    form = asked(rendered(project), request.POST)
    if any(it.error for it in form):
        return _page(request, contents, project, this, form, status=422)
    scores = {it.criterion.id: it.given for it in form if it.given is not None}
    keep_try(request.user, project, this.exemplar, scores, key=key)
    messages.success(request, "Your scores are kept. Here is what was agreed on.")
    return redirect("projects:calibrate", contents.guide.slug, project.slug, this.exemplar.slug)


def keep_try(
    reviewer: Learner, project: Project, exemplar: Exemplar, scores: Mapping[str, int], *, key: UUID
) -> None:
    """The key is the row's id: sent twice, it is one try."""
    row = Calibration(
        id=key,
        reviewer=reviewer,
        content_id=project.content_id,
        exemplar=exemplar.key,
        digest=exemplar.digest,
        scores=dict(scores),
        agreed={it.criterion: it.score for it in exemplar.scores},
    )
    Calibration.objects.bulk_create([row], ignore_conflicts=True)


def _page(
    request: LearnerRequest,
    contents: Contents,
    project: Project,
    this: Try,
    form: list[Asked],
    status: int = 200,
) -> HttpResponse:
    page, example = rendered(project), rendered(this.exemplar)
    others = [it for it in tries_of(request.user, project) if it.last is None]
    context = {
        "contents": contents,
        "project": project,
        "example": example,
        "last": this.last,
        "distance": this.distance,
        "form": form,
        "errors": [it for it in form if it.error],
        "answers": answers(page, example, this.last.scores) if this.last and not form else [],
        "next": next((it for it in others if it.exemplar is not this.exemplar), None),
        "key": uuid4(),
        "terms": terms_used(contents, this.exemplar, project),
        "sources": numbered_sources(contents, this.exemplar),
    }
    return render(request, "projects/calibrate.html", context, status=status)
