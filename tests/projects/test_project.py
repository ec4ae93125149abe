"""A practice project shows everything before it is begun."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from projects import statistics
from projects.news import page_of
from skillguide.content.schema import Project
from skillguide.editions.shelf import library, rendered, rendered_all
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.projects.stories import key_of

GUIDE = "/guides/tiny/"


@pytest.fixture(autouse=True)
def _nothing_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_kept", statistics._Kept())


@pytest.fixture
def parcel(db: None) -> Project:
    return rendered(library().guides["tiny"].project("tie-a-parcel"))


def test_the_brief_shows_all_that_is_asked_and_how_it_is_judged(
    client: Client, parcel: Project
) -> None:
    text = client.get(GUIDE + "projects/tie-a-parcel/").content.decode()

    shown = [parcel.scenario]
    shown += [outcome.text for outcome in parcel.outcomes]
    shown += [part for step in parcel.steps for part in (step.text, step.hint) if part]
    shown += [deliverable.description for deliverable in parcel.deliverables]
    shown += [item.text for item in parcel.checklist]
    shown += [grade.descriptor for criterion in parcel.rubric for grade in criterion.grades]
    shown += parcel.pitfalls
    assert [it for it in shown if it not in text] == []


def test_projects_are_listed_by_level(client: Client) -> None:
    response = client.get(GUIDE + "projects/")

    assert [row["level"].id for row in response.context["levels"]] == ["beginner", "intermediate"]
    assertContains(response, GUIDE + "projects/rig-a-clothes-line/")


PARCEL = GUIDE + "projects/tie-a-parcel/"
LINE = GUIDE + "projects/rig-a-clothes-line/"


def test_limits_and_columns_are_known_beforehand(client: Client) -> None:
    response = client.get(PARCEL)

    assertContains(response, "Up to 2 files of PNG or JPEG, each at most 5 MB.")
    assertContains(response, "one of: bowline, half hitch, reef knot")
    assertContains(response, "text; no two rows alike")
    assertContains(response, "What it held before it moved.")
    assertContains(response, "may be empty")
    assertContains(response, "optional")


def test_items_that_the_site_checks_say_so(client: Client, parcel: Project) -> None:
    automatic = [item for item in parcel.checklist if item.check]

    assertContains(client.get(PARCEL), "checked by the site", count=len(automatic))
    assertNotContains(client.get(LINE), "checked by the site")


def test_a_starter_kit_is_offered_where_there_is_one(client: Client) -> None:
    assertContains(client.get(PARCEL), PARCEL + "starter.zip")
    assertNotContains(client.get(LINE), "starter.zip")


def test_how_the_review_goes_is_said_beforehand(client: Client) -> None:
    assertContains(client.get(PARCEL), "do not see each other’s names")
    assertContains(client.get(LINE), "see each other’s names")
    assertNotContains(client.get(LINE), "do not see each other’s names")
    assertContains(client.get(LINE), "A second reviewer reads every review")
    assertContains(client.get(PARCEL), "Too few reviews lately")


def test_a_visitor_signs_in_and_comes_back(client: Client) -> None:
    assertContains(client.get(PARCEL), f'href="/accounts/login/?next={PARCEL}"')


def test_a_learner_starts_the_project_with_a_button(ada_client: Client) -> None:
    form = key_of(ada_client.get(PARCEL))

    response = ada_client.post(PARCEL + "start/", {"key": form}, follow=True)

    assert response.status_code == 200
    assertContains(ada_client.get(PARCEL), "Go on with the project")


def test_the_action_says_where_the_work_stands(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.handed_in(ada)
    page = page_of(round)
    assertContains(ada_client.get(PARCEL), f'<a class="button" href="{page}">See your submission')
    assertContains(ada_client.get(PARCEL), "Waiting for a reviewer")

    second = stories.next_round(stories.decided(round, ravi))
    page = page_of(second)
    assertContains(ada_client.get(PARCEL), f'<a class="button" href="{page}">Go on with round 2')


def test_a_decision_that_may_still_be_undone_is_not_told(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    stories.sending(round, ravi, "accepted")

    for page in (PARCEL, GUIDE + "projects/", "/submissions/", page_of(round)):
        assertContains(ada_client.get(page), "eing reviewed")
        assertNotContains(ada_client.get(page), "ccepted")


def test_the_list_shows_a_learner_where_each_project_stands(
    ada: Learner, ada_client: Client, ben_client: Client
) -> None:
    stories.handed_in(ada)

    assertContains(ada_client.get(GUIDE + "projects/"), "Waiting for a reviewer")
    assertNotContains(ben_client.get(GUIDE + "projects/"), "Waiting for a reviewer")


def test_a_project_asks_the_database_nothing_of_a_visitor(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rendered_all(library().documents.values())
    client.get(PARCEL)  # how long things take is worked out every few minutes

    with django_assert_num_queries(0):
        client.get(PARCEL)


def test_a_project_asks_one_thing_of_a_learner(
    ada: Learner, ada_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stories.started(ada)
    ada_client.get(PARCEL)

    with django_assert_num_queries(3):  # session, learner, round
        ada_client.get(PARCEL)


def test_all_of_ones_work_is_listed(ada: Learner, ada_client: Client, ben_client: Client) -> None:
    stories.handed_in(ada)
    stories.started(ada, stories.LINE)

    text = ada_client.get("/submissions/").content.decode()

    assert text.index("Rig a clothes line") < text.index("Tie a parcel that")
    assert "Waiting for a reviewer" in text
    assert "Being written" in text
    assertContains(ben_client.get("/submissions/"), "What you begin will be listed here.")


def test_what_a_reviewer_said_comes_first_on_the_home_page(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    stories.started(ada, stories.LINE)
    assert first_card(ada_client) == (
        "Go on with your project",
        "Rig a clothes line that does not sag",
    )

    round = stories.decided(stories.handed_in(ada), ravi)
    assert first_card(ada_client) == (
        "Changes are requested",
        "Tie a parcel that survives the post",
    )

    stories.decided(stories.hand_in(stories.next_round(round)), ravi, "accepted")
    assert first_card(ada_client) == (
        "Your work was accepted",
        "Tie a parcel that survives the post",
    )


def first_card(client: Client) -> tuple[str, str]:
    cards = client.get("/").context["cards"]
    assert len(cards) <= 3
    return cards[0]["kicker"], cards[0]["title"]
