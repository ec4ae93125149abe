"""What the tests of starting and stopping share. Each has a data folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SAMPLE
from tests.run.machine import USER, Site, Sites, User, Users, room


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A data folder to be made, where any user of the machine may pass; nothing of it stays."""
    with room() as folder:
        yield folder / "data"


@pytest.fixture
def data_dir(_prepared: Path) -> Iterator[Path]:
    """A data folder whose database was used before and does not run."""
    with room() as folder:
        subprocess.run(["cp", "-a", _prepared, folder], check=True)
        yield folder / "data"


@pytest.fixture(scope="session")
def _prepared() -> Iterator[Path]:
    with room() as folder:
        User(folder / "data").arrive().leave()
        yield folder / "data"


@pytest.fixture
def users() -> Iterator[Users]:
    """Start a process that uses a database; all of them end with the test."""
    started: list[User] = []

    def start(data_dir: Path, program: str = USER) -> User:
        started.append(User(data_dir, program))
        return started[-1]

    yield start
    for user in started:
        user.process.kill()
        user.process.wait()
        for pipe in (user.process.stdout, user.process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture
def sites() -> Iterator[Sites]:
    started: list[Site] = []

    def start(data_dir: Path, content: Path = SAMPLE, port: int = 0) -> Site:
        started.append(Site(data_dir, content, port))
        return started[-1]

    yield start
    for site in started:
        site.process.kill()
        site.process.wait()
