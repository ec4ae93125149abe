"""Words that come when the session has ended are there after signing in, and nobody else's."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects.models import Review
from projects.news import page_of
from projects.signed_out import LARGEST, WORDS
from skillguide.learners.models import Draft, Learner
from tests.conftest import browser_of
from tests.projects import stories

WORDS_OF_ADA = "A bowline, since it never jams."


def signed_out(client: Client) -> Client:
    client.logout()
    return client


NOTE = {"base.work.note": "0", "work.note.text": WORDS_OF_ADA}


def posted(client: Client, url: str, fields: dict[str, str]) -> None:
    """Without script; the answer asks to sign in."""
    form = {"key": str(uuid4())} | fields
    assert client.post(url, form).headers["Location"].startswith("/accounts/login/")


def drafted(learner: Learner) -> list[object]:
    return list(Draft.objects.of(learner).filter(name__endswith="/work.note").values_list("value"))


def test_a_draft_that_was_sent_signed_out_is_saved_after_signing_in(ada: Learner) -> None:
    here = page_of(stories.started(ada))
    browser = signed_out(browser_of(ada))

    posted(browser, f"{here}save/", NOTE)
    browser.force_login(ada)

    assertContains(browser.get(here, follow=True), WORDS_OF_ADA)
    assert drafted(ada) == [({"text": WORDS_OF_ADA},)]
    assertNotContains(browser.get(here), "before you signed in")


def test_handing_in_signed_out_keeps_the_words_and_hands_nothing_in(ada: Learner) -> None:
    round = stories.written(stories.started(ada))
    browser = signed_out(browser_of(ada))
    fields = {"base.wish": "0", "wish.text": "Is it tight enough?"}

    posted(browser, f"{page_of(round)}hand-in/", fields)
    browser.force_login(ada)

    answer = browser.get(f"{page_of(round)}hand-in/", follow=True)
    assertContains(answer, "Is it tight enough?")
    round.refresh_from_db()
    assert round.state == "draft"


def test_another_person_at_the_same_browser_gets_none_of_it(ada: Learner, ben: Learner) -> None:
    here = page_of(stories.started(ada))
    theirs = page_of(stories.started(ben))
    browser = signed_out(browser_of(ada))

    posted(browser, f"{here}save/", NOTE)
    browser.force_login(ben)

    assert browser.get(here).status_code == 404
    assertNotContains(browser.get(theirs), WORDS_OF_ADA)
    assert drafted(ben) == []


def test_a_review_that_was_sent_signed_out_is_kept(ada: Learner, ravi: Learner) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    browser = signed_out(browser_of(ravi))

    form = {"key": str(uuid4()), "base.summary": "0", "summary.text": "Neat, but loose."}
    for deed in ("save", "decide"):
        browser.post(f"/desk/{round.pk}/{deed}/", form)
    browser.force_login(ravi)

    answer = browser.get(f"/desk/{round.pk}/", follow=True)
    assertRedirects(answer, f"/desk/{round.pk}/")
    assertContains(answer, "Neat, but loose.")
    assert not Review.objects.get(round=round).decided_at


def test_more_than_a_form_can_hold_is_not_put_into_the_session(ada: Learner) -> None:
    here = page_of(stories.started(ada))
    browser = signed_out(browser_of(ada))

    posted(browser, f"{here}save/", {"work.note.text": "x" * (LARGEST + 1)})

    assert WORDS not in browser.session
