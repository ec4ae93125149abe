"""Handing in: what must be there, what is only warned of, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects import actions, tasks
from projects.models import Event, LinkCheck, Round
from projects.states import State
from projects.values import first_value
from skillguide.learners.models import Learner
from skillguide.outgoing import Look
from tests.projects.stories import LINE, PARCEL, project_called, started, written
from tests.projects.test_writing import JSON, draft, page_of

ANSWERS = {
    "base.score.reasoning": 0,
    "score.reasoning.score": "1",
    "score.reasoning.reason": "Each step follows.",
    "base.wish": 0,
    "wish.text": "Is the angle right?",
    "base.hours": 0,
    "hours.text": "3,5",
}


@pytest.fixture
def line(ada: Learner) -> Round:
    return written(started(ada, LINE))


def seen(client: Client, round: Round) -> str:
    value: str = client.get(f"{page_of(round)}hand-in/").context["seen"]
    return value


def hand_in(client: Client, round: Round, **changes: Any) -> Any:
    data = ANSWERS | {"key": uuid4(), "seen": seen(client, round)} | changes
    return client.post(f"{page_of(round)}hand-in/", data)


def test_handing_in_keeps_the_work_and_what_the_learner_says(
    ada_client: Client, line: Round
) -> None:
    response = hand_in(ada_client, line)

    assertRedirects(response, page_of(line))
    line.refresh_from_db()
    assert line.state == State.WAITING
    assert line.work == {"memo": {"text": "The line is pulled with 400 N by each tree."}}
    assert line.self_scores == {"reasoning": {"score": 1, "reason": "Each step follows."}}
    assert line.checklist == {"numbers": {"ticked": False, "evidence": ""}}
    assert line.wish == "Is the angle right?"
    assert line.hours == Decimal("3.5")


def test_handing_in_twice_with_one_key_happens_once(ada_client: Client, line: Round) -> None:
    data = ANSWERS | {"key": uuid4(), "seen": seen(ada_client, line)}
    for _ in range(3):
        assertRedirects(ada_client.post(f"{page_of(line)}hand-in/", data), page_of(line))

    assert Event.objects.filter(round=line, action="hand_in").count() == 1


def test_handing_in_without_a_key_is_refused(ada_client: Client, line: Round) -> None:
    assert hand_in(ada_client, line, key="").status_code == 400


def test_what_is_missing_keeps_it_from_being_handed_in(ada_client: Client, ada: Learner) -> None:
    round = started(ada, PARCEL)
    note = project_called(PARCEL).deliverable("note")
    assert note
    untouched = first_value(note)
    actions.save_fields(round.pk, ada, {"work.note": (untouched, 0)})

    page = ada_client.get(f"{page_of(round)}hand-in/")
    response = hand_in(ada_client, round)

    for title in ("A note on your knots", "A photograph", "The crossings"):
        assertContains(page, f"{title}: nothing is here yet.")
        assertContains(response, f"{title}: nothing is here yet.", status_code=422)
    assertNotContains(page, "The shaking test: nothing")
    assertNotContains(page, "Hand in</button>")
    round.refresh_from_db()
    assert round.state == State.DRAFT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"score.reasoning.score": ""}, "Reasoning: choose a score."),
        ({"score.reasoning.score": "7"}, "Reasoning: choose a score."),
        ({"score.reasoning.reason": " "}, "Reasoning: give one sentence for your score."),
        ({"wish.text": ""}, "Say what you want feedback on"),
        ({"hours.text": "a few"}, "Write the hours as a number"),
        ({"hours.text": "99999"}, "Write the hours as a number"),
        ({"hours.text": "-3"}, "Write the hours as a number"),
        ({"hours.text": "1.2.3"}, "Write the hours as a number"),
        ({"hours.text": "²"}, "Write the hours as a number"),
        ({"wish.text": "x" * 2_001}, "at most 2,000 fit"),
    ],
)
def test_each_mistake_is_told_and_the_words_stay(
    ada_client: Client, line: Round, changes: dict[str, Any], told: str
) -> None:
    response = hand_in(ada_client, line, **changes)

    assertContains(response, told, status_code=422)
    for name, words in (ANSWERS | changes).items():
        if name.endswith((".reason", ".text")):
            assertContains(response, words, status_code=422)
    line.refresh_from_db()
    assert line.state == State.DRAFT


def test_answers_are_drafts_too(ada_client: Client, line: Round) -> None:
    hand_in(ada_client, line, **{"wish.text": ""})

    page = ada_client.get(f"{page_of(line)}hand-in/")

    assert draft(line, "score.reasoning") == {"score": 1, "reason": "Each step follows."}
    assertContains(page, "Each step follows.")
    assertContains(page, 'value="1" checked')


def test_hours_may_be_left_out(ada_client: Client, line: Round) -> None:
    hand_in(ada_client, line, **{"hours.text": ""})

    line.refresh_from_db()
    assert line.state == State.WAITING
    assert line.hours is None


def test_the_checklist_is_the_learners_to_judge(ada_client: Client, ada: Learner) -> None:
    round = written(started(ada, PARCEL))
    page = ada_client.get(f"{page_of(round)}hand-in/")
    answers = {
        f"{kind}score.{id}{rest}": value
        for id in ("choice", "words")
        for kind, rest, value in [
            ("base.", "", 0), ("", ".score", "1"), ("", ".reason", "It held.")
        ]
    }  # fmt: skip

    response = hand_in(ada_client, round, **answers)

    assertContains(page, "You can hand it in all the same")
    assertRedirects(response, page_of(round))
    round.refresh_from_db()
    assert round.checklist["two-crossings"] == {"ok": True, "words": "2 rows"}
    assert round.checklist["shaken"] == {"ticked": False, "evidence": ""}


def test_personal_data_is_shown_and_needs_a_second_press(ada_client: Client, ada: Learner) -> None:
    memo = {"memo": {"text": "Ask my aunt.\nShe is at rope.aunt@gmail.com, and knows it all."}}
    round = written(started(ada, LINE), memo)

    first = hand_in(ada_client, round)
    assertContains(first, "A memo, line 2: e-mail address", status_code=422)
    assertContains(first, "Hand in anyway", status_code=422)

    assertRedirects(hand_in(ada_client, round, anyway="on"), page_of(round))


def test_what_was_changed_in_another_tab_is_looked_at_first(
    ada_client: Client, ada: Learner, line: Round
) -> None:
    before = seen(ada_client, line)
    actions.save_fields(line.pk, ada, {"work.memo": ({"text": "Other words"}, 1)})

    response = hand_in(ada_client, line, seen=before)

    assertContains(response, "was changed in another tab", status_code=422)
    line.refresh_from_db()
    assert line.state == State.DRAFT


def test_a_round_that_is_handed_in_has_no_page_to_hand_it_in(
    ada_client: Client, line: Round
) -> None:
    hand_in(ada_client, line)

    assertRedirects(ada_client.get(f"{page_of(line)}hand-in/"), page_of(line))


# ── Links ────────────────────────────────────────────────────────────────────────────────

FILM = "https://example.org/film"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were opened; none is, in truth."""
    opened: list[str] = []

    def look(url: str) -> Look:
        opened.append(url)
        return Look(True, "The link can be opened.")

    monkeypatch.setattr(tasks, "look", look)
    return opened


