"""Each action: done once under its key, refused from every state that it does not start in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from projects import actions, clock, decisions, queue
from projects.documents import project_of
from projects.models import Event, Review, Round, SecondReading
from projects.states import TRANSITIONS, State
from projects.steps import Refused, not_now
from skillguide.editions.shelf import library
from skillguide.learners.drafts import save_draft
from skillguide.learners.models import Draft, Learner, Notice
from tests.projects import stories


@dataclass(frozen=True)
class People:
    ada: Learner
    ravi: Learner
    alma: Learner


@pytest.fixture
def people(ada: Learner, ravi: Learner, alma: Learner) -> People:
    stories.calibrated(alma)
    return People(ada, stories.calibrated(ravi), alma)


Act = Callable[[Round, People, UUID], object]
ACTIONS: dict[str, Act] = {
    "hand_in": lambda it, by, key: actions.hand_in(
        it.pk, stories.to_hand_in(it), project_of(it), by=by.ada, key=key
    ),
    "withdraw": lambda it, by, key: actions.withdraw(it.pk, by=by.ada, key=key),
    "claim": lambda it, by, key: queue.claim(it.pk, by.ravi, library(), key=key),
    "lapse": lambda it, by, key: decisions.lapse(it.pk, timezone.now() + timedelta(hours=1)),
    "give_back": lambda it, by, key: decisions.give_back(it.pk, by=by.ravi, key=key),
    "hand_over": lambda it, by, key: decisions.hand_over(it.pk, by.alma, by=by.ravi, key=key),
    "assign": lambda it, by, key: decisions.assign(it.pk, by.ravi, by=by.alma, key=key),
    "decide": lambda it, by, key: decisions.decide(
        it.pk, stories.verdict(it), project_of(it), by=by.ravi, key=key
    ),
    "send_back": lambda it, by, key: decisions.send_back(it.pk, "Look again.", by=by.alma, key=key),
    "pass_on": lambda it, by, key: decisions.pass_on(it.pk, by=by.alma, key=key),
    "undo": lambda it, by, key: decisions.undo(it.pk, by=by.ravi, key=key),
    "release": lambda it, by, key: decisions.release(it.pk, timezone.now() + timedelta(hours=1)),
    "appeal": lambda it, by, key: actions.appeal(it.pk, "Look at row 2.", by=by.ada, key=key),
    "park": lambda it, by, key: clock.park(it.pk, timezone.now() + clock.PARK_AFTER),
    "reopen": lambda it, by, key: actions.reopen(it.pk, by=by.ada, key=key),
}
BY_THE_CLOCK = ("lapse", "release", "park")


def _parked(by: People) -> Round:
    round = stories.written(stories.started(by.ada))
    clock.park(round.pk, timezone.now() + clock.PARK_AFTER)
    return round


def _waiting(by: People) -> Round:
    return stories.handed_in(by.ada)


def _claimed(by: People) -> Round:
    return stories.claimed(_waiting(by), by.ravi)


BROUGHT: dict[State, Callable[[People], Round]] = {
    State.DRAFT: lambda by: stories.written(stories.started(by.ada)),
    State.PARKED: _parked,
    State.WAITING: _waiting,
    State.CLAIMED: _claimed,
    State.CHECKING: lambda by: decisions.decide(
        (it := _claimed(by)).pk,
        stories.verdict(it, wants_second_reader=True),
        project_of(it),
        by=by.ravi,
        key=uuid4(),
    ),
    State.SENDING: lambda by: stories.sending(_claimed(by), by.ravi),
    State.ACCEPTED: lambda by: stories.decided(_waiting(by), by.ravi, "accepted"),
    State.CHANGES: lambda by: stories.decided(_waiting(by), by.ravi, "changes"),
    State.UNASSESSABLE: lambda by: stories.decided(_waiting(by), by.ravi, "unassessable"),
}
"""How a round comes to each state."""


def brought(state: State, people: People) -> Round:
    round = BROUGHT[state](people)
    round.refresh_from_db()
    assert round.state == state
    return round


def test_every_transition_is_tried_here() -> None:
    assert set(ACTIONS) | {"start"} == set(TRANSITIONS)
    assert set(BROUGHT) == set(State)


WAYS = [(action, state) for action in ACTIONS for state in sorted(TRANSITIONS[action].sources)]
NO_WAYS = [(it, state) for it in ACTIONS for state in State if (it, state) not in WAYS]


@pytest.mark.parametrize(("action", "state"), WAYS)
def test_an_action_leads_where_the_table_says_and_is_recorded(
    action: str, state: State, people: People
) -> None:
    round = brought(state, people)
    key = uuid4()

    ACTIONS[action](round, people, key)

    round.refresh_from_db()
    event = round.events.order_by("id").last()
    assert event
    assert round.state in TRANSITIONS[action].targets
    assert (event.action, event.source, event.target) == (action, state, round.state)
    assert event.digest == round.digest
    assert event.edition > 0
    assert (event.actor is None) == (action in BY_THE_CLOCK)


@pytest.mark.parametrize(("action", "state"), NO_WAYS)
def test_an_action_is_refused_from_any_other_state(
    action: str, state: State, people: People
) -> None:
    round = brought(state, people)
    before = Round.objects.filter(pk=round.pk).values().get()
    events = Event.objects.count()

    with pytest.raises(Refused) as caught:
        ACTIONS[action](round, people, uuid4())

    assert Round.objects.filter(pk=round.pk).values().get() == before
    assert Event.objects.count() == events
    if action != "claim":
        assert str(caught.value) == not_now(state, action)


@pytest.mark.parametrize(("action", "state"), [way for way in WAYS if way[0] not in BY_THE_CLOCK])
def test_an_action_is_done_once_under_its_key(action: str, state: State, people: People) -> None:
    round = brought(state, people)
    given = uuid4()
    ACTIONS[action](round, people, given)
    after = Round.objects.filter(pk=round.pk).values().get()
    counts = Event.objects.count(), Notice.objects.count(), Review.objects.count()

    ACTIONS[action](round, people, given)

    assert Round.objects.filter(pk=round.pk).values().get() == after
    assert (Event.objects.count(), Notice.objects.count(), Review.objects.count()) == counts


def test_starting_twice_gives_the_round_that_there_is(people: People) -> None:
    rounds = {stories.started(people.ada).pk for _ in range(2)}

    assert Round.objects.get().pk in rounds
    assert len(rounds) == 1
    assert Event.objects.count() == 1


def test_going_on_twice_makes_one_next_round(people: People) -> None:
    before = brought(State.CHANGES, people)

    rounds = {stories.next_round(before).pk for _ in range(2)}

    assert len(rounds) == 1
    assert Round.objects.count() == 2


def test_accepted_work_has_no_next_round(people: People) -> None:
    round = brought(State.ACCEPTED, people)

    with pytest.raises(Refused, match="when changes were requested"):
        stories.next_round(round)


def test_the_next_round_begins_with_the_words_of_the_last(people: People) -> None:
    before = brought(State.CHANGES, people)

    round = stories.next_round(before)

    drafts = Draft.objects.of(people.ada).below(f"round/{round.id}").by_field()
    words = {name.partition("work.")[2]: it.value for name, it in drafts.items() if "work." in name}
    assert words == before.work
    assert not any("score." in name or "wish" in name for name in drafts)


# ── Appeals ──────────────────────────────────────────────────────────────────────────────


def test_an_appeal_goes_to_another_reviewer(people: People) -> None:
    round = stories.appealed(brought(State.CHANGES, people))

    assert not queue.open_to(people.ravi, library(), timezone.now()).exists()
    with pytest.raises(Refused):
        queue.claim(round.pk, people.ravi, library(), key=uuid4())
    with pytest.raises(Refused, match="has judged this round before"):
        decisions.assign(round.pk, people.ravi, by=people.alma, key=uuid4())

    claimed = stories.claimed(round, people.alma)
    assert stories.review_of(claimed, people.alma).on_appeal


def test_a_round_is_appealed_against_once(people: People) -> None:
    round = stories.appealed(brought(State.CHANGES, people))
    stories.decided(round, people.alma)

    with pytest.raises(Refused, match="once"):
        stories.appealed(round)


def test_an_appeal_is_not_withdrawn(people: People) -> None:
    round = stories.appealed(brought(State.UNASSESSABLE, people))

    with pytest.raises(Refused, match="cannot be taken back"):
        actions.withdraw(round.pk, by=people.ada, key=uuid4())


def test_an_earlier_round_is_not_appealed_against(people: People) -> None:
    round = brought(State.CHANGES, people)
    stories.next_round(round)

    with pytest.raises(Refused, match="begun a new round"):
        stories.appealed(round)


# ── Claims that change hands ─────────────────────────────────────────────────────────────


def test_handing_over_hands_over_what_was_written(people: People) -> None:
    round = brought(State.CLAIMED, people)
    review = stories.review_of(round, people.ravi)
    words: dict[str, dict[str, object]] = {
        "summary": {"text": "A neat parcel."},
        "score.choice": {"score": 1, "note": "Fair."},
    }
    for name, value in words.items():
        decisions.save_review(review, people.ravi, {name: (value, 0)})
    comment = stories.commented(round, people.ravi)

    decisions.hand_over(round.pk, people.alma, by=people.ravi, key=uuid4())

    round.refresh_from_db()
    review.refresh_from_db()
    assert (round.reviewer, review.reviewer) == (people.alma, people.alma)
    for owner in (people.alma, people.ravi):
        drafts = Draft.objects.of(owner).below(f"review/{review.id}").by_field()
        assert {name: it.value for name, it in drafts.items()} == words
    assert review.comments.get() == comment
    assert Notice.objects.get(learner=people.alma).url.endswith(f"{round.pk}/")


def test_a_claim_is_not_handed_to_whoever_may_not_have_it(people: People, ben: Learner) -> None:
    round = brought(State.CLAIMED, people)

    for to, why in ((people.ada, "their own work"), (ben, "is no reviewer")):
        with pytest.raises(Refused, match=why):
            decisions.hand_over(round.pk, to, by=people.ravi, key=uuid4())
    round.refresh_from_db()
    assert round.reviewer == people.ravi


def test_a_draft_review_waits_for_whoever_gave_it_back(people: People) -> None:
    round = brought(State.CLAIMED, people)
    review = stories.review_of(round, people.ravi)
    decisions.save_review(review, people.ravi, {"summary": ({"text": "Neat."}, 0)})
    decisions.give_back(round.pk, by=people.ravi, key=uuid4())

    stories.claimed(round, people.ravi)

    assert stories.review_of(round, people.ravi) == review
    name = review.draft_name("summary")
    assert Draft.objects.of(people.ravi).get(name=name).value == {"text": "Neat."}


@pytest.mark.parametrize("action", ["give_back", "decide", "hand_over"])
def test_only_the_holder_acts_on_a_claim(action: str, people: People, ben: Learner) -> None:
    round = brought(State.CLAIMED, people)
    others = People(people.ada, ravi=people.alma, alma=ben)

    with pytest.raises(Refused, match="claim on it has ended"):
        ACTIONS[action](round, others, uuid4())


@pytest.mark.parametrize("action", ["pass_on", "send_back"])
def test_a_reviewer_is_not_their_own_second_reader(action: str, people: People) -> None:
    round = brought(State.CHECKING, people)

    with pytest.raises(Refused, match="somebody else"):
        ACTIONS[action](round, People(people.ada, people.alma, alma=people.ravi), uuid4())


def test_a_decision_is_undone_by_who_sent_it_and_within_two_minutes(
    people: People, ben: Learner
) -> None:
    round = brought(State.SENDING, people)

    with pytest.raises(Refused, match="Only who sent it"):
        decisions.undo(round.pk, by=ben, key=uuid4())
    Round.objects.filter(pk=round.pk).update(release_at=timezone.now())
    with pytest.raises(Refused, match="too late to undo it"):
        decisions.undo(round.pk, by=people.ravi, key=uuid4())


def test_an_undone_decision_is_the_reviewers_again_and_unseen(people: People) -> None:
    round = brought(State.SENDING, people)

    decisions.undo(round.pk, by=people.ravi, key=uuid4())

    round.refresh_from_db()
    review = stories.review_of(round, people.ravi)
    assert round.is_held_by(people.ravi)
    assert (review.decision, review.decided_at, review.sent_at) == ("", None, None)
    assert actions.reviews_for_learner(round) == []
    assert not Notice.objects.filter(learner=people.ada).exists()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_reviews_is_read_twice(
    share: float, people: People, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.READ_TWICE = share  # type: ignore[attr-defined]

    round = brought(State.CHANGES, people)

    readings = SecondReading.objects.filter(round=round)
    assert readings.count() == share
    assert all(it.first_reviewer == people.ravi for it in readings)


def test_words_that_changed_while_handing_in_are_not_handed_in_unseen(people: People) -> None:
    round = brought(State.DRAFT, people)
    seen = stories.to_hand_in(round)
    note = Draft.objects.of(people.ada).get(name=round.draft_name("work.note"))
    save_draft(people.ada, note.name, {"text": "Other words."}, base=note.version)

    with pytest.raises(Refused, match="changed in another tab"):
        actions.hand_in(round.pk, seen, project_of(round), by=people.ada, key=uuid4())


def test_words_that_come_after_handing_in_are_kept_beside(people: People) -> None:
    round = brought(State.WAITING, people)
    version = stories.version_of(round, "work.note")

    late = {"work.note": ({"text": "Too late."}, version)}
    saved = actions.save_fields(round.pk, people.ada, late)

    aside = saved["work.note"].aside
    assert aside
    assert aside.value == {"text": "Too late."}
    round.refresh_from_db()
    assert round.work["note"]["text"] == stories.NOTE
