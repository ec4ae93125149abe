"""What a person without the right Python is told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.run.machine import ROOT

TOO_OLD = """#!/bin/sh
if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi
"""
# The right version, on a Debian without python3-venv.
NO_VENV = """#!/bin/sh
case "$2" in
  *ensurepip*) exit 1;;
  *print*) echo python3.11-venv;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements-embedded.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make_run(project: Path, python: str) -> str:
    """Run “make run” where this is the only Python, and return what it says."""
    programs = project / "programs"
    programs.mkdir()
    if python:
        (programs / "python3").write_text(python)
        (programs / "python3").chmod(0o755)
    make = shutil.which("make") or "make"
    result = subprocess.run(
        [make, "run"], cwd=project, env={"PATH": str(programs)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode
    assert not (project / ".venv").exists()
    first, _, rest = result.stderr.partition("\n")
    assert rest.startswith("make: ***")
    return first


@pytest.mark.parametrize(("python", "found"), [(TOO_OLD, "Python 3.9.2"), ("", "none")])
def test_the_wrong_python_is_told_in_one_sentence(project: Path, python: str, found: str) -> None:
    said = make_run(project, python)

    assert said.startswith(f"Skill Guide needs Python 3.11 to 3.14, and this machine has {found}.")
    assert "make PYTHON=/path/to/python3 run" in said


def test_a_python_without_venv_is_told_what_to_install(project: Path) -> None:
    assert make_run(project, NO_VENV).endswith("apt-get install python3.11-venv")
