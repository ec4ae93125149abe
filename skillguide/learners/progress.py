"""What the facts add up to. Computed here, from rows and content, and nowhere else.

A lesson counts when its learner marks it done, or has done a lesson whose place it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from skillguide.content.documents import content_id
from skillguide.content.library import Contents
from skillguide.content.schema import Lesson, Level, Module
from skillguide.learners.models import Progress

State = Literal["new", "begun", "done"]


@dataclass(frozen=True)
class LessonState:
    """How far the learner is with one lesson."""

    state: State = "new"
    done_at: datetime | None = None
    seen_at: datetime | None = None
    anchor: str = ""
    replaced: bool = False
    """Done through lessons whose place this one took."""


NEW = LessonState()


@dataclass(frozen=True)
class Summary:
    """How far the learner is with several lessons together."""

    done: int
    total: int
    minutes_left: int
    begun: bool

    @property
    def percent(self) -> int:
        """Rounded down: 100 only when all is done."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def state(self) -> State:
        if self.done == self.total:
            return "done"
        return "begun" if self.begun or self.done else "new"


@dataclass(frozen=True)
class Resume:
    """Where the learner goes on reading."""

    lesson: Lesson
    anchor: str
    started: bool
    """False before the very first lesson was opened."""


def replaced_by(lesson: Lesson) -> list[str]:
    """The content ids of the lessons whose place it took."""
    return [content_id(lesson.guide, lesson.kind, old) for old in lesson.replaces]


class PathProgress:
    """One learner's progress through one guide."""

    def __init__(self, contents: Contents, rows: Mapping[str, Progress]) -> None:
        self.contents = contents
        self._rows = rows

    @cached_property
    def _states(self) -> dict[str, LessonState]:
        return {lesson.key: self._state(lesson) for lesson in self.contents.lessons.values()}

    def _state(self, lesson: Lesson) -> LessonState:
        row = self._rows.get(lesson.content_id)
        still_open = row is None or row.done_at is None
        if still_open and (done := self._done_before(lesson)):
            return LessonState("done", max(done), row.seen_at if row else None, replaced=True)
        if row is None:
            return NEW
        state: State = "done" if row.done_at else "begun"
        return LessonState(state, row.done_at, row.seen_at, row.anchor)

    def _done_before(self, lesson: Lesson) -> list[datetime]:
        """When lessons that this one replaces were done. One is enough: nobody's mark is lost."""
        if lesson.content_id in self._rows and self._rows[lesson.content_id].first_done_at:
            return []  # it was marked done itself, and taken back
        olds = replaced_by(lesson)
        return [row.done_at for old in olds if (row := self._rows.get(old)) and row.done_at]

    def lesson(self, key: str) -> LessonState:
        return self._states.get(key, NEW)

    def check(self, check_id: str) -> Progress | None:
        """The row about one check of the guide."""
        return self._rows.get(content_id(self.contents.guide.slug, "check", check_id))

    def module(self, module: Module) -> Summary:
        return self._sum(module.lessons)

    def level(self, level: Level) -> Summary:
        return self._sum(key for module in level.modules for key in module.lessons)

    @cached_property
    def guide(self) -> Summary:
        return self._sum(self._states)

    def _sum(self, keys: Iterable[str]) -> Summary:
        pairs = [(self.contents.lesson(key), self.lesson(key).state) for key in keys]
        return Summary(
            done=sum(state == "done" for _, state in pairs),
            total=len(pairs),
            minutes_left=sum(lesson.minutes for lesson, state in pairs if state != "done"),
            begun=any(state == "begun" for _, state in pairs),
        )

    @cached_property
    def resume(self) -> Resume | None:
        """The lesson begun last; else the first one open after the last one done; else any."""
        lessons = list(self.contents.lessons.values())
        still_open = [lesson for lesson in lessons if self.lesson(lesson.key).state != "done"]
        if not still_open:
            return None
        seen = {lesson.key: at for lesson in lessons if (at := self.lesson(lesson.key).seen_at)}
        if not seen:
            return Resume(still_open[0], "", started=False)
        latest = self.contents.lesson(max(seen, key=lambda key: seen[key]))
        after = lessons[lessons.index(latest) :]
        lesson = next((it for it in after if it in still_open), still_open[0])
        return Resume(lesson, self.lesson(lesson.key).anchor, started=True)
