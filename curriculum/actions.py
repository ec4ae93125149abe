"""Writes over several tables, one transaction each."""

from __future__ import annotations

from django.db import transaction

from curriculum.forms import ChoiceForm, OpenForm
from skillguide.content.documents import content_id
from skillguide.content.schema import Check, Lesson
from skillguide.learners.models import Attempt, Learner, Progress


@transaction.atomic
def record_answer(
    learner: Learner, lesson: Lesson, check: Check, form: ChoiceForm | OpenForm
) -> None:
    """Keep the attempt for ever; the check is done once an answer was right, or given in words."""
    id = content_id(lesson.guide, "check", check.id)
    Attempt.objects.create(
        learner=learner,
        content_id=id,
        digest=lesson.digest,
        answer=form.given,
        correct=form.correct,
    )
    if form.correct is False:
        Progress.objects.answer(learner, id, form.given)
    else:
        Progress.objects.finish(learner, id, answer=form.given)
    Progress.objects.see(learner, lesson.content_id, f"check-{check.id}")
