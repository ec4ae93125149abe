"""Every form that changes something may come twice, late, or under somebody else's key."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from projects.models import Event, Round
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects import stories


def _waiting(ada: Learner, ravi: Learner) -> Round:
    return stories.handed_in(ada)


def _claimed(ada: Learner, ravi: Learner) -> Round:
    return stories.claimed(_waiting(ada, ravi), ravi)


def _sending(ada: Learner, ravi: Learner) -> Round:
    return stories.sending(_claimed(ada, ravi), ravi)


def _changes(ada: Learner, ravi: Learner) -> Round:
    return stories.decided(_claimed(ada, ravi), ravi)


Story = Callable[[Learner, Learner], Round]
FORMS: list[tuple[Story, str, str]] = [
    (_waiting, "ada", "{page}withdraw/"),
    (_changes, "ada", "{page}next/"),
    (_changes, "ada", "{page}appeal/"),
    (_waiting, "ravi", "/desk/{id}/claim/"),
    (_claimed, "ravi", "/desk/{id}/give-back/"),
    (_claimed, "ravi", "/desk/{id}/hand-over/"),
    (_sending, "ravi", "/desk/{id}/undo/"),
]


def post(client: Client, url: str, round: Round, key: object, to: Learner) -> int:
    given = {"key": str(key), "reason": "Look again.", "to": to.pk}
    where = url.format(page=page_of(round), id=round.pk)
    status: int = client.post(where, given).status_code
    return status


@pytest.mark.parametrize(("story", "who", "url"), FORMS, ids=[it[2] for it in FORMS])
def test_a_form_that_comes_again_does_no_harm(
    story: Story, who: str, url: str, ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = story(ada, stories.calibrated(ravi))
    client = browser_of({"ada": ada, "ravi": ravi}[who])
    before, key = Event.objects.count(), uuid4()

    assert post(client, url, round, key, alma) == 302
    assert Event.objects.count() == before + 1
    state = Round.objects.order_by("number").last()
    for again in (key, uuid4()):
        assert post(client, url, round, again, alma) in (200, 302, 404)
    now = Round.objects.order_by("number").last()
    assert now and state and now.state == state.state
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize(("story", "who", "url"), FORMS, ids=[it[2] for it in FORMS])
def test_a_key_that_somebody_used_for_something_else_breaks_nothing(
    story: Story, who: str, url: str, ada: Learner, ravi: Learner, alma: Learner, ben: Learner
) -> None:
    round = story(ada, stories.calibrated(ravi))
    stories.handed_in(ben)
    client = browser_of({"ada": ada, "ravi": ravi}[who])
    for key in set(Event.objects.values_list("key", flat=True)):
        assert post(client, url, round, key, alma) in (200, 302, 404)

    round.refresh_from_db()
    assert round.state in State.values
    assert not Round.objects.filter(reviewer=ada).exists()
