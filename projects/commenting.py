"""Comments on places in the work: written in one box that goes where it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from projects import review_form
from projects.anchors import anchor_in, row_key
from projects.decisions import NOT_YOURS
from projects.display import Joined, row_words
from projects.keeping import Kept, keep, page_again
from projects.keys import key_or_400
from projects.models import Comment, SavedComment
from projects.review_form import NO_COMMENT
from projects.review_page import drafts_of, values_of
from projects.showing import blocks
from projects.signed_out import words_wait
from skillguide.content.schema import Deliverable, Project
from skillguide.learners.doors import LearnerRequest, reviewer_required
from skillguide.learners.drafts import save_draft

BOX = "#comment_form"
NOT_THERE = "These words do not stand in that paragraph. Copy them from it, or leave the box empty."
NO_PLACE = "Choose what the comment is about: press Comment beside a paragraph or a row."


@words_wait
@reviewer_required
@require_POST
def comment(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Add the comment that is in the box, or change the one that it is about."""
    key, kept = key_or_400(request), keep(request, round_id)
    if not kept.is_whole:
        return page_again(request, kept)
    if not kept.held:
        messages.warning(request, NOT_YOURS)
        return redirect("projects:review", round_id)
    try:
        made = _written(kept, _box(request, kept), key)
    except ValueError as error:
        return page_again(request, kept, {"comment": str(error)})
    _set_box(request, kept, NO_COMMENT)
    return redirect(reverse("projects:review", args=[round_id]) + f"#comment-{made.pk}")


def _written(kept: Kept, value: Mapping[str, Any], key: UUID) -> Comment:
    """Raises ValueError with a sentence when something is missing."""
    text = value["text"].strip()
    if not text:
        raise ValueError("Write the comment first.")
    if value["on"].startswith("comment:"):
        return _changed(kept, value["on"].removeprefix("comment:"), text)
    deliverable, anchor = anchored(kept.project, kept.round.work, value)
    return _added(kept, key, text=text, deliverable=deliverable, anchor=anchor)


def _added(kept: Kept, key: UUID, **fields: Any) -> Comment:
    """The key is the comment's id. A page that was kept open may send other words under it."""
    fields |= {"review": kept.review, "round": kept.round}
    made, is_new = Comment.objects.get_or_create(id=key, defaults=fields)
    if is_new or (made.review_id == kept.review.pk and made.text == fields["text"]):
        return made
    return Comment.objects.create(id=uuid4(), **fields)


def _changed(kept: Kept, id: str, text: str) -> Comment:
    comment = Comment.objects.standing().filter(pk=id, review=kept.review).first()
    if comment is None:
        raise ValueError("That comment was removed. Choose a place, and add it anew.")
    if comment.text != text:
        comment.text, comment.changed_at = text, timezone.now()
        comment.save(update_fields=["text", "changed_at"])
    return comment


def anchored(
    project: Project, work: Mapping[str, Any], value: Mapping[str, Any]
) -> tuple[str, dict[str, str]]:
    """The deliverable that a comment is about, and the anchor of the place in it."""
    id, _, number = value["on"].rpartition(".")
    deliverable = project.deliverable(id)
    if deliverable is None:
        raise ValueError(NO_PLACE)
    if number == "0":
        return id, {}
    given = work.get(id) or {}
    if deliverable.format == "table":
        return id, _on_row(deliverable, given.get("rows", []), int(number))
    return id, _on_words(given.get("text", ""), int(number), value["quote"], value["near"])


def _on_row(deliverable: Deliverable, rows: list[dict[str, str]], number: int) -> dict[str, str]:
    if number > len(rows):
        raise ValueError(NO_PLACE)
    row = rows[number - 1]
    return {"row": row_key(deliverable, row), "quote": row_words(deliverable, row)}


def _on_words(text: str, number: int, quote: str, near: int) -> dict[str, str]:
    """On a quote from one block, or on all of it."""
    words = Joined(it.text for it in blocks(text))
    if number > len(words.texts):
        raise ValueError(NO_PLACE)
    block, begins = words.texts[number - 1], words.starts[number - 1]
    inside = anchor_in(block, quote if quote.strip() else block, near)
    if inside is None:
        raise ValueError(NOT_THERE)
    near = begins + (min(near, len(block)) if quote.strip() else 0)
    anchor = anchor_in(words.whole, inside.quote, near)
    if anchor is None:
        raise ValueError(NOT_THERE)
    return {"quote": anchor.quote, "before": anchor.before, "after": anchor.after}


@reviewer_required
@require_POST
def remove_comment(request: LearnerRequest, round_id: UUID, comment_id: UUID) -> HttpResponse:
    """Take it away before it is sent. The row stays."""
    kept = keep(request, round_id)
    found = get_object_or_404(Comment, pk=comment_id, review=kept.review)
    if not kept.held:
        messages.warning(request, NOT_YOURS)
        return redirect("projects:review", round_id)
    Comment.objects.standing().filter(pk=found.pk).update(removed_at=timezone.now())
    messages.success(request, "The comment is removed.")
    return redirect(reverse("projects:review", args=[round_id]) + f"#work-{found.deliverable}")


# ── The box ──────────────────────────────────────────────────────────────────────────────


def _box(request: LearnerRequest, kept: Kept) -> Mapping[str, Any]:
    return values_of(kept.project, drafts_of(kept.review, request.user))["comment"]


def _set_box(request: LearnerRequest, kept: Kept, value: Mapping[str, Any]) -> None:
    name = kept.review.draft_name("comment")
    draft = drafts_of(kept.review, request.user).get("comment")
    if draft or value != NO_COMMENT:
        save_draft(request.user, name, value, base=draft.version if draft else 0)


@transaction.atomic
def move_comment(request: LearnerRequest, kept: Kept) -> str:
    """Open, fill or close the box, as a button without script asks for; where to look then."""
    box, data = _box(request, kept), request.POST
    if on := review_form.place_or_none(data.get("on", "")):
        same = on == box["on"]
        _set_box(request, kept, box if same else {**box, "on": on, "quote": "", "near": 0})
    elif "change" in data:
        return _open_for(request, kept, box, data["change"])
    elif "insert" in data:
        _set_box(request, kept, {**box, "text": _with_saved_reply(request, box["text"])})
    elif "close" in data:
        _set_box(request, kept, NO_COMMENT)
        return f"#work-{box['on'].rpartition('.')[0]}"
    else:
        return ""
    return BOX


def _open_for(request: LearnerRequest, kept: Kept, box: Mapping[str, Any], id: str) -> str:
    """The words of a comment go into the box, unless others are there that nobody has added."""
    place = review_form.place_or_none(f"comment:{id}")
    comment = (
        Comment.objects.standing().filter(pk=id, review=kept.review).first() if place else None
    )
    if comment is None:
        return "#work"
    if box["text"].strip() and box["on"] != place:
        messages.warning(request, "Add the comment that you have begun first, or empty its box.")
    elif box["on"] != place:
        _set_box(request, kept, NO_COMMENT | {"on": place, "text": comment.text})
    return BOX


def _with_saved_reply(request: LearnerRequest, text: str) -> str:
    try:
        id = UUID(request.POST.get("saved_reply", ""))
    except ValueError:
        return text
    saved = SavedComment.objects.open_to(request.user).filter(pk=id).first()
    if saved is None:
        return text
    SavedComment.objects.filter(pk=id).update(uses=F("uses") + 1)
    return f"{text.rstrip()}\n\n{saved.text}" if text.strip() else saved.text
