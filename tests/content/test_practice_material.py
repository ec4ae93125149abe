"""The real guides' projects can be handed in with what their starter kits make."""

from __future__ import annotations

import csv
import json
import runpy
import sys
from pathlib import Path

import pytest

from skillguide.content.compiler import Compilation, compile_folder
from skillguide.content.schema import Exemplar, Project

CONTENT = Path(__file__).parent.parent.parent / "content"
KITS = CONTENT / "ai-safety" / "projects"
SCRIPTS = sorted(CONTENT.glob("*/projects/*/starter/**/*.py"))


@pytest.fixture(scope="module")
def guides() -> Compilation:
    return compile_folder(CONTENT, workers=1)


def columns(guides: Compilation, project: str, deliverable: str) -> list[str]:
    found = guides.library.guides["ai-safety"].project(project).deliverable(deliverable)
    assert found is not None
    return [column.name for column in found.columns]


def test_the_guides_have_no_problems(guides: Compilation) -> None:
    assert guides.problems == ()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_code_that_learners_start_from_can_be_compiled(script: Path) -> None:
    assert compile(script.read_text(encoding="utf-8"), script.name, "exec")


def test_every_project_has_a_kit_with_a_readme(guides: Compilation) -> None:
    for project in guides.library.guides["ai-safety"].projects.values():
        kit = KITS / project.slug / "starter"
        readme = (kit / "README.md").read_text(encoding="utf-8")
        assert project.kit
        for path in kit.iterdir():
            assert path.name == "README.md" or f"`{path.name}`" in readme
            assert path.name == "README.md" or f"`{path.name}`" in str(project.body)


def test_every_project_has_work_that_meets_the_bar_and_work_that_does_not(
    guides: Compilation,
) -> None:
    exemplars = [it.document for it in guides.documents if isinstance(it.document, Exemplar)]
    for project in guides.library.guides["ai-safety"].projects.values():
        shares = sorted(share(project, it) for it in exemplars if it.project == project.key)
        assert len(shares) == 2
        assert shares[0] < 0.6 < 0.75 < shares[1]


def share(project: Project, exemplar: Exemplar) -> float:
    """Of the points that could be had."""
    criteria = {criterion.id: criterion for criterion in project.rubric}
    had = sum(criteria[it.criterion].weight * it.score for it in exemplar.scores)
    most = sum(it.weight * max(grade.score for grade in it.grades) for it in criteria.values())
    return had / most


def test_exemplars_say_that_they_are_invented_and_are_short(guides: Compilation) -> None:
    for item in guides.documents:
        if isinstance(item.document, Exemplar) and item.document.guide == "ai-safety":
            assert item.document.title.startswith("Example: ")
            assert "invented example" in item.document.body[:200]
            assert 350 <= len(item.document.body.split()) <= 750


def test_the_example_prompts_fit_the_table(guides: Compilation) -> None:
    lines = (KITS / "audit-a-small-language-model/starter/prompts.example.jsonl").read_text()

    wanted = set(columns(guides, "audit-a-small-language-model", "prompts"))
    for line in lines.splitlines():
        assert json.loads(line).keys() == wanted


def test_the_failure_log_that_the_kit_writes_fits_the_table(
    guides: Compilation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "HARM-01", "failure_type": "harmful_compliance", "reviewer": None}
    rows = [row, row | {"id": "HARM-02", "failure_type": None}, row]
    text = "".join(json.dumps(it) + "\n" for it in rows)
    (tmp_path / "responses.jsonl").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["failure_log.py"])

    runpy.run_path(str(KITS / "audit-a-small-language-model/starter/failure_log.py"))

    written = [json.loads(line) for line in Path("failures.jsonl").read_text().splitlines()]
    assert [it["id"] for it in written] == ["HARM-01-1", "HARM-01-2"]
    wanted = columns(guides, "audit-a-small-language-model", "failures")
    assert all(list(it) == wanted for it in written)


def test_the_threats_to_start_from_fit_the_table(guides: Compilation) -> None:
    project = guides.library.guides["ai-safety"].project("contain-an-oracle")
    table = project.deliverable("threat-model")
    assert table is not None
    with (KITS / "contain-an-oracle/starter/threat_model.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    choices = {column.name: ("", *column.choices) for column in table.columns if column.choices}
    assert len(rows) == 12
    assert list(rows[0]) == [column.name for column in table.columns]
    assert all(row[name] in known for row in rows for name, known in choices.items())