def film(url: str, base: int = 0) -> dict[str, Any]:
    return {"base.work.film": base, "work.film.url": url, "work.film.revision": ""}


def test_a_link_is_looked_at_by_the_worker(
    ada_client: Client,
    ada: Learner,
    looked_at: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    round = started(ada, PARCEL)
    with django_capture_on_commit_callbacks(execute=True):
        answer = ada_client.post(f"{page_of(round)}save/", film(FILM), headers=JSON).json()
    after = ada_client.get(f"{page_of(round)}checklist/", headers=JSON).json()

    assert answer["links"]["work.film"]["waiting"] is True
    assert answer["checklist"]["film-opens"]["ok"] is None
    assert looked_at == [FILM]
    assert after["links"]["work.film"]["words"] == "The link can be opened."
    assert after["checklist"]["film-opens"]["ok"] is True
    assertContains(ada_client.get(page_of(round)), "The link can be opened.")


def test_a_link_is_not_looked_at_again_within_the_hour(
    ada_client: Client,
    ada: Learner,
    looked_at: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    url = f"{page_of(started(ada, PARCEL))}save/"
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            ada_client.post(url, film(FILM))
    assert looked_at == [FILM]

    LinkCheck.objects.update(asked_at=LinkCheck.objects.get().asked_at - tasks.FRESH)
    with django_capture_on_commit_callbacks(execute=True):
        ada_client.post(url, film(FILM, base=1))
    assert looked_at == [FILM, FILM]


def test_nobody_makes_the_site_knock_at_many_doors(
    ada_client: Client,
    ada: Learner,
    looked_at: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    url = f"{page_of(started(ada, PARCEL))}save/"
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(tasks.ASKS_PER_HOUR + 5):
            ada_client.post(url, film(f"{FILM}/{number}", base=number), headers=JSON)

    assert len(looked_at) == tasks.ASKS_PER_HOUR


@pytest.mark.parametrize("address", ["ftp://example.org/", "javascript:alert(1)", "film"])
def test_what_is_no_web_address_is_never_opened(
    ada_client: Client, ada: Learner, looked_at: list[str], address: str
) -> None:
    round = started(ada, PARCEL)
    ada_client.post(f"{page_of(round)}save/", film(address))

    assert not LinkCheck.objects.exists()
    assertContains(ada_client.get(page_of(round)), "A link begins with https:// or http://.")
    assertContains(
        ada_client.get(f"{page_of(round)}hand-in/"), "The shaking test: the link begins with"
    )
