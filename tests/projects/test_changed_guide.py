"""The guide changes while work is under way: every page still opens, and no word is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from projects import actions, decisions
from projects.models import Round
from projects.news import page_of
from projects.states import State
from skillguide.editions.publishing import publish_folder
from skillguide.learners.models import Learner
from tests.conftest import SAMPLE, browser_of
from tests.projects import stories

PROJECT = "projects/tie-a-parcel.md"

NOW_ASKED = """\
deliverables:
  - id: note
    title: A note on your knots
    format: table
    description: One row for each knot, with its reason.
    columns:
      - name: knot
      - name: reason
  - id: crossings
    title: The crossings
    format: table
    description: One row per crossing, with its knot.
    columns:
      - name: where
        unique: true
      - name: knot
        type: choice
        choices: [reef knot]
  - id: film
    title: The shaking test
    format: text
    description: What happened when you shook it.
checklist:
  - id: tidy
    text: The string is tidy.
rubric:
  - id: choice
    title: Choice of knots
    question: Does each knot fit its place?
    grades:
      - score: 3
        name: Good
        descriptor: Every knot fits.
      - score: 5
        name: Very good
        descriptor: Every knot fits very well.
pitfalls:
"""
BELOW = [
    *("", "changes/", "appeal/", "hand-in/", "preview/note/", "preview/film/", "checklist/"),
    *("tables/note.csv", "tables/crossings.csv", "tables/note/import/", "drafts/work.note/"),
    *("drafts/work.photo/", "drafts/tick.shaken/", "drafts/work.note/?version=1"),
]


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    """A copy of the sample that may be edited."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "content"))


def ask_for_something_else(folder: Path) -> None:
    """Every deliverable of another format or with other columns; other items and grades."""
    shutil.rmtree(folder / "tiny/exemplars")
    file = folder / "tiny" / PROJECT
    asked = re.compile(r"^deliverables:\n.*?^pitfalls:\n", re.MULTILINE | re.DOTALL)
    text = asked.sub(lambda _: NOW_ASKED, file.read_text())
    file.write_text(text.replace("blind: true", "blind: false"))
    publish_folder(folder)


def brought_to(state: str, ada: Learner, ravi: Learner) -> Round:
    """Ada's round, with a comment of Ravi's once he has had it."""
    round = stories.written(stories.started(ada))
    if state == State.PARKED:
        Round.objects.filter(pk=round.pk).update(state=State.PARKED)
    if state in (State.DRAFT, State.PARKED):
        return round
    round = stories.hand_in(round)
    if state == State.WAITING:
        return round
    round = stories.claimed(round, ravi)
    stories.commented(round, ravi)
    onward = ONWARD.get(state)
    return onward(round, ravi) if onward else stories.decided(round, ravi, state)


def with_second_reader(round: Round, ravi: Learner) -> Round:
    verdict = stories.verdict(round, wants_second_reader=True)
    project = stories.project_called()
    return decisions.decide(round.pk, verdict, project, by=ravi, key=uuid4())


ONWARD: dict[str, Callable[[Round, Learner], Round]] = {
    State.CLAIMED: lambda round, _: round,
    State.SENDING: stories.sending,
    State.CHECKING: with_second_reader,
    "given back": lambda round, ravi: decisions.give_back(round.pk, by=ravi, key=uuid4()),
    "appealed": lambda round, ravi: stories.appealed(stories.decided(round, ravi)),
    "second": lambda round, ravi: stories.next_round(stories.decided(round, ravi)),
}
STATES = [*State.values, "given back", "appealed", "second"]


@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_whatever_the_project_asks_for_now(
    state: str, folder: Path, ada: Learner, ravi: Learner, ada_client: Client, alma_client: Client
) -> None:
    round = brought_to(state, ada, ravi)
    ask_for_something_else(folder)

    ravi_client = browser_of(ravi)
    for page in [page_of(round) + below for below in BELOW]:
        assert ada_client.get(page).status_code in (200, 302, 404)
    for reviewer in (ravi_client, alma_client):
        pages = [f"/desk/{round.pk}/", page_of(round) + "changes/", f"/desk/record/{round.pk}/"]
        for page in [*pages, "/desk/"]:
            assert reviewer.get(page).status_code in (200, 404)
    for page in ("/", "/submissions/", "/guides/tiny/projects/tie-a-parcel/"):
        assert ada_client.get(page).status_code == 200
    assert alma_client.get("/desk/overview/").status_code == 200


