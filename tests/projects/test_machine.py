"""One round, its learner, two reviewers and time, in any order; held against a model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from projects import actions, clock, decisions, queue
from projects.documents import project_of
from projects.models import Event, Review, Round
from projects.states import DECIDED, TRANSITIONS, State
from projects.steps import Refused
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.projects.crowd import broken_chains, person

WHO = st.sampled_from(["Ravi", "Rosa"])
DECISIONS = st.sampled_from(["accepted", "changes", "unassessable"])


class Desk(RuleBasedStateMachine):
    """What the model knows is what the page of the rules would say: a state, and whose it is."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.reviewer = ""
        self.decision = ""
        self.number = 1
        self.judged: set[str] = set()
        self.appealed = False
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    @initialize()
    def begin(self) -> None:
        self.ada = person("Ada")
        self.people = {
            name: stories.calibrated(person(name, is_reviewer=True)) for name in ("Ravi", "Rosa")
        }
        self.round = stories.written(stories.started(self.ada))
        self.last: Callable[[], object] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def step(
        self, action: str, do: Callable[[UUID], object], *, allowed: bool = True, to: State
    ) -> bool:
        """It happens if, and only if, the model says so."""
        expected = allowed and self.state in TRANSITIONS[action].sources
        key, done = uuid4(), True
        try:
            do(key)
        except Refused:
            done = False
        assert done is expected, f"{action} from {self.state}"
        if done:
            self.state = to
            self.last = lambda: do(key)
        return done

    def give_to(self, name: str) -> None:
        self.reviewer = name

    # The learner

    @rule()
    def hand_in(self) -> None:
        given = stories.to_hand_in(self.round)
        self.step(
            "hand_in",
            lambda key: actions.hand_in(
                self.round.pk, given, project_of(self.round), by=self.ada, key=key
            ),
            to=State.WAITING,
        )

    @rule()
    def withdraw(self) -> None:
        def do(key: UUID) -> object:
            return actions.withdraw(self.round.pk, by=self.ada, key=key)

        self.step("withdraw", do, allowed=not self.appealed, to=State.DRAFT)

    @rule()
    def appeal(self) -> None:
        def do(key: UUID) -> object:
            return actions.appeal(self.round.pk, "It held.", by=self.ada, key=key)

        if self.step("appeal", do, allowed=not self.appealed, to=State.WAITING):
            self.appealed = True
            self.give_to("")

    @rule()
    def reopen(self) -> None:
        def do(key: UUID) -> object:
            return actions.reopen(self.round.pk, by=self.ada, key=key)

        self.step("reopen", do, to=State.DRAFT)

    @precondition(lambda self: self.state in (State.CHANGES, State.UNASSESSABLE))
    @rule()
    def next_round(self) -> None:
        self.round = stories.next_round(self.round)
        self.state, self.number = State.DRAFT, self.number + 1
        self.give_to("")
        self.judged, self.appealed, self.last = set(), False, None

    # Reviewers

    @rule(who=WHO)
    def claim_next(self, who: str) -> None:
        claimed = queue.claim_next(self.people[who], library(), key=uuid4())
        assert (claimed is not None) is (self.state == State.WAITING and who not in self.judged)
        if claimed:
            self.state = State.CLAIMED
            self.give_to(who)

    @rule(who=WHO)
    def give_back(self, who: str) -> None:
        def do(key: UUID) -> object:
            return decisions.give_back(self.round.pk, by=self.people[who], key=key)

        if self.step("give_back", do, allowed=who == self.reviewer, to=State.WAITING):
            self.give_to("")

    @rule(who=WHO, to=WHO)
    def hand_over(self, who: str, to: str) -> None:
        def do(key: UUID) -> object:
            people = self.people
            return decisions.hand_over(self.round.pk, people[to], by=people[who], key=key)

        begun = Review.objects.filter(round=self.round, reviewer=self.people[to]).exists()
        allowed = who == self.reviewer and not begun
        if self.step("hand_over", do, allowed=allowed, to=State.CLAIMED):
            self.give_to(to)

    @rule(to=WHO)
    def assign(self, to: str) -> None:
        def do(key: UUID) -> object:
            return decisions.assign(self.round.pk, self.people[to], by=self.ada, key=key)

        if self.step("assign", do, allowed=to not in self.judged, to=State.CLAIMED):
            self.give_to(to)

    @rule(who=WHO, decision=DECISIONS, checked=st.booleans())
    def decide(self, who: str, decision: str, checked: bool) -> None:
        given = stories.verdict(self.round, decision, wants_second_reader=checked)

        def do(key: UUID) -> object:
            project = project_of(self.round)
            return decisions.decide(self.round.pk, given, project, by=self.people[who], key=key)

        to = State.CHECKING if checked else State.SENDING
        if self.step("decide", do, allowed=who == self.reviewer, to=to):
            self.decision = decision

    @rule(who=WHO)
    def pass_on(self, who: str) -> None:
        def do(key: UUID) -> object:
            return decisions.pass_on(self.round.pk, by=self.people[who], key=key)

        self.step("pass_on", do, allowed=who != self.reviewer, to=State.SENDING)

    @rule(who=WHO)
    def send_back(self, who: str) -> None:
        def do(key: UUID) -> object:
            return decisions.send_back(self.round.pk, "Say why.", by=self.people[who], key=key)

        self.step("send_back", do, allowed=who != self.reviewer, to=State.CLAIMED)

    @precondition(lambda self: self.reviewer)
    @rule()
    def undo(self) -> None:
        def do(key: UUID) -> object:
            return decisions.undo(self.round.pk, by=self.people[self.reviewer], key=key)

        self.step("undo", do, to=State.CLAIMED)

    # Time, and impatience

    @rule()
    def the_claim_runs_out(self) -> None:
        clock.tend(timezone.now() + queue.LEASE + timedelta(minutes=1))
        self._sent()
        if self.state == State.CLAIMED:
            self.state = State.WAITING
            self.give_to("")

    @rule()
    def two_minutes_pass(self) -> None:
        clock.tend(timezone.now() + decisions.UNDO + timedelta(seconds=1))
        self._sent()

    @rule()
    def a_month_passes_for_the_learner(self) -> None:
        if self.state == State.DRAFT:
            clock.park(self.round.pk, timezone.now() + clock.PARK_AFTER + timedelta(days=1))
            self.state = State.PARKED

    def _sent(self) -> None:
        if self.state == State.SENDING:
            self.state = State(self.decision)
            self.judged.add(self.reviewer)

    @precondition(lambda self: self.last)
    @rule()
    def the_last_form_is_sent_again(self) -> None:
        assert self.last
        self.last()

    # What holds at any time

    @invariant()
    def the_round_is_where_the_model_is(self) -> None:
        round = Round.objects.get(pk=self.round.pk)
        assert (round.state, round.number) == (self.state, self.number)
        assert self._name(round.reviewer) == self.reviewer

    @invariant()
    def the_record_tells_the_whole_way(self) -> None:
        assert broken_chains() == []

    @invariant()
    def the_learner_sees_what_was_sent_and_no_more(self) -> None:
        seen = actions.reviews_for_learner(self.round)
        assert {self._name(it.reviewer) for it in seen} == self.judged
        assert all(it.sent_at and it.decision for it in seen)

    @invariant()
    def there_is_one_round_that_is_not_decided_at_most(self) -> None:
        assert Round.objects.exclude(state__in=DECIDED).count() == (self.state not in DECIDED)
        assert Review.objects.filter(reviewer=self.ada).count() == 0
        assert Event.objects.filter(action="start").count() == self.number

    def _name(self, who: Learner | None) -> str:
        return who.name if who else ""


@pytest.mark.django_db
def test_every_order_of_steps_comes_to_where_the_table_says() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
