"""How long things take is told from what happened lately, and only when enough did."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from projects import statistics
from projects.models import Round, Submission
from projects.states import State
from projects.statistics import UNKNOWN, effort_of, reviews_take
from skillguide.learners.models import Learner
from tests.projects.stories import LINE, PARCEL, project_called

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _nothing_worked_out(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(statistics, "_kept", statistics._Kept())


def rounds(number: int, slug: str = PARCEL, *, days: float, **fields: object) -> list[Round]:
    """As many learners who handed in so many days ago, and had begun four days before."""
    project, then = project_called(slug), NOW - timedelta(days=days)
    names = [f"{uuid4().hex[:12]}@example.org" for _ in range(number)]
    people = Learner.objects.bulk_create([Learner(email=name) for name in names])
    submissions = Submission.objects.bulk_create(
        [Submission(learner=it, content_id=project.content_id) for it in people]
    )
    dates = {"handed_in_at": then, "first_handed_in_at": then, "queued_at": then}
    given = {"state": State.WAITING, "started_at": then - timedelta(days=4)} | dates | fields
    return Round.objects.bulk_create(
        [
            Round(
                submission=it,
                learner_id=it.learner_id,
                content_id=project.content_id,
                number=1,
                digest=project.digest,
                **given,
            )
            for it in submissions
        ]
    )


def decided(number: int, *, days: float, ago: float = 1, slug: str = PARCEL) -> list[Round]:
    """Reviewed so long ago, after so many days."""
    reviewer, _ = Learner.objects.get_or_create(email="ravi@example.org", is_reviewer=True)
    given = {"state": State.ACCEPTED, "reviewer": reviewer, "decided_at": NOW - timedelta(days=ago)}
    return rounds(number, slug, days=days + ago, **given)


def sentence(slug: str = PARCEL) -> str:
    return reviews_take(project_called(slug).content_id)


def test_a_few_reviews_say_nothing() -> None:
    decided(4, days=3)
    rounds(20, days=10)

    assert sentence() == UNKNOWN


def test_the_range_is_told_with_what_it_comes_from() -> None:
    for days in (2.2, 3.2, 3.5, 4.2, 6.5):
        decided(2, days=days)

    assert sentence() == (
        "Reviews take 2 to 5 days at present (from 10 of the last 28 days, "
        "those still waiting counted in)."
    )


def test_those_who_still_wait_make_it_longer() -> None:
    decided(6, days=3)
    rounds(30, days=9)

    assert "more than 9 days" in sentence()


def test_what_was_reviewed_long_ago_does_not_count() -> None:
    decided(10, days=2, ago=29)

    assert sentence() == UNKNOWN


def test_a_project_with_few_reviews_goes_by_all_of_them() -> None:
    decided(10, days=3, slug=LINE)

    assert "of the last 28 days, of all projects, those" in sentence()
    assert "of all projects" not in sentence(LINE)


def test_an_appeal_waits_anew() -> None:
    decided(5, days=2)
    rounds(
        1,
        days=40,
        queued_at=NOW - timedelta(days=1),
        decided_at=NOW - timedelta(days=2),
        appealed_at=NOW - timedelta(days=1),
    )

    found = statistics.waits_of(Round.objects.all(), NOW)

    assert sorted((round(it.hours), it.over) for it in found) == [(24, False), *[(48, True)] * 5]


def test_effort_is_told_from_five_answers_on(client: Client) -> None:
    page = "/guides/tiny/projects/tie-a-parcel/"
    for hours in ("1", "2.5", "3", "6"):
        rounds(1, days=3, hours=Decimal(hours))
    rounds(3, days=3)
    assert effort_of(project_called().content_id) is None
    assertNotContains(client.get(page), "Most learners")

    rounds(1, days=3, hours=Decimal(8))
    statistics._kept.found.clear()

    assertContains(
        client.get(page),
        "Most learners worked 2 to 6 hours on it, half of them at most 3, "
        "and handed in within 4 days (5 answers).",
    )


def test_it_is_worked_out_every_few_minutes_only(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decided(5, days=3)
    project_called()

    with django_assert_num_queries(1):
        first, second = sentence(), sentence()
    decided(50, days=20)
    monkeypatch.setattr(statistics, "KEPT_SECONDS", -1)
    third = sentence()

    assert first == second != third


def test_a_wait_is_never_less_than_nothing() -> None:
    before: datetime = NOW - timedelta(hours=1)

    found = statistics._wait(State.ACCEPTED, NOW, before, NOW)

    assert (found.hours, found.over) == (0, True)
