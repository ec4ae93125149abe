"""Children that are restarted when they die, and of which nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillguide.processes import (
    Child,
    GivenUpError,
    Patience,
    Supervisor,
    command_line,
    end_strays,
)
from skillguide.watching import Watch
from tests.run.machine import eventually

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A server with a worker that the server does not take with it when it is killed.
WITH_WORKER = [sys.executable, "-c", "import os, time; os.fork(); time.sleep(60)"]
FAILING = [sys.executable, "-c", "raise SystemExit(3)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
]
SUPERVISOR = f"""
import sys, time
from pathlib import Path
from skillguide.processes import Child, Supervisor
child = Child("web server", {SLEEP!r}, Path("/"))
Supervisor([child], Path(sys.argv[1]), print).start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


class Said(list[str]):
    def __call__(self, sentence: str) -> None:
        self.append(sentence)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def supervisors(tmp_path: Path, said: Said) -> Iterator[list[Supervisor]]:
    started: list[Supervisor] = []
    yield started
    for supervisor in started:
        supervisor.stop(0)


def supervise(
    supervisors: list[Supervisor], tmp_path: Path, said: Said, command: list[str]
) -> tuple[Supervisor, Child]:
    child = Child("web server", command, tmp_path)
    supervisor = Supervisor([child], tmp_path / "run.json", said)
    supervisors.append(supervisor)
    supervisor.start()
    return supervisor, child


def pid_of(child: Child) -> int:
    assert child.process
    return child.process.pid


def test_a_child_that_dies_is_started_again_and_that_is_said(
    supervisors: list[Supervisor], tmp_path: Path, said: Said
) -> None:
    supervisor, child = supervise(supervisors, tmp_path, said, SLEEP)
    first = pid_of(child)
    os.kill(first, signal.SIGKILL)

    def restarted() -> bool:
        supervisor.tick()
        return child.process is not None and child.process.pid != first

    assert eventually(restarted)
    assert said == ["The web server stopped unexpectedly (signal 9); it is started again."]


def test_a_child_that_dies_again_and_again_is_given_up(
    supervisors: list[Supervisor], tmp_path: Path, said: Said
) -> None:
    supervisor, child = supervise(supervisors, tmp_path, said, FAILING)

    def tick() -> None:
        assert child.process
        child.process.wait()
        supervisor.tick()
        child.start_at = 0
        supervisor.tick()

    for _ in range(4):
        tick()
    with pytest.raises(GivenUpError, match="The web server stopped 5 times within a minute"):
        tick()
    assert said[0] == "The web server stopped unexpectedly (exit code 3); it is started again."


def test_the_wait_before_a_restart_grows_and_is_forgotten_after_a_minute() -> None:
    now = 0.0
    patience = Patience("mail worker", clock=lambda: now)

    assert [patience.seconds_after_death() for _ in range(4)] == [0.5, 1, 2, 4]
    now = 61
    assert patience.seconds_after_death() == 0.5


def test_stopping_ends_also_workers_and_what_does_not_want_to_end(
    supervisors: list[Supervisor], tmp_path: Path, said: Said
) -> None:
    supervisor, child = supervise(supervisors, tmp_path, said, STUBBORN)
    time.sleep(0.5)  # until it ignores the signal
    supervisor.stop(0.5)
    assert not command_line(pid_of(child))

    supervisor, child = supervise(supervisors, tmp_path, said, WITH_WORKER)
    assert eventually(lambda: len(group(pid_of(child))) == 2)
    supervisor.stop()
    assert eventually(lambda: not group(pid_of(child)))
    assert not (tmp_path / "run.json").exists()


def test_a_killed_child_takes_its_workers_along(
    supervisors: list[Supervisor], tmp_path: Path, said: Said
) -> None:
    supervisor, child = supervise(supervisors, tmp_path, said, WITH_WORKER)
    first = pid_of(child)
    assert eventually(lambda: len(group(first)) == 2)
    os.kill(first, signal.SIGKILL)

    def swept() -> bool:
        supervisor.tick()
        return not group(first)

    assert eventually(swept)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of our death")
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "run.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        child = int(supervisor.stdout.readline())
        supervisor.kill()

    assert eventually(lambda: not command_line(child))


def test_strays_of_a_killed_supervisor_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    stray = subprocess.Popen(WITH_WORKER, start_new_session=True)
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    assert eventually(lambda: len(group(stray.pid)) == 2)
    record = tmp_path / "run.json"
    commands = {stray.pid: " ".join(WITH_WORKER), stranger.pid: "another program", 999_999_999: ""}
    record.write_text(json.dumps(commands))

    assert end_strays(record)

    assert not group(stray.pid)
    assert command_line(stranger.pid)
    assert not record.exists()
    stray.wait()
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": "b"}', "null"])
def test_a_torn_record_does_not_matter(tmp_path: Path, text: str) -> None:
    record = tmp_path / "run.json"
    record.write_text(text)

    assert not end_strays(record)


def test_a_change_is_told_once_and_only_when_it_has_settled(tmp_path: Path) -> None:
    lesson = tmp_path / "lessons" / "a.md"
    lesson.parent.mkdir()
    lesson.write_text("one")
    watch = Watch(tmp_path)
    assert not watch.changed()

    lesson.write_text("half of")
    assert not watch.changed(), "it may still be written"
    lesson.write_text("half of it")
    assert not watch.changed()
    assert watch.changed()
    assert not watch.changed()

    watch.forget()
    assert watch.changed()


@pytest.mark.parametrize("change", ["new", "deleted", "renamed"])
def test_new_and_deleted_files_are_changes(tmp_path: Path, change: str) -> None:
    (tmp_path / "a.md").write_text("one")
    watch = Watch(tmp_path)

    if change == "new":
        (tmp_path / "b.md").write_text("two")
    elif change == "deleted":
        (tmp_path / "a.md").unlink()
    else:
        (tmp_path / "a.md").rename(tmp_path / "b.md")

    assert [watch.changed(), watch.changed(), watch.changed()] == [False, True, False]


def test_hidden_and_backup_files_are_no_changes(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    for name in (".a.md.swp", "a.md~", ".git/index"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("draft")

    assert [watch.changed(), watch.changed()] == [False, False]


def group(number: int) -> list[int]:
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and command_line(int(path.name)):
            try:
                if os.getpgid(int(path.name)) == number:
                    found.append(int(path.name))
            except ProcessLookupError:
                continue
    return found
