"""Writes that answering a check makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from skillguide.content.documents import content_id
from skillguide.content.library import Library
from skillguide.content.schema import Check, ChoiceCheck, Lesson
from skillguide.learners.models import Attempt, Learner, Progress

WAITING = "answers"
MOST_WAITING = 20

Given = Mapping[str, Any]
"""An answer: `{"options": [...]}` or `{"text": "..."}`."""


def was_right(check: Check, given: Given) -> bool | None:
    """None for an answer in one's own words: its learner is the judge."""
    if isinstance(check, ChoiceCheck) and "options" in given:
        return frozenset(given["options"]) == check.correct_ids
    return None


@transaction.atomic
def record_answer(learner: Learner, lesson: Lesson, check: Check, given: Given) -> None:
    """Keep the attempt for ever; the check is done once an answer was right, or given in words."""
    id = content_id(lesson.guide, "check", check.id)
    correct = was_right(check, given)
    Attempt.objects.create(
        learner=learner, content_id=id, digest=lesson.digest, answer=given, correct=correct
    )
    if correct is False:
        Progress.objects.answer(learner, id, given)
    else:
        Progress.objects.finish(learner, id, answer=given)
    Progress.objects.see(learner, lesson.content_id, f"check-{check.id}")


def keep_until_sign_in(session: SessionBase, lesson: Lesson, check: Check, given: Given) -> None:
    """A visitor's answer, or a learner's whose session had ended: signing in must not lose it."""
    waiting = session.get(WAITING, {}) | {f"{lesson.guide}/{check.id}": given}
    session[WAITING] = dict(list(waiting.items())[-MOST_WAITING:])


def record_waiting_answers(learner: Learner, session: SessionBase, published: Library) -> None:
    """Keep what was answered before signing in, in the order of answering."""
    for name, given in session.pop(WAITING, {}).items():
        guide, _, check_id = name.partition("/")
        contents = published.guides.get(guide)
        if contents and (found := contents.checks.get(check_id)):
            record_answer(learner, *found, given)
