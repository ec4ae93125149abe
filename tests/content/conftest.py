"""A copy of the sample content that each test may spoil in its own way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skillguide.content.compiler import Compilation, compile_folder
from skillguide.content.problems import Problem
from tests.conftest import SAMPLE

HERE = "‸"
"""In a text: the place at which the problem is expected."""


class Content:
    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(SAMPLE, root)

    def path(self, name: str) -> Path:
        return self.root / "tiny" / name

    def read(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file of the guide. Says where the mark in it is: `1:1` if there is none."""
        path = self.path(name)
        path.parent.mkdir(exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
            return "1:1"
        before, mark, after = text.partition(HERE)
        path.write_text(before + after, encoding="utf-8", newline="")
        line = before.count("\n") + 1 if mark else 1
        return f"{line}:{len(before.rpartition(chr(10))[2]) + 1 if mark else 1}"

    def edit(self, name: str, old: str, new: str) -> str:
        text = self.read(name)
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        return self.write(name, text.replace(old, new, 1))

    def compile(self) -> Compilation:
        return compile_folder(self.root, workers=1)

    def problems(self) -> list[str]:
        return [told(problem) for problem in self.compile().problems]


def told(problem: Problem) -> str:
    """
    >>> told(Problem("content/tiny/guide.yaml", 3, 1, "this is wrong"))
    'guide.yaml:3:1: this is wrong'
    """
    path = problem.path.removeprefix("content/tiny/")
    warning = "warning: " if problem.severity == "warning" else ""
    return f"{path}:{problem.line}:{problem.column}: {warning}{problem.message}"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")
