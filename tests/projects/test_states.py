"""The database keeps rounds to their ways, whatever the code does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Calibration, Event, Review, Round, SecondReading, Submission
from projects.states import DECIDED, IN_REVIEW, TRANSITIONS, WITH_THE_LEARNER, State, changes
from skillguide.learners.models import Learner

PARCEL = "tiny/project/tie-a-parcel"


def columns(state: State, reviewer: Learner) -> dict[str, Any]:
    """What the constraints ask of a round in this state."""
    now = timezone.now()
    handed_in = state not in WITH_THE_LEARNER
    free = state in WITH_THE_LEARNER | {State.WAITING}
    return {
        "state": state,
        "handed_in_at": now if handed_in else None,
        "queued_at": now if handed_in else None,
        "reviewer": None if free else reviewer,
        "slot": 1 if state == State.CLAIMED else None,
        "lease_until": now if state == State.CLAIMED else None,
        "release_at": now if state == State.SENDING else None,
        "decided_at": now if state in DECIDED else None,
    }


def round_in(state: State, learner: Learner, reviewer: Learner, /, **fields: Any) -> Round:
    """Put there by hand, not by its ways."""
    submission, _ = Submission.objects.get_or_create(learner=learner, content_id=PARCEL)
    given = {"submission": submission, "learner": learner, "content_id": PARCEL, "number": 1,
             "digest": "0" * 64} | columns(state, reviewer) | fields  # fmt: skip
    return Round.objects.create(**given)


def fault(act: Callable[[], object]) -> str:
    """What the database says against it, and nothing has happened; or nothing if it lets it be."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            act()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    return ""


def goes(round: Round, target: State, reviewer: Learner) -> bool:
    rows = Round.objects.filter(pk=round.pk)
    said = fault(lambda: rows.update(**columns(target, reviewer)))
    assert not said or "does not go from" in said
    return not said


def breaks(constraint: str, act: Callable[[], object]) -> None:
    assert constraint in fault(act)


@pytest.mark.parametrize("source", State)
def test_a_round_goes_the_ways_of_the_table_and_no_other(
    source: State, ada: Learner, ravi: Learner
) -> None:
    round = round_in(source, ada, ravi)

    allowed = {target for target in State if goes(round, target, ravi)}

    assert allowed == {source} | {target for start, target in changes() if start == source}


def test_every_state_is_reached_and_every_way_leads_on() -> None:
    reached = {target for it in TRANSITIONS.values() for target in it.targets}

    assert reached == set(State)
    assert set(State) == WITH_THE_LEARNER | IN_REVIEW | DECIDED
    assert {source for source, _ in changes()} == set(State) - {State.ACCEPTED}


NEEDED = {
    State.CLAIMED: ("slot", "lease_until", "reviewer", "handed_in_at", "queued_at"),
    State.WAITING: ("handed_in_at", "queued_at"),
    State.CHECKING: ("reviewer", "queued_at"),
    State.SENDING: ("release_at", "reviewer"),
    State.ACCEPTED: ("decided_at", "reviewer", "handed_in_at"),
    State.CHANGES: ("decided_at", "reviewer"),
    State.UNASSESSABLE: ("decided_at", "reviewer"),
}


@pytest.mark.parametrize(
    ("state", "column"), [(state, column) for state, them in NEEDED.items() for column in them]
)
def test_a_round_has_what_its_state_needs(
    state: State, column: str, ada: Learner, ravi: Learner
) -> None:
    breaks("round_", lambda: round_in(state, ada, ravi, **{column: None}))


FOREIGN = [
    (State.DRAFT, "slot"), (State.DRAFT, "lease_until"), (State.DRAFT, "release_at"),
    (State.WAITING, "slot"), (State.WAITING, "lease_until"), (State.PARKED, "release_at"),
    (State.CHECKING, "slot"), (State.SENDING, "lease_until"), (State.ACCEPTED, "release_at"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "column"), FOREIGN)
def test_a_round_has_nothing_that_belongs_to_another_state(
    state: State, column: str, ada: Learner, ravi: Learner
) -> None:
    value = 1 if column == "slot" else timezone.now()

    breaks("round_", lambda: round_in(state, ada, ravi, **{column: value}))


@pytest.mark.parametrize("state", [State.DRAFT, State.PARKED, State.WAITING])
def test_nobody_has_claimed_what_is_free(state: State, ada: Learner, ravi: Learner) -> None:
    breaks("round_has_a_reviewer", lambda: round_in(state, ada, ravi, reviewer=ravi))


@pytest.mark.parametrize("state", sorted(set(State) - WITH_THE_LEARNER - {State.WAITING}))
def test_nobody_holds_or_has_judged_their_own_round(state: State, ada: Learner) -> None:
    breaks("nobody_reviews_their_own_round", lambda: round_in(state, ada, ada))


def test_a_submission_has_one_open_round(ada: Learner, ravi: Learner) -> None:
    round_in(State.CHANGES, ada, ravi)
    round_in(State.DRAFT, ada, ravi, number=2)

    breaks("one_open_round", lambda: round_in(State.DRAFT, ada, ravi, number=3))


