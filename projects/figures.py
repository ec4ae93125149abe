"""The numbers of the review desk: load, waits, what reviewers do, and whether they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from projects.agreement import weighted_kappa
from projects.calibrating import Distance
from projects.documents import published
from projects.models import Calibration, Event, Review, Round, SecondReading
from projects.scope import Scope
from projects.states import DECIDED, State
from projects.waiting import percentile
from skillguide.learners.models import Learner

LOADED = (State.WAITING, State.CLAIMED, State.CHECKING, State.SENDING, State.DRAFT, State.PARKED)


def title_of(content_id: str) -> str:
    """A project's title today; its id when it is no longer published."""
    project = published(content_id)
    return project.title if project else content_id.rpartition("/")[2]


def span(hours: float | None) -> str:
    """
    >>> span(0.4), span(5.25), span(80), span(None)
    ('24 minutes', '5 hours', '3.3 days', '–')
    """
    if hours is None:
        return "–"
    number, unit = round(hours), "hour"
    if hours < 1:
        number, unit = round(hours * 60), "minute"
    elif hours >= 48:
        return f"{hours / 24:.1f} days"
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


# ── Load ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Load:
    """How many rounds of one project are in each state that is not yet decided."""

    title: str
    counts: list[int]
    """In the order of `LOADED`."""
    reminded: int


def load(scope: Scope) -> list[Load]:
    """One row a project, and their sum at the end."""
    rows = Round.objects.exclude(state__in=sorted(DECIDED)).filter(scope.of())
    counted = rows.values_list("content_id", "state").annotate(
        rounds=Count("pk"), reminded=Count("pk", filter=Q(nudges__gt=0))
    )
    by_project: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for content_id, state, rounds, reminded in counted.order_by():
        by_project[content_id][state] = (rounds, reminded)
    found = [_load(title_of(id), states) for id, states in by_project.items()]
    found.sort(key=lambda it: it.title.casefold())
    return [*found, _sum(found)] if found else []


def _load(title: str, states: dict[str, tuple[int, int]]) -> Load:
    counts = [states.get(state, (0, 0))[0] for state in LOADED]
    return Load(title, counts, sum(reminded for _, reminded in states.values()))


def _sum(rows: list[Load]) -> Load:
    sums = [sum(column) for column in zip(*(it.counts for it in rows), strict=True)]
    return Load("All", sums, sum(it.reminded for it in rows))


# ── Waits ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Waits:
    """From coming into the queue to the decision that the learner got, in hours."""

    decided: int
    median: float | None
    ninetieth: float | None
    oldest: datetime | None
    """When the oldest that is still in the queue came into it."""
    queued: int

    @property
    def in_words(self) -> dict[str, str]:
        return {"median": span(self.median), "ninetieth": span(self.ninetieth)}


def waits(scope: Scope) -> Waits:
    released = Event.objects.filter(action="release", at__gte=scope.since).values("round")
    rows = Round.objects.decided().filter(scope.of(), pk__in=released)
    found = rows.values_list("queued_at", "decided_at")
    hours = [_hours(queued, decided) for queued, decided in found if queued and decided]
    queue = Round.objects.filter(scope.of(), state__in=[State.WAITING, State.CLAIMED]).aggregate(
        oldest=Min("queued_at"), rounds=Count("pk")
    )
    median, ninetieth = percentile(hours, 50), percentile(hours, 90)
    return Waits(len(hours), median, ninetieth, queue["oldest"], queue["rounds"])


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


# ── Reviewers ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Activity:
    """What one reviewer does."""

    reviewer: Learner
    sent: int
    hours: float | None
    """From claim to decision, in the middle."""
    held: int
    active_at: datetime | None
    """When they last did something on the desk in the period."""
    tried: int
    """Exemplars scored, and how near to the agreed scores."""
    distance: Distance | None

    @property
    def took(self) -> str:
        return span(self.hours)


def activity(scope: Scope) -> list[Activity]:
    """Everybody who may review or did so in the period; the most active first."""
    took, sent = _review_times(scope), _sent(scope)
    held = _by(Round.objects.filter(scope.of(), state=State.CLAIMED), "reviewer", Count("pk"))
    acts = Event.objects.filter(scope.of("round__content_id"), at__gte=scope.since)
    acts = acts.exclude(actor=F("learner"))
    active = _by(acts, "actor", Max("at"))
    tries = _latest_tries(scope)
    found = [
        Activity(it, sent.get(it.pk, 0), percentile(took.get(it.pk, []), 50), held.get(it.pk, 0),
                 active.get(it.pk), len(tries.get(it.pk, [])), _together(tries.get(it.pk, [])))
        for it in _reviewers({*sent, *held, *active})
    ]  # fmt: skip
    return sorted(found, key=lambda it: (-it.sent, str(it.reviewer).casefold()))


def _reviewers(also: set[int | None]) -> QuerySet[Learner]:
    ids = [id for id in also if id is not None]
    return Learner.objects.filter(Q(is_reviewer=True, is_active=True) | Q(pk__in=ids))


def _by(rows: QuerySet[Any], field: str, what: Any) -> dict[int | None, Any]:
    return dict(rows.order_by().values_list(field).annotate(found=what))


def _reviews(scope: Scope) -> QuerySet[Review]:
    return Review.objects.filter(
        scope.of("round__content_id"), reviewer__isnull=False, sent_at__gte=scope.since
    )


def _sent(scope: Scope) -> dict[int | None, int]:
    return _by(_reviews(scope), "reviewer", Count("pk"))


def _review_times(scope: Scope) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for reviewer, start, end in _reviews(scope).values_list(
        "reviewer_id", "started_at", "decided_at"
    ):
        if end:
            found[reviewer].append(_hours(start, end))
    return found


def _latest_tries(scope: Scope) -> dict[int, list[Calibration]]:
    """Each reviewer's last try of each exemplar, whenever it was."""
    rows = Calibration.objects.filter(scope.of()).order_by("made_at")
    last = {(it.reviewer_id, it.content_id, it.exemplar): it for it in rows}
    found: dict[int, list[Calibration]] = defaultdict(list)
    for (reviewer, _, _), row in last.items():
        found[reviewer].append(row)
    return found


def _together(tries: Iterable[Calibration]) -> Distance | None:
    each = [Distance.of(it.scores, it.agreed) for it in tries]
    if not each:
        return None
    return Distance(
        sum(it.same for it in each),
        sum(it.criteria for it in each),
        max(it.largest for it in each),
    )


# ── Agreement ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Agreement:
    """How far first and second reader of the same work agree on one criterion."""

    project: str
    criterion: str
    kappa: float | None
    readings: int


def agreements(scope: Scope) -> list[Agreement]:
    rows = SecondReading.objects.filter(scope.of("round__content_id"), done_at__gte=scope.since)
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for content_id, first, second in rows.order_by("done_at").values_list(
        "round__content_id", "first_scores", "scores"
    ):
        for criterion in first.keys() & second.keys():
            pairs[content_id, criterion].append((first[criterion], second[criterion]))
    found = [_agreement(*key, of) for key, of in pairs.items()]
    return sorted(found, key=lambda it: (it.project.casefold(), it.criterion.casefold()))


def _agreement(content_id: str, criterion: str, pairs: list[tuple[int, int]]) -> Agreement:
    project = published(content_id)
    known = next((it for it in project.rubric if it.id == criterion), None) if project else None
    scores = [grade.score for grade in known.grades] if known else []
    title = known.title if known else criterion
    return Agreement(title_of(content_id), title, weighted_kappa(pairs, scores), len(pairs))