def test_the_next_round_is_compared_though_the_format_changed(
    folder: Path, ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    second = brought_to("second", ada, ravi)
    ask_for_something_else(folder)

    assertContains(ada_client.get(page_of(second) + "changes/"), "What changed since round 1")


def test_whatever_was_written_for_what_went_stands_on_the_page(
    folder: Path, ada: Learner, ada_client: Client
) -> None:
    round = stories.written(stories.started(ada))
    said = {
        "tick.shaken": ({"ticked": True, "evidence": "Shaken for two minutes."}, 0),
        "score.words": ({"score": 1, "reason": "Every part has its name."}, 0),
    }
    actions.save_fields(round.pk, ada, said)
    ask_for_something_else(folder)
    page = ada_client.get(page_of(round))

    for words in ("Shaken for two minutes.", "Every part has its name.", "example.org/film"):
        assertContains(page, words)
    assertContains(page, "A bowline at the corner")
    assertContains(page, "Row 1, note: Creaked.")


def test_saving_what_was_not_touched_pushes_nothing_out_of_sight(
    folder: Path, ada: Learner, ada_client: Client
) -> None:
    round = stories.written(stories.started(ada))
    ask_for_something_else(folder)

    untouched = {"base.work.note": "1", "base.work.film": "1", "work.film.text": ""}
    ada_client.post(page_of(round) + "save/", untouched)

    page = ada_client.get(page_of(round))
    assertContains(page, "A bowline at the corner")
    assertContains(page, "example.org/film")


def test_names_of_a_blind_round_stay_hidden_when_the_next_is_open(
    folder: Path, ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    second = brought_to("second", ada, ravi)
    ask_for_something_else(folder)
    second = stories.hand_in(stories.written(second, {"film": {"text": "It held."}}))

    page = ada_client.get(page_of(second))

    assertContains(page, "Say how you know.")
    assertNotContains(page, "Ravi")


def replace_by_another(folder: Path) -> None:
    """The project has another id now."""
    projects = folder / "tiny/projects"
    text = (projects / "tie-a-parcel.md").read_text()
    (projects / "tie-a-box.md").write_text(
        text.replace("---\n", "---\nreplaces: [tie-a-parcel]\n", 1)
    )
    (projects / "tie-a-parcel.md").unlink()
    (projects / "tie-a-parcel").rename(projects / "tie-a-box")
    for file in (*(folder / "tiny/exemplars").iterdir(), folder / "tiny/guide.yaml"):
        file.write_text(file.read_text().replace("tie-a-parcel", "tie-a-box"))
    publish_folder(folder)


def retire(folder: Path) -> None:
    shutil.rmtree(folder / "tiny/exemplars")
    (folder / "tiny" / PROJECT).unlink()
    shutil.rmtree(folder / "tiny/projects/tie-a-parcel")
    guide = folder / "tiny/guide.yaml"
    text = guide.read_text().replace("    projects: [tie-a-parcel]\n", "")
    retired = "  - id: project/tie-a-parcel\n    reason: Nobody sends parcels.\n"
    guide.write_text(f"{text.rstrip()}\n{retired}")
    publish_folder(folder)


@pytest.mark.parametrize("change", [replace_by_another, retire])
@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_when_the_project_went(
    state: str, change: Callable[[Path], None], folder: Path, ada: Learner, ravi: Learner,
    ada_client: Client, alma_client: Client,
) -> None:  # fmt: skip
    round = brought_to(state, ada, ravi)
    change(folder)

    ravi_client = browser_of(ravi)
    for page in [page_of(round) + below for below in BELOW]:
        assert ada_client.get(page).status_code in (200, 302, 404)
    assert ada_client.get(page_of(round)).status_code == 200
    for reviewer in (ravi_client, alma_client):
        pages = [f"/desk/{round.pk}/", page_of(round) + "changes/", f"/desk/record/{round.pk}/"]
        for page in [*pages, "/desk/"]:
            assert reviewer.get(page).status_code in (200, 404)
    for page in ("/", "/submissions/", "/guides/tiny/projects/"):
        assert ada_client.get(page).status_code == 200
    for page in ("/desk/overview/", "/desk/overview/rounds/"):
        assert alma_client.get(page).status_code == 200


@pytest.mark.parametrize("change", [replace_by_another, retire, ask_for_something_else])
def test_work_goes_on_to_its_end_whatever_became_of_the_project(
    change: Callable[[Path], None], folder: Path, ada: Learner, ravi: Learner, ada_client: Client
) -> None:
    second = brought_to("second", ada, ravi)
    change(folder)

    second = stories.hand_in(second)
    third = stories.next_round(stories.decided(stories.claimed(second, ravi), ravi))
    stories.decided(stories.claimed(stories.hand_in(third), ravi), ravi, "accepted")

    page = ada_client.get(page_of(third))
    assertContains(page, "Tie a parcel that survives the post")
    assertContains(page, "Accepted")
