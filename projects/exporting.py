"""The list of rounds: the same cells on the screen and in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from django.db.models import Prefetch, Q
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.figures import title_of
from projects.models import Event, Review, Round
from projects.scope import Scope
from projects.states import State
from skillguide.editions.shelf import library
from skillguide.learners.doors import LearnerRequest, admin_required
from skillguide.spreadsheets import defused

COLUMNS = ("Project", "Learner", "Round", "State", "Begun", "Handed in", "Decided", "Reviewer",
           "Decision", "Scores", "Record")  # fmt: skip
BATCH = 500

DECISIONS = {
    State.ACCEPTED: "accepted",
    State.CHANGES: "changes requested",
    State.UNASSESSABLE: "not assessable",
}
STATES = {State(it.value): str(it.label) for it in State} | {
    State.SENDING: "decided, not yet sent",
    **dict.fromkeys(DECISIONS, "decided"),
}
"""Those of `State` are for learners, who need not know everything."""


def rounds_after(scope: Scope, after: Round | None, most: int) -> list[Round]:
    """The next of everything to which something happened in the period; the newest first."""
    moved = Event.objects.filter(at__gte=scope.since).values("round")
    rows = Round.objects.filter(scope.of(), pk__in=moved).order_by("-started_at", "-id")
    if after is not None:
        earlier = Q(started_at=after.started_at, id__lt=after.id)
        rows = rows.filter(Q(started_at__lt=after.started_at) | earlier)
    sent = Review.objects.sent().order_by("sent_at").only("round_id", "scores", "sent_at")
    rows = rows.select_related("learner", "reviewer").defer("work", "checklist", "self_scores")
    return list(rows.prefetch_related(Prefetch("reviews", queryset=sent, to_attr="sent"))[:most])


def cells(round: Round) -> list[str]:
    """One line, in the order of `COLUMNS`."""
    state = State(round.state)
    return [
        title_of(round.content_id),
        str(round.learner),
        str(round.number),
        STATES[state],
        _when(round.started_at),
        _when(round.handed_in_at),
        _when(round.decided_at) if state in DECISIONS else "",
        str(round.reviewer or ""),
        DECISIONS.get(state, ""),
        _scores(round) if state in DECISIONS else "",
        str(round.pk),
    ]


def _when(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _scores(round: Round) -> str:
    """Of the last review that the learner got."""
    reviews: list[Review] = round.sent  # type: ignore[attr-defined]  # prefetched above
    scores = reviews[-1].scores if reviews else {}
    given = {id: it.get("score") for id, it in sorted(scores.items())}
    return ", ".join(f"{id} {score}" for id, score in given.items() if score is not None)


@admin_required
@require_safe
def export(request: LearnerRequest) -> StreamingHttpResponse:
    """As the screen shows it, all pages of it, for a spreadsheet."""
    now = timezone.now()
    scope = Scope.read(request.GET, library(), now)
    response = StreamingHttpResponse(_lines(scope), content_type="text/csv; charset=utf-8")
    name = f"rounds-{timezone.localtime(now):%Y-%m-%d-%H%M%S}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _batches(scope: Scope) -> Iterator[list[Round]]:
    last = None
    while batch := rounds_after(scope, last, BATCH):
        yield batch
        last = batch[-1]


def _lines(scope: Scope) -> Iterator[bytes]:
    yield "\ufeff".encode() + _line(list(COLUMNS))
    for batch in _batches(scope):
        yield b"".join(_line(cells(round)) for round in batch)


def _line(values: list[str]) -> bytes:
    buffer = StringIO()
    csv.writer(buffer).writerow([defused(value) for value in values])
    return buffer.getvalue().encode()
