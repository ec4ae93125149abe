"""The path, a learner's home and what they add up to."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from skillguide.content.library import Library
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner, Progress
from skillguide.learners.progress import PathProgress

PATH = "/guides/tiny/"


def progress_of(learner: Learner) -> PathProgress:
    rows = Progress.objects.of(learner).on("tiny").by_content_id()
    return PathProgress(library().guides["tiny"], rows)


def finish(learner: Learner, *keys: str) -> None:
    for key in keys:
        Progress.objects.finish(learner, f"tiny/lesson/{key}")


def test_the_path_shows_levels_modules_lessons_and_projects_in_order(client: Client) -> None:
    text = client.get(PATH).content.decode()

    order = ["Beginner", "First steps", "The parts of a rope", "The bowline", "Intermediate"]
    places = [text.index(title, text.index('class="trail"')) for title in order]
    assert places == sorted(places)
    assertContains(client.get(PATH), PATH + "projects/tie-a-parcel/")


def test_percentages_are_of_lessons_done(ada: Learner) -> None:
    finish(ada, "parts-of-a-rope")

    progress = progress_of(ada)

    contents = progress.contents
    assert (progress.guide.done, progress.guide.total, progress.guide.percent) == (1, 3, 33)
    assert [progress.level(level).percent for level in contents.guide.levels] == [50, 0]
    assert progress.guide.minutes_left == 45


def test_a_hundred_percent_means_all(ada: Learner) -> None:
    finish(ada, "parts-of-a-rope", "bowline", "friction")

    assert progress_of(ada).guide.percent == 100
    assert progress_of(ada).resume is None


@pytest.mark.parametrize(("done", "seen", "expected"), [
    ([], [], "parts-of-a-rope"),
    (["parts-of-a-rope"], [], "bowline"),
    (["bowline"], [], "friction"),
    (["bowline", "friction"], [], "parts-of-a-rope"),
    (["parts-of-a-rope"], ["friction"], "friction"),
])  # fmt: skip
def test_continue_opens_what_was_left_open(
    done: list[str], seen: list[str], expected: str, ada: Learner
) -> None:
    finish(ada, *done)
    for key in seen:
        Progress.objects.see(ada, f"tiny/lesson/{key}")

    resume = progress_of(ada).resume

    assert resume is not None
    assert resume.lesson.key == expected
    assert resume.started == bool(done or seen)


def test_a_page_that_was_replaced_counts_for_the_one_in_its_place(ada: Learner) -> None:
    finish(ada, "loop-knots")

    state = progress_of(ada).lesson("bowline")

    assert state.state == "done"
    assert state.replaced


def test_one_of_several_replaced_pages_is_enough(ada: Learner) -> None:
    """Otherwise merging two pages would take the mark from whoever had done one of them."""
    contents = library().guides["tiny"]
    bowline = contents.lesson("bowline")
    both = bowline.model_copy(update={"replaces": ("loop-knots", "old-loops")}).at(bowline.place)
    documents = [it for it in library().documents.values() if it.guide == "tiny"]
    merged = Library.of([both if it is bowline else it for it in documents]).guides["tiny"]
    finish(ada, "old-loops")

    progress = PathProgress(merged, Progress.objects.of(ada).by_content_id())

    assert progress.lesson("bowline").state == "done"


def test_undoing_the_new_page_is_not_overruled_by_the_old_one(ada: Learner) -> None:
    finish(ada, "loop-knots", "bowline")
    Progress.objects.reopen(ada, "tiny/lesson/bowline")

    assert progress_of(ada).lesson("bowline").state == "begun"


def test_what_counts_through_an_old_page_can_be_undone(ada_client: Client, ada: Learner) -> None:
    finish(ada, "loop-knots")

    ada_client.post(PATH + "lessons/the-bowline/done/", {"done": "0"})

    assert progress_of(ada).lesson("bowline").state == "new"
    finish(ada, "bowline")
    assert progress_of(ada).lesson("bowline").state == "done"


def test_every_continue_opens_the_exact_place(ada_client: Client, ada: Learner) -> None:
    Progress.objects.see(ada, "tiny/lesson/bowline", "the-tail")

    response = ada_client.get("/")

    place = PATH + "lessons/the-bowline/#the-tail"
    assert response.context["cards"][0]["url"] == place
    assert response.context["guides"][0]["continue_url"] == place


def test_home_tells_a_learner_what_to_do_next_and_what_was_done(
    ada_client: Client, ada: Learner
) -> None:
    finish(ada, "parts-of-a-rope")

    response = ada_client.get("/")

    assertContains(response, "The parts of a rope")
    assertContains(response, PATH + "lessons/the-bowline/")


def test_a_new_learners_home_says_where_to_start(ada_client: Client) -> None:
    assertContains(ada_client.get("/"), PATH + "lessons/parts-of-a-rope/")


def test_a_visitors_front_page_presents_the_guides(client: Client) -> None:
    response = client.get("/")

    assertContains(response, "Knots and Ropes")
    assertContains(response, f'href="{PATH}"')
    assertNotContains(response, "Sign out")


def test_a_day_of_study_is_counted_on_the_calendar(ada_client: Client, ada: Learner) -> None:
    finish(ada, "parts-of-a-rope", "bowline")

    days = ada_client.get("/").context["days"]

    assert days[-1]["count"] == 2
    assert days[0]["date"].weekday() == 0
