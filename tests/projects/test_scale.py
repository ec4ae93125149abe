"""With a hundred thousand submissions the desk asks no more, and reads nothing from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from projects import queue, statistics
from projects.models import Comment, Event, Review, Round
from projects.states import State
from skillguide.bench.filling import fill
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects import stories

SUBMISSIONS = 100_000
GROWING = r"Seq Scan on (projects_(?!calibration)|learners_learner)"
NOT_COUNTED = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    'SELECT "django_session"."session_key"',
    'SELECT "learners_learner"."id", "learners_learner"."password"',
)


@pytest.fixture(scope="module")
def full_desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Filled once for all tests here, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        library()
        project = stories.project_called()
        others = stories.project_called(stories.LINE).content_id
        fill(SUBMISSIONS, [project.content_id, others], project.digest)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def db(full_desk: None) -> Iterator[None]:
    """Instead of pytest-django's, which would look at every constraint again after each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ravi(db: None) -> Learner:
    """A reviewer who has tried the exemplars."""
    made = Learner.objects.create_user("ravi@example.org", name="Ravi", is_reviewer=True)
    return stories.calibrated(made)


@pytest.fixture
def rosa(db: None) -> Learner:
    """A reviewer with three claims and hundreds of reviews."""
    return stories.calibrated(Learner.objects.get(email="reviewer-1@example.net"))


def asked(queries: CaptureQueriesContext) -> list[str]:
    """Beside the session and the person."""
    statements = [it["sql"] for it in queries.captured_queries]
    return [it for it in statements if not it.startswith(NOT_COUNTED)]


def scanned(statements: list[str]) -> list[str]:
    """What is read from end to end, with the plan that does it."""
    found = []
    with connection.cursor() as cursor:
        for sql in statements:
            if sql.startswith(("SELECT", "(SELECT", "UPDATE")):
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                found += [plan] if re.search(GROWING, plan) else []
    return found


def test_the_desk_is_as_full_as_it_should_be(db: None) -> None:
    states = dict(Round.objects.values_list("state").annotate(Count("pk")))

    assert sum(states.values()) == SUBMISSIONS
    assert states[State.WAITING] == 30_000
    assert states[State.CLAIMED] == 150
    assert min(Event.objects.count(), Review.objects.count(), Comment.objects.count()) > 60_000


# Whoever has reviewed a percent of everything may have all of it read to find their own again.
FILTERS = ["", "?project=tiny/project/tie-a-parcel", "?guide=tiny&round=2", "?since=14"]


@pytest.mark.parametrize(
    ("who", "filters"),
    [("ravi", "?mine=1"), *((who, it) for who in ("ravi", "rosa") for it in FILTERS)],
)
def test_the_first_page_of_the_desk(
    db: None, who: str, filters: str, request: pytest.FixtureRequest
) -> None:
    client = browser_of(request.getfixturevalue(who))

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/desk/{filters}")

    assert response.status_code == 200
    statements = asked(queries)
    assert len(statements) <= 4, statements
    assert scanned(statements) == []


@pytest.mark.parametrize("filters", [{}, {"project": "tiny/project/tie-a-parcel"}, {"mine": "1"}])
def test_claiming_the_next(ravi: Learner, filters: dict[str, str]) -> None:
    client = browser_of(ravi)

    with CaptureQueriesContext(connection) as queries:
        response = client.post("/desk/next/", {"key": uuid4()} | filters)

    assert response.status_code == 302
    assert Round.objects.held_by(ravi).count() == (0 if "mine" in filters else 1)
    statements = asked(queries)
    assert len(statements) <= 4, statements
    assert scanned(statements) == []


def test_the_page_of_a_round_that_waits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_kept", statistics._Kept())
    round = Round.objects.filter(state=State.WAITING).order_by("-queued_at")[0]
    client: Client = browser_of(round.learner)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/submissions/{round.submission_id}/rounds/1/")

    assert response.status_code == 200
    assert scanned(asked(queries)) == []


def test_a_place_in_the_queue(db: None) -> None:
    waits = Round.objects.filter(state=State.WAITING).order_by("queued_at")
    first, last = waits[0], waits.reverse()[0]

    with CaptureQueriesContext(connection) as queries:
        places = queue.place_of(first), queue.place_of(last)

    assert places[0] <= 51
    assert places[1] == 1_001
    assert scanned(asked(queries)) == []
