"""Practice projects: everything about the work, before it is begun."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.pages import numbered_sources, terms_used
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import Request, public


@public
@require_safe
def projects(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    levels = [
        {"level": level, "projects": [contents.project(key) for key in level.projects]}
        for level in contents.guide.levels
        if level.projects
    ]
    context = {"contents": contents, "levels": levels}
    return render(request, "projects/projects.html", context)


@public
@require_safe
def project(request: Request, guide: str, slug: str) -> HttpResponse:
    contents = guide_or_404(guide)
    project = found_or_404(contents.projects, slug)
    context = {
        "contents": contents,
        "project": project,
        "page": rendered(project),
        "level": contents.levels[f"project/{project.key}"],
        "requires": [contents.lesson(key) for key in project.requires],
        "terms": terms_used(contents, project),
        "sources": numbered_sources(contents, project),
    }
    return render(request, "projects/project.html", context)