def test_a_round_is_numbered_once(ada: Learner, ravi: Learner) -> None:
    round_in(State.CHANGES, ada, ravi)

    breaks("one_round_per_submission_and_number", lambda: round_in(State.CHANGES, ada, ravi))


def test_two_claims_do_not_take_one_slot(ada: Learner, ben: Learner, ravi: Learner) -> None:
    round_in(State.CLAIMED, ada, ravi)

    breaks("one_claim_per_reviewer_and_slot", lambda: round_in(State.CLAIMED, ben, ravi))


def test_a_learner_begins_a_project_once(ada: Learner) -> None:
    Submission.objects.create(learner=ada, content_id=PARCEL)

    breaks(
        "one_submission_per_learner_and_project",
        lambda: Submission.objects.create(learner=ada, content_id=PARCEL),
    )


def test_a_round_is_of_its_submissions_learner(ada: Learner, ben: Learner, ravi: Learner) -> None:
    submission = Submission.objects.create(learner=ben, content_id=PARCEL)

    breaks(
        "round_is_of_the_submissions_learner",
        lambda: round_in(State.DRAFT, ada, ravi, submission=submission),
    )


REVIEWS: list[tuple[str, dict[str, Any]]] = [
    ("nobody_reviews_their_own_work", {"reviewer": "ada"}),
    ("review_is_of_the_rounds_learner", {"learner": "ben"}),
    ("second_reader_is_somebody_else", {"checked_by": "ravi"}),
    ("second_reader_is_somebody_else", {"checked_by": "ada"}),
    ("review_sent_has_a_decision", {"sent_at": "now"}),
    ("review_sent_has_a_decision", {"sent_at": "now", "decision": "accepted"}),
    ("not_assessable_has_a_reason", {"decision": "unassessable"}),
]


@pytest.mark.parametrize(("constraint", "wrong"), REVIEWS)
def test_a_review_is_refused_that_cannot_be(
    constraint: str, wrong: dict[str, Any], ada: Learner, ben: Learner, ravi: Learner
) -> None:
    round = round_in(State.CLAIMED, ada, ravi)
    known: dict[str, Any] = {"ada": ada, "ben": ben, "ravi": ravi, "now": timezone.now()}
    given = {name: known.get(value, value) for name, value in wrong.items()}

    fields = {"round": round, "learner": ada, "reviewer": ravi} | given
    breaks(constraint, lambda: Review.objects.create(**fields))


def test_a_reviewer_has_one_review_of_a_round(ada: Learner, ravi: Learner) -> None:
    round = round_in(State.CLAIMED, ada, ravi)
    fields = {"round": round, "learner": ada, "reviewer": ravi}
    Review.objects.create(**fields)

    breaks("one_review_per_round_and_reviewer", lambda: Review.objects.create(**fields))


@pytest.mark.parametrize("reader", ["ada", "ravi"])
def test_a_second_reading_is_by_somebody_else(reader: str, ada: Learner, ravi: Learner) -> None:
    round = round_in(State.ACCEPTED, ada, ravi)
    fields = {"round": round, "learner": ada, "first_reviewer": ravi, "first_scores": {}}

    breaks(
        "second_reading_is_by_somebody_else",
        lambda: SecondReading.objects.create(**fields, reader={"ada": ada, "ravi": ravi}[reader]),
    )
    breaks(
        "second_reading_done_has_a_reader",
        lambda: SecondReading.objects.create(**fields, done_at=timezone.now()),
    )


@pytest.mark.parametrize("same", ["round", "actor"])
def test_a_key_is_used_once_by_a_person_and_once_on_a_round(
    same: str, ada: Learner, ben: Learner, ravi: Learner
) -> None:
    rounds = [round_in(State.DRAFT, learner, ravi) for learner in (ada, ben)]
    key = uuid4()

    def event(round: Round, actor: Learner) -> Event:
        return Event.objects.create(
            round=round, learner=round.learner, actor=actor, key=key,
            action="start", target=State.DRAFT, edition=1, digest="0" * 64,
        )  # fmt: skip

    event(rounds[0], ada)
    again = (rounds[0], ben) if same == "round" else (rounds[1], ada)
    breaks(f"one_event_per_{same}_and_key", lambda: event(*again))


@pytest.mark.parametrize("content_id", ["", "tie-a-parcel", "tiny/project/", "tiny/project/a b"])
def test_rows_name_content_by_its_whole_id(content_id: str, ada: Learner) -> None:
    breaks(
        "content_id_is_guide_kind_and_id",
        lambda: Submission.objects.create(learner=ada, content_id=content_id),
    )
    breaks(
        "content_id_is_guide_kind_and_id",
        lambda: Calibration.objects.create(
            reviewer=ada, content_id=content_id, exemplar="it", digest="", scores={}, agreed={}
        ),
    )


def test_a_lease_that_ran_out_is_in_the_queue_again_unsaid(ada: Learner, ravi: Learner) -> None:
    now = timezone.now()
    round = round_in(State.CLAIMED, ada, ravi, lease_until=now)

    assert not Round.objects.queued(now).exists()
    assert Round.objects.queued(now + timedelta(seconds=1)).get() == round
