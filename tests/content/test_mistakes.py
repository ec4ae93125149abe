"""Every rule for authors: `mistakes.txt` has what they wrote and what they are told."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.content.conftest import Content


class Mistake(NamedTuple):
    path: str
    old: str
    new: str
    place: str
    message: str


def read(paragraph: str) -> Mistake:
    path, *lines = paragraph.split("\n")
    marked = {
        mark: "\n".join(line[2:] for line in lines if line[0] == mark)
        for mark in ("-", "+", "@", "=")
    }
    return Mistake(path, *marked.values())


PARAGRAPHS = (
    (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8").strip().split("\n\n")
)
MISTAKES = [read(paragraph) for paragraph in PARAGRAPHS[1:] if not paragraph.startswith("# ")]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.message)
def test_a_mistake_is_told_where_it_is(content: Content, mistake: Mistake) -> None:
    place = f"{mistake.path}:{content.edit(mistake.path, mistake.old, mistake.new)}"

    assert content.problems() == [f"{mistake.place or place}: {mistake.message}"]
