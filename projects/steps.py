"""One step of a round from state to state: locked, checked, recorded, and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.models import Event, Round
from projects.states import TRANSITIONS, State
from skillguide.editions.shelf import edition_number
from skillguide.learners.models import Learner

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 10
ITS_LEARNERS = frozenset(["hand_in", "withdraw", "appeal", "reopen"])
"""What nobody else does with a round."""

NOT_NOW = {
    State.DRAFT: "It is with its learner, and not handed in.",
    State.PARKED: "It is parked until its learner opens it again.",
    State.WAITING: "It waits in the queue.",
    State.CLAIMED: "A reviewer has claimed it.",
    State.CHECKING: "It is with a second reader.",
    State.SENDING: "A decision is on its way.",
    State.ACCEPTED: "It has been accepted.",
    State.CHANGES: "Changes have been requested.",
    State.UNASSESSABLE: "It could not be assessed.",
}


class Refused(Exception):
    """Something cannot be done now; the sentence is for whoever asked for it."""


class KeyUsed(Refused):
    """The key of one form came again with another."""

    def __init__(self) -> None:
        super().__init__("This form was used once already. Load the page again and retry.")


def one_transaction(action: Callable[P, T]) -> Callable[P, T]:
    """All of it or nothing; begun again if another claim took the reviewer's slot meanwhile."""

    @wraps(action)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    return action(*args, **kwargs)
            except IntegrityError as error:
                _explain(error)
        raise Refused("Too many things happen at once. Try again in a moment.")

    return wrapper


def _explain(error: IntegrityError) -> None:
    """Return if trying again helps."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name in ("one_event_per_round_and_key", "one_event_per_actor_and_key"):
        raise KeyUsed from error
    if name != "one_claim_per_reviewer_and_slot":
        raise error


@dataclass
class Step:
    """A transition under way, its round locked until the transaction ends."""

    round: Round
    action: str
    by: Learner | None
    key: UUID
    repeated: bool
    """It was done before, under this key: then there is nothing left to do."""

    @classmethod
    def begin(cls, round_id: UUID, action: str, *, by: Learner | None, key: UUID) -> Step:
        """Lock the round and see that the table allows it; else raise `Refused`."""
        rounds = Round.objects.select_for_update(no_key=True)
        own = {"learner": by} if action in ITS_LEARNERS else {}
        round = rounds.get(pk=round_id, **own)
        # Not in the same statement: that one sees the record as it was before it waited.
        repeated = Event.objects.filter(round=round, key=key).exists()
        step = cls(round, action, by, key, repeated)
        if not repeated and round.state not in TRANSITIONS[action].sources:
            raise Refused(not_now(State(round.state), action))
        return step

    def end(self, state: State, **detail: Any) -> Round:
        """Save what was changed, and record it."""
        if state not in TRANSITIONS[self.action].targets:
            raise ValueError(f"{self.action} does not lead to {state}")
        event = event_of(self.round, self.action, self.by, self.key, state, **detail)
        self.round.state = state
        self.round.save()
        event.save(force_insert=True)
        return self.round


def not_now(state: State, action: str) -> str:
    """Learners are not told how far a review is."""
    unsaid = action in ITS_LEARNERS and state in (State.CHECKING, State.SENDING)
    return NOT_NOW[State.CLAIMED if unsaid else state]


def event_of(
    round: Round, action: str, by: Learner | None, key: UUID, state: State, **detail: Any
) -> Event:
    """The record's next line about a round that is about to come to `state`."""
    return Event(
        round=round,
        learner_id=round.learner_id,
        actor=by,
        action=action,
        source=round.state if TRANSITIONS[action].sources else "",
        target=state,
        at=timezone.now(),
        edition=edition_number(),
        digest=round.digest,
        key=key,
        detail=detail,
    )
