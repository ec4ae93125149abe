"""What stands on the page of one review: the work, the rubric, what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from projects import review_form
from projects.display import homeless, shown, to_show
from projects.documents import contents_of, project_of
from projects.judged import JudgedCriterion, judged, shown_items, shown_review
from projects.models import Comment, Decision, Review, Round, SavedComment
from projects.showing import render_text
from projects.states import State
from projects.steps import NOT_NOW
from skillguide.content.schema import Criterion, Project
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import LearnerRequest
from skillguide.learners.models import Draft, Learner

MOST_SAVED = 100


@dataclass(frozen=True)
class Field:
    """One field of the review as the form shows it."""

    name: str
    value: Mapping[str, Any]
    version: int = 0
    error: str = ""
    other: str = ""
    """The words that another tab had saved meanwhile, if it did."""
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Earlier:
    """What a criterion got in a review before this one."""

    round_number: int
    grade: str


@dataclass(frozen=True)
class RubricRow:
    """A criterion, what the learner thinks of it, and what it got before."""

    criterion: Criterion
    field: Field
    own: JudgedCriterion
    earlier: list[Earlier]


@dataclass(frozen=True)
class Commenting:
    """The comment that is being written: where its form stands."""

    field: Field
    on: str
    changes: UUID | None

    @classmethod
    def of(cls, field: Field) -> Commenting | None:
        on = field.value["on"]
        if not on:
            return None
        id = on.removeprefix("comment:")
        return cls(field, on, UUID(id) if id != on else None)


@dataclass(frozen=True)
class Sheet:
    """The fields of a review, by name."""

    fields: dict[str, Field]
    hand_over_error: str = ""

    def of(self, criterion: Criterion) -> Field:
        return self.fields[f"score.{criterion.id}"]

    @property
    def errors(self) -> list[Field]:
        return [it for it in self.fields.values() if it.error]

    @property
    def conflicts(self) -> list[Field]:
        return [it for it in self.fields.values() if it.other]


def drafts_of(review: Review, reviewer: Learner) -> dict[str, Draft]:
    return Draft.objects.of(reviewer).below(f"review/{review.id}").by_field()


def values_of(project: Project, drafts: Mapping[str, Draft]) -> dict[str, Mapping[str, Any]]:
    """What each field holds now."""
    found = {name: drafts[name].value for name in drafts}
    return {name: found.get(name) or review_form.empty(name) for name in review_form.names(project)}


def draft_sheet(
    project: Project,
    drafts: Mapping[str, Draft],
    *,
    typed: Mapping[str, Mapping[str, Any]] | None = None,
    errors: Mapping[str, str] | None = None,
    conflicts: Mapping[str, str] | None = None,
) -> Sheet:
    """The form over a reviewer's drafts. `typed` is what just came and is not the draft."""
    values = values_of(project, drafts) | dict(typed or {})
    return Sheet(
        {
            name: Field(
                name,
                value,
                drafts[name].version if name in drafts else 0,
                (errors or {}).get(name, ""),
                (conflicts or {}).get(name, ""),
                drafts[name].saved_at if name in drafts else None,
            )
            for name, value in values.items()
        },
        (errors or {}).get("hand_over", ""),
    )


