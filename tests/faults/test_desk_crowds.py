"""Many people on the desk at once: nothing is given twice, nothing is lost, nothing is refused
but in words.

`SOAK_SECONDS` says how long the second test goes on: 10 s here, 60 s in `make test-soak`.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, F, Q
from django.utils import timezone
from pytest_django import Settings

from projects import actions, clock, decisions, queue
from projects.documents import project_of
from projects.models import Event, Review, Round, Submission
from projects.states import DECIDED, TRANSITIONS, State
from projects.steps import Refused
from skillguide.editions.shelf import library
from skillguide.learners.models import Draft, DraftVersion, Learner
from tests.projects import stories
from tests.projects.crowd import at_once, broken_chains, people, waiting

pytestmark = pytest.mark.usefixtures("transactional_db")

SOAK_SECONDS = float(os.environ.get("SOAK_SECONDS", "10"))
REVIEWERS, SUBMISSIONS, THREADS = 50, 500, 16


def test_fifty_reviewers_empty_a_queue_of_five_hundred(settings: Settings) -> None:
    settings.READ_TWICE = 0
    waiting(people(SUBMISSIONS, "learner"))
    reviewers = people(REVIEWERS, "reviewer", is_reviewer=True)

    most_held = at_once(*(partial(work_through, it) for it in reviewers))

    assert [it for it in most_held if not isinstance(it, int)] == []
    assert max(it for it in most_held if isinstance(it, int)) == settings.MOST_CLAIMS
    assert Round.objects.filter(state=State.CHECKING).count() == SUBMISSIONS
    assert broken_chains() == []
    count = Counter(Event.objects.values_list("action", flat=True))
    assert count["decide"] == SUBMISSIONS
    assert count["claim"] == SUBMISSIONS + count["give_back"]
    assert count["give_back"] > 0
    assert Review.objects.exclude(decision="").count() == SUBMISSIONS
    wrong = Review.objects.exclude(decision="").exclude(reviewer=F("round__reviewer"))
    assert wrong.count() == 0


def work_through(reviewer: Learner) -> int:
    """Claim as much as one may, decide most of it and give the rest back, until all is done."""
    most, random = 0, Random(reviewer.pk)  # noqa: S311
    while held := claim_all(reviewer):
        most = max(most, len(held))
        assert Round.objects.held_by(reviewer).count() == len(held)
        for round in held:
            if random.random() < 0.05:
                decisions.give_back(round.pk, by=reviewer, key=uuid4())
            else:
                given = stories.verdict(round)
                decisions.decide(round.pk, given, project_of(round), by=reviewer, key=uuid4())
    return most


def claim_all(reviewer: Learner) -> list[Round]:
    held: list[Round] = []
    try:
        while round := queue.claim_next(reviewer, library(), key=uuid4()):
            held.append(round)
    except queue.NoFreeSlot:
        pass
    return held


@dataclass
class Somebody:
    """Does whatever comes to mind with whatever round, mostly in vain."""

    number: int
    everybody: list[Learner]
    done: Counter[str] = field(default_factory=Counter)
    keys: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.number)  # noqa: S311
        self.ways: dict[str, Callable[[Round, Learner], object]] = {
            name: getattr(self, name)
            for name in (*TRANSITIONS, "claim_next", "save", "save_review", "renew", "next_round")
        }

    def go_on(self, until: float) -> Counter[str]:
        while time.monotonic() < until:
            name = self.random.choice(list(self.ways))
            round = self.random.choice(list(Round.objects.order_by("?")[:3]))
            try:
                self.ways[name](round, self.person(round))
                self.done[name] += 1
            except (Refused, ObjectDoesNotExist) as error:
                self.done[type(error).__name__] += 1
        return self.done

    def person(self, round: Round) -> Learner:
        """Often whose turn it is."""
        whose = round.learner if round.is_with_learner or round.is_decided else round.reviewer
        if whose and self.random.random() < 0.6:
            return whose
        return self.random.choice(self.everybody)

    def key(self) -> UUID:
        if self.keys and self.random.random() < 0.2:
            return self.random.choice(self.keys)
        self.keys.append(uuid4())
        return self.keys[-1]

    def start(self, round: Round, by: Learner) -> object:
        slug = self.random.choice([stories.PARCEL, stories.LINE])
        return actions.start(by, stories.project_called(slug), key=self.key())

    def save(self, round: Round, by: Learner) -> object:
        name = "note" if round.content_id.endswith(stories.PARCEL) else "memo"
        value = {"text": str(self.random.random())}
        base = self.random.choice([0, stories.version_of(round, f"work.{name}")])
        return actions.save_fields(round.pk, by, {f"work.{name}": (value, base)}, tab="one")

    def hand_in(self, round: Round, by: Learner) -> object:
        given = stories.to_hand_in(round)
        return actions.hand_in(round.pk, given, project_of(round), by=by, key=self.key())

    def withdraw(self, round: Round, by: Learner) -> object:
        return actions.withdraw(round.pk, by=by, key=self.key())

    def appeal(self, round: Round, by: Learner) -> object:
        return actions.appeal(round.pk, "It held.", by=by, key=self.key())

    def reopen(self, round: Round, by: Learner) -> object:
        return actions.reopen(round.pk, by=by, key=self.key())

    def next_round(self, round: Round, by: Learner) -> object:
        return actions.next_round(round, project_of(round), by=by, key=self.key())

    def claim_next(self, round: Round, by: Learner) -> object:
        return queue.claim_next(by, library(), key=self.key())

    def claim(self, round: Round, by: Learner) -> object:
        return queue.claim(round.pk, by, library(), key=self.key())

    def renew(self, round: Round, by: Learner) -> object:
        return decisions.renew(round, by)

    def save_review(self, round: Round, by: Learner) -> object:
        review = Review.objects.get(round=round, reviewer=by)
        value = {"text": str(self.random.random())}
        return decisions.save_review(review, by, {"summary": (value, 0)}, tab="one")

    def give_back(self, round: Round, by: Learner) -> object:
        return decisions.give_back(round.pk, by=by, key=self.key())

    def hand_over(self, round: Round, by: Learner) -> object:
        to = self.random.choice(self.everybody)
        return decisions.hand_over(round.pk, to, by=by, key=self.key())

    def assign(self, round: Round, by: Learner) -> object:
        to = self.random.choice(self.everybody)
        return decisions.assign(round.pk, to, by=by, key=self.key())

    def decide(self, round: Round, by: Learner) -> object:
        decision = self.random.choice(["accepted", "changes", "changes", "unassessable"])
        given = stories.verdict(round, decision)
        return decisions.decide(round.pk, given, project_of(round), by=by, key=self.key())

    def pass_on(self, round: Round, by: Learner) -> object:
        return decisions.pass_on(round.pk, by=by, key=self.key())

    def send_back(self, round: Round, by: Learner) -> object:
        return decisions.send_back(round.pk, "Say why.", by=by, key=self.key())

    def undo(self, round: Round, by: Learner) -> object:
        return decisions.undo(round.pk, by=by, key=self.key())

    def lapse(self, round: Round, by: Learner) -> object:
        later = self.random.choice([timedelta(), queue.LEASE * 2])
        return decisions.lapse(round.pk, timezone.now() + later)

    def release(self, round: Round, by: Learner) -> object:
        later = self.random.choice([timedelta(), decisions.UNDO * 2])
        return decisions.release(round.pk, timezone.now() + later)

    def park(self, round: Round, by: Learner) -> object:
        later = self.random.choice([timedelta(), clock.PARK_AFTER * 2])
        return clock.park(round.pk, timezone.now() + later)


def test_whatever_many_people_do_at_once_the_rules_hold(settings: Settings) -> None:
    settings.READ_TWICE = 1
    learners = people(5, "learner")
    reviewers = people(5, "reviewer", is_reviewer=True)
    everybody = [*learners, *map(stories.calibrated, reviewers)]
    for learner in learners:
        stories.started(learner, stories.LINE)
        stories.handed_in(learner)
    until = time.monotonic() + SOAK_SECONDS

    crowd = [Somebody(number, everybody) for number in range(THREADS)]
    came_to = at_once(*(partial(it.go_on, until) for it in crowd))

    assert [it for it in came_to if not isinstance(it, Counter)] == []
    assert list(broken_rules()) == []
    happened = set(Event.objects.values_list("action", flat=True))
    assert happened >= {"hand_in", "claim", "decide", "release", "give_back", "undo"}, came_to


def broken_rules() -> Iterator[object]:
    yield from broken_chains()
    yield from broken_ways()
    yield from broken_reviews()
    yield from broken_drafts()
    is_open = ~Q(rounds__state__in=DECIDED)
    yield from Submission.objects.alias(open=Count("rounds", filter=is_open)).filter(open__gt=1)
    yield from Round.objects.filter(reviewer=F("learner"))


def broken_ways() -> Iterator[object]:
    """A step that the table does not know, or two under one key."""
    for event in Event.objects.all():
        way = TRANSITIONS[event.action]
        if event.target not in way.targets or (way.sources and event.source not in way.sources):
            yield event
    for whose in ("actor", "round"):
        keys = Event.objects.exclude(actor=None).values(whose, "key")
        yield from keys.annotate(times=Count("pk")).filter(times__gt=1)


def broken_reviews() -> Iterator[object]:
    """What was sent is what the record says was sent; who holds a round has a review of it."""
    sent = Counter(Review.objects.sent().values_list("round", "reviewer", "decision"))
    released = Event.objects.filter(action="release")
    told = Counter(released.values_list("round", "detail__reviewer", "detail__decision"))
    yield from (sent - told) + (told - sent)
    yield from Review.objects.filter(reviewer=F("learner"))
    reviews = set(Review.objects.values_list("round", "reviewer"))
    held = Round.objects.exclude(reviewer=None).values_list("pk", "reviewer")
    yield from set(held) - reviews


def broken_drafts() -> Iterator[object]:
    """Every save has its version, and the draft is the one that it says it is."""
    versions = {(it.learner_id, it.name, it.version): it.value for it in DraftVersion.objects.all()}
    for draft in Draft.objects.all():
        mine = [number for *field, number in versions if field == [draft.learner_id, draft.name]]
        if sorted(mine) != list(range(1, draft.last + 1)):
            yield draft
        if draft.value != versions.get((draft.learner_id, draft.name, draft.version)):
            yield draft
