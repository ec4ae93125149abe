"""Publishing is broken on purpose, with real processes on a database of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from skillguide import postgres
from tests.conftest import SAMPLE
from tests.run.machine import room

ROOT = Path(__file__).parent.parent.parent


class Installation:
    """A data folder with a running database, and commands that use it."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {"DATA_DIR": str(folder / "data")}
        self.content = Path(shutil.copytree(SAMPLE, folder / "content"))
        self.command("migrate", "--verbosity", "0")
        self.data = folder / "data"
        self.database = postgres.ensure_running(self.data)

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def command(self, *words: object) -> str:
        process = self.start(*words)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        return output

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=self.database.socket, user=postgres.ROLE, dbname=postgres.DATABASE
        )

    def ask(self, sql: str) -> Any:
        with self.connect() as connection:
            row = connection.execute(sql).fetchone()
        assert row
        return row[0]

    def change(self, old: str, new: str) -> None:
        file = self.content / "tiny" / "lessons" / "friction.md"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


@pytest.fixture
def installation() -> Iterator[Installation]:
    with room() as folder:
        made = Installation(folder)
        yield made
        postgres.release(made.data)


def test_killed_in_the_middle_the_old_edition_is_served_and_the_next_publish_works(
    installation: Installation,
) -> None:
    installation.command("content", "publish", installation.content)
    blobs = installation.ask("SELECT count(*) FROM editions_blob")
    installation.change("A sailor", "An admiral")
    with installation.connect() as brake:
        brake.execute("SELECT * FROM editions_edition WHERE is_active FOR UPDATE")
        publishing = installation.start("content", "publish", installation.content)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        deadline = time.monotonic() + 30
        while not installation.ask(waiting) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert installation.ask(waiting) == 1
        publishing.kill()
        publishing.wait(10)

    assert installation.ask("SELECT number FROM editions_edition WHERE is_active") == 1
    assert installation.ask("SELECT count(*) FROM editions_blob") == blobs
    said = installation.command("content", "publish", installation.content)
    assert "Edition 2 is published: 1 new or changed" in said


def test_two_publishers_at_once_both_succeed_one_after_the_other(
    installation: Installation, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(installation.content, tmp_path / "other"))
    installation.change("A sailor", "An admiral")

    both = [installation.start("content", "publish", it) for it in (installation.content, other)]
    said = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert installation.ask("SELECT count(*) FROM editions_edition") == 2
    assert installation.ask("SELECT count(*) FROM editions_edition WHERE is_active") == 1
    entries = "SELECT count(*) FROM editions_searchentry JOIN editions_edition ON is_active "
    stray = entries + "WHERE NOT digests ? digest"
    assert installation.ask(stray) == 0
    assert installation.ask(entries) > 10
