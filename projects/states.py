"""The states of a round of work, and every way from one to the next: THE table.

The database enforces it as well: a trigger lets a round's state change only as this table says.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "being written"
    PARKED = "parked", "parked"
    WAITING = "waiting", "waiting for a reviewer"
    CLAIMED = "claimed", "being reviewed"
    CHECKING = "checking", "with a second reader"
    SENDING = "sending", "being reviewed"  # as learners see it: it may still be undone
    ACCEPTED = "accepted", "accepted"
    CHANGES = "changes", "changes requested"
    UNASSESSABLE = "unassessable", "could not be assessed"


DECIDED = frozenset([State.ACCEPTED, State.CHANGES, State.UNASSESSABLE])
WITH_THE_LEARNER = frozenset([State.DRAFT, State.PARKED])
IN_REVIEW = frozenset([State.WAITING, State.CLAIMED, State.CHECKING, State.SENDING])


@dataclass(frozen=True)
class Transition:
    """One thing that can happen to a round."""

    sources: frozenset[State]
    targets: frozenset[State]
    words: str
    """What happened, for the record: “… by Ravi”."""


def _way(sources: str, targets: str, words: str) -> Transition:
    """States as words, several with spaces between them."""
    return Transition(
        frozenset(State(it) for it in sources.split()),
        frozenset(State(it) for it in targets.split()),
        words,
    )


TRANSITIONS = {
    "start": _way("", "draft", "round begun"),
    "hand_in": _way("draft", "waiting", "handed in"),
    "withdraw": _way("waiting", "draft", "withdrawn"),
    "claim": _way("waiting", "claimed", "claimed"),
    "lapse": _way("claimed", "waiting", "returned to the queue: the claim ran out"),
    "give_back": _way("claimed", "waiting", "given back to the queue"),
    "hand_over": _way("claimed", "claimed", "handed over"),
    "assign": _way("waiting claimed", "claimed", "assigned"),
    "decide": _way("claimed", "checking sending", "decided"),
    "send_back": _way("checking", "claimed", "sent back by the second reader"),
    "pass_on": _way("checking", "sending", "passed by the second reader"),
    "undo": _way("sending checking", "claimed", "decision undone"),
    "release": _way("sending", "accepted changes unassessable", "sent to the learner"),
    "appeal": _way("changes unassessable", "waiting", "appealed against"),
    "park": _way("draft", "parked", "parked"),
    "reopen": _way("parked", "draft", "opened again"),
}


def changes() -> set[tuple[State, State]]:
    """Every change of state that is allowed, from and to."""
    return {
        (source, target)
        for transition in TRANSITIONS.values()
        for source in transition.sources
        for target in transition.targets
        if source != target
    }
