"""Two who act on one round at the same moment, made to meet in the middle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from projects import actions, clock, decisions, queue
from projects.documents import project_of
from projects.models import Event, Review, Round, Submission
from projects.states import State
from projects.steps import Refused
from skillguide.editions.shelf import library
from skillguide.learners.models import Draft, Learner
from tests.projects import stories
from tests.projects.crowd import at_once, behind, broken_chains, person, waiting

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def ada(transactional_db: None) -> Learner:
    return person("Ada")


@pytest.fixture
def ravi(transactional_db: None) -> Learner:
    return stories.calibrated(person("Ravi", is_reviewer=True))


@pytest.fixture
def rosa(transactional_db: None) -> Learner:
    return person("Rosa", is_reviewer=True)


def claim_next(reviewer: Learner, key: UUID | None = None) -> Round | None:
    return queue.claim_next(reviewer, library(), key=key or uuid4())


def lock(round: Round) -> Callable[[], object]:
    return lambda: Round.objects.select_for_update().get(pk=round.pk)


def use_key(round: Round, key: UUID) -> Callable[[], object]:
    """Whoever uses the key meanwhile waits, with everything done but the record."""
    return lambda: Event.objects.create(
        round=round, learner_id=round.learner_id, action="start", target="draft",
        edition=1, digest=round.digest, key=key,
    )  # fmt: skip


def the_same_twice(round: Round, do: Callable[..., Any], **given: Any) -> list[object]:
    """Sent twice with one key, and both waiting for the round before either has begun."""
    job = partial(do, round.pk, key=uuid4(), **given)
    return behind(lock(round), job, job)


@pytest.mark.parametrize(
    "action",
    ["hand_in", "withdraw", "appeal", "give_back", "hand_over", "assign", "decide", "undo"],
)
def test_a_form_sent_twice_at_once_is_done_once_and_both_are_told_so(
    action: str, ada: Learner, ravi: Learner, rosa: Learner
) -> None:
    round, do, given = ready(action, ada, ravi, rosa)
    before = Event.objects.count()

    outcomes = the_same_twice(round, do, **given)

    assert [it for it in outcomes if isinstance(it, Exception)] == []
    assert Event.objects.count() == before + 1
    assert broken_chains() == []


def ready(
    action: str, ada: Learner, ravi: Learner, rosa: Learner
) -> tuple[Round, Callable[..., Any], dict[str, Any]]:
    """A round for which this may happen now, what to call, and with what."""
    if action == "hand_in":
        round = stories.written(stories.started(ada, stories.LINE))
        given = {"given": stories.to_hand_in(round), "project": project_of(round), "by": ada}
        return round, actions.hand_in, given
    round = stories.handed_in(ada)
    if action == "withdraw":
        return round, actions.withdraw, {"by": ada}
    if action == "appeal":
        given = {"reason": "It held.", "by": ada}
        return stories.decided(round, ravi), actions.appeal, given
    round = stories.claimed(round, ravi)
    if action == "decide":
        given = {"verdict": stories.verdict(round), "project": project_of(round), "by": ravi}
        return round, decisions.decide, given
    if action == "undo":
        return stories.sending(round, ravi), decisions.undo, {"by": ravi}
    do: Callable[..., Any] = getattr(decisions, action)
    return round, do, {"by": ravi} | ({} if action == "give_back" else {"to": rosa})


def test_a_project_begun_twice_at_once_is_begun_once(ada: Learner) -> None:
    project = stories.project_called(stories.LINE)
    start = partial(actions.start, ada, project, key=uuid4())

    assert len({it.pk for it in at_once(*[start] * 8) if isinstance(it, Round)}) == 1
    assert (Submission.objects.count(), Round.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_a_claim_sent_twice_at_once_is_one_claim(ada: Learner, ravi: Learner) -> None:
    waiting([ada, person("Ben"), person("Ines")])
    key = uuid4()

    outcomes = at_once(*[partial(claim_next, ravi, key)] * 2)

    assert len({it.pk for it in outcomes if isinstance(it, Round)}) == 1, outcomes
    assert all(isinstance(it, Round) for it in outcomes), outcomes
    assert Round.objects.held_by(ravi).count() == 1


def test_the_last_claim_of_the_queue_sent_again_is_still_that_claim(
    ada: Learner, ravi: Learner
) -> None:
    waiting([ada])
    key = uuid4()

    assert claim_next(ravi, key) == claim_next(ravi, key)


def test_two_claims_of_one_reviewer_at_once_are_two_claims(ada: Learner, ravi: Learner) -> None:
    rounds = waiting([ada, person("Ben"), person("Ines")])
    first, second = uuid4(), uuid4()

    outcomes = behind(
        use_key(rounds[0], first),
        partial(claim_next, ravi, first),
        partial(claim_next, ravi, second),
    )

    assert [type(it) for it in outcomes] == [Round, Round], outcomes
    assert Round.objects.held_by(ravi).count() == 2


def test_nobody_holds_more_than_they_may_however_often_they_ask(
    ada: Learner, ravi: Learner
) -> None:
    waiting([ada, *(person(f"Ben {number}") for number in range(9))])

    outcomes = at_once(*[partial(claim_next, ravi) for _ in range(10)])

    assert Round.objects.held_by(ravi).count() == 3, outcomes
    assert {type(it) for it in outcomes} == {Round, queue.NoFreeSlot}, outcomes


def test_an_assignment_and_a_claim_of_one_reviewer_at_once_both_succeed(
    ada: Learner, ravi: Learner
) -> None:
    first, second = waiting([ada, person("Ben")])
    key, alma = uuid4(), person("Alma", is_staff=True)
    assign = partial(decisions.assign, second.pk, ravi, by=alma, key=uuid4())

    outcomes = behind(use_key(first, key), partial(claim_next, ravi, key), meanwhile=assign)

    assert [type(it) for it in outcomes] == [Round, Round], outcomes
    assert Round.objects.held_by(ravi).count() == 2


def test_an_appeal_and_a_new_round_at_once_are_one_of_both(ada: Learner, ravi: Learner) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)
    key = uuid4()
    appeal = partial(actions.appeal, round.pk, "It held.", by=ada, key=key)
    go_on = partial(actions.next_round, round, project_of(round), by=ada, key=uuid4())

    outcomes = behind(use_key(round, key), appeal, go_on)

    assert [type(it) for it in outcomes] == [Round, Refused], outcomes
    assert broken_chains() == []


def test_a_claim_that_ran_out_is_one_reviewers_and_the_record_says_how(
    ada: Learner, ravi: Learner, rosa: Learner
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    Round.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    outcomes = at_once(partial(claim_next, rosa), clock.tend, partial(claim_next, rosa), clock.tend)

    assert [it for it in outcomes if isinstance(it, Exception)] == []
    round.refresh_from_db()
    assert broken_chains() == []
    lapse = Event.objects.get(round=round, action="lapse")
    assert (lapse.source, lapse.target) == (State.CLAIMED, State.WAITING)
    assert lapse.detail == {"reviewer": ravi.pk}


def test_what_is_touched_while_the_clock_comes_round_is_not_parked(ada: Learner) -> None:
    round = stories.started(ada, stories.LINE)
    Round.objects.update(touched_at=timezone.now() - clock.PARK_AFTER * 2)
    save = partial(actions.save_fields, round.pk, ada, {"wish": ({"text": "Is it tight?"}, 0)})

    # Both have seen the old date; the save is first in the line for the row.
    outcomes = behind(lock(round), save, clock.tend)

    round.refresh_from_db()
    assert round.state == State.DRAFT, outcomes
    assert Draft.objects.get().value == {"text": "Is it tight?"}


def test_a_reader_who_sent_it_back_can_be_given_the_review(
    ada: Learner, ravi: Learner, rosa: Learner
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    given = stories.verdict(round, wants_second_reader=True)
    decisions.decide(round.pk, given, project_of(round), by=ravi, key=uuid4())
    decisions.send_back(round.pk, "Say why.", by=rosa, key=uuid4())

    round = decisions.hand_over(round.pk, rosa, by=ravi, key=uuid4())

    assert round.is_held_by(rosa)
    assert Review.objects.get(round=round).check_note == "Say why."


def test_a_key_that_was_used_for_another_round_is_refused_in_words(
    ada: Learner, ravi: Learner
) -> None:
    first, second = waiting([ada, person("Ben")])
    key = uuid4()
    stories.claimed(first, ravi)
    stories.claimed(second, ravi)
    decisions.give_back(first.pk, by=ravi, key=key)

    with pytest.raises(Refused, match="once"):
        decisions.give_back(second.pk, by=ravi, key=key)

    second.refresh_from_db()
    assert second.is_held_by(ravi)


@pytest.mark.parametrize("action", ["hand_in", "withdraw", "appeal"])
def test_nobody_does_with_a_round_what_only_its_learner_may(
    action: str, ada: Learner, ravi: Learner, rosa: Learner
) -> None:
    round, do, given = ready(action, ada, ravi, rosa)

    with pytest.raises(Round.DoesNotExist):
        do(round.pk, key=uuid4(), **given | {"by": rosa})
