"""Reviewers try example work before their first claim, and see how far off they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects.models import Calibration, SecondReading
from projects.queue import calibrated_for, claim_next, open_to, with_exemplars
from projects.second_readings import TAKEN
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects import stories

PAGE = "/desk/calibration/tiny/tie-a-parcel/"
HOLDS, SLIPS = PAGE + "a-parcel-that-holds/", PAGE + "a-parcel-that-slips/"


@pytest.fixture
def ravi_client(ravi: Learner) -> Client:
    return browser_of(ravi)


def scores(choice: int = 2, words: int = 1, key: UUID | None = None) -> dict[str, Any]:
    return {"key": str(key or uuid4()), "score.choice": choice, "score.words": words}


def test_what_was_agreed_is_shown_only_after_scoring(ravi_client: Client) -> None:
    assertNotContains(ravi_client.get(HOLDS), "what it has to withstand there")

    response = ravi_client.post(HOLDS, scores(choice=1), follow=True)

    assertContains(response, "what it has to withstand there")
    assertContains(response, "You gave 1 less.")
    assertContains(response, "As agreed.")
    assertContains(response, "the same on 1 of 2 criteria, at most 1 apart")


def test_the_scores_are_kept_with_those_agreed_on_that_day(
    ravi: Learner, ravi_client: Client
) -> None:
    ravi_client.post(HOLDS, scores(choice=0))

    row = Calibration.objects.get(reviewer=ravi)
    assert row.scores == {"choice": 0, "words": 1}
    assert row.agreed == {"choice": 2, "words": 1}
    assert row.content_id == "tiny/project/tie-a-parcel"


def test_sent_twice_it_is_one_try(ravi: Learner, ravi_client: Client) -> None:
    given = scores()

    for _ in range(2):
        assertRedirects(ravi_client.post(HOLDS, given), HOLDS)

    assert Calibration.objects.filter(reviewer=ravi).count() == 1


def test_a_try_without_its_key_is_refused(ravi_client: Client) -> None:
    assert ravi_client.post(HOLDS, scores() | {"key": "x"}).status_code == 400
    assert not Calibration.objects.exists()


@pytest.mark.parametrize("given", [{}, {"score.choice": "9"}, {"score.choice": "two"}])
def test_each_criterion_wants_one_of_its_scores(given: dict[str, str], ravi_client: Client) -> None:
    response = ravi_client.post(HOLDS, {"key": str(uuid4()), "score.words": "1"} | given)

    assertContains(response, "Choose a score for “Choice of knots”.", status_code=422)
    assertContains(response, 'value="1" checked', status_code=422)
    assert not Calibration.objects.exists()


def test_work_can_be_claimed_once_every_example_was_tried(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    round = stories.handed_in(ada)
    opened = []
    for page in (HOLDS, SLIPS):
        opened.append(open_to(ravi, library(), timezone.now()).exists())
        ravi_client.post(page, scores())

    assert opened == [False, False]
    assert claim_next(ravi, library(), key=uuid4()) == round


def test_trying_one_example_twice_is_not_trying_two(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    stories.handed_in(ada)
    for _ in range(2):
        ravi_client.post(HOLDS, scores())

    assert not open_to(ravi, library(), timezone.now()).exists()


def test_somebody_elses_tries_do_not_count(ada: Learner, ravi: Learner, alma: Learner) -> None:
    stories.handed_in(ada)
    stories.calibrated(alma)

    assert not open_to(ravi, library(), timezone.now()).exists()
    assert open_to(alma, library(), timezone.now()).exists()


def test_a_project_without_examples_is_open_to_every_reviewer(ada: Learner, ravi: Learner) -> None:
    round = stories.handed_in(ada, stories.LINE)

    assert claim_next(ravi, library(), key=uuid4()) == round


def test_claiming_asks_one_question_for_all_projects(
    ada: Learner, ravi: Learner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stories.handed_in(ada)
    needed = with_exemplars(library())
    stories.calibrated(ravi)

    with django_assert_num_queries(1):
        assert list(calibrated_for(ravi, needed)) == [{"content_id": "tiny/project/tie-a-parcel"}]
    with django_assert_num_queries(1):
        assert open_to(ravi, library(), timezone.now()).count() == 1


def test_the_list_says_what_is_left_and_when_it_was_tried(
    ravi: Learner, ravi_client: Client
) -> None:
    assertContains(ravi_client.get(PAGE), "the 2 that are left")

    ravi_client.post(HOLDS, scores())

    response = ravi_client.get(PAGE)
    assertContains(response, "the one that is left")
    assertContains(response, "the same on every criterion")
    assertContains(response, "Not tried yet.", count=1)


def test_after_a_quarter_a_reviewer_is_reminded_and_asked_blind(
    ravi: Learner, ravi_client: Client
) -> None:
    stories.calibrated(ravi)
    assertNotContains(ravi_client.get(PAGE), "more than 90 days old")
    old = timezone.now() - timedelta(days=91)
    Calibration.objects.filter(exemplar="a-parcel-that-holds").update(made_at=old)

    assertContains(ravi_client.get(PAGE), "more than 90 days old")
    assertNotContains(ravi_client.get(HOLDS), "what it has to withstand there")
    assertContains(ravi_client.get(SLIPS), "also where the string only crosses itself")


def test_trying_again_hides_what_was_agreed(ravi: Learner, ravi_client: Client) -> None:
    stories.calibrated(ravi)

    assertNotContains(ravi_client.get(HOLDS + "?again"), "what it has to withstand there")


def test_a_project_without_examples_says_so(ravi_client: Client) -> None:
    assertContains(ravi_client.get("/desk/calibration/tiny/rig-a-clothes-line/"), "no example work")


@pytest.mark.parametrize("page", [PAGE, HOLDS])
def test_examples_are_for_reviewers_and_admins(
    page: str, ada_client: Client, ines_client: Client, alma_client: Client
) -> None:
    assert [it.get(page).status_code for it in (ada_client, ines_client, alma_client)] == [
        404,
        404,
        200,
    ]


def test_an_example_of_another_project_is_not_found(ravi_client: Client) -> None:
    missing = "/desk/calibration/tiny/rig-a-clothes-line/a-parcel-that-holds/"

    assert ravi_client.get(missing).status_code == 404
    assert ravi_client.get(PAGE + "nothing/").status_code == 404


# ── Second readings ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def reading(ada: Learner, ravi: Learner, settings: Any) -> SecondReading:
    settings.READ_TWICE = 1.0
    round = stories.claimed(stories.handed_in(ada), ravi)
    stories.commented(round, ravi, "Where is the second hitch?")
    stories.decided(round, ravi, summary="A rather neat parcel.")
    return SecondReading.objects.get(round=round)


def page_of(reading: SecondReading) -> str:
    return f"/desk/second/{reading.pk}/"


def take(client: Client, reading: SecondReading) -> Any:
    """What the page says then."""
    client.post(page_of(reading), {"key": str(uuid4()), "take": "1"})
    return client.get(page_of(reading))


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_second_reading_shows_the_work_and_nothing_of_the_first_review(
    reading: SecondReading, alma_client: Client
) -> None:
    assertNotContains(alma_client.get(page_of(reading)), "can be tied with cold hands")

    response = take(alma_client, reading)

    assertContains(response, "can be tied with cold hands")
    for hidden in ("second hitch?", "rather neat", "Not yet.</", "Ravi", "Ada", " checked>"):
        assertNotContains(response, hidden)


def test_who_reads_it_again_sees_the_first_review_only_afterwards(
    reading: SecondReading, alma_client: Client
) -> None:
    review = f"/desk/{reading.round_id}/"
    take(alma_client, reading)

    assertRedirects(alma_client.get(review), page_of(reading))

    alma_client.post(page_of(reading), scores())
    assertContains(alma_client.get(review), "rather neat")


def test_a_second_readers_scores_are_kept_and_the_round_is_as_it_was(
    reading: SecondReading, alma: Learner, alma_client: Client
) -> None:
    take(alma_client, reading)
    events = reading.round.events.count()

    for _ in range(2):
        response = alma_client.post(page_of(reading), scores())
        assertRedirects(response, "/desk/", fetch_redirect_response=False)

    reading.refresh_from_db()
    assert reading.scores == {"choice": 2, "words": 1}
    assert reading.first_scores == {"choice": 0, "words": 0}
    assert reading.reader == alma
    assert reading.done_at
    assert reading.round.events.count() == events


def test_a_score_that_is_missing_is_asked_for(reading: SecondReading, alma_client: Client) -> None:
    take(alma_client, reading)

    given = {"key": str(uuid4()), "score.words": "1"}
    response = alma_client.post(page_of(reading), given)

    assertContains(response, "Choose a score for “Choice of knots”.", status_code=422)
    reading.refresh_from_db()
    assert reading.done_at is None


def test_one_second_reading_is_not_taken_by_two(
    reading: SecondReading, alma_client: Client, ben: Learner
) -> None:
    Learner.objects.filter(pk=ben.pk).update(is_reviewer=True)
    ben.refresh_from_db()
    take(alma_client, reading)

    given = {"key": str(uuid4()), "take": "1"}
    response = browser_of(ben).post(page_of(reading), given)

    assert said(response) == [TAKEN]
    reading.refresh_from_db()
    assert reading.reader != ben


def test_a_second_reading_that_ran_out_can_be_taken_by_another(
    reading: SecondReading, alma_client: Client, ben: Learner
) -> None:
    Learner.objects.filter(pk=ben.pk).update(is_reviewer=True)
    ben.refresh_from_db()
    take(alma_client, reading)
    SecondReading.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    take(browser_of(ben), reading)
    response = alma_client.post(page_of(reading), scores())

    assert said(response) == [TAKEN]
    reading.refresh_from_db()
    assert reading.reader == ben
    assert reading.done_at is None


def test_neither_learner_nor_first_reviewer_reads_twice(
    reading: SecondReading, ada: Learner, ravi_client: Client
) -> None:
    Learner.objects.filter(pk=ada.pk).update(is_reviewer=True)

    assert ravi_client.get(page_of(reading)).status_code == 404
    assert browser_of(ada).get(page_of(reading)).status_code == 404
    assert ravi_client.post(page_of(reading), {"take": "1"}).status_code == 404


def test_what_was_read_twice_is_nobody_elses_to_see(
    reading: SecondReading, alma_client: Client, ben: Learner, ben_client: Client
) -> None:
    take(alma_client, reading)
    alma_client.post(page_of(reading), scores())
    Learner.objects.filter(pk=ben.pk).update(is_reviewer=True)

    assert ben_client.get(page_of(reading)).status_code == 404
    response = alma_client.get(page_of(reading))
    assertRedirects(response, "/desk/", fetch_redirect_response=False)
