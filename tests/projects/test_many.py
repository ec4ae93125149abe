"""Long histories cost no more questions to the database than short ones."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Round
from projects.news import page_of
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects import stories


def history(ada: Learner, ravi: Learner, rounds: int, comments: int) -> Round:
    """So many rounds, each with so many comments that both have answered."""
    round = stories.handed_in(ada)
    for number in range(rounds):
        round = stories.claimed(round, ravi)
        said = [stories.commented(round, ravi, f"Comment {it}.") for it in range(comments)]
        round = stories.decided(round, ravi)
        for comment in said:
            stories.replied(comment, ada)
            stories.replied(comment, ravi)
        if number < rounds - 1:
            round = stories.hand_in(stories.next_round(round))
    return round


def asked(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(page).status_code == 200
    return len(found)


def test_a_long_history_asks_no_more_than_a_short_one(
    ada: Learner, ben: Learner, ravi: Learner, alma_client: Client
) -> None:
    short, long = history(ben, ravi, 2, 1), history(ada, ravi, 6, 10)

    for pages in (
        (browser_of(ben), page_of(short), browser_of(ada), page_of(long)),
        (browser_of(ravi), f"/desk/{short.pk}/", browser_of(ravi), f"/desk/{long.pk}/"),
        (alma_client, f"/desk/record/{short.pk}/", alma_client, f"/desk/record/{long.pk}/"),
        (browser_of(ben), page_of(short) + "changes/", browser_of(ada), page_of(long) + "changes/"),
        (browser_of(ben), "/submissions/", browser_of(ada), "/submissions/"),
    ):
        assert asked(*pages[2:]) <= asked(*pages[:2])
