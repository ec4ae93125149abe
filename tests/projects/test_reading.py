"""A round that was handed in tells its learner where it stands, and all that was said."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from projects import clock
from projects.models import Round
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.projects.stories import LINE, key_of, words

# ── While it waits ──────────────────────────────────────────────────────────────────────────


def test_waiting_work_knows_its_place_and_blocks_nothing(
    ada: Learner, ben: Learner, ada_client: Client
) -> None:
    stories.handed_in(ben)
    round = stories.handed_in(ada)

    text = words(ada_client, round)

    assert "Waiting for a reviewer" in text
    assert "Number 2 in the queue." in text
    assert "Too few reviews lately to say how long it takes." in text
    assert "A review never blocks the path: go on with The parts of a rope" in text
    assert "Withdraw it" in text


def test_what_was_handed_in_is_shown_as_of_that_day(ada: Learner, ada_client: Client) -> None:
    text = words(ada_client, stories.handed_in(ada))

    assert "Two half hitches end the string." in text
    assert "half hitch" in text and "12.5" in text
    assert "parcel.png" in text
    assert stories.WISH in text
    assert "Choice of knots 1 Fair It held." in text
    assert "No: There is a photograph." not in text
    assert "Found by the site: 2 rows" in text
    assert "I looked." in text


def test_withdrawing_makes_it_a_draft_again(ada: Learner, ada_client: Client) -> None:
    round = stories.handed_in(ada)
    key = key_of(ada_client.get(page_of(round)))

    ada_client.post(page_of(round) + "withdraw/", {"key": key})

    round.refresh_from_db()
    assert round.state == State.DRAFT


def test_a_claimed_round_is_being_reviewed_and_cannot_be_withdrawn(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)

    text = words(ada_client, round)

    assert "Being reviewed" in text
    assert "Withdraw" not in text and "in the queue" not in text


def test_nothing_of_a_review_is_shown_before_it_is_sent(
    ada: Learner, ravi: Learner, alma: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada, LINE), ravi)
    stories.commented(round, ravi, "Where is the angle?")
    stories.sending(round, ravi, summary="A good start.")
    assert Round.objects.get(pk=round.pk).state == State.CHECKING

    text = words(ada_client, round)

    assert "Being reviewed" in text
    for hidden in ("Where is the angle?", "A good start.", "hanges requested", "second reader"):
        assert hidden not in text


def test_a_decision_that_is_due_is_there_without_waiting_for_the_clock(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    stories.sending(round, ravi, "accepted")
    Round.objects.filter(pk=round.pk).update(release_at=timezone.now())

    assert "Accepted" in words(ada_client, round)


def test_a_parked_round_is_opened_again_with_one_press(ada: Learner, ada_client: Client) -> None:
    round = stories.started(ada)
    clock.tend(timezone.now() + timedelta(days=29))

    response = ada_client.get(page_of(round))
    assertContains(response, "Nothing is lost.")
    assertNotContains(response, "handed in")
    ada_client.post(page_of(round) + "reopen/", {"key": key_of(response)})

    round.refresh_from_db()
    assert round.state == State.DRAFT


def test_the_page_asks_the_database_few_things(
    ada: Learner,
    ravi: Learner,
    ada_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    for number in range(5):
        stories.commented(round, ravi, f"Comment {number}.")
    round = stories.decided(round, ravi)
    ada_client.get(page_of(round))

    with django_assert_num_queries(8):
        ada_client.get(page_of(round))


# ── The review ──────────────────────────────────────────────────────────────────────────────


def test_the_reviewers_score_stands_beside_ones_own(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    scores = {"choice": {"score": 2, "note": "Well *argued*."}, "words": {"score": 1, "note": ""}}
    own = {
        "choice": {"score": 0, "reason": "Unsure."},
        "words": {"score": 1, "reason": "Looked up."},
    }
    round = stories.handed_in(ada, self_scores=own)

    text = words(ada_client, stories.decided(round, ravi, "accepted", scores=scores))

    assert "Accepted" in text and "A neat parcel." in text
    assert "Reviewer two grades above your own 2 Good" in text
    assert "Well argued ." in text
    assert "Yourself 0 Not yet Unsure." in text
    assert "Reviewer as you saw it 1 Good" in text


def test_a_comment_stands_under_the_words_it_is_about(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    anchor = {"quote": "Two half hitches end the string.", "before": "", "after": " They hold"}
    stories.commented(round, ravi, "Why two?", deliverable="note", anchor=anchor)

    html = ada_client.get(page_of(stories.decided(round, ravi))).content.decode()

    assert html.index("Two half hitches") < html.index("Why two?") < html.index("The crossings")


def test_names_are_hidden_where_the_project_says_so(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    stories.replied(stories.commented(round, ravi), ravi, "Look again.")
    html = ada_client.get(page_of(stories.decided(round, ravi))).content.decode()
    assert "Ravi" not in html and "ravi@" not in html
    assert "Reviewer" in html


def test_names_are_shown_where_the_project_is_open(
    ada: Learner, ravi: Learner, alma: Learner, ada_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada, LINE), ravi, checker=alma)

    assertContains(ada_client.get(page_of(round)), "Ravi")


def test_not_assessable_says_why(ada: Learner, ravi: Learner, ada_client: Client) -> None:
    round = stories.decided(stories.handed_in(ada), ravi, "unassessable")

    assert "The photograph cannot be opened." in words(ada_client, round)


def test_the_next_round_begins_with_a_button_and_the_old_one_stays(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)
    page = ada_client.get(page_of(round))
    assertContains(page, "Start round 2")

    ada_client.post(page_of(round) + "next/", {"key": key_of(page)})

    second = Round.objects.get(number=2)
    assert second.state == State.DRAFT
    text = words(ada_client, round)
    assert "Start round 2" not in text and "Appeal" not in text
    assert "A neat parcel." in text
    assertContains(ada_client.get(page_of(round)), page_of(second))


def test_comments_of_the_first_round_are_found_in_the_second(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    for quote in ("because it does not slip", "can be tied with cold hands"):
        anchor = {"quote": quote, "before": "", "after": ""}
        stories.commented(round, ravi, f"About {quote}?", deliverable="note", anchor=anchor)
    second = stories.next_round(stories.decided(round, ravi))
    stories.written(second, {"note": {"text": "A bowline, because it does not slip."}})
    stories.hand_in(second)

    text = words(ada_client, second)

    assert "1 comment on earlier text" in text
    assert text.index("About because it does not slip?") < text.index("on earlier text")
    assert "About can be tied with cold hands?" in text


def test_harmful_passages_are_folded(ada: Learner, ada_client: Client) -> None:
    work = {"memo": {"text": "Fine.\n\n>!Do it like this!<"}}

    html = ada_client.get(page_of(stories.handed_in(ada, LINE, work=work))).content.decode()

    assert '<details class="harmful">' in html
    assert html.index('<details class="harmful">') < html.index("Do it like this")
