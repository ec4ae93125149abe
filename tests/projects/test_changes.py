"""What changed between two rounds can be read without colour, and by nobody else."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from projects.models import Round
from projects.news import page_of
from projects.states import State
from skillguide.learners.models import Learner
from tests.projects import stories
from tests.projects.stories import LINE, words


def changed(ada: Learner, ravi: Learner) -> Round:
    second = stories.next_round(stories.decided(stories.handed_in(ada), ravi))
    rows = [
        stories.CROSSINGS[0] | {"knot": "reef knot", "note": "Did not creak."},
        {"place": "middle", "knot": "half hitch", "load_kg": "3", "note": ""},
    ]
    text = stories.NOTE.replace("cold hands", "warm hands")
    stories.written(second, {"note": {"text": text}, "crossings": {"rows": rows}})
    return second


def test_what_changed_is_told_by_marks_and_words(
    ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    second = stories.hand_in(changed(ada, ravi))
    assertContains(ada_client.get(page_of(second)), page_of(second) + "changes/")

    html = ada_client.get(page_of(second) + "changes/").content.decode()

    assert '<del><span class="hidden">Removed: </span>cold</del>' in html
    assert '<ins><span class="hidden">Added: </span>warm</ins>' in html
    assert '<del><span class="hidden">Before: </span>bowline</del>' in html
    assert '<ins><span class="hidden">Now: </span>reef knot</ins>' in html
    text = words(ada_client, second, "changes/")
    assert "Row 1 changed" in text and "Row 2 added" in text and "Row 2 of round 1 removed" in text
    assert text.count("Nothing changed.") == 2
    harmful = html.index('<details class="harmful">')
    assert harmful < html.index("Did not creak.")


def test_harmful_passages_are_folded_among_the_changes(
    ada: Learner, ravi: Learner, alma: Learner, ada_client: Client
) -> None:
    work = {"memo": {"text": "Fine.\n>!first way!<"}}
    round = stories.decided(stories.handed_in(ada, LINE, work=work), ravi, checker=alma)
    second = stories.written(stories.next_round(round), {"memo": {"text": "Good.\n>!other way!<"}})

    html = ada_client.get(page_of(second) + "changes/").content.decode()

    folded = html.index('<details class="harmful">')
    assert "other" not in html[:folded] and "other" in html[folded:]
    assert "Good" in html[:folded]


def test_changes_are_for_the_learner_and_for_reviewers_once_handed_in(
    ada: Learner,
    ravi: Learner,
    ada_client: Client,
    ben_client: Client,
    ines_client: Client,
    ravi_client: Client,
) -> None:
    second = changed(ada, ravi)
    page = page_of(second) + "changes/"
    assert ada_client.get(page).status_code == 200
    assert ravi_client.get(page).status_code == 404

    stories.hand_in(second)

    assert ravi_client.get(page).status_code == 200
    assertNotContains(ravi_client.get(page), "Ada")
    for stranger in (ben_client, ines_client):
        assert stranger.get(page).status_code == 404


def test_the_first_round_has_changed_nothing(ada: Learner, ada_client: Client) -> None:
    round = stories.handed_in(ada)

    for number in ("0", "1", "2", "99999999999999999999"):
        page = f"/submissions/{round.submission_id}/rounds/{number}/changes/"
        assert ada_client.get(page).status_code == 404


def test_somebody_elses_round_is_not_there(
    ada: Learner, ravi: Learner, ben_client: Client, ravi_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)

    for stranger in (ben_client, ravi_client):
        assert stranger.get(page_of(round)).status_code == 404
        for part in ("appeal/", "withdraw/", "next/", "reopen/"):
            given = {"key": str(uuid4()), "reason": "Mine."}
            assert stranger.post(page_of(round) + part, given).status_code == 404
    round.refresh_from_db()
    assert round.state == State.CHANGES
