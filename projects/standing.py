"""Where a learner stands with a project: the newest round, what to call it, what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from projects.documents import published
from projects.models import Round
from projects.news import page_of, title_of
from projects.states import State
from skillguide.content.schema import Project
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner

HEAVY = ("work", "checklist", "self_scores", "wish", "appeal")
"""What lists of rounds have no use for."""
FRESH = timedelta(days=7)
"""For so long an acceptance is news."""


@dataclass(frozen=True)
class Standing:
    """The newest round of a learner's work on one project."""

    round: Round

    @property
    def title(self) -> str:
        return title_of(self.round)

    @property
    def url(self) -> str:
        return page_of(self.round)

    @property
    def project(self) -> Project | None:
        """None when it is no longer published."""
        return published(self.round.content_id)

    @property
    def words(self) -> str:
        return words_of(self.round)

    @property
    def invitation(self) -> str:
        """What a link to it says."""
        match State(self.round.state):
            case State.DRAFT if self.round.number == 1:
                return "Go on with the project"
            case State.DRAFT:
                return f"Go on with round {self.round.number}"
            case State.PARKED:
                return "Open it again"
            case State.CHANGES | State.UNASSESSABLE:
                return "Read the review and go on"
            case State.ACCEPTED:
                return "See the review"
            case _:
                return "See your submission"


def words_of(round: Round) -> str:
    """Its state, as its learner is told."""
    if round.state == State.CHECKING:
        return State.CLAIMED.label
    if round.state == State.WAITING and round.appealed_at:
        return "appealed: waiting for another reviewer"
    return State(round.state).label


def standings(learner: Learner, **only: Any) -> list[Standing]:
    """One for each project that was begun, newest first; one query."""
    rows = Round.objects.of(learner).filter(**only).order_by("submission_id", "-number")
    newest = rows.distinct("submission_id").defer(*HEAVY)
    return [Standing(it) for it in sorted(newest, key=lambda it: it.touched_at, reverse=True)]


def standing_with(learner: Learner, project: Project) -> Standing | None:
    """Also when the project took the place of the one that was begun."""
    before = library().replaced.get(project.content_id, ())
    found = standings(learner, content_id__in=[project.content_id, *before])
    return found[0] if found else None


def by_project(learner: Learner, guide: str) -> dict[str, Standing]:
    """By the project's content id, as it is published now."""
    found = reversed(standings(learner, content_id__startswith=f"{guide}/"))
    return {(it.project.content_id if it.project else it.round.content_id): it for it in found}


def next_steps(learner: Learner, now: datetime | None = None) -> list[dict[str, Any]]:
    """For the learner's home: what a reviewer has said, and what is being written."""
    fresh = (now or timezone.now()) - FRESH
    ranked = sorted(
        ((_rank(it.round, fresh), it) for it in standings(learner)), key=lambda it: it[0]
    )
    return [_card(it) for rank, it in ranked if rank < NO_STEP]


NO_STEP = 3


def _rank(round: Round, fresh: datetime) -> int:
    match State(round.state):
        case State.CHANGES | State.UNASSESSABLE:
            return 0
        case State.ACCEPTED if round.decided_at and round.decided_at >= fresh:
            return 1
        case State.DRAFT:
            return 2
        case _:
            return NO_STEP


KICKERS = {
    State.CHANGES: "Changes are requested",
    State.UNASSESSABLE: "It could not be assessed",
    State.ACCEPTED: "Your work was accepted",
    State.DRAFT: "Go on with your project",
}


def _card(standing: Standing) -> dict[str, Any]:
    return {
        "title": standing.title,
        "url": standing.url,
        "kicker": KICKERS.get(State(standing.round.state), ""),
    }
