"""Reading a lesson, answering its checks, marking it done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from skillguide.editions.shelf import library, rendered_all
from skillguide.learners.models import Attempt, Learner, Progress
from tests.conftest import HTMX

PATH = "/guides/tiny/"
PAGE = PATH + "lessons/the-bowline/"
FRICTION = PATH + "lessons/friction/"
DONE = PAGE + "done/"
CHOICE = PAGE + "checks/when-to-use/"
OPEN = PAGE + "checks/explain-loop/"
BOWLINE = "tiny/lesson/bowline"
RIGHT = {"option": ["mooring", "lifting"]}
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def warm(db: None) -> None:
    """Pages that somebody has read before stay in memory."""
    rendered_all(library().documents.values())


def test_a_lesson_asks_the_database_three_things(
    ada_client: Client, warm: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # session, learner, progress
        ada_client.get(PAGE)


def test_the_path_asks_the_database_three_things(
    ada_client: Client, warm: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # session, learner, progress
        ada_client.get(PATH)


@pytest.mark.parametrize("page", [PAGE, PATH])
def test_an_instructor_asks_no_more_than_a_learner(
    page: str,
    ines_client: Client,
    warm: None,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):
        ines_client.get(page)


@pytest.mark.parametrize("page", [PAGE, PATH])
def test_a_visitor_asks_the_database_nothing(
    page: str, client: Client, warm: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get(page)


def test_a_lesson_shows_all_that_was_written(client: Client) -> None:
    response = client.get(PAGE)

    assertContains(response, "Tie a bowline in ten seconds")
    assertContains(response, 'href="/guides/tiny/glossary/#bight"')
    assertContains(response, 'id="source-ashley1944"')
    assertContains(response, "The shortest tail")
    assertContains(response, "Which of these are good uses of a bowline?")
    assertContains(response, "Only the figures; they show")
    assertContains(response, 'href="/guides/tiny/lessons/parts-of-a-rope/"')
    assertContains(response, 'href="/guides/tiny/lessons/friction/"')


def test_what_is_right_is_told_only_after_an_answer(client: Client) -> None:
    assertNotContains(client.get(PAGE), "It does not tighten around what it holds")
    assertNotContains(client.get(PAGE), "The load pulls the small loop")


def test_marking_done_goes_on_to_the_next_lesson(ada_client: Client, ada: Learner) -> None:
    response = ada_client.post(DONE, {"done": "1"})

    assertRedirects(response, FRICTION)
    assert Progress.objects.of(ada).done().get().content_id == BOWLINE


def test_finishing_twice_keeps_the_first_date(ada_client: Client, ada: Learner) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ada_client.post(DONE, {"done": "1"})
    with time_machine.travel(MONDAY.replace(day=25), tick=False):
        ada_client.post(DONE, {"done": "1"})

    assert Progress.objects.of(ada).get().done_at == MONDAY


def test_undoing_keeps_the_date_on_which_it_was_first_done(
    ada_client: Client, ada: Learner
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ada_client.post(DONE, {"done": "1"})

    response = ada_client.post(DONE, {"done": "0"})

    assertRedirects(response, PAGE)
    progress = Progress.objects.of(ada).get()
    assert (progress.done_at, progress.first_done_at) == (None, MONDAY)
    ada_client.post(DONE, {"done": "1"})
    progress.refresh_from_db()
    assert progress.done_at is not None
    assert progress.done_at > MONDAY
    assert progress.first_done_at == MONDAY


def test_a_clock_that_jumps_back_loses_nothing(ada_client: Client, ada: Learner) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ada_client.post(PAGE + "place/", {"anchor": ""})
    with time_machine.travel(MONDAY.replace(day=20), tick=False):
        ada_client.post(DONE, {"done": "1"})

    assert Progress.objects.of(ada).done().count() == 1


def test_a_visitor_who_marks_done_signs_in_and_comes_back(client: Client) -> None:
    referer = {"Referer": f"http://testserver{PAGE}"}

    response = client.post(DONE, {"done": "1"}, headers=referer)

    assert response.headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_a_visitor_using_htmx_is_sent_to_a_whole_page(client: Client) -> None:
    headers = HTMX | {"HX-Current-URL": f"http://testserver{PAGE}"}

    response = client.post(DONE, {"done": "1"}, headers=headers)

    assert response.headers["HX-Redirect"] == f"/accounts/login/?next={PAGE}"


@pytest.mark.parametrize("elsewhere", [f"http://evil.example{PAGE}", "http://[", "no address"])
def test_coming_back_never_leads_to_another_site(elsewhere: str, client: Client) -> None:
    referer = {"Referer": elsewhere}

    response = client.post(DONE, {"done": "1"}, headers=referer)

    assert response.headers["Location"] == "/accounts/login/?next=/"


def test_nothing_of_ada_reaches_ben(ada_client: Client, ben_client: Client, ben: Learner) -> None:
    ada_client.post(DONE, {"done": "1"})
    ada_client.post(OPEN, {"answer": "Ada's own words"})

    assertNotContains(ben_client.get(PAGE), "Ada's own words", html=False)
    assert not Progress.objects.of(ben).exists()


def test_the_place_where_one_reads_is_remembered(ada_client: Client) -> None:
    response = ada_client.post(PAGE + "place/", {"anchor": "the-tail"})

    assert response.status_code == 204
    assertContains(ada_client.get(PATH), f'href="{PAGE}#the-tail"')
    assertContains(ada_client.get("/"), f'href="{PAGE}#the-tail"')


def test_a_place_that_is_not_in_the_lesson_is_refused(ada_client: Client, ada: Learner) -> None:
    assert ada_client.post(PAGE + "place/", {"anchor": "no-such"}).status_code == 404
    assert not Progress.objects.of(ada).exists()


def test_an_answer_is_kept_with_the_wording_it_was_given_to(
    ada_client: Client, ada: Learner
) -> None:
    lesson = library().guides["tiny"].lesson("bowline")

    response = ada_client.post(CHOICE, {"option": ["mooring"]})

    assertRedirects(response, f"{PAGE}#check-when-to-use", fetch_redirect_response=False)
    attempt = Attempt.objects.of(ada).get()
    assert attempt.answer == {"options": ["mooring"]}
    assert attempt.correct is False
    assert attempt.digest == lesson.digest


def test_every_attempt_is_kept_and_the_check_is_done_once_right(
    ada_client: Client, ada: Learner
) -> None:
    ada_client.post(CHOICE, {"option": ["joining"]})
    assert not Progress.objects.of(ada).done().exists()
    ada_client.post(CHOICE, RIGHT)
    ada_client.post(CHOICE, {"option": ["joining"]})

    correct = Attempt.objects.of(ada).order_by("given_at").values_list("correct", flat=True)
    assert list(correct) == [False, True, False]
    assert Progress.objects.of(ada).done().get().content_id == "tiny/check/when-to-use"


def test_after_an_answer_every_option_is_explained(ada_client: Client) -> None:
    ada_client.post(CHOICE, {"option": ["mooring"]})

    response = ada_client.get(PAGE)

    assertContains(response, "The loop keeps its size")
    assertContains(response, "It does not tighten around what it holds")


def test_htmx_gets_only_the_check(ada_client: Client, ada: Learner) -> None:
    response = ada_client.post(CHOICE, RIGHT, headers=HTMX)

    assertContains(response, "The loop keeps its size")
    assertNotContains(response, "<html")
    assert Attempt.objects.of(ada).count() == 1


def test_an_open_answer_stands_beside_the_model_answer(ada_client: Client) -> None:
    ada_client.post(OPEN, {"answer": "Because it pinches itself."})

    response = ada_client.get(PAGE)

    assertContains(response, "Because it pinches itself.")
    assertContains(response, "The load pulls the small loop")


def test_a_visitors_answer_is_explained(client: Client) -> None:
    response = client.post(CHOICE, RIGHT)

    assertContains(response, "The loop keeps its size")
    assert not Attempt.objects.exists()


def test_an_answer_survives_signing_in(client: Client, ada: Learner) -> None:
    """A visitor's, or that of a learner whose session had ended while she was writing."""
    client.post(OPEN, {"answer": "Because it pinches itself."})
    client.post(CHOICE, RIGHT)

    client.force_login(ada)
    response = client.get(PAGE)

    assertContains(response, "Because it pinches itself.")
    assert Attempt.objects.of(ada).count() == 2
    client.get(PAGE)
    assert Attempt.objects.of(ada).count() == 2


