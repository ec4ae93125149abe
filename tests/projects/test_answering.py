"""Learners answer a review: by an appeal, or by replies to its comments."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects.models import Comment, Reply
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner, Notice
from tests.projects import stories
from tests.projects.stories import key_of, words


def reply_url(comment: Comment) -> str:
    return f"/comments/{comment.pk}/reply/"


# ── Appeals ─────────────────────────────────────────────────────────────────────────────────


def test_an_appeal_goes_to_another_reviewer_with_its_reason(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)
    page = page_of(round) + "appeal/"
    assertContains(ada_client.get(page_of(round)), page)
    form = ada_client.get(page)
    assertContains(form, "Another reviewer judges the same work again")

    given = {"key": key_of(form), "reason": "The photograph opens here."}
    assertRedirects(ada_client.post(page, given), page_of(round))
    assertRedirects(ada_client.post(page, given), page_of(round))  # pressed twice

    round.refresh_from_db()
    assert (round.state, round.appeal) == (State.WAITING, "The photograph opens here.")
    text = words(ada_client, round)
    assert "Appealed: waiting for another reviewer" in text
    assert "Withdraw" not in text
    assert "The review" in text


def test_an_appeal_needs_a_reason(ada: Learner, ravi: Learner, ada_client: Client) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)

    response = ada_client.post(page_of(round) + "appeal/", {"key": str(uuid4()), "reason": " "})

    assertContains(response, "Write why; another reviewer begins with it.", count=2)
    round.refresh_from_db()
    assert round.state == State.CHANGES


def test_a_round_is_appealed_against_once(
    ada: Learner, ravi: Learner, alma: Learner, ada_client: Client
) -> None:
    round = stories.appealed(stories.decided(stories.handed_in(ada), ravi))
    round = stories.decided(round, alma, summary="I see it alike.")

    text = words(ada_client, round)
    assert "The review after your appeal" in text
    assert text.index("I see it alike.") < text.index("A neat parcel.")
    assert "Appeal instead" not in text
    page = page_of(round) + "appeal/"
    assertRedirects(ada_client.get(page), page_of(round))
    given = {"key": str(uuid4()), "reason": "Again."}
    assertContains(ada_client.post(page, given, follow=True), "can be appealed against once")


@pytest.mark.parametrize("key", [None, "", "1", "\0"])
def test_a_form_without_its_key_does_nothing(
    ada: Learner, ravi: Learner, ada_client: Client, key: str | None
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    round = stories.decided(round, ravi)
    given = {"reason": "Look.", "text": "Look."} | ({} if key is None else {"key": key})

    for url in (page_of(round) + "appeal/", reply_url(comment)):
        assert ada_client.post(url, given).status_code == 400
    assert not Reply.objects.exists()


# ── Replies ─────────────────────────────────────────────────────────────────────────────────


def test_a_reply_is_kept_once_and_told_to_the_reviewer(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    round = stories.decided(round, ravi)
    assertContains(ada_client.get(page_of(round)), reply_url(comment))
    given = {"key": str(uuid4()), "text": "I measured it.", "settles": "on", "round": "1"}
    mail.outbox.clear()

    for _ in range(2):
        response = ada_client.post(reply_url(comment), given)
        assert response.headers["Location"] == f"{page_of(round)}#comment-{comment.pk}"

    assert [(it.text, it.settles) for it in comment.replies.all()] == [("I measured it.", True)]
    (notice,) = Notice.objects.of(ravi).filter(text__contains="reply")
    assert "Ada" not in notice.text and "measured" not in notice.text
    assert notice.url == f"/desk/{round.pk}/"
    assert [it.to for it in mail.outbox] == [["ravi@example.org"]]
    assertContains(ada_client.get(page_of(round)), "says it is dealt with")


def test_the_reviewer_answers_and_the_learner_is_told(
    ada: Learner, ravi: Learner, ada_client: Client, ravi_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    stories.decided(round, ravi)
    page = ravi_client.get(reply_url(comment))
    assertContains(page, "Say how you know.")
    assertNotContains(page, "Ada")

    ravi_client.post(reply_url(comment), {"key": key_of(page), "text": "Thank you."})

    (notice,) = Notice.objects.of(ada).filter(text__contains="reply")
    assert notice.url == page_of(round)
    assertContains(ada_client.get(page_of(round)), "Thank you.")


def test_an_empty_reply_is_asked_about_and_keeps_nothing(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    stories.decided(round, ravi)

    response = ada_client.post(reply_url(comment), {"key": str(uuid4()), "text": " "})

    assertContains(response, "Write something, or tick that it is dealt with.", count=2)
    assert not Reply.objects.exists()


def test_replies_are_for_the_two_of_them_once_the_review_is_sent(
    ada: Learner, ravi: Learner, ada_client: Client, ben_client: Client, alma_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    given = {"key": str(uuid4()), "text": "Hello?"}
    assert ada_client.post(reply_url(comment), given).status_code == 404
    stories.decided(round, ravi)

    for stranger in (ben_client, alma_client):
        assert stranger.get(reply_url(comment)).status_code == 404
        assert stranger.post(reply_url(comment), given).status_code == 404
    assert not Reply.objects.exists()