def review_page(
    request: LearnerRequest,
    round: Round,
    sheet: Sheet | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """As this person may see it. `sheet` is the form again after something was wrong."""
    page, me = rendered(project_of(round)), request.user
    reviews = _reviews(round)
    of_round = (it for it in reviews if it.round_id == round.pk)
    own = next((it for it in of_round if it.reviewer_id == me.pk), None)
    held = round.is_held_by(me)
    context = {
        "round": round,
        "page": page,
        "held": held,
        "own": own,
        "now": timezone.now(),
        "key": uuid4(),
        "keys_template": "projects/_review_keys.html",
        **_heading(round, page),
        **_work(me, round, page, reviews, own),
        **(_form(me, page, own, reviews, sheet) if held and own else {}),
        **_what_may_be_done(me, round, own),
        **more,
    }
    return render(request, "projects/review.html", context, status=status)


def _reviews(round: Round) -> list[Review]:
    """Of all rounds of the same work, oldest first."""
    rows = Review.objects.filter(round__submission=round.submission_id)
    rows = rows.select_related("round", "reviewer", "checked_by").defer("round__work")
    return list(rows.order_by("round__number", "started_at"))


def _heading(round: Round, page: Project) -> dict[str, Any]:
    contents = contents_of(round)
    return {
        "contents": contents,
        "level": contents.levels.get(f"project/{page.key}") if contents else None,
        "published": contents.get("project", page.key) if contents else None,
        "learner": "" if page.blind else str(round.learner),
        "state_words": NOT_NOW[State(round.state)],
    }


def _work(
    me: Learner, round: Round, page: Project, reviews: list[Review], own: Review | None
) -> dict[str, Any]:
    """The work, and what was said about it: to others only what was decided on."""
    told = [it for it in reviews if it.sent_at or it is own or _is_decided_on(round, it)]
    comments = to_show(Comment.objects.filter(review__in=told, round__number__lte=round.number))
    read = [it for it in told if it.decided_at or it.sent_at]
    return {
        "mode": "review" if round.is_held_by(me) else "",
        "review": own,
        "shown": shown(page, round.work, comments, viewer=me),
        "homeless": homeless(page, comments, viewer=me),
        "items": shown_items(page, round.checklist),
        "own_scores": judged(page, round.self_scores, {}),
        "wish": render_text(round.wish),
        "appeal": render_text(round.appeal),
        "reviews": [shown_review(page, it.round, it, me) for it in reversed(read)],
    }


def _is_decided_on(round: Round, review: Review) -> bool:
    """The decision that is on its way to the learner."""
    on_its_way = round.state in (State.CHECKING, State.SENDING)
    return on_its_way and review.round_id == round.pk and review.reviewer_id == round.reviewer_id


def _form(
    me: Learner, page: Project, own: Review, reviews: list[Review], sheet: Sheet | None
) -> dict[str, Any]:
    round = own.round
    sheet = sheet or draft_sheet(page, drafts_of(own, me))
    return {
        "sheet": sheet,
        "saved_at": max((it.saved_at for it in sheet.fields.values() if it.saved_at), default=None),
        "rubric": [
            RubricRow(it.criterion, sheet.of(it.criterion), it, _earlier(it.criterion, reviews))
            for it in judged(page, round.self_scores, {})
        ],
        "hand_over_error": sheet.hand_over_error,
        "commenting": Commenting.of(sheet.fields["comment"]),
        "blank_comment": Commenting(sheet.fields["comment"], "", None),
        "decisions": Decision.choices,
        "saved_replies": SavedComment.objects.open_to(me)[:MOST_SAVED],
        "colleagues": colleagues(me),
    }


def _earlier(criterion: Criterion, reviews: list[Review]) -> list[Earlier]:
    names = {it.score: it.name for it in criterion.grades}
    return [
        Earlier(it.round.number, f"{score}, {names[score]}")
        for it in reviews
        if it.sent_at and (score := it.scores.get(criterion.id, {}).get("score")) in names
    ]


def colleagues(me: Learner) -> QuerySet[Learner]:
    """Whom it may be handed over to: the learner too, whose absence would tell a name."""
    reviewers = Learner.objects.filter(Q(is_reviewer=True) | Q(is_staff=True), is_active=True)
    return reviewers.exclude(pk=me.pk).order_by("name", "email")


def _what_may_be_done(me: Learner, round: Round, own: Review | None) -> dict[str, bool]:
    now = timezone.now()
    lapsed = round.lease_until is not None and round.lease_until < now
    judged_before = own is not None and own.sent_at is not None
    sent_by = round.reviewer_id == me.pk or _checked(round, me)
    return {
        "kept": own is not None and not own.decided_at and round.is_in_review,
        "may_claim": not judged_before and (round.state == State.WAITING or lapsed),
        "may_check": (
            round.state == State.CHECKING and round.reviewer_id != me.pk and not judged_before
        ),
        "may_undo": round.state == State.SENDING and sent_by,
    }


def _checked(round: Round, me: Learner) -> bool:
    return (
        round.state == State.SENDING
        and round.reviews.filter(reviewer=round.reviewer_id, checked_by=me).exists()
    )
