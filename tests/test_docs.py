"""What the documentation says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from skillguide.content import documents, schema

ROOT = Path(__file__).parent.parent
MODELS = [
    model
    for model in vars(schema).values()
    if isinstance(model, type)
    and issubclass(model, documents.Model)
    and model not in (documents.Model, documents.Part, documents.Document)
]


@pytest.fixture(scope="module")
def authors_guide() -> str:
    return (ROOT / "content" / "README.md").read_text()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_authors_guide_explains_every_field(model: type[BaseModel], authors_guide: str) -> None:
    for name, field in model.model_fields.items():
        assert f"`{field.alias or name}`" in authors_guide, f"{model.__name__}.{name}"
        if field.description:
            assert field.description in authors_guide, f"{model.__name__}.{name}"


def test_the_readme_names_every_setting_that_the_environment_may_give() -> None:
    sources = [ROOT / "skillguide" / "settings.py", *(ROOT / "skillguide").glob("preparing.py")]
    code = "".join(source.read_text() for source in sources)
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    readme = (ROOT / "README.md").read_text()

    assert len(names) > 15
    assert {name for name in names if f"`{name}`" not in readme} == set()


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "content/README.md"])
def test_the_paths_that_are_named_exist(file: str) -> None:
    text = (ROOT / file).read_text()
    named = re.findall(r"`((?:skillguide|curriculum|tests|static|templates)/[\w./-]+)`", text)
    links = [it for it in re.findall(r"\]\(([^)#:]+)\)", text) if "/" in it or "." in it]
    known = [it for it in named if "<" not in it]

    assert [it for it in known if not (ROOT / it).exists()] == []
    if file != "content/README.md":
        assert [it for it in links if not (ROOT / it).exists()] == []
