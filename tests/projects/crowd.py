"""Many people at once, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from projects.models import Event, Round, Submission
from projects.states import State
from projects.steps import event_of
from skillguide.learners.models import Learner
from tests.projects.stories import LINE, LINE_WORK, project_called
from tests.run.machine import eventually

Outcome = object
Job = Callable[[], Any]


def person(name: str, **fields: Any) -> Learner:
    address = f"{name.lower().replace(' ', '-')}@example.org"
    return Learner.objects.create_user(address, name=name, **fields)


def people(count: int, name: str, **fields: Any) -> list[Learner]:
    named = [(f"{name}{number}", f"{name}-{number}@example.org") for number in range(count)]
    return Learner.objects.bulk_create(
        Learner(name=it, email=address, wants_mail=False, **fields) for it, address in named
    )


def waiting(learners: Sequence[Learner], slug: str = LINE) -> list[Round]:
    """One round of each that waits for a reviewer, with its record."""
    project = project_called(slug)
    submissions = [Submission(learner=it, content_id=project.content_id) for it in learners]
    Submission.objects.bulk_create(submissions)
    rounds, events = [], []
    for learner, submission in zip(learners, submissions, strict=True):
        now = timezone.now()
        round = Round(
            submission=submission,
            learner=learner,
            content_id=project.content_id,
            number=1,
            digest=project.digest,
            work=LINE_WORK,
            first_handed_in_at=now,
            handed_in_at=now,
            queued_at=now,
        )
        events.append(event_of(round, "start", learner, uuid4(), State.DRAFT))
        events.append(event_of(round, "hand_in", learner, uuid4(), State.WAITING))
        round.state = State.WAITING
        rounds.append(round)
    Round.objects.bulk_create(rounds)
    Event.objects.bulk_create(events)
    return rounds


def on_own_connection(job: Job) -> Outcome:
    """What it returns, or the exception that it raises."""
    try:
        return job()
    except Exception as error:  # noqa: BLE001
        return error
    finally:
        connection.close()


def at_once(*jobs: Job) -> list[Outcome]:
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(on_own_connection, jobs))


def behind(lock: Callable[[], object], *jobs: Job, meanwhile: Job | None = None) -> list[Outcome]:
    """What the jobs come to when each begins while all before it wait.

    This thread holds a lock that the first of them comes to want, until all of them wait and
    what happens `meanwhile` has happened.
    """
    with ThreadPoolExecutor(len(jobs) + 1) as pool:
        futures = []
        with transaction.atomic():
            lock()
            for number, job in enumerate(jobs, 1):
                futures.append(pool.submit(on_own_connection, job))
                assert eventually(partial(_wait, number)), f"Number {number} does not wait."
            if meanwhile:
                futures.append(pool.submit(on_own_connection, meanwhile))
                futures[-1].result(60)
            transaction.set_rollback(True)
        return [future.result(60) for future in futures]


def _wait(number: int) -> bool:
    """So many wait for a lock; of our own server, where nobody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0] >= number)


def broken_chains() -> list[str]:
    """Rounds whose record does not lead, step by step, from their beginning to their state."""
    wrong = []
    states = dict(Round.objects.values_list("pk", "state"))
    reached = dict.fromkeys(states, "")
    rows = Event.objects.order_by("id").values_list("round", "action", "source", "target")
    for round, action, source, target in rows:
        if source != reached[round]:
            wrong.append(f"{round}: {action} from {source!r}, after {reached[round]!r}")
        reached[round] = target
    return wrong + [
        f"{round} is {state}, its record says {reached[round]}"
        for round, state in states.items()
        if state != reached[round]
    ]
