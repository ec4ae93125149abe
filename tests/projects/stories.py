"""Rounds in the state that a test needs, brought there the way people bring them there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from projects import actions, checklist, decisions, queue
from projects.documents import project_of, published
from projects.models import Calibration, Comment, Decision, Reply, Review, Round, Upload
from projects.news import page_of
from skillguide.content.schema import Exemplar, Project
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner

PARCEL, LINE = "tie-a-parcel", "rig-a-clothes-line"
"""The first is blind, has exemplars and every format; every review of the second is read twice."""

NOTE = """## Knots

A bowline at the corner, because it does not slip and comes undone again.

## Reasons

Two half hitches end the string. They hold under load, and can be tied with cold hands.
"""
CROSSINGS = [
    {"place": "corner", "knot": "bowline", "load_kg": "12.5", "note": "Creaked."},
    {"place": "end", "knot": "half hitch", "load_kg": "9", "note": ""},
]
PARCEL_WORK: dict[str, Any] = {
    "note": {"text": NOTE},
    "crossings": {"rows": CROSSINGS},
    "film": {"url": "https://example.org/film", "revision": ""},
}
LINE_WORK: dict[str, Any] = {"memo": {"text": "The line is pulled with 400 N by each tree."}}
WORKS = {PARCEL: PARCEL_WORK, LINE: LINE_WORK}
WISH = "Is the second knot worth its string?"


def project_called(slug: str = PARCEL) -> Project:
    found = published(f"tiny/project/{slug}")
    assert found
    return found


def started(learner: Learner, slug: str = PARCEL) -> Round:
    return actions.start(learner, project_called(slug), key=uuid4())


def written(round: Round, work: Mapping[str, Any] | None = None) -> Round:
    """All that is asked for is drafted, the photograph included."""
    slug = round.content_id.rpartition("/")[2]
    given: dict[str, Any] = dict(WORKS[slug] if work is None else work)
    if slug == PARCEL and work is None:
        given["photo"] = {"files": [photograph(round).value]}
    for name, value in given.items():
        field = f"work.{name}"
        actions.save_fields(round.pk, round.learner, {field: (value, version_of(round, field))})
    return round


def version_of(round: Round, field: str) -> int:
    drafts = round.learner.drafts.filter(name=round.draft_name(field))
    return drafts.values_list("version", flat=True).first() or 0


def photograph(round: Round) -> Upload:
    """Its row; nothing is on the disk."""
    upload = Upload(
        learner=round.learner,
        submission=round.submission,
        deliverable="photo",
        name="parcel.png",
        type="png",
        size=2048,
        sha256="0" * 64,
    )
    upload.file.name = f"{upload.id.hex[:2]}/{upload.id.hex}"
    upload.save(force_insert=True)
    return upload


def to_hand_in(round: Round, **fields: Any) -> actions.HandedIn:
    """The rest of what is asked for when a written round is handed in."""
    project = project_of(round)
    work = actions.work_of(round.learner, round, project)
    found = checklist.check_all(project, work, {})
    ticks = {it.id: {"ticked": True, "evidence": "I looked."} for it in project.checklist}
    outcomes = {id: {"ok": it.ok, "words": it.words} for id, it in found.items()}
    given: dict[str, Any] = {
        "work": work,
        "checklist": ticks | outcomes,
        "self_scores": {it.id: {"score": 1, "reason": "It held."} for it in project.rubric},
        "wish": WISH,
        "hours": Decimal(2),
    } | fields
    return actions.HandedIn(**given)


def handed_in(
    learner: Learner, slug: str = PARCEL, *, work: Mapping[str, Any] | None = None, **fields: Any
) -> Round:
    """Begun, written and waiting for a reviewer. A round that was begun before is gone on with."""
    round = written(started(learner, slug), work)
    return hand_in(round, **fields)


def hand_in(round: Round, **fields: Any) -> Round:
    given = to_hand_in(round, **fields)
    return actions.hand_in(round.pk, given, project_of(round), by=round.learner, key=uuid4())


def calibrated(reviewer: Learner) -> Learner:
    """Has tried every exemplar there is."""
    for it in library().documents.values():
        if isinstance(it, Exemplar):
            scores = {agreed.criterion: agreed.score for agreed in it.scores}
            Calibration.objects.get_or_create(
                reviewer=reviewer,
                content_id=f"{it.guide}/project/{it.project}",
                exemplar=it.key,
                defaults={"digest": it.digest, "scores": scores, "agreed": scores},
            )
    return reviewer


def claimed(round: Round, reviewer: Learner) -> Round:
    return queue.claim(round.pk, calibrated(reviewer), library(), key=uuid4())


def review_of(round: Round, reviewer: Learner) -> Review:
    return Review.objects.get(round=round, reviewer=reviewer)


def commented(
    round: Round, reviewer: Learner, text: str = "Say how you know.", **fields: Any
) -> Comment:
    """About the note as a whole unless an anchor says where."""
    review = review_of(round, reviewer)
    deliverable = next(iter(round.work))
    given: dict[str, Any] = {"deliverable": deliverable, "anchor": {}} | fields
    return Comment.objects.create(review=review, round=round, text=text, **given)


def verdict(round: Round, decision: str = "changes", **fields: Any) -> decisions.Verdict:
    scores = {it.id: {"score": 0, "note": "Not yet."} for it in project_of(round).rubric}
    reason = "The photograph cannot be opened." if decision == "unassessable" else ""
    given: dict[str, Any] = {
        "decision": Decision(decision),
        "scores": scores,
        "summary": "A neat parcel.",
        "reason": reason,
    } | fields
    return decisions.Verdict(**given)


def sending(
    round: Round,
    reviewer: Learner,
    decision: str = "changes",
    *,
    checker: Learner | None = None,
    **fields: Any,
) -> Round:
    """Decided by whoever holds it, and passed by the checker, if any; it can still be undone."""
    given = verdict(round, decision, wants_second_reader=checker is not None, **fields)
    round = decisions.decide(round.pk, given, project_of(round), by=reviewer, key=uuid4())
    if checker:
        round = decisions.pass_on(round.pk, by=checker, key=uuid4())
    return round


def decided(
    round: Round,
    reviewer: Learner,
    decision: str = "changes",
    *,
    checker: Learner | None = None,
    **fields: Any,
) -> Round:
    """Claimed (unless it is), decided, and with its learner."""
    if not round.is_held_by(reviewer):
        round = claimed(round, reviewer)
    round = sending(round, reviewer, decision, checker=checker, **fields)
    decisions.release(round.pk, timezone.now() + decisions.UNDO + timedelta(seconds=1))
    round.refresh_from_db()
    return round


def next_round(round: Round) -> Round:
    return actions.next_round(round, project_of(round), by=round.learner, key=uuid4())


def appealed(round: Round, reason: str = "The photograph opens here.") -> Round:
    return actions.appeal(round.pk, reason, by=round.learner, key=uuid4())


def replied(comment: Comment, author: Learner, text: str = "I will.", **fields: Any) -> Reply:
    given: dict[str, Any] = {"settles": False, "key": uuid4()} | fields
    return actions.reply(comment, author, text, **given)


def key_of(response: HttpResponseBase) -> str:
    """Of the first form that has one."""
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def words(client: Client, round: Round, part: str = "") -> str:
    """A round's page without its marks, and without line breaks."""
    html = client.get(page_of(round) + part).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1") :]).split())
