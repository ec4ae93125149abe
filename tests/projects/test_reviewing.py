"""A review from claim to decision: saving, comments, the second reader, undoing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects import decisions
from projects.models import Comment, Round, SavedComment
from projects.states import State
from skillguide.learners.models import Draft, DraftVersion, Learner
from tests.conftest import browser_of
from tests.projects.stories import (
    CROSSINGS,
    LINE,
    appealed,
    calibrated,
    claimed,
    commented,
    decided,
    hand_in,
    handed_in,
    next_round,
    review_of,
    sending,
    started,
    written,
)

BANK = "/desk/bank/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def ravi_client(ravi: Learner) -> Client:
    return browser_of(calibrated(ravi))


@pytest.fixture
def round(ada: Learner, ravi: Learner) -> Round:
    """Ada's parcel, claimed by Ravi."""
    return claimed(handed_in(ada), ravi)


def path(round: Round, action: str = "") -> str:
    return f"/desk/{round.pk}/{action}"


def sent(**fields: str) -> dict[str, str]:
    """A form with everything that a verdict needs, over nothing saved before."""
    whole = {
        "key": str(uuid4()),
        "base.score.choice": "0",
        "score.choice.score": "1",
        "score.choice.note": "The corner is good.",
        "base.score.words": "0",
        "score.words.score": "1",
        "base.summary": "0",
        "summary.text": "A neat parcel.",
        "base.decision": "0",
        "decision.decision": "changes",
        "base.comment": "0",
        "comment.text": "",
    }
    return whole | {name.replace("__", "."): value for name, value in fields.items()}


def draft(round: Round, ravi: Learner, field: str) -> Any:
    row = Draft.objects.filter(learner=ravi, name=review_of(round, ravi).draft_name(field)).first()
    return row.value if row else None


def at(round: Round) -> str:
    round.refresh_from_db()
    return round.state


# ── The page ─────────────────────────────────────────────────────────────────────────────


def test_the_holder_sees_the_work_beside_the_rubric(round: Round, ravi_client: Client) -> None:
    response = ravi_client.get(path(round))

    assertContains(response, "A bowline at the corner")
    assertContains(response, "Is the second knot worth its string?")
    assertContains(response, "Most knots fit their place.")
    assertContains(response, "It held.", count=2)  # the learner's own word, per criterion
    assertContains(response, "Yours until")


def test_a_blind_review_names_nobody(round: Round, ada: Learner, ravi_client: Client) -> None:
    html = ravi_client.get(path(round)).content.decode()

    assert "Ada" not in html
    assert "ada@" not in html


