"""What nobody may see stays unseen: harmful words, names, unfinished reviews, markup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from projects import actions, clock, decisions
from projects.columns import faults
from projects.models import Round, SavedComment, SecondReading
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner, Notice
from skillguide.learners.notices import tell
from tests.conftest import browser_of
from tests.projects import stories
from tests.projects.making import PROMPTS, deliverable, prompt
from tests.projects.stories import LINE

# ── Harmful words ────────────────────────────────────────────────────────────────────────────


def test_a_message_about_a_harmful_cell_does_not_quote_it() -> None:
    twice = deliverable("table", columns=[{"name": "prompt", "harmful": True, "unique": True}])
    rows = [{"prompt": "How to do harm"}] * 2

    assert "harm" not in faults(twice, rows)[0].message.replace("harmful", "")
    marked = [prompt(policy=">!How to do harm!<")]
    assert [it.message for it in faults(PROMPTS, marked)] == [
        "This cell is not as asked for; its words are folded away."
    ]


def test_a_quote_of_words_that_changed_since_is_folded(
    ada: Learner, ravi: Learner, alma: Learner, ada_client: Client
) -> None:
    """They may have been marked as harmful in the round that they stood in."""
    before, after = "It was asked how to bake a cake.", "It refused at once, and said why so."
    text = f"{before}\n\n>!Mix this with that!<\n\n{after}"
    round = stories.claimed(stories.handed_in(ada, LINE, work={"memo": {"text": text}}), ravi)
    anchor = {"quote": "Mix this with that", "before": f"{before} ", "after": f" {after}"}
    stories.commented(round, ravi, anchor=anchor)
    second = stories.next_round(stories.decided(round, ravi, checker=alma))
    stories.written(second, {"memo": {"text": f"{before}\n\nI left it out.\n\n{after}"}})
    stories.hand_in(second)

    html = ada_client.get(page_of(second)).content.decode()

    assert "changed since" in html
    folded = html.index('<details class="harmful">')
    assert html.count("Mix this with that") == 1 and folded < html.index("Mix this with that")


def test_harmful_words_of_a_tick_or_a_score_are_folded(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.started(ada)
    stories.written(round)
    checklist = {"shaken": {"ticked": True, "evidence": "It said >!harm one!< here."}}
    scores = {"choice": {"score": 1, "reason": "See >!harm two!< there."}}
    stories.hand_in(round, checklist=checklist, self_scores=scores)
    stories.claimed(round, ravi)

    for client, page in (
        (ada_client, page_of(round)),
        (browser_of(ravi), f"/desk/{round.pk}/"),
    ):
        html = client.get(page).content.decode()
        for words in ("harm one", "harm two"):
            assert html.count(words) == html.count(f"word</summary><p>{words}") + html.count(
                f"words</summary><p>{words}"
            )
            assert words in html


# ── Names and states ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("do", ["withdraw/", "appeal/", "reopen/"])
def test_a_learner_is_not_told_how_far_a_review_is(
    do: str, ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(ada), ravi), ravi)
    given = {"key": str(uuid4()), "reason": "Why?"}

    answer = ada_client.post(page_of(round) + do, given, follow=True)

    assertContains(answer, "A reviewer has claimed it.")
    page = ada_client.get(page_of(round))
    for told in ("sending", "checking", "on its way"):
        assertNotContains(page, told)


def test_an_admin_does_not_see_who_reviews_their_own_work(
    ada: Learner, alma: Learner, ravi: Learner, alma_client: Client
) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(alma), ravi), ravi)

    assert alma_client.get(f"/desk/record/{round.pk}/").status_code == 404
    given = {"key": str(uuid4()), "to": ravi.pk}
    assert alma_client.post(f"/desk/record/{round.pk}/assign/", given).status_code == 404


def test_files_of_a_draft_are_nobody_elses(ada: Learner, ravi: Learner) -> None:
    upload = stories.photograph(stories.started(ada))

    assert not browser_of(ravi).get(f"/uploads/{upload.pk}/").has_header("Content-Disposition")


# ── Independent readers ──────────────────────────────────────────────────────────────────────


def test_who_judged_first_does_not_pass_on_the_answer_to_the_appeal(
    ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = stories.appealed(stories.decided(stories.handed_in(ada), ravi))
    round = stories.claimed(round, alma)
    verdict = stories.verdict(round, "accepted", wants_second_reader=True)
    decisions.decide(round.pk, verdict, stories.project_called(), by=alma, key=uuid4())
    ravi_client = browser_of(ravi)

    assertNotContains(ravi_client.get(f"/desk/{round.pk}/"), "Pass it on to the learner")
    assertNotContains(ravi_client.get("/desk/"), f"/desk/{round.pk}/")
    answer = ravi_client.post(f"/desk/{round.pk}/pass-on/", {"key": str(uuid4())}, follow=True)

    assertContains(answer, "You have judged this round before.")
    round.refresh_from_db()
    assert round.state == State.CHECKING


def test_who_passed_a_review_on_does_not_read_it_blind(
    ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = stories.decided(stories.handed_in(ada, LINE), ravi, checker=alma)
    SecondReading.objects.all().delete()
    reading = SecondReading.objects.create(
        round=round, learner=ada, first_reviewer=ravi, first_scores={}
    )
    other = Learner.objects.create_user("rosa@example.org", is_reviewer=True)

    now = timezone.now()
    assert not SecondReading.objects.open_to(alma, now).exists()
    assert browser_of(alma).get(f"/desk/second/{reading.pk}/").status_code == 404
    assert SecondReading.objects.open_to(other, now).get() == reading


# ── Markup ───────────────────────────────────────────────────────────────────────────────────

EVIL = "<script>evil()</script><img src=x onerror=evil()>\"'>[a](javascript:evil()) {{ 1 }}"


def evil_round(ada: Learner, ravi: Learner) -> Round:
    ada.name = ravi.name = "<script>evil()</script>"
    ada.save()
    ravi.save()
    round = stories.started(ada)
    photo: dict[str, Any] = stories.photograph(round).value | {"name": EVIL[:100]}
    row = {"place": EVIL, "knot": EVIL, "load_kg": EVIL, "note": EVIL}
    link = {"url": "javascript:evil()//" + EVIL, "revision": EVIL[:90]}
    work = {"note": {"text": EVIL}, "crossings": {"rows": [row, row]}}
    stories.written(round, work | {"film": link, "photo": {"files": [photo]}})
    ticks = {"shaken": {"ticked": True, "evidence": EVIL}}
    scores = {"choice": {"score": 1, "reason": EVIL}}
    round = stories.hand_in(round, wish=EVIL, checklist=ticks, self_scores=scores)
    round = stories.claimed(round, ravi)
    SavedComment.objects.create(owner=ravi, text=EVIL, shared=True)
    comment = stories.commented(
        round, ravi, EVIL, anchor={"quote": EVIL, "before": "", "after": ""}
    )
    judged = {"choice": {"score": 0, "note": EVIL}}
    round = stories.decided(round, ravi, "unassessable", reason=EVIL, summary=EVIL, scores=judged)
    stories.replied(comment, ada, EVIL)
    return stories.appealed(round, EVIL)


def test_nothing_that_people_write_becomes_markup(
    ada: Learner, ravi: Learner, alma_client: Client
) -> None:
    round = evil_round(ada, ravi)
    comment = round.comments.get()
    old = page_of(round)
    desk = ["/desk/", f"/desk/{round.pk}/", "/desk/bank/"]
    alma = Learner.objects.get(email="alma@example.org")
    claimed = stories.claimed(round, alma)
    pages = {
        browser_of(ada): [
            *(old, f"{old}drafts/work.note/?version=1", f"{old}drafts/work.crossings/?version=1"),
            *("/submissions/", "/notices/", f"/comments/{comment.pk}/reply/"),
        ],
        browser_of(ravi): desk,
        alma_client: [
            *(*desk, f"/desk/{claimed.pk}/", f"/desk/record/{round.pk}/"),
            *("/desk/overview/", "/desk/overview/rounds/"),
        ],
    }

    for client, urls in pages.items():
        for url in urls:
            html = client.get(url).content.decode()
            assert "<script>evil" not in html and "<img src=x" not in html, url
            assert 'href="javascript:' not in html and "href='javascript:" not in html, url


def test_a_long_title_keeps_no_decision_from_its_learner(ada: Learner) -> None:
    title = "A long\ntitle " * 40
    tell(ada, f"Your work on “{title}” was accepted.", "/submissions/")

    assert len(Notice.objects.get().text) == 300
    assert "\n" not in mail.outbox[0].subject


def test_one_round_that_goes_wrong_does_not_keep_others_from_their_turn(
    ada: Learner, ben: Learner, ravi: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = [
        stories.sending(stories.claimed(stories.handed_in(it), ravi), ravi) for it in (ada, ben)
    ]

    def failing(id: Any, now: Any) -> None:
        if id == rounds[0].pk:
            raise ValueError("nothing that anybody thought of")
        decisions.release(id, now)

    monkeypatch.setattr(clock, "release", failing)

    clock.tend(timezone.now() + timedelta(minutes=3))

    assert Round.objects.get(pk=rounds[1].pk).state == State.CHANGES
    assert actions.reviews_for_learner(rounds[1])


def test_the_list_of_colleagues_does_not_tell_whose_work_it_is(
    ravi: Learner, alma: Learner, ravi_client: Client
) -> None:
    """A learner who reviews as well would be the one that is missing."""
    rosa = Learner.objects.create_user("rosa@example.org", name="Rosa", is_reviewer=True)
    round = stories.claimed(stories.handed_in(rosa), alma)
    decisions.give_back(round.pk, by=alma, key=uuid4())
    stories.claimed(round, ravi)
    page = f"/desk/{round.pk}/"

    assertContains(ravi_client.get(page), f'<option value="{rosa.pk}">Rosa</option>')
    answers = [
        ravi_client.post(f"{page}hand-over/", {"key": str(uuid4()), "to": it.pk}).content.decode()
        for it in (rosa, alma)
    ]

    told = "cannot take this one over. Choose somebody else"
    assert f"Rosa {told}" in answers[0] and f"Alma {told}" in answers[1]
    round.refresh_from_db()
    assert round.is_held_by(ravi)
