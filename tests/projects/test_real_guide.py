"""All practice projects of the guide itself are handed in for real, reviewed and accepted."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from projects.checklist import check_all
from projects.clock import tend
from projects.decisions import UNDO
from projects.models import Calibration, Event, Round
from skillguide.content.schema import Column, Deliverable, Exemplar, Project, WordsCheck
from skillguide.editions import shelf
from skillguide.editions.publishing import publish_folder
from skillguide.learners.models import Learner
from tests.conftest import browser_of

CONTENT = Path(__file__).parent.parent.parent / "content"
PROJECTS = ["audit-a-small-language-model", "compare-rlhf-and-dpo", "contain-an-oracle"]
WORDS = "Every claim here names its evidence and what would change it. "


@pytest.fixture
def guide(db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    uploads = settings.STORAGES["uploads"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"uploads": uploads}
    settings.READ_TWICE = 0
    publish_folder(CONTENT)
    shelf.look_again()
    yield
    shelf.look_again()


def project_named(slug: str) -> Project:
    return shelf.library().guides["ai-safety"].projects[slug]


# ── What a learner would hand in ─────────────────────────────────────────────────────────


def cell(column: Column, number: int) -> str:
    """A value that fits; over enough rows each choice comes up."""
    match column.type:
        case "choice":
            return column.choices[number % len(column.choices)]
        case "yes-no":
            return "yes"
        case "number" | "integer":
            return str(number + 1)
        case "date":
            return f"2026-03-{number % 28 + 1:02}"
        case _:
            return f"{column.name} {number + 1}" if column.unique else "Described, not copied."


def text_for(project: Project, deliverable: Deliverable) -> str:
    """The template, filled with as many words as its check wants."""
    checks = [it.check for it in project.checklist if isinstance(it.check, WordsCheck)]
    least = max([it.at_least for it in checks if it.deliverable == deliverable.id], default=50)
    return f"{deliverable.template or ''}\n\n{WORDS * (least // len(WORDS.split()) + 1)}"


def controls(project: Project, deliverable: Deliverable) -> dict[str, str]:
    """What one types into a deliverable's controls; nothing for files, which are sent apart."""
    name = f"work.{deliverable.id}"
    match deliverable.format:
        case "text":
            return {f"{name}.text": text_for(project, deliverable)}
        case "link":
            return {f"{name}.url": "https://example.org/repository", f"{name}.revision": "3f2a9c1"}
        case "table":
            cells = ((number, it) for number in range(72) for it in deliverable.columns)
            return {f"{name}.{number}.{it.name}": cell(it, number) for number, it in cells}
        case _:
            return {}


def a_file(deliverable: Deliverable) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as it:
        it.writestr("run-1.eval", "{}")
    bodies = {
        "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        "zip": packed.getvalue(),
        "json": b'{"failures": 3, "n": 60}',
        "jsonl": b'{"id": 1}\n{"id": 2}\n',
        "csv": b"id,value\n1,2\n2,3\n",
        "text": b"Python 3.11\n",
    }
    kind = next((it for it in deliverable.accept if it in bodies), "text")
    return SimpleUploadedFile(f"{deliverable.id}.bin", bodies[kind])


def written(client: Client, project: Project) -> str:
    """Start the project, save everything in one form without script; the round's address."""
    page = f"/guides/ai-safety/projects/{project.slug}/"
    here = client.post(f"{page}start/", {"key": str(uuid4())}).headers["Location"]
    form: dict[str, Any] = {"key": str(uuid4()), "do": "save"}
    for deliverable in project.deliverables:
        form |= {f"base.work.{deliverable.id}": "0"} | controls(project, deliverable)
        if deliverable.format == "file":
            form[f"work.{deliverable.id}.files"] = a_file(deliverable)
    for item in project.checklist:
        if item.check is None:
            form |= {f"base.tick.{item.id}": "0", f"tick.{item.id}.ticked": "on"}
            form[f"tick.{item.id}.evidence"] = "See the report."
    saved = client.post(f"{here}save/", form)
    assert saved.status_code == 302, saved.content.decode()[:2000]
    return here


