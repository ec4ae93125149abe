"""People and rounds for a server that is killed; run by `manage.py shell` on its database."""

from __future__ import annotations

import json
from functools import partial
from uuid import uuid4

from django.test import Client

from projects import decisions
from projects.handing_in import _fingerprint
from projects.models import Round
from projects.workbench import Bench
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.projects.crowd import people


def prepare(kills: int) -> None:
    """For each kill one round to write, one to hand in and one to decide, all of a clothes line."""
    alma = Learner.objects.create_superuser("alma@example.org", name="Alma", wants_mail=False)
    reviewers = people(kills, "reviewer", is_reviewer=True)
    begun = partial(stories.started, slug=stories.LINE)
    written = [stories.written(begun(it)) for it in people(kills, "writer")]
    ready = [stories.written(begun(it)) for it in people(kills, "finisher")]
    handed_in = [stories.handed_in(it, stories.LINE) for it in people(kills, "waiter")]
    claimed = [
        decisions.assign(round.pk, to, by=alma, key=uuid4())
        for round, to in zip(handed_in, reviewers, strict=True)
    ]
    rows = {
        "write": [_row(it, it.learner) for it in written],
        "hand_in": [_row(it, it.learner, seen=_fingerprint(Bench.of(it))) for it in ready],
        "decide": [
            _row(it, to, path=f"/desk/{it.pk}/decide/")
            for it, to in zip(claimed, reviewers, strict=True)
        ],
    }
    print(json.dumps(rows))


def _row(round: Round, who: Learner, path: str = "", seen: str = "") -> dict[str, str]:
    client = Client()
    client.force_login(who)
    session = client.cookies["sessionid"].value
    path = path or f"/submissions/{round.submission_id}/rounds/1/"
    return {"round": str(round.pk), "path": path, "session": session, "seen": seen}
