"""Whatever goes wrong with a form, the words that came with it are still there to be seen."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains

from projects import actions, decisions, saved_replies
from projects.models import Comment, Reply, Round, SavedComment
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects import stories
from tests.projects.stories import LINE, key_of

LONG = "Much too long. " * 1_000


@pytest.fixture
def parcel(ada: Learner) -> Round:
    return stories.started(ada)


@pytest.mark.parametrize(
    ("field", "controls"),
    [
        ("work.crossings", {"1.place": "corner", "1.note": LONG, "2.place": "end"}),
        ("work.film", {"url": "https://example.org/" + "a" * 1_000, "revision": "v1"}),
        ("tick.shaken", {"ticked": "on", "evidence": LONG[:2_100]}),
    ],
)
def test_what_does_not_fit_stays_in_all_its_controls(
    field: str, controls: dict[str, str], ada_client: Client, parcel: Round
) -> None:
    given = {f"{field}.{control}": text for control, text in controls.items()}

    answer = ada_client.post(f"{page_of(parcel)}save/", {f"base.{field}": "0"} | given)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert all(text in html for text in controls.values() if text != "on")
    assert "checked" in html or "ticked" not in controls


def test_a_score_stays_chosen_beside_a_sentence_that_is_too_long(
    ada: Learner, ada_client: Client
) -> None:
    round = stories.written(stories.started(ada, LINE))
    criterion = stories.project_called(LINE).rubric[0]
    field = f"score.{criterion.id}"
    given = {f"base.{field}": "0", f"{field}.score": "1", f"{field}.reason": LONG}

    answer = ada_client.post(f"{page_of(round)}hand-in/", given | {"key": str(uuid4())})

    assertContains(answer, LONG[:2_000], status_code=422)
    assertContains(answer, "checked", status_code=422)


def test_handing_in_from_a_page_that_was_kept_open_keeps_its_words_and_says_so(
    ada: Learner, ada_client: Client
) -> None:
    """Handed in, withdrawn, back to the old page, other words, and the same key once more."""
    round = stories.handed_in(ada, LINE)
    key = round.events.get(action="hand_in").key
    actions.withdraw(round.pk, by=ada, key=uuid4())
    page = f"{page_of(round)}hand-in/"
    form = {"base.wish": "0", "wish.text": "Look at the second knot.", "key": str(key)}

    answer = ada_client.post(page, form, follow=True)

    assertContains(answer, "Look at the second knot.", status_code=answer.status_code)
    round.refresh_from_db()
    assert round.state == State.DRAFT


def test_late_answers_are_found_under_the_earlier_drafts(ada: Learner, ada_client: Client) -> None:
    round = stories.handed_in(ada, LINE)
    form = {"base.wish": "0", "wish.text": "One more wish.", "do": "save"}

    page = ada_client.post(f"{page_of(round)}save/", form, follow=True)

    drafts = f"{page_of(round)}drafts/wish/"
    assertContains(page, drafts)
    assertContains(ada_client.get(f"{drafts}?version=1"), "One more wish.")


def test_a_table_that_is_pasted_too_late_is_kept_beside(ada: Learner, ada_client: Client) -> None:
    round = stories.handed_in(ada)
    form = {"text": "place,knot,load_kg,note\nlate,bowline,3,Kept.", "how": "replace"}

    page = ada_client.post(f"{page_of(round)}tables/crossings/import/", form, follow=True)

    assertContains(page, "They are kept beside it")
    assertContains(ada_client.get(f"{page_of(round)}drafts/work.crossings/?version=2"), "Kept.")


def test_what_was_pasted_stays_when_the_file_beside_it_cannot_be_read(
    ada_client: Client, parcel: Round
) -> None:
    form = {"text": "pasted words", "file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}

    answer = ada_client.post(f"{page_of(parcel)}tables/crossings/import/", form)

    assertContains(answer, "pasted words", status_code=422)


def test_an_appeal_that_comes_too_late_keeps_its_reason(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)
    stories.next_round(round)
    given = {"key": str(uuid4()), "reason": "You looked at the wrong photograph."}

    answer = ada_client.post(f"{page_of(round)}appeal/", given)

    assertContains(answer, "You looked at the wrong photograph.")
    assertContains(answer, "You have begun a new round")


def test_two_replies_from_a_page_that_was_kept_open_are_both_there(
    ada: Learner, ravi: Learner, ben: Learner, ada_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    comment = stories.commented(round, ravi)
    stories.decided(round, ravi)
    page = f"/comments/{comment.pk}/reply/"
    key = key_of(ada_client.get(page))

    for text in ("First.", "First.", "Second."):
        ada_client.post(page, {"key": key, "text": text})

    assert list(Reply.objects.values_list("text", flat=True)) == ["First.", "Second."]


# ── Reviewers ────────────────────────────────────────────────────────────────────────────────


def test_handed_over_and_back_the_words_of_the_other_come_along(
    ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    review = stories.review_of(round, ravi)
    decisions.save_review(review, ravi, {"summary": ({"text": "Of Ravi."}, 0)})
    decisions.hand_over(round.pk, alma, by=ravi, key=uuid4())
    review.refresh_from_db()
    decisions.save_review(review, alma, {"summary": ({"text": "Of Ravi and Alma."}, 1)})

    decisions.hand_over(round.pk, ravi, by=alma, key=uuid4())

    assertContains(browser_of(ravi).get(f"/desk/{round.pk}/"), "Of Ravi and Alma.")


def test_a_note_to_the_reviewer_that_comes_too_late_is_shown(
    ada: Learner, ravi: Learner, alma_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    verdict = stories.verdict(round, wants_second_reader=True)
    project = stories.project_called()
    decisions.decide(round.pk, verdict, project, by=ravi, key=uuid4())
    decisions.undo(round.pk, by=ravi, key=uuid4())
    given = {"key": str(uuid4()), "note": "Say which photograph."}

    answer = alma_client.post(f"/desk/{round.pk}/send-back/", given)

    assertContains(answer, "Say which photograph.", status_code=409)


def test_one_saved_reply_too_many_stays_in_its_box(
    ravi: Learner, ravi_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_replies, "MOST_OWN", 1)
    SavedComment.objects.create(owner=ravi, text="Kept.")

    answer = ravi_client.post("/desk/bank/", {"text": "One more."})

    assertContains(answer, "One more.", status_code=422)
    assertContains(answer, "Delete one first", status_code=422)


def test_a_comment_on_a_place_that_no_page_names_is_refused_in_words(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    work = {"note": {"text": ""}, "crossings": {"rows": stories.CROSSINGS}}
    round = stories.claimed(stories.handed_in(ada, work=work), ravi)
    for place in ("note.00", "crossings.00", "crossings.03"):
        given = {"comment.text": "Here.", "comment.on": place, "base.comment": "0"}

        answer = ravi_client.post(f"/desk/{round.pk}/comments/", given | {"key": str(uuid4())})

        assertContains(answer, "Choose what the comment is about", status_code=422)
        assert not Comment.objects.exists()
