"""The path and everything that is read along it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from curriculum.actions import keep_until_sign_in, record_answer, record_waiting_answers
from curriculum.forms import answer_form
from curriculum.pages import CheckState, overview, parts, refused
from skillguide.content.library import Contents
from skillguide.content.schema import Lesson
from skillguide.content.stored import headings
from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.pages import NumberedSource, numbered_sources, terms_used
from skillguide.editions.shelf import library, rendered, rendered_all
from skillguide.editions.templatetags.guide import address, citation
from skillguide.learners.doors import LearnerRequest, Request, learner_required, public
from skillguide.learners.models import Progress
from skillguide.learners.progress import PathProgress, replaced_by

LONGEST_ANCHOR = 120


def progress_in(contents: Contents, request: Request) -> PathProgress:
    rows = Progress.objects.of(request.user).on(contents.guide.slug)
    return PathProgress(contents, rows.by_content_id())


@public
@require_safe
def guides(request: Request) -> HttpResponse:
    return render(request, "curriculum/guides.html", {"guides": library().guides.values()})


@public
@require_safe
def path(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    progress = progress_in(contents, request)
    resume = progress.resume
    context = {
        "contents": contents,
        "page": rendered(contents.guide),
        "progress": progress,
        "levels": overview(contents, progress),
        "resume": resume
        and {
            "title": resume.lesson.title,
            "url": address(resume.lesson) + (f"#{resume.anchor}" if resume.anchor else ""),
            "started": resume.started,
        },
        "hours": contents.hours,
        "terms": terms_used(contents, contents.guide),
        "sources": numbered_sources(contents, contents.guide),
    }
    return render(request, "curriculum/path.html", context)


@public
@require_safe
def lesson(request: Request, guide: str, slug: str) -> HttpResponse:
    contents = guide_or_404(guide)
    lesson = found_or_404(contents.lessons, slug)
    if request.user.is_authenticated:
        record_waiting_answers(request.user, request.session, library())
    progress = progress_in(contents, request)
    return render(request, "curriculum/lesson.html", lesson_context(contents, lesson, progress))


def lesson_context(
    contents: Contents,
    lesson: Lesson,
    progress: PathProgress,
    answers: Mapping[str, CheckState] = MappingProxyType({}),
) -> dict[str, Any]:
    """What the lesson's page shows; `answers` are those just given, not kept."""
    page = rendered(lesson)
    stop = contents.stops[lesson.key]
    sources = numbered_sources(contents, lesson)
    return {
        "contents": contents,
        "lesson": lesson,
        "page": page,
        "stop": stop,
        "parts": list(parts(page, progress, answers)),
        "headings": headings(page.body),
        "terms": terms_used(contents, lesson),
        "sources": sources,
        "readings": _readings(page, sources),
        "requires": [contents.lesson(key) for key in lesson.requires],
        "outline": [
            {"lesson": contents.lesson(key), "state": progress.lesson(key)}
            for key in stop.module.lessons
        ],
        "state": progress.lesson(lesson.key),
        "projects": [it for it in contents.projects.values() if lesson.key in it.requires],
        "questions": [it for it in contents.questions.values() if lesson.key in it.lessons],
    }


def _readings(page: Lesson, sources: list[NumberedSource]) -> list[dict[str, Any]]:
    by_key = {numbered.source.key: numbered for numbered in sources}
    return [
        {"reading": reading, "source": numbered.source, "number": numbered.number}
        for reading in page.readings
        if (numbered := by_key.get(reading.source))
    ]


@require_POST
@learner_required
def lesson_done(request: LearnerRequest, guide: str, slug: str) -> HttpResponse:
    """Mark done and go on; or take it back."""
    contents = guide_or_404(guide)
    lesson = found_or_404(contents.lessons, slug)
    if request.POST.get("done") == "0":
        Progress.objects.reopen(request.user, lesson.content_id, *replaced_by(lesson))
        messages.info(request, f"“{lesson.title}” is open again.")
        return redirect(address(lesson))
    Progress.objects.finish(request.user, lesson.content_id)
    messages.success(request, f"“{lesson.title}” is done.")
    following = contents.stops[lesson.key].next
    return redirect(address(following or contents.guide))


