"""The pages that compose the features: front page, a learner's home, search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.standing import next_steps
from skillguide.content.documents import Document
from skillguide.content.library import Library
from skillguide.content.schema import Lesson
from skillguide.editions import search as full_text
from skillguide.editions.shelf import library, rendered
from skillguide.editions.templatetags.guide import address
from skillguide.learners.doors import Request, public
from skillguide.learners.models import Learner, Progress
from skillguide.learners.progress import PathProgress, Resume

NEXT_STEPS = 3
RECENT = 6
WEEKS_SHOWN = 12


@public
@require_safe
def front(request: Request) -> HttpResponse:
    """What the site is, for visitors; what to do next, for learners."""
    if not library().guides:
        return render(request, "nothing_published.html")
    if isinstance(request.user, Learner):
        return render(request, "home.html", home_context(request.user, library()))
    guides = [
        {"contents": contents, "page": rendered(contents.guide)}
        for contents in library().guides.values()
    ]
    return render(request, "front.html", {"guides": guides})


def home_context(learner: Learner, published: Library) -> dict[str, Any]:
    rows = Progress.objects.of(learner).by_content_id()
    begun = {content_id.partition("/")[0] for content_id in rows}
    paths = [PathProgress(contents, rows) for contents in published.guides.values()]
    paths.sort(key=lambda path: path.contents.guide.slug not in begun)
    lessons = [card for path in paths for card in _next_steps(path)]
    return {
        "cards": [*next_steps(learner)[:1], *lessons][:NEXT_STEPS],
        "guides": [_guide(path) for path in paths],
        "recent": _recent(rows.values(), published),
        "days": _study_days(rows.values()),
    }


def _next_steps(path: PathProgress) -> list[dict[str, Any]]:
    """The lesson to go on with, and the two open ones after it."""
    if not (resume := path.resume):
        return []
    lessons = list(path.contents.lessons.values())
    after = lessons[lessons.index(resume.lesson) + 1 :]
    following = [it for it in after if path.lesson(it.key).state != "done"]
    first = _card(resume.lesson, "Continue" if resume.started else "Start here")
    first["url"] = _place(resume)
    return [first, *(_card(it, "Then") for it in following[: NEXT_STEPS - 1])]


def _place(resume: Resume) -> str:
    return address(resume.lesson) + (f"#{resume.anchor}" if resume.anchor else "")


def _card(lesson: Lesson, kicker: str) -> dict[str, Any]:
    return {
        "title": lesson.title,
        "url": address(lesson),
        "kicker": kicker,
        "minutes": lesson.minutes,
    }


def _guide(path: PathProgress) -> dict[str, Any]:
    resume = path.resume
    return {
        "contents": path.contents,
        "summary": path.guide,
        "levels": [
            {"level": level, "summary": path.level(level)} for level in path.contents.guide.levels
        ],
        "continue_url": _place(resume) if resume else "",
    }


def _recent(rows: Iterable[Progress], published: Library) -> list[dict[str, Any]]:
    """The lessons done last. What is no longer published is not linked to."""
    done = sorted(
        (
            (row.done_at, row.content_id)
            for row in rows
            if row.done_at and "/lesson/" in row.content_id
        ),
        reverse=True,
    )
    found = [(at, it) for at, id in done if isinstance(it := published.documents.get(id), Lesson)]
    return [
        {"title": it.title, "url": address(it), "done_at": at, "kind": it.kind}
        for at, it in found[:RECENT]
    ]


def _study_days(rows: Iterable[Progress]) -> list[dict[str, Any]]:
    """How many lessons and checks were first done on each day, from a Monday until today."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS_SHOWN - 1)
    counts: Counter[date] = Counter(
        timezone.localdate(row.first_done_at) for row in rows if row.first_done_at
    )
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [{"date": day, "count": counts[day]} for day in days]


@public
@require_safe
def search(request: Request) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[: full_text.LONGEST_QUERY]
    found = full_text.search(query) if query else []
    published = library()
    results = [
        {
            "title": title_of(it.document),
            "url": address(it.document),
            "place": place_of(it.document, published),
            "snippet": it.snippet,
            "kind": it.document.kind,
        }
        for it in found
    ]
    context = {
        "query": query,
        "results": results,
        "total": len(results),
        "more": len(found) == full_text.MOST,
        "suggestion": full_text.did_you_mean(query) if query and not results else "",
    }
    return render(request, "search.html", context)


def title_of(document: Document) -> str:
    return str(getattr(document, "title", None) or getattr(document, "name", document.key))


def place_of(document: Document, published: Library) -> str:
    """The guide, and where on its path the document stands."""
    contents = published.guides[document.guide]
    steps = [contents.guide.title] if document.kind != "guide" else []
    if level := contents.levels.get(f"{document.kind}/{document.key}"):
        steps.append(level.title)
    if document.kind == "lesson":
        steps.append(contents.stops[document.key].module.title)
    return " › ".join(steps)
