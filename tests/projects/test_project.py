"""A practice project shows everything before it is begun."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains

from skillguide.content.schema import Project
from skillguide.editions.shelf import library, rendered, rendered_all

GUIDE = "/guides/tiny/"


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


def test_a_project_asks_the_database_nothing_of_a_visitor(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rendered_all(library().documents.values())

    with django_assert_num_queries(0):
        client.get(GUIDE + "projects/tie-a-parcel/")