def handed_in(client: Client, project: Project) -> Round:
    here = written(client, project)
    assert leads_nowhere(client, here) + leads_nowhere(client, f"{here}hand-in/") == []
    page = client.get(f"{here}hand-in/").content.decode()
    assert "It cannot be handed in without" not in page, html.unescape(page)
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    form = {"key": str(uuid4()), "seen": seen[1], "anyway": "on", "base.wish": "0",
            "wish.text": "Is the recommendation clear?"}  # fmt: skip
    for criterion in project.rubric:
        name = f"score.{criterion.id}"
        form |= {f"base.{name}": "0", f"{name}.score": str(criterion.grades[0].score)}
        form[f"{name}.reason"] = "It says what was left out."
    answer = client.post(f"{here}hand-in/", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Round.objects.get(content_id=project.content_id)


def leads_nowhere(client: Client, url: str) -> list[str]:
    """Links of a page to places in itself that are not there."""
    page = client.get(url).content.decode()
    ids = set(re.findall(r' id="([^"]+)"', page))
    return [it for it in re.findall(r'href="#([^"]+)"', page) if html.unescape(it) not in ids]


# ── The story ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("slug", PROJECTS)
def test_a_project_is_handed_in_with_its_own_deliverables_and_accepted(
    slug: str, guide: None, ada: Learner, ravi: Learner
) -> None:
    project = project_named(slug)

    round = handed_in(browser_of(ada), project)

    assert round.state == "waiting"
    assert set(round.work) == {it.id for it in project.deliverables}
    outcomes = check_all(project, round.work, {"https://example.org/repository": True})
    assert [f"{id}: {it.words}" for id, it in outcomes.items() if not it.ok] == []
    reviewer = browser_of(ravi)
    calibrate(reviewer, project)
    claimed = reviewer.post("/desk/next/", {"key": str(uuid4())})
    assert claimed.headers["Location"] == f"/desk/{round.pk}/"
    assert leads_nowhere(reviewer, f"/desk/{round.pk}/") == []
    accept(reviewer, round, project)
    tend(timezone.now() + UNDO)
    round.refresh_from_db()
    assert round.state == "accepted"
    here = f"/submissions/{round.submission_id}/rounds/1/"
    assert leads_nowhere(browser_of(ada), here) == []
    shown = browser_of(ada).get(here)
    assert "Ready to be used." in shown.content.decode()
    assert [it.action for it in Event.objects.filter(round=round)] == [
        "start", "hand_in", "claim", "decide", "release",
    ]  # fmt: skip


def calibrate(reviewer: Client, project: Project) -> None:
    """Nothing can be claimed before both exemplars were tried."""
    assert reviewer.post("/desk/next/", {"key": str(uuid4())}).headers["Location"] == "/desk/"
    documents = shelf.library().documents.values()
    for exemplar in documents:
        if isinstance(exemplar, Exemplar) and exemplar.project == project.key:
            form = {"key": str(uuid4())}
            form |= {f"score.{it.criterion}": str(it.score) for it in exemplar.scores}
            page = f"/desk/calibration/ai-safety/{project.slug}/{exemplar.slug}/"
            assert reviewer.post(page, form).status_code == 302
    assert Calibration.objects.count() == 2


def accept(reviewer: Client, round: Round, project: Project) -> None:
    form = {"key": str(uuid4()), "base.summary": "0", "summary.text": "Ready to be used.",
            "base.decision": "0", "decision.decision": "accepted"}  # fmt: skip
    for criterion in project.rubric:
        name = f"score.{criterion.id}"
        form |= {f"base.{name}": "0", f"{name}.score": str(criterion.grades[0].score)}
        form[f"{name}.note"] = "As the descriptor says."
    answer = reviewer.post(f"/desk/{round.pk}/decide/", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
