"""Interview questions: alone on the page, with the answer behind a reveal."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

QUESTIONS = "/guides/tiny/questions/"


def listed(client: Client, **chosen: str) -> list[str]:
    return [row["question"].key for row in client.get(QUESTIONS, chosen).context["questions"]]


def test_all_questions_stand_in_the_order_of_the_path(client: Client) -> None:
    assert listed(client) == ["name-the-parts", "slipping-hitch"]


@pytest.mark.parametrize(
    ("level", "type", "expected"),
    [
        ("beginner", "", ["name-the-parts"]),
        ("", "debugging", ["slipping-hitch"]),
        ("beginner", "debugging", []),
        ("no-such", "", ["name-the-parts", "slipping-hitch"]),
        ("", "<script>", ["name-the-parts", "slipping-hitch"]),
    ],
)
def test_filters(level: str, type: str, expected: list[str], client: Client) -> None:
    assert listed(client, level=level, type=type) == expected


def test_no_match_says_so_and_leads_back(client: Client) -> None:
    response = client.get(QUESTIONS, {"level": "beginner", "type": "debugging"})

    assertContains(response, f'href="{QUESTIONS}"')


def test_a_question_reveals_strategy_points_and_sample_answer(client: Client) -> None:
    response = client.get(QUESTIONS + "slipping-hitch/")
    text = response.content.decode()

    reveal = text.index("<details")
    assert text.index("began to slip in autumn") < reveal
    for hidden in ("Name the likeliest cause", "Water lowers the friction", "First I ask what"):
        assert text.index(hidden) > reveal
    assertContains(response, "/guides/tiny/lessons/friction/#how-friction-adds-up")


def test_questions_lead_to_each_other(client: Client) -> None:
    assertContains(client.get(QUESTIONS + "name-the-parts/"), QUESTIONS + "slipping-hitch/")
