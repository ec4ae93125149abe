"""Practice projects: everything about the work before it is begun, and where it stands since."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.brief import asked_by, effort_in_words
from projects.standing import by_project, standing_with, standings
from projects.statistics import effort_of, reviews_take
from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.pages import numbered_sources, terms_used
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import LearnerRequest, Request, learner_required, public
from skillguide.learners.models import Learner


@public
@require_safe
def projects(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    levels = [
        {"level": level, "projects": [contents.project(key) for key in level.projects]}
        for level in contents.guide.levels
        if level.projects
    ]
    begun = by_project(request.user, guide) if isinstance(request.user, Learner) else {}
    context = {"contents": contents, "levels": levels, "begun": begun}
    return render(request, "projects/projects.html", context)


@public
@require_safe
def project(request: Request, guide: str, slug: str) -> HttpResponse:
    contents = guide_or_404(guide)
    project = found_or_404(contents.projects, slug)
    page = rendered(project)
    user = request.user
    effort = effort_of(project.content_id)
    context = {
        "contents": contents,
        "project": project,
        "page": page,
        "level": contents.levels[f"project/{project.key}"],
        "requires": [contents.lesson(key) for key in project.requires],
        "asked": asked_by(page),
        "standing": standing_with(user, project) if isinstance(user, Learner) else None,
        "effort": effort_in_words(effort) if effort else "",
        "reviews_take": reviews_take(project.content_id),
        "terms": terms_used(contents, project),
        "sources": numbered_sources(contents, project),
    }
    return render(request, "projects/project.html", context)


@require_safe
@learner_required
def submissions(request: LearnerRequest) -> HttpResponse:
    """All of a learner's work, wherever it stands."""
    context = {"standings": standings(request.user)}
    return render(request, "projects/submissions.html", context)
