"""Interview questions: read one, think, then reveal how to answer it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.pages import numbered_sources, terms_used
from skillguide.editions.shelf import rendered, rendered_all
from skillguide.learners.doors import Request, public


@public
@require_safe
def questions(request: Request, guide: str) -> HttpResponse:
    """All questions, or those of one level or kind. An unknown filter shows all."""
    contents = guide_or_404(guide)
    levels = {level.id: level.title for level in contents.guide.levels}
    types = list(dict.fromkeys(question.type for question in contents.questions.values()))
    level, type = request.GET.get("level", ""), request.GET.get("type", "")
    chosen = {"level": level if level in levels else "", "type": type if type in types else ""}
    found = [
        {"question": page, "level": its_level}
        for page in rendered_all(contents.questions.values())
        if (its_level := contents.levels[f"question/{page.key}"]).id
        == (chosen["level"] or its_level.id)
        and page.type == (chosen["type"] or page.type)
    ]
    context = {
        "contents": contents,
        "questions": found,
        "levels": contents.guide.levels,
        "types": types,
        "chosen": chosen,
    }
    return render(request, "interviews/questions.html", context)


@public
@require_safe
def question(request: Request, guide: str, slug: str) -> HttpResponse:
    contents = guide_or_404(guide)
    question = found_or_404(contents.questions, slug)
    all_questions = list(contents.questions.values())
    number = all_questions.index(question)
    context = {
        "contents": contents,
        "question": question,
        "page": rendered(question),
        "level": contents.levels[f"question/{question.key}"],
        "lessons": [contents.lesson(key) for key in question.lessons],
        "previous": all_questions[number - 1] if number else None,
        "next": all_questions[number + 1] if number + 1 < len(all_questions) else None,
        "terms": terms_used(contents, question),
        "sources": numbered_sources(contents, question),
    }
    return render(request, "interviews/question.html", context)
