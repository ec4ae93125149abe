"""What cannot work is told in one sentence, and the other commands leave no trace."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLE
from tests.run.machine import AS_ROOT, ROOT, environment, free_port, processes_of, run_command


def refused(data_dir: Path, command: str = "run", **settings: object) -> str:
    result = run_command(data_dir, command, **settings)
    assert result.returncode
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert processes_of(data_dir) == []
    return result.stderr


def test_a_taken_port_is_told(empty_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = refused(empty_dir, PORT=port)

    assert f"Port {port} is already in use. Choose another one" in said


PRODUCTION = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.org"}


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_that_does_not_answer_is_told(empty_dir: Path, command: str) -> None:
    address = f"postgresql://app:hush@127.0.0.1:{free_port()}/app"

    said = refused(empty_dir, command, DATABASE_URL=address, PORT=free_port(), **PRODUCTION)

    assert said.startswith("The database does not answer: ")
    assert "Check DATABASE_URL" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"DATABASE_URL": "postgresql://[::1/app"} | PRODUCTION, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://localhost/app"} | PRODUCTION, "DATABASE_URL"),
        ({"PORT": "eighty"}, "PORT is “eighty”; write a whole number from 1 to 65535."),
        ({"CONTENT_DIR": "/nowhere"}, "CONTENT_DIR is “/nowhere”"),
        ({"DATA_DIR": "/dev/null/data"}, "Set DATA_DIR to a folder of yours."),
    ],
)
def test_a_wrong_setting_is_told(empty_dir: Path, wrong: dict[str, str], words: str) -> None:
    assert words in refused(empty_dir, **{"PORT": str(free_port())} | wrong)


def test_a_command_starts_the_database_and_stops_it(data_dir: Path) -> None:
    result = run_command(data_dir, "migrate", "--plan")

    assert result.returncode == 0, result.stderr
    assert "learners" in result.stdout
    assert processes_of(data_dir) == []


def test_checking_content_needs_no_database(empty_dir: Path) -> None:
    result = run_command(empty_dir, "content", "check", CONTENT_DIR=SAMPLE)

    assert result.returncode == 0, result.stderr
    assert not (empty_dir / "postgres").exists()


def test_db_tells_starts_and_stops_it(data_dir: Path) -> None:
    assert "does not run" in run_command(data_dir, "db", "status").stdout
    started = subprocess.Popen(
        [sys.executable, "manage.py", "db", "start"], cwd=ROOT, env=environment(data_dir),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout
    assert "The database runs as process" in started.stdout.readline()
    assert (
        "postgresql://skillguide@/skillguide?host=" in run_command(data_dir, "db", "status").stdout
    )

    assert "in use by another process" in run_command(data_dir, "db", "stop").stderr

    started.kill()
    started.wait()
    started.stdout.close()
    assert "The database is stopped." in run_command(data_dir, "db", "stop").stdout
    assert "did not run" in run_command(data_dir, "db", "stop").stdout


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_folder_that_is_not_yours_is_told(empty_dir: Path) -> None:
    empty_dir.mkdir(mode=0o500)

    assert "Set DATA_DIR" in refused(empty_dir, PORT=free_port())