def test_an_answer_left_behind_reaches_nobody_else(
    client: Client, ada: Learner, ben_client: Client
) -> None:
    client.post(OPEN, {"answer": "Because it pinches itself."})

    assertNotContains(ben_client.get(PAGE), "pinches")


def test_only_the_latest_answer_to_a_check_waits_for_signing_in(client: Client) -> None:
    for number in range(3):
        client.post(OPEN, {"answer": str(number)})

    assert client.session["answers"] == {"tiny/explain-loop": {"text": "2"}}


def test_signing_in_after_an_answer_comes_back_to_the_check(client: Client) -> None:
    page = client.post(CHOICE, RIGHT)
    assertContains(page, f"/accounts/login/?next={CHOICE}")

    assertRedirects(client.get(CHOICE), f"{PAGE}#check-when-to-use", fetch_redirect_response=False)


@pytest.mark.parametrize("nothing", [{}, {"option": ["no-such-option"]}])
def test_no_answer_is_told_beside_the_check(
    nothing: dict[str, list[str]], ada_client: Client
) -> None:
    response = ada_client.post(CHOICE, nothing)

    assert response.status_code == 200
    assert not Attempt.objects.exists()


def test_an_answer_that_is_too_long_is_refused_and_not_lost(ada_client: Client) -> None:
    text = "long words " * 2_000

    response = ada_client.post(OPEN, {"answer": text})

    assertContains(response, text.strip())
    assertContains(response, "at most 20000 characters")
    assert not Attempt.objects.exists()


