"""The desk's filters: read from the address, and turned into conditions on rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict

from projects.models import Review
from skillguide.content.library import Library
from skillguide.content.schema import Project
from skillguide.learners.models import Learner

ROUNDS = {"1": "First", "2": "Second", "3": "Third or later"}
MOST_REMEMBERED = 500
"""Of a reviewer's reviews, the newest: what is theirs is found without reading all of them."""
DAYS = {"3": "3 days", "7": "a week", "14": "two weeks"}


@dataclass(frozen=True)
class Narrowing:
    """What stands in the address; empty where nothing was chosen. Nonsense counts as nothing."""

    guide: str = ""
    project: str = ""
    level: str = ""
    round: str = ""
    since: str = ""
    mine: str = ""

    @classmethod
    def of(cls, data: QueryDict | Mapping[str, str], published: Library) -> Narrowing:
        choices = choices_in(published)
        given = {it.name: data.get(it.name, "") for it in fields(cls)}
        return cls(**{name: value for name, value in given.items() if value in choices[name]})

    @property
    def chosen(self) -> dict[str, str]:
        return {it.name: value for it in fields(self) if (value := getattr(self, it.name))}

    @property
    def query(self) -> str:
        data = QueryDict(mutable=True)
        data.update(self.chosen)
        return data.urlencode()

    def conditions(self, reviewer: Learner, published: Library, now: datetime) -> dict[str, Any]:
        """For `filter(**…)` on rounds."""
        found: dict[str, Any] = {}
        if self.guide or self.project or self.level:
            found["content_id__in"] = sorted(self._projects(published))
        if self.round:
            found["number__gte" if self.round == "3" else "number"] = int(self.round)
        if self.since:
            found["queued_at__lte"] = now - timedelta(days=int(self.since))
        if self.mine:
            reviewed = Review.objects.filter(reviewer=reviewer).order_by("-sent_at")
            found["submission__in"] = reviewed.values("round__submission")[:MOST_REMEMBERED]
        return found

    def _projects(self, published: Library) -> Iterable[str]:
        return (
            it.content_id
            for it in projects_of(published)
            if self.guide in ("", it.guide)
            and self.project in ("", it.content_id)
            and self.level in ("", level_of(it, published))
        )


def projects_of(published: Library) -> list[Project]:
    """In the order of the guides' paths."""
    return [it for contents in published.guides.values() for it in contents.projects.values()]


def level_of(project: Project, published: Library) -> str:
    return published.guides[project.guide].levels[f"project/{project.key}"].id


def choices_in(published: Library) -> dict[str, dict[str, str]]:
    """What can be chosen for each filter: value → words."""
    guides = published.guides
    levels = {it.id: it.title for contents in guides.values() for it in contents.guide.levels}
    return {
        "guide": {slug: contents.guide.title for slug, contents in guides.items()},
        "project": {it.content_id: it.title for it in projects_of(published)},
        "level": levels,
        "round": ROUNDS,
        "since": DAYS,
        "mine": {"1": "Only work that I have reviewed before"},
    }
