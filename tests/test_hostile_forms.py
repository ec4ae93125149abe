"""Nonsense in any control of any form is answered, and never breaks a page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from projects import queue
from projects.models import Round
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.test_urls import PAGES, WAITING, stories_told

__all__ = ["stories_told"]  # a fixture

NONSENSE = ["\x00", "９", "9" * 400, "-1", "1e999", "[{", "'\"><script>", "\u202eabc", "a\r\nb: c"]
NAMES = [
    *(
        "after",
        "anyway",
        "appeal",
        "before",
        "change",
        "close",
        "days",
        "deliverable",
        "do",
        "guide",
    ),
    *("how", "hours.text", "insert", "level", "mine", "more", "next", "note", "on", "project", "q"),
    *(
        "reason",
        "reply",
        "round",
        "saved_reply",
        "seen",
        "settles",
        "shared",
        "since",
        "tab",
        "text",
    ),
    *("to", "use", "version", "wants_mail", "wish.text", "base.wish", "base.hours", "criterion"),
    *("base.work.note", "work.note.text", "keep.work.note", "base.work.crossings"),
    *("work.crossings.0.place", "work.crossings.x.knot", "work.crossings.9.load_kg"),
    *("base.work.film", "work.film.url", "work.film.revision", "base.tick.shaken"),
    *("tick.shaken.evidence", "base.score.choice", "score.choice.score", "score.choice.reason"),
    *("score.choice.note", "base.summary", "summary.text", "base.decision", "decision.decision"),
    *("decision.reason", "base.comment", "comment.text", "comment.on", "comment.quote"),
    *("comment.near", "decision.second_reader", "score.choice", "score.words"),
]


@pytest.mark.parametrize("who", ["ada", "ravi", "alma"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_nonsense_is_answered(
    who: str,
    accept: str,
    stories_told: dict[str, str],
    ada_client: Client,
    ravi_client: Client,
    alma_client: Client,
    ravi: Learner,
) -> None:
    client = {"ada": ada_client, "ravi": ravi_client, "alma": alma_client}[who]
    held = Round.objects.get(pk=stories_told[WAITING])
    stories.calibrated(ravi)
    if who == "ravi":
        queue.claim(held.pk, ravi, library(), key=uuid4())
    broken = []
    for name, page in PAGES.items():
        url = page.url
        for id, found in stories_told.items():
            url = url.replace(id, found)
        for value in NONSENSE:
            given = dict.fromkeys(NAMES, value)
            headers = {"Accept": accept}
            answers = [
                client.get(url, given, headers=headers),
                client.post(url, given, headers=headers),
                client.post(url, given | {"key": str(uuid4())}, headers=headers),
            ]
            broken += [(name, value) for it in answers if it.status_code >= 500]
    assert broken == []
