"""Which part of the desk an admin looks at: projects and period, as the address says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from skillguide.content.library import Library

PERIODS = (7, 28, 90, 365)
USUAL = 28


@dataclass(frozen=True)
class Scope:
    project: str
    """A content id, a guide's name, or nothing for every project."""
    days: int
    now: datetime

    @classmethod
    def read(cls, data: QueryDict, published: Library, now: datetime) -> Scope:
        """What the address asks for; what it cannot ask for is passed over."""
        known = {value for _, options in choices(published) for value, _ in options}
        project, days = data.get("project", ""), data.get("days", "")
        period = next((it for it in PERIODS if str(it) == days), USUAL)
        return cls(project if project in known else "", period, now)

    @property
    def since(self) -> datetime:
        return self.now - timedelta(days=self.days)

    @property
    def address(self) -> str:
        return urlencode({"project": self.project, "days": self.days})

    def of(self, field: str = "content_id") -> Q:
        """The condition on a row that names its project in `field`."""
        if not self.project:
            return Q()
        if "/" in self.project:
            return Q(**{field: self.project})
        return Q(**{f"{field}__startswith": f"{self.project}/"})


def choices(published: Library) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the form: each guide with its projects, in the order of the path."""
    return [
        (
            contents.guide.title,
            [
                (slug, f"All of {contents.guide.title}"),
                *((it.content_id, it.title) for it in contents.projects.values()),
            ],
        )
        for slug, contents in published.guides.items()
    ]
