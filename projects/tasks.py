"""Looking at the links that learners hand in, while nobody waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from projects.models import LinkCheck
from projects.models.uploads import url_digest
from skillguide.learners.models import Learner
from skillguide.outgoing import look

FRESH = timedelta(hours=1)
"""An address is not looked at again sooner."""
ASKS_PER_HOUR = 20
"""So that nobody makes the site knock at doors."""


@dataclass(frozen=True)
class LinkState:
    """What is known of one address, for its learner."""

    words: str
    ok: bool | None = None
    waiting: bool = False
    """A worker will look at it in a moment."""


def ask_about(url: str, learner: Learner) -> None:
    """Have a link looked at, unless it was a short while ago."""
    if not url.startswith(("http://", "https://")):
        return
    digest, now = url_digest(url), timezone.now()
    if LinkCheck.objects.filter(digest=digest, asked_at__gt=now - FRESH).exists():
        return
    if not _may_ask(learner):
        return
    LinkCheck.objects.update_or_create(
        digest=digest,
        defaults={
            "url": url,
            "asked_at": now,
            "asked_by": learner,
            "checked_at": None,
            "ok": None,
            "words": "",
        },
    )
    transaction.on_commit(partial(look_at.enqueue, digest=digest))


def _may_ask(learner: Learner) -> bool:
    asked = learner.link_checks.filter(asked_at__gt=timezone.now() - FRESH)
    return asked.count() < ASKS_PER_HOUR


@task()
def look_at(*, digest: str) -> None:
    """Open one link, and keep what came of it."""
    url = LinkCheck.objects.values_list("url", flat=True).get(digest=digest)
    found = look(url)
    LinkCheck.objects.filter(digest=digest).update(
        checked_at=timezone.now(), ok=found.ok, words=found.words[:200]
    )


def states_of(urls: list[str]) -> dict[str, LinkState]:
    """By address; one query, and none without addresses."""
    wanted = {url_digest(url): url for url in urls if url}
    rows = LinkCheck.objects.in_bulk(list(wanted)) if wanted else {}
    return {url: _state(url, rows.get(digest)) for digest, url in wanted.items()}


def _state(url: str, row: LinkCheck | None) -> LinkState:
    if not url.startswith(("http://", "https://")):
        return LinkState("A link begins with https:// or http://.", ok=False)
    if row is None:
        return LinkState("Not looked at yet: save the draft to have it looked at.")
    if row.checked_at is None:
        if row.asked_at < timezone.now() - FRESH:
            return LinkState("Not looked at yet: save the draft to have it looked at.")
        return LinkState("The site is looking whether it opens …", waiting=True)
    return LinkState(row.words, row.ok)
