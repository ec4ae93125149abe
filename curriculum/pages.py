"""What the pages are made of: plain structures for templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from curriculum.actions import was_right
from curriculum.forms import ChoiceForm, OpenForm
from skillguide.content.documents import Html
from skillguide.content.library import Contents
from skillguide.content.schema import Check, ChoiceCheck, Lesson, Level, Project, Question
from skillguide.editions.shelf import rendered
from skillguide.learners.progress import PathProgress, Summary

CHECK_MARK = re.compile(r"<!-- check ([a-z0-9-]+) -->")


@dataclass(frozen=True)
class CheckState:
    """What a learner answered, and whether it was right."""

    answered: bool = False
    correct: bool | None = None
    chosen: frozenset[str] = frozenset()
    text: str = ""
    error: str = ""

    @classmethod
    def of(cls, check: Check, given: Mapping[str, Any] | None) -> CheckState:
        """Unanswered, too, if the check had options then and wants words now, or the reverse."""
        wanted = "options" if isinstance(check, ChoiceCheck) else "text"
        if not given or wanted not in given:
            return UNANSWERED
        chosen = frozenset(given.get("options", ()))
        return cls(True, was_right(check, given), chosen, given.get("text", ""))


UNANSWERED = CheckState()


def refused(form: ChoiceForm | OpenForm) -> CheckState:
    """What was typed, back in its place, with what is wrong with it."""
    error = " ".join(str(message) for messages in form.errors.values() for message in messages)
    return CheckState(text=form.data.get("answer", ""), error=error)


@dataclass(frozen=True)
class Part:
    """A stretch of a lesson's text, or a check that stands in it."""

    html: Html | None = None
    check: Check | None = None
    state: CheckState = UNANSWERED


@dataclass(frozen=True)
class LevelOverview:
    level: Level
    summary: Summary
    modules: list[dict[str, Any]]
    projects: list[Project]
    questions: list[Question]


def parts(
    page: Lesson, progress: PathProgress, answers: Mapping[str, CheckState]
) -> Iterator[Part]:
    """The lesson's text with its checks where they belong, those not placed at the end."""
    checks = {check.id: check for check in page.checks}

    def part(check_id: str) -> Part:
        check = checks.pop(check_id)
        row = progress.check(check_id)
        state = answers.get(check_id) or CheckState.of(check, row.answer if row else None)
        return Part(check=check, state=state)

    for position, text in enumerate(CHECK_MARK.split(page.body)):
        if position % 2:
            yield part(text)
        elif text.strip():
            yield Part(html=Html(text))
    for check_id in list(checks):
        yield part(check_id)


def overview(contents: Contents, progress: PathProgress) -> list[LevelOverview]:
    """The whole path: levels, their modules with lessons, and what stands at each level's end."""
    guide = rendered(contents.guide)
    return [
        LevelOverview(
            level=level,
            summary=progress.level(level),
            modules=[
                {
                    "module": module,
                    "summary": progress.module(module),
                    "lessons": [
                        {"lesson": contents.lesson(key), "state": progress.lesson(key)}
                        for key in module.lessons
                    ],
                }
                for module in level.modules
            ],
            projects=[contents.project(key) for key in level.projects],
            questions=[contents.question(key) for key in level.questions],
        )
        for level in guide.levels
    ]
