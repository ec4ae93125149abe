"""Saving what is typed: every save a version, and never one text over another unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from skillguide.learners.models import Draft, DraftVersion, Learner

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """What a save came to."""

    draft: Draft
    """As it stands now."""
    aside: DraftVersion | None = None
    """What was given, if another tab had saved something else meanwhile."""


@transaction.atomic
def save_draft(
    learner: Learner, name: str, value: Value, *, base: int, tab: str = "", aside: bool = False
) -> Saved:
    """Keep what was typed over version `base`.

    A tab never conflicts with itself: its last answer may have been lost on the way. `aside`
    keeps the value although it may no longer become the draft.
    """
    draft = Draft.objects.locked(learner, name)
    if draft.value == value:
        return Saved(draft)
    own = bool(tab) and draft.tab == tab
    aside = aside or (base != draft.version and not own)
    draft.last += 1
    version = DraftVersion.objects.create(
        learner=learner,
        name=name,
        version=draft.last,
        value=value,
        aside=aside,
        saved_at=timezone.now(),
    )
    if not aside:
        draft.value, draft.version, draft.tab = value, version.version, tab
        draft.saved_at = version.saved_at
    draft.save(update_fields=["last", "value", "version", "tab", "saved_at"])
    return Saved(draft, version if aside else None)


def versions_of(learner: Learner, name: str) -> list[DraftVersion]:
    """Every save of one field, newest first."""
    rows = DraftVersion.objects.filter(learner=learner, name=name)
    return list(rows.order_by("-version"))
