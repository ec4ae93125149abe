"""Nothing that pydantic finds is told in its own words."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from skillguide.content import messages
from skillguide.content.documents import Model
from skillguide.content.fields import model_at
from skillguide.content.schema import KINDS, LISTS

WRONG: list[Any] = [
    None, True, 0, -1, 10**9, 1.5, "", " ", "A b", "x" * 200_001, "\x00", [], [None], ["A b"],
    [{}], {}, {"kind": None}, [{"kind": "no"}], ["x"] * 500, "2026-02-30", float("inf"),
]  # fmt: skip


VARIANTS: list[str | int] = [
    0, "choice", "open",
    "headings", "words", "rows", "categories", "filled", "present", "reachable",
]  # fmt: skip
"""What `kind` may be, and 0 where there is none."""


@pytest.mark.parametrize("model", [*KINDS.values(), *LISTS.values()])
def test_every_error_of_every_field_has_a_sentence(model: type[Model]) -> None:
    told = 0
    for inner in models_in(model):
        for value in WRONG:
            for error in errors(inner, dict.fromkeys(written(inner), value)):
                assert error["type"] in {"missing", "extra_forbidden", *messages._SENTENCES}
                sentence = messages.sentence(error, inner, "thing")
                assert "Input should" not in sentence
                assert "Value error" not in sentence
                told += 1
    assert told > 20


def errors(model: type[Model], value: Any) -> list[Any]:
    try:
        model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        return list(error.errors(include_url=False))
    return []


def written(model: type[Model]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def models_in(model: type[Model]) -> set[type[Model]]:
    found = {model}
    for name in written(model):
        for inner in (model_at(model, (name, variant)) for variant in VARIANTS):
            if inner not in found and inner is not model:
                found |= models_in(inner)
    return found


def test_an_error_that_nobody_thought_of_is_told_all_the_same() -> None:
    class Odd(Model):
        day: date
        word: Literal["a"]

    (error, _) = errors(Odd, {"day": "x" * 10, "word": "b"})

    assert messages.sentence(error, Odd, "odd thing").startswith("“day” is not right: Input")