@require_POST
@learner_required
def lesson_place(request: LearnerRequest, guide: str, slug: str) -> HttpResponse:
    """Remember where the learner is reading."""
    lesson = found_or_404(guide_or_404(guide).lessons, slug)
    anchor = request.POST.get("anchor", "")
    known = {heading.id[:LONGEST_ANCHOR] for heading in headings(rendered(lesson).body)}
    if anchor and anchor[:LONGEST_ANCHOR] not in known:
        raise Http404(anchor)
    anchor = anchor if len(anchor) <= LONGEST_ANCHOR else ""
    Progress.objects.see(request.user, lesson.content_id, anchor)
    return HttpResponse(status=204)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, guide: str, slug: str, check_id: str) -> HttpResponse:
    """Explain an answer and keep it; a visitor's until they have signed in."""
    contents = guide_or_404(guide)
    lesson = found_or_404(contents.lessons, slug)
    asked = found_or_404({it.id: it for it in rendered(lesson).checks}, check_id)
    here = f"{address(lesson)}#check-{asked.id}"
    if request.method != "POST":  # one comes back here by signing in after an answer
        return redirect(here)
    form = answer_form(asked, request.POST)
    if form.is_valid() and request.user.is_authenticated:
        record_answer(request.user, lesson, asked, form.given)
        if not request.htmx:
            return redirect(here)
    elif form.is_valid():
        keep_until_sign_in(request.session, lesson, asked, form.given)
    state = CheckState.of(asked, form.given) if form.is_valid() else refused(form)
    if request.htmx:
        context = {"contents": contents, "lesson": lesson, "check": asked, "state": state}
        return render(request, "curriculum/_check.html", context)
    progress = progress_in(contents, request)
    context = lesson_context(contents, lesson, progress, {asked.id: state})
    return render(request, "curriculum/lesson.html", context)


@public
@require_safe
def tools(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    tools = rendered_all(contents.tools.values())
    titles = {"software": "Software", "mental model": "Mental models and methods"}
    groups = [
        {"title": title, "tools": [tool for tool in tools if tool.type == kind]}
        for kind, title in titles.items()
    ]
    context = {
        "contents": contents,
        "groups": [group for group in groups if group["tools"]],
        "terms": terms_used(contents, *contents.tools.values()),
    }
    return render(request, "curriculum/tools.html", context)


@public
@require_safe
def careers(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    careers = [
        {
            "career": career,
            "lessons": [contents.lesson(key) for key in career.lessons],
            "projects": [contents.project(key) for key in career.projects],
        }
        for career in rendered_all(contents.careers.values())
    ]
    terms = terms_used(contents, *contents.careers.values())
    context = {"contents": contents, "careers": careers, "terms": terms}
    return render(request, "curriculum/careers.html", context)


@public
@require_safe
def glossary(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    letters: dict[str, list[dict[str, Any]]] = {}
    for term in rendered_all(contents.terms.values()):
        entry = {
            "term": term,
            "used_in": contents.used_in.get(f"term/{term.key}", ()),
            "see": [contents.terms[key] for key in term.see],
            "sources": [contents.sources[key] for key in term.sources],
        }
        letters.setdefault(term.name[0].upper(), []).append(entry)
    return render(request, "curriculum/glossary.html", {"contents": contents, "letters": letters})


@public
@require_safe
def sources(request: Request, guide: str) -> HttpResponse:
    contents = guide_or_404(guide)
    sources = [
        {
            "source": source,
            "citation_html": citation(source),
            "used_in": contents.used_in.get(f"source/{source.key}", ()),
        }
        for source in contents.sources.values()
    ]
    context = {"contents": contents, "sources": sources}
    return render(request, "curriculum/sources.html", context)
