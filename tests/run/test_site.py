"""`manage.py run`: the whole site starts, survives what happens, and stops as a whole."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillguide.processes import command_line
from tests.conftest import SAMPLE
from tests.run.machine import (
    READY,
    Site,
    Sites,
    User,
    eventually,
    free_port,
    gone,
    processes_of,
    room,
    run_command,
    runs,
)


@pytest.fixture(scope="module")
def _used_before() -> Iterator[Path]:
    """The data folder of a site that ran once.

    Making it is the test of a first start, with content that does not compile until it is mended.
    """
    with room() as folder:
        shutil.copytree(SAMPLE, folder / "content")
        guide = folder / "content" / "tiny" / "guide.yaml"
        good = guide.read_text()
        guide.write_text(good.replace("title:", "titel:", 1))

        site = Site(folder / "data", folder / "content")
        site.says(READY)
        assert "guide.yaml:1:1: " in site.said
        assert "Nothing was published." in site.said
        assert site.get("/")

        guide.write_text(good)
        site.says("Edition 1 is published")
        site.stop()
        assert gone(folder)
        yield folder


@pytest.fixture
def site_dir(_used_before: Path) -> Iterator[Path]:
    with room() as folder:
        subprocess.run(["cp", "-a", _used_before / "data", folder], check=True)
        yield folder / "data"


def test_it_says_how_to_get_in_and_keeps_everything(site_dir: Path, sites: Sites) -> None:
    """A second start: nothing is migrated, published or collected again."""
    site = sites(site_dir)
    site.says(READY)

    assert f"http://127.0.0.1:{site.port}/" in site.said
    assert "Migrations: nothing to do." in site.said
    assert "Edition 1 is this very content already." in site.said
    assert "collected" not in site.said
    password = (site_dir / "demo-password").read_text()
    assert f"with the password {password}\n" in site.said
    assert (site_dir / "demo-password").stat().st_mode & 0o777 == 0o600
    roles = re.findall(r"^  \S+@example\.org +(\w+)$", site.said, re.MULTILINE)
    assert roles == ["learner", "instructor", "reviewer", "admin"]
    assert "<html" in site.get("/")
    assert site.get("/readyz")

    second = run_command(site_dir, "run", PORT=free_port())
    assert second.returncode
    assert f"already runs on this data folder: process {site.process.pid}, " in second.stderr
    assert "<html" in site.get("/")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_leaves_no_process_behind(site_dir: Path, sites: Sites, number: signal.Signals) -> None:
    site = sites(site_dir)
    site.says(READY)
    assert len(processes_of(site_dir)) > 4

    site.stop(number)

    assert gone(site_dir)


def test_it_can_be_stopped_while_it_starts(site_dir: Path, sites: Sites) -> None:
    site = sites(site_dir)
    site.says("Database: ")

    site.stop()

    assert gone(site_dir)


def test_after_a_kill_the_next_one_works_and_leaves_nothing(site_dir: Path, sites: Sites) -> None:
    killed = sites(site_dir)
    killed.says(READY)
    killed.process.kill()
    killed.process.wait()

    site = sites(site_dir, port=killed.port)
    site.says(READY)
    assert "<html" in site.get("/")

    site.stop()
    assert gone(site_dir)


def test_it_leaves_the_database_to_another_command(site_dir: Path, sites: Sites) -> None:
    site = sites(site_dir)
    site.says(READY)
    other = User(site_dir).arrive()

    site.stop()

    assert runs(site_dir)
    other.leave()
    assert not runs(site_dir)


def test_what_dies_is_started_again(site_dir: Path, sites: Sites) -> None:
    site = sites(site_dir)
    site.says(READY)
    database = oldest(site_dir, " -D ")
    web = oldest(site_dir, "granian")

    os.kill(database, signal.SIGKILL)
    site.says("The database stopped unexpectedly; it runs again.")
    os.kill(web, signal.SIGKILL)
    site.says("The web server stopped unexpectedly (signal 9); it is started again.")

    assert eventually(lambda: opens(site))
    site.stop()
    assert gone(site_dir)


def oldest(data_dir: Path, word: str) -> int:
    """The parent among the processes of one program."""
    return min(process for process in processes_of(data_dir) if word in command_line(process))


def opens(site: Site) -> bool:
    try:
        return "<html" in site.get("/")
    except OSError:
        return False


def test_what_is_saved_is_published(site_dir: Path, sites: Sites, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(SAMPLE, content)
    guide = next(content.glob("*/guide.yaml"))
    site = sites(site_dir, content=content)
    site.says(READY)
    good = guide.read_text()

    guide.write_text(good + "\nnonsense: true\n")
    site.says("Nothing was published.")
    assert "guide.yaml:" in site.said
    assert "<html" in site.get("/")

    guide.write_text(re.sub(r"^title: .*$", "title: Better knots", good, flags=re.MULTILINE))
    site.says("Edition 2 is published")
    assert eventually(lambda: "Better knots" in site.get("/guides/"), 5)