def test_a_review_that_is_not_blind_names_the_learner(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    assertContains(ravi_client.get(path(claimed(handed_in(ada, LINE), ravi))), "by Ada")


def test_others_may_read_the_work_but_not_what_is_being_written(
    round: Round, ravi: Learner, alma_client: Client
) -> None:
    commented(round, ravi, deliverable="note", text="Half a thought.")

    response = alma_client.get(path(round))

    assertContains(response, "A bowline at the corner")
    assertContains(response, "A reviewer has claimed it.")
    assertNotContains(response, "Half a thought.")
    assertNotContains(response, "review_form")


def test_an_open_round_can_be_claimed_from_its_page(ada: Learner, ravi_client: Client) -> None:
    round = handed_in(ada)

    assertContains(ravi_client.get(path(round)), "Claim it")
    response = ravi_client.post(path(round, "claim/"), {"key": str(uuid4())})
    assertRedirects(response, path(round))


def test_own_work_and_unfinished_work_have_no_page(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    for hidden in (handed_in(ravi), started(ada)):
        assert ravi_client.get(path(hidden)).status_code == 404
        assert ravi_client.post(path(hidden, "undo/"), {"key": str(uuid4())}).status_code == 404


ACTIONS = ["save/", "comments/", "decide/", "undo/", "give-back/", "hand-over/", "pass-on/"]


@pytest.mark.parametrize("action", ["", "claim/", "send-back/", *ACTIONS])
def test_learners_find_nothing_here(action: str, round: Round, ada_client: Client) -> None:
    assert ada_client.post(path(round, action), {"key": str(uuid4())}).status_code == 404
    assert ada_client.get(path(round, action)).status_code == 404


@pytest.mark.parametrize("action", ["save/", "comments/", "decide/", "give-back/", "hand-over/"])
def test_who_never_claimed_it_writes_nothing(
    action: str, round: Round, alma_client: Client
) -> None:
    assert alma_client.post(path(round, action), sent()).status_code == 404
    assert at(round) == State.CLAIMED


@pytest.mark.parametrize("action", [it for it in ACTIONS if it != "save/"])
def test_a_form_without_its_key_is_refused(action: str, round: Round, ravi_client: Client) -> None:
    assert ravi_client.post(path(round, action), {}).status_code == 400


def test_the_page_of_a_review_asks_few_things(
    round: Round,
    ravi: Learner,
    ravi_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        commented(round, ravi, deliverable="note")
    ravi_client.get(path(round))

    # session, person, round, reviews, drafts, comments, replies, saved replies, colleagues
    with django_assert_num_queries(9):
        ravi_client.get(path(round))


def test_earlier_rounds_stand_beside_this_one(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    first = decided(handed_in(ada), ravi)
    second = claimed(hand_in(written(next_round(first))), ravi)

    response = ravi_client.get(path(second))

    assertContains(response, "Round 1: 0, Not yet")
    assertContains(response, "Review of round 1")
    assertContains(response, f"/submissions/{second.submission_id}/rounds/2/changes/")


def test_comments_of_the_round_before_stand_in_the_new_text(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    first = claimed(handed_in(ada), ravi)
    ravi_client.post(path(first, "comments/"), sent(comment__on="note.2", comment__text="Why?"))
    decided(first, ravi)
    second = claimed(hand_in(written(next_round(first))), ravi)

    response = ravi_client.get(path(second))

    block = response.context["shown"][0].blocks[1]
    assert [it.comment.text for it in block.comments] == ["Why?"]
    assertNotContains(response, "Change<span", msg_prefix="what was sent stays as it was")


def test_an_appeal_says_why_to_the_next_reviewer(
    ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = claimed(appealed(decided(handed_in(ada), ravi), "It does open."), alma)

    assertContains(browser_of(alma).get(path(round)), "It does open.")


# ── Saving ───────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_is_saved_and_renews_the_claim(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    before = timezone.now() + timedelta(minutes=5)
    Round.objects.filter(pk=round.pk).update(lease_until=before)

    response = ravi_client.post(
        path(round, "save/"),
        {"base.score.choice": "0", "score.choice.score": "2", "score.choice.note": "Good."},
        headers=JSON,
    )

    answer = response.json()
    assert answer["fields"]["score.choice"]["version"] == 1
    assert answer["fields"]["score.choice"]["conflict"] is None
    assert answer["held"] is True
    round.refresh_from_db()
    assert round.lease_until and round.lease_until > before
    assert draft(round, ravi, "score.choice") == {"score": 2, "note": "Good."}


def test_an_empty_save_only_renews(round: Round, ravi_client: Client) -> None:
    answer = ravi_client.post(path(round, "save/"), {}, headers=JSON).json()

    assert answer["fields"] == {}
    assert answer["until"]


def test_two_tabs_are_told_of_each_other(round: Round, ravi_client: Client) -> None:
    def save(tab: str, text: str) -> dict[str, Any]:
        data = {"tab": tab, "base.summary": "0", "summary.text": text}
        answer = ravi_client.post(path(round, "save/"), data, headers=JSON).json()
        fields: dict[str, dict[str, Any]] = answer["fields"]
        return fields["summary"]

    save("one", "From one.")
    second = save("two", "From two.")

    assert second["conflict"]["entries"] == [["summary.text", "From one."]]
    assert second["conflict"]["version"] == 1


def test_two_tabs_without_script_see_both_texts(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    ravi_client.post(path(round, "save/"), {"base.summary": "0", "summary.text": "From one."})

    response = ravi_client.post(
        path(round, "save/"), {"base.summary": "0", "summary.text": "From two."}
    )

    assertContains(response, "From one.", status_code=409)
    assertContains(response, "From two.", status_code=409)
    assertContains(response, 'name="base.summary" value="1"', status_code=409)
    assert draft(round, ravi, "summary") == {"text": "From one."}
    assert DraftVersion.objects.filter(value={"text": "From two."}, aside=True).exists()


def test_a_form_that_was_left_alone_pushes_nothing_aside(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    ravi_client.post(path(round, "save/"), {"base.summary": "0", "summary.text": "Old."})
    ravi_client.post(path(round, "save/"), {"base.summary": "1", "summary.text": "New."})

    left_alone = sent(summary__text="Old.", comment__on="note.1", comment__text="Here.")
    response = ravi_client.post(path(round, "comments/"), left_alone | {"base.summary": "1"})

    assert response.status_code == 302
    assert Comment.objects.count() == 1
    assert draft(round, ravi, "summary") == {"text": "New."}


def test_words_that_come_after_the_claim_ended_are_kept(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    decisions.give_back(round.pk, by=ravi, key=uuid4())

    answer = ravi_client.post(
        path(round, "save/"), {"base.summary": "0", "summary.text": "Late."}, headers=JSON
    ).json()

    assert answer["held"] is False
    assert draft(round, ravi, "summary") == {"text": "Late."}
    assertContains(ravi_client.get(path(round)), "your draft is kept")


def test_too_many_words_are_refused_and_stay_in_the_field(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    data = {"base.summary": "0", "summary.text": "word " * 5_000}

    answer = ravi_client.post(path(round, "save/"), data, headers=JSON)
    again = ravi_client.post(path(round, "save/"), data)

    assert answer.status_code == 422
    assert "at most 20,000 fit" in answer.json()["fields"]["summary"]
    assertContains(again, "word word word", status_code=422)
    assert draft(round, ravi, "summary") is None


@pytest.mark.parametrize("text", ["\x00", "\ud800", "🪢" * 100, "<script>alert(1)</script>"])
def test_any_text_can_be_typed(text: str, round: Round, ravi_client: Client) -> None:
    words = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    data = sent(comment__on="note.1", comment__text=words, comment__quote=words)

    for action in ("save/", "comments/", "decide/"):
        assert ravi_client.post(path(round, action), data).status_code in (302, 422, 409)

    assertNotContains(ravi_client.get(path(round)), "<script>alert")


# ── Comments ─────────────────────────────────────────────────────────────────────────────


def comment_on(client: Client, round: Round, **fields: str) -> Any:
    version = Draft.objects.filter(name__endswith="/comment").values_list("version", flat=True)
    data = {"key": str(uuid4()), "base.comment": str(version.first() or 0)}
    data |= {f"comment.{name}": value for name, value in fields.items()}
    return client.post(path(round, "comments/"), data)


def test_a_comment_on_words_is_anchored_to_them(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    response = comment_on(
        ravi_client, round, on="note.2", text="Say how you know.", quote="does not slip", near="10"
    )

    comment = Comment.objects.get()
    assertRedirects(response, f"{path(round)}#comment-{comment.pk}", fetch_redirect_response=False)
    assert comment.anchor["quote"] == "does not slip"
    assert comment.anchor["before"].endswith("because it ")
    assertContains(ravi_client.get(path(round)), "Say how you know.")
    value = draft(round, ravi, "comment")
    assert (value["text"], value["on"]) == ("", "")


def test_a_quote_that_stands_twice_is_anchored_where_it_was_selected(
    ada: Learner, ravi: Learner, ravi_client: Client
) -> None:
    text = "A knot here and a knot there.\n\nA knot too."
    round = claimed(handed_in(ada, LINE, work={"memo": {"text": text}}), ravi)

    comment_on(ravi_client, round, on="memo.1", text="This?", quote="knot", near="18")

    assert Comment.objects.get().anchor["before"] == "A knot here and a "


def test_a_comment_without_a_quote_is_about_the_whole_paragraph(
    round: Round, ravi_client: Client
) -> None:
    comment_on(ravi_client, round, on="note.2", text="Good.")

    assert Comment.objects.get().anchor["quote"].startswith("A bowline at the corner")


def test_a_comment_on_a_row_and_on_the_whole(round: Round, ravi_client: Client) -> None:
    comment_on(ravi_client, round, on="crossings.2", text="Which end?")
    ravi_client.get(path(round))
    comment_on(ravi_client, round, on="photo.0", text="Too dark.")

    row, whole = Comment.objects.all()
    assert CROSSINGS[1]["place"] in row.anchor["row"]
    assert (whole.deliverable, whole.anchor) == ("photo", {})
    response = ravi_client.get(path(round))
    assertContains(response, "Which end?")
    assertContains(response, "Too dark.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "note.1", "text": " "}, "Write the comment first."),
        ({"on": "note.99", "text": "x"}, "Choose what the comment is about"),
        ({"on": "crossings.99", "text": "x"}, "Choose what the comment is about"),
        ({"on": "nothing.1", "text": "x"}, "Choose what the comment is about"),
        ({"on": "<b>", "text": "x"}, "Choose what the comment is about"),
        ({"on": "note.2", "text": "x", "quote": "no such words"}, "do not stand in that"),
        ({"on": f"comment:{uuid4()}", "text": "x"}, "That comment was removed"),
        ({"on": f"comment:{'-' * 36}", "text": "x"}, "Choose what the comment is about"),
    ],
)
def test_a_comment_that_cannot_be_placed_is_told_and_kept(
    fields: dict[str, str], sentence: str, round: Round, ravi: Learner, ravi_client: Client
) -> None:
    response = comment_on(ravi_client, round, **fields)

    assertContains(response, sentence, status_code=422)
    assert not Comment.objects.exists()
    assert draft(round, ravi, "comment")["text"] == fields["text"]


def test_sending_a_comment_twice_adds_one(round: Round, ravi_client: Client) -> None:
    data = sent(comment__on="note.1", comment__text="Once.")

    for _ in range(2):
        ravi_client.post(path(round, "comments/"), data)

    assert Comment.objects.count() == 1


def test_other_words_under_the_same_key_are_another_comment(
    round: Round, ravi_client: Client
) -> None:
    data = sent(comment__on="note.1", comment__text="First.")
    ravi_client.post(path(round, "comments/"), data)
    version = Draft.objects.get(name__endswith="/comment").version
    ravi_client.post(
        path(round, "comments/"),
        data | {"comment.text": "Second.", "base.comment": str(version)},
    )

    assert {it.text for it in Comment.objects.all()} == {"First.", "Second."}


def test_without_script_buttons_open_change_and_close_the_box(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    page = ravi_client.post(path(round, "save/"), sent(on="note.2"), follow=True)
    assertContains(page, 'name="comment.on" value="note.2"')
    assert draft(round, ravi, "summary") == {"text": "A neat parcel."}

    comment = commented(round, ravi, deliverable="note", text="Old words.")
    page = ravi_client.post(path(round, "save/"), {"change": str(comment.pk)}, follow=True)
    assertContains(page, "Keep the change")
    version = str(Draft.objects.get(name__endswith="/comment").version)
    ravi_client.post(
        path(round, "comments/"),
        {
            "key": str(uuid4()),
            "base.comment": version,
            "comment.on": f"comment:{comment.pk}",
            "comment.text": "New words.",
        },
    )
    comment.refresh_from_db()
    assert comment.text == "New words."
    assert comment.changed_at

    ravi_client.post(path(round, "save/"), {"on": "note.1"})
    page = ravi_client.post(path(round, "save/"), {"close": "1"}, follow=True)
    assertNotContains(page, 'value="note.1">\n    <input')
    assert draft(round, ravi, "comment")["on"] == ""


def test_changing_a_comment_does_not_push_out_one_that_is_begun(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    comment = commented(round, ravi, deliverable="note")

    page = ravi_client.post(
        path(round, "save/"),
        sent(change=str(comment.pk), comment__on="note.1", comment__text="Begun."),
        follow=True,
    )

    assertContains(page, "Add the comment that you have begun first")
    assert draft(round, ravi, "comment")["text"] == "Begun."


def test_a_removed_comment_is_gone_from_the_page_and_kept_in_the_database(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    comment = commented(round, ravi, deliverable="note", text="Never mind.")

    ravi_client.post(path(round, f"comments/{comment.pk}/remove/"), {})

    comment.refresh_from_db()
    assert comment.removed_at
    assertNotContains(ravi_client.get(path(round)), "Never mind.")


def test_nobody_removes_what_somebody_else_said(
    ada: Learner, ravi: Learner, alma: Learner, ravi_client: Client
) -> None:
    first = claimed(handed_in(ada), alma)
    comment = commented(first, alma, deliverable="note")
    round = claimed(appealed(decided(first, alma)), ravi)

    response = ravi_client.post(path(round, f"comments/{comment.pk}/remove/"), {})

    assert response.status_code == 404


def test_comments_cannot_be_added_once_the_claim_has_ended(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    decisions.give_back(round.pk, by=ravi, key=uuid4())

    response = ravi_client.post(
        path(round, "comments/"), sent(comment__on="note.1", comment__text="Late."), follow=True
    )

    assertContains(response, "Your claim on it has ended")
    assert draft(round, ravi, "comment")["text"] == "Late."


def test_the_learner_sees_no_comment_before_it_is_sent(
    round: Round, ravi: Learner, ada_client: Client
) -> None:
    commented(round, ravi, deliverable="note", text="Half a thought.")

    response = ada_client.get(f"/submissions/{round.submission_id}/rounds/1/")

    assertNotContains(response, "Half a thought.")


# ── Saved replies ────────────────────────────────────────────────────────────────────────


def test_replies_are_saved_shared_and_deleted_by_their_owner_only(
    ravi: Learner, ravi_client: Client, alma_client: Client
) -> None:
    ravi_client.post(BANK, {"text": "Name your source."})
    saved = SavedComment.objects.get(owner=ravi)
    assertNotContains(alma_client.get(BANK), "Name your source.")

    alma_client.post(BANK, {"reply": str(saved.pk), "do": "delete"})
    ravi_client.post(BANK, {"reply": str(saved.pk), "do": "share"})

    assertContains(alma_client.get(BANK), "Shared by a colleague")
    ravi_client.post(BANK, {"reply": str(saved.pk), "do": "delete"})
    assert not SavedComment.objects.exists()


def test_saving_a_reply_twice_saves_it_once(ravi_client: Client) -> None:
    for _ in range(2):
        ravi_client.post(BANK, {"text": "Name your source."})

    assert SavedComment.objects.count() == 1


def test_an_empty_reply_is_told(ravi_client: Client) -> None:
    assertContains(ravi_client.post(BANK, {"text": ""}), "This field is required", status_code=422)


def test_a_reply_is_inserted_without_script_and_counted(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    saved = SavedComment.objects.create(owner=ravi, text="Name your source.")

    ravi_client.post(
        path(round, "save/"),
        sent(comment__on="note.1", comment__text="Well.", insert="1", saved_reply=str(saved.pk)),
    )

    assert draft(round, ravi, "comment")["text"] == "Well.\n\nName your source."
    saved.refresh_from_db()
    assert saved.uses == 1
    ravi_client.post(BANK, {"use": str(saved.pk)})
    saved.refresh_from_db()
    assert saved.uses == 2


@pytest.mark.parametrize("id", ["", "x", str(uuid4())])
def test_a_reply_that_is_not_there_is_not_inserted(
    id: str, round: Round, ravi: Learner, ravi_client: Client
) -> None:
    ravi_client.post(path(round, "save/"), sent(comment__text="Well.", insert="1", saved_reply=id))
    ravi_client.post(BANK, {"use": id})

    assert draft(round, ravi, "comment")["text"] == "Well."


# ── Deciding ─────────────────────────────────────────────────────────────────────────────


def test_a_whole_review_is_sent_and_can_be_undone(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    response = ravi_client.post(path(round, "decide/"), sent(), follow=True)

    assert at(round) == State.SENDING
    assertContains(response, "Undo")
    assertContains(response, "Changes requested")
    review = review_of(round, ravi)
    assert review.scores["choice"] == {"score": 1, "note": "The corner is good."}

    response = ravi_client.post(path(round, "undo/"), {"key": str(uuid4())}, follow=True)
    assert at(round) == State.CLAIMED
    assertContains(response, "A neat parcel.")


def test_pressing_twice_sends_once(round: Round, ravi_client: Client) -> None:
    data = sent()

    for _ in range(2):
        response = ravi_client.post(path(round, "decide/"), data, follow=True)

    assert round.events.filter(action="decide").count() == 1
    assertNotContains(response, "has ended")


def test_what_is_missing_is_told_in_its_place(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    response = ravi_client.post(
        path(round, "decide/"),
        sent(
            score__words__score="",
            summary__text=" ",
            decision__decision="",
            comment__text="Begun.",
            comment__on="note.1",
        ),
    )

    for sentence in (
        "Choose a grade for “Words”.",
        "Write a summary",
        "Choose a decision.",
        "A comment is begun and not added",
    ):
        assertContains(response, sentence, status_code=422)
    assertContains(response, "The corner is good.", status_code=422)
    assert at(round) == State.CLAIMED
    assert draft(round, ravi, "score.choice")["score"] == 1


def test_not_assessable_needs_a_reason_and_no_scores(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    bare = {"decision.decision": "unassessable", "score.choice.score": "", "score.words.score": ""}

    response = ravi_client.post(path(round, "decide/"), sent() | bare)
    assertContains(response, "Say why it cannot be assessed", status_code=422)

    version = Draft.objects.get(name__endswith="/decision").version
    more = {"decision.reason": "No photograph.", "base.decision": str(version)}
    ravi_client.post(path(round, "decide/"), sent() | bare | more)
    assert at(round) == State.SENDING
    assert review_of(round, ravi).reason == "No photograph."


def test_a_decision_that_is_none_is_no_decision(round: Round, ravi_client: Client) -> None:
    response = ravi_client.post(path(round, "decide/"), sent(decision__decision="draft"))

    assertContains(response, "Choose a decision.", status_code=422)


def test_deciding_too_late_keeps_the_words(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    decisions.give_back(round.pk, by=ravi, key=uuid4())

    response = ravi_client.post(path(round, "decide/"), sent(), follow=True)

    assertContains(response, "Your claim on it has ended")
    assert draft(round, ravi, "summary") == {"text": "A neat parcel."}
    assert at(round) == State.WAITING


def test_after_two_minutes_the_learner_has_it(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    sending(round, ravi)
    Round.objects.filter(pk=round.pk).update(release_at=timezone.now() - timedelta(seconds=1))

    response = ravi_client.post(path(round, "undo/"), {"key": str(uuid4())}, follow=True)

    assert at(round) == State.CHANGES
    assertContains(response, "Changes have been requested.")


def test_somebody_else_cannot_undo(round: Round, ravi: Learner, alma_client: Client) -> None:
    sending(round, ravi)

    response = alma_client.post(path(round, "undo/"), {"key": str(uuid4())}, follow=True)

    assertContains(response, "Only who sent it can take it back.")
    assert at(round) == State.SENDING


def test_giving_back_keeps_the_draft_and_its_place(
    round: Round, ravi: Learner, ravi_client: Client
) -> None:
    response = ravi_client.post(path(round, "give-back/"), sent(), follow=True)

    assertContains(response, "It is back in the queue. Your draft is kept.")
    assert at(round) == State.WAITING
    assert draft(round, ravi, "summary") == {"text": "A neat parcel."}


def test_handing_over_gives_the_words_along(
    round: Round, ravi_client: Client, alma: Learner
) -> None:
    ravi_client.post(path(round, "hand-over/"), sent(to=str(alma.pk)))

    round.refresh_from_db()
    assert round.reviewer == alma
    assertContains(browser_of(alma).get(path(round)), "A neat parcel.")


@pytest.mark.usefixtures("alma")
@pytest.mark.parametrize("to", ["", "x", "ada", "99999999999999999999", "ravi"])
def test_handing_over_to_nobody_in_particular_is_told(
    to: str, round: Round, ravi_client: Client, ada: Learner, ravi: Learner
) -> None:
    to = {"ada": str(ada.pk), "ravi": str(ravi.pk)}.get(to, to)

    response = ravi_client.post(path(round, "hand-over/"), sent(to=to))

    assertContains(response, "Choose who shall have it.", status_code=422)
    assert at(round) == State.CLAIMED


# ── The second reader ────────────────────────────────────────────────────────────────────


@pytest.fixture
def checked(ada: Learner, ravi: Learner) -> Round:
    """Decided by Ravi, and every review of this project is read twice."""
    round = claimed(handed_in(ada, LINE), ravi)
    commented(round, ravi, deliverable="memo", text="Show the formula.")
    return sending(round, ravi)


def test_the_second_reader_sees_the_review_and_passes_it_on(
    checked: Round, alma_client: Client
) -> None:
    page = alma_client.get(path(checked))
    assertContains(page, "A neat parcel.")
    assertContains(page, "Show the formula.")

    alma_client.post(path(checked, "pass-on/"), {"key": str(uuid4())})

    assert at(checked) == State.SENDING
    assertContains(alma_client.get(path(checked)), "Undo")


def test_the_second_reader_sends_it_back_with_a_note(
    checked: Round, ravi_client: Client, alma_client: Client
) -> None:
    empty = alma_client.post(path(checked, "send-back/"), {"key": str(uuid4()), "note": " "})
    assertContains(empty, "Write what shall be changed", status_code=422)

    alma_client.post(path(checked, "send-back/"), {"key": str(uuid4()), "note": "Too harsh."})

    assert at(checked) == State.CLAIMED
    assertContains(ravi_client.get(path(checked)), "Too harsh.")


def test_nobody_is_their_own_second_reader(checked: Round, ravi_client: Client) -> None:
    assertNotContains(ravi_client.get(path(checked)), "Pass it on")
    response = ravi_client.post(path(checked, "pass-on/"), {"key": str(uuid4())}, follow=True)

    assertContains(response, "somebody else than learner and reviewer")
    assert at(checked) == State.CHECKING


def test_a_reviewer_may_ask_for_a_second_reader(round: Round, ravi_client: Client) -> None:
    ravi_client.post(path(round, "decide/"), sent(decision__second_reader="on"))

    assert at(round) == State.CHECKING
