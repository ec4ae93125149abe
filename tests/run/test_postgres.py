"""The embedded PostgreSQL: who starts it, who stops it, and what it survives."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from skillguide.postgres import ROLE, home
from tests.run.machine import Users, connect, eventually, processes_of, runs, value

CHILD_ENDS_FIRST = """
import os, sys
from pathlib import Path
from skillguide import postgres
server = postgres.ensure_running(Path(sys.argv[1]))
if os.fork() == 0:
    sys.exit()  # with all that is registered for the end of a process
os.wait()
print(server.pid, server.socket, flush=True)
sys.stdin.readline()
"""
PARENT_ENDS_FIRST = """
import os, sys, time
from pathlib import Path
from skillguide import postgres
server = postgres.ensure_running(Path(sys.argv[1]))
told, tell = os.pipe()
if os.fork() == 0:
    os.write(tell, b"I am here")
    time.sleep(60)
os.read(told, 1)
print(server.pid, server.socket, flush=True)
"""


def test_the_first_process_starts_it_and_the_last_one_stops_it(
    data_dir: Path, users: Users
) -> None:
    first = users(data_dir).arrive()
    second = users(data_dir).arrive()
    assert first.server == second.server

    first.leave()
    assert value(second, "SELECT 1") == 1

    second.leave()
    assert not runs(data_dir)
    assert processes_of(data_dir) == []


def test_processes_that_start_at_once_share_one_server(empty_dir: Path, users: Users) -> None:
    many = [users(empty_dir) for _ in range(6)]

    assert len({user.arrive().server for user in many}) == 1

    for user in many:
        user.leave()
    assert not runs(empty_dir)


def test_the_application_has_no_more_rights_than_it_needs(data_dir: Path, users: Users) -> None:
    user = users(data_dir).arrive()

    with connect(user) as connection:
        rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s"
        assert connection.execute(rights, [ROLE]).fetchone() == (False, True, False)
    settings = {
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "unix_socket_permissions": "0700",
    }
    assert {name: value(user, f"SHOW {name}") for name in settings} == settings
    locale = "SELECT datlocale FROM pg_database WHERE datname = current_database()"
    assert value(user, locale) == "C.UTF-8"


def test_a_killed_user_keeps_nothing_running_for_ever(data_dir: Path, users: Users) -> None:
    killed = users(data_dir).arrive()
    killed.process.kill()
    killed.process.wait()
    assert runs(data_dir)

    adopts = users(data_dir).arrive()
    assert adopts.server == killed.server
    adopts.leave()

    assert not runs(data_dir)


def test_a_killed_server_comes_back_with_its_rows(data_dir: Path, users: Users) -> None:
    user = users(data_dir).arrive()
    with connect(user) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'kept' AS note")
    killed = user.server
    os.kill(killed, signal.SIGKILL)

    # It is a zombie now: a child of the process that started it, which does not look.
    other = users(data_dir).arrive()
    assert other.server != killed
    assert value(other, "SELECT note FROM notes") == "kept"

    assert user.ask_again().server == other.server


@pytest.mark.parametrize("torn", ["", "1", "\0\0\0\0", "12 and then", "99999999\n/nowhere\n"])
def test_a_torn_pid_file_does_not_matter(data_dir: Path, users: Users, torn: str) -> None:
    leave_pid_file(data_dir, users, torn)

    user = users(data_dir).arrive()

    assert value(user, "SELECT 1") == 1


def test_a_pid_file_that_names_a_stranger_does_not_matter(data_dir: Path, users: Users) -> None:
    leave_pid_file(data_dir, users, "")
    found = home.existing_home(data_dir)
    assert found
    with subprocess.Popen(["sleep", "60"], **found.account.popen_options) as stranger:
        text = (
            f"{stranger.pid}\n{found.cluster}\n1700000000\n5432\n{found.folder}/socket\n\n\nready\n"
        )
        found.write("cluster/postmaster.pid", text)
        found.write("socket/.s.PGSQL.5432.lock", text)

        user = users(data_dir).arrive()

        assert value(user, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def leave_pid_file(data_dir: Path, users: Users, text: str) -> None:
    users(data_dir).arrive().leave()
    found = home.existing_home(data_dir)
    assert found
    found.write("cluster/postmaster.pid", text)


def test_a_server_that_takes_long_to_start_is_waited_for(data_dir: Path, users: Users) -> None:
    users(data_dir).arrive()
    found = home.existing_home(data_dir)
    assert found
    text = (found.cluster / "postmaster.pid").read_text()
    found.write("cluster/postmaster.pid", text.replace("ready   ", "starting"))

    waits = users(data_dir)
    assert waits.process.stderr
    assert "it is recovering first" in waits.process.stderr.readline()
    assert waits.process.poll() is None

    found.write("cluster/postmaster.pid", text)
    assert value(waits.arrive(), "SELECT 1") == 1


def test_the_first_start_can_be_cut_short(empty_dir: Path, users: Users) -> None:
    cut = users(empty_dir)
    assert eventually(lambda: list(empty_dir.glob("postgres/partial-*/*")))
    cut.process.kill()

    user = users(empty_dir).arrive()

    assert value(user, "SELECT 1") == 1


def test_a_forked_child_does_not_stop_the_server_at_its_end(data_dir: Path, users: Users) -> None:
    """As when a web server ends one of its workers."""
    parent = users(data_dir, CHILD_ENDS_FIRST).arrive()

    assert value(parent, "SELECT 1") == 1
    parent.leave()
    assert not runs(data_dir)


def test_a_forked_child_does_not_keep_the_server(data_dir: Path, users: Users) -> None:
    parent = users(data_dir, PARENT_ENDS_FIRST).arrive()
    parent.leave()

    assert not runs(data_dir)


def test_a_server_that_nobody_can_reach_is_started_again(data_dir: Path, users: Users) -> None:
    user = users(data_dir).arrive()
    Path(user.socket, ".s.PGSQL.5432").unlink()

    other = users(data_dir).arrive()

    assert other.server != user.server
    assert value(other, "SELECT 1") == 1
