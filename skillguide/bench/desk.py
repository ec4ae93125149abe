"""How long claiming takes, and the desk's first page, with much work waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from projects import decisions, queue
from skillguide.bench.content import own_database
from skillguide.bench.filling import fill
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner

CLAIMS = 200
PAGES = 20
PROJECTS = [f"synthetic/project/project-{number}" for number in range(2)]
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@dataclass(frozen=True)
class DeskFigures:
    """Milliseconds on this machine, the client's share included; medians."""

    submissions: int
    queries_of_a_claim: int
    claim: float
    claim_among_8: float
    claim_among_16: float
    claims_per_second_among_16: float
    queries_of_the_desk: int
    desk: float

    def lines(self) -> Iterator[str]:
        for name, value in asdict(self).items():
            shown = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
            yield f"{name.replace('_', ' '):<28}{shown:>10}"


def measure(submissions: int) -> DeskFigures:
    """Claim and give back, alone and among others, in a database of its own."""
    plain = settings.STORAGES | {"staticfiles": PLAIN_FILES}
    with own_database(), override_settings(STORAGES=plain):
        with transaction.atomic():
            fill(submissions, PROJECTS, "0" * 64)
        reviewers = _reviewers(16)
        asked = _queries_of_a_claim(reviewers[0])
        alone, _ = _claims(reviewers[:1])
        among_8, _ = _claims(reviewers[:8])
        among_16, seconds = _claims(reviewers)
        pages, desk = _pages(reviewers[0])
        return DeskFigures(
            submissions, asked, alone, among_8, among_16, CLAIMS / seconds, pages, desk
        )


def _reviewers(count: int) -> list[Learner]:
    return Learner.objects.bulk_create(
        Learner(name=f"Bench {number}", email=f"bench-{number}@example.net", is_reviewer=True)
        for number in range(count)
    )


def _claim(reviewer: Learner) -> float:
    """Seconds until one was claimed; giving it back is not counted."""
    start = time.perf_counter()
    round = queue.claim_next(reviewer, library(), key=uuid4())
    seconds = time.perf_counter() - start
    if round is None:
        raise ValueError("There is nothing left to claim. Measure with more submissions.")
    decisions.give_back(round.pk, by=reviewer, key=uuid4())
    return seconds


def _claims(reviewers: list[Learner]) -> tuple[float, float]:
    """Milliseconds of one claim, and seconds for all of them."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(reviewers)) as pool:
        taken = pool.map(partial(_several, CLAIMS // len(reviewers)), reviewers)
        times = [it for several in taken for it in several]
    return median(times) * 1000, time.perf_counter() - start


def _several(count: int, reviewer: Learner) -> list[float]:
    try:
        return [_claim(reviewer) for _ in range(count)]
    finally:
        connection.close()


def _queries_of_a_claim(reviewer: Learner) -> int:
    published = library()
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        queue.claim_next(reviewer, published, key=uuid4())
        transaction.set_rollback(True)
    statements = [it["sql"] for it in captured.captured_queries]
    return sum(not sql.startswith(TRANSACTIONS) for sql in statements)


def _pages(reviewer: Learner) -> tuple[int, float]:
    """Queries and milliseconds of the desk's first page, the session's and the person's among."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0].lstrip(".")})
    client.force_login(reviewer)
    times = []
    for _ in range(PAGES):
        with CaptureQueriesContext(connection) as captured:
            start = time.perf_counter()
            response = client.get("/desk/", secure=settings.HTTPS)
            times.append(time.perf_counter() - start)
        if response.status_code != 200:
            raise ValueError(f"The desk answers {response.status_code}.")
    return len(captured), median(times) * 1000