def test_what_learners_type_is_never_markup(ada_client: Client) -> None:
    ada_client.post(OPEN, {"answer": "<script>alert(1)</script>"})

    assertContains(ada_client.get(PAGE), "&lt;script&gt;alert(1)")


def test_a_nul_character_is_refused_in_words(ada_client: Client) -> None:
    response = ada_client.post(OPEN, {"answer": "a\x00b"})

    assertContains(response, "Null characters are not allowed")


def test_a_message_tells_what_was_done(ada_client: Client) -> None:
    response = ada_client.post(DONE, {"done": "1"})

    (message,) = get_messages(response.wsgi_request)
    assert str(message) == "“The bowline” is done."


@pytest.mark.parametrize(
    ("check", "given"),
    [
        ("when-to-use", {"text": "It was an open question then."}),
        ("explain-loop", {"options": ["a"]}),
    ],
)
def test_an_answer_outlives_a_change_of_its_checks_kind(
    check: str, given: dict[str, object], ada_client: Client, ada: Learner
) -> None:
    Progress.objects.answer(ada, f"tiny/check/{check}", given)

    assert ada_client.get(PAGE).status_code == 200


def test_an_answer_that_waits_outlives_a_change_of_its_checks_kind(
    client: Client, ada: Learner
) -> None:
    session = client.session
    session["answers"] = {"tiny/when-to-use": {"text": "It was open."}, "tiny/gone": {"text": "?"}}
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    client.force_login(ada)

    assert client.get(PAGE).status_code == 200
    assert Attempt.objects.of(ada).get().answer == {"text": "It was open."}
