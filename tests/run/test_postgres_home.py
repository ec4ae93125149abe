"""Where the embedded PostgreSQL lives, and that nobody else gets in."""

from __future__ import annotations

import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from skillguide.postgres import home
from skillguide.postgres.server import LOG_LIMIT, ROLE, SUPERUSER, ensure_server, trim_log
from tests.run.machine import AS_ROOT, ROOT, USER, Users, system_home, value

needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can act as another user")


@needs_root
def test_another_user_of_the_machine_does_not_get_in(data_dir: Path, users: Users) -> None:
    user = users(data_dir).arrive()
    for role in (SUPERUSER, ROLE):
        assert "Permission denied" in refusal(data_dir, user.socket, role)

    # Not even if somebody opened the folders and the socket to all.
    for path in (data_dir / "postgres", Path(user.socket), Path(user.socket, ".s.PGSQL.5432")):
        path.chmod(0o777)
    for role in (SUPERUSER, ROLE):
        assert "Peer authentication failed" in refusal(data_dir, user.socket, role)


def refusal(data_dir: Path, socket: str, role: str) -> str:
    """What psql tells the user “nobody”, who has the programs but no business here."""
    found = home.existing_home(data_dir)
    assert found
    psql = [str(found.binaries / "psql"), "-h", socket, "-U", role, "-c", "SELECT 1", "postgres"]
    result = home.Account.of(pwd.getpwnam("nobody").pw_uid).run(*psql)
    assert result.returncode
    return result.stderr


@needs_root
def test_no_mode_of_an_existing_folder_is_changed(empty_dir: Path, users: Users) -> None:
    """The server's account cannot get into a private folder of root's; it is put elsewhere."""
    empty_dir.mkdir(mode=0o700)
    above = [empty_dir, *empty_dir.parents]
    modes = [folder.stat().st_mode for folder in above]

    user = users(empty_dir).arrive()

    assert value(user, "SELECT 1") == 1
    assert [folder.stat().st_mode for folder in above] == modes
    assert user.socket.startswith(str(system_home(empty_dir)))
    assert not (empty_dir / "postgres").exists()


@needs_root
def test_the_server_does_not_run_as_root_and_keeps_its_files_to_itself(
    empty_dir: Path, users: Users
) -> None:
    user = users(empty_dir).arrive()

    assert Path(f"/proc/{user.server}").stat().st_uid != 0
    for path in (empty_dir / "postgres").rglob("*"):
        status = path.lstat()
        assert status.st_uid == Path(f"/proc/{user.server}").stat().st_uid, path
        assert not status.st_mode & 0o077, path


@needs_root
def test_programs_that_its_account_cannot_run_are_copied(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "SYSTEM_FOLDER", empty_dir / "system")
    made = home.make_home(empty_dir)
    account_cannot = "can_reach", lambda *_: False
    monkeypatch.setattr(home.Account, *account_cannot)

    version = made.account.run(made.binaries / "postgres", "--version")

    assert made.binaries.is_relative_to(empty_dir / "system")
    assert "PostgreSQL) 18" in version.stdout, version.stderr


def test_a_long_path_gets_a_private_folder_for_its_socket(empty_dir: Path, users: Users) -> None:
    user = users(empty_dir / ("long" * 30)).arrive()

    assert value(user, "SELECT 1") == 1
    socket = Path(user.socket)
    assert not socket.is_relative_to(empty_dir)
    assert socket.stat().st_mode & 0o777 == 0o700

    user.leave()
    assert not socket.exists()


def test_a_prepared_folder_for_the_socket_is_refused(empty_dir: Path) -> None:
    """Somebody else could listen there and answer in the server's place."""
    made = home.make_home(empty_dir)
    made.folder.joinpath("socket").mkdir(mode=0o755)

    with pytest.raises(home.EmbeddedDatabaseError, match="must be a folder that only"):
        made.make_socket_folder()


def test_the_log_does_not_grow_for_ever(empty_dir: Path) -> None:
    made = home.make_home(empty_dir)
    made.write("server.log", "old line\n" * LOG_LIMIT)

    trim_log(made)

    assert made.log.stat().st_size == 0
    assert made.log.with_name("server.log.1").stat().st_size == LOG_LIMIT


def test_other_versions_of_postgresql_are_refused_in_words(empty_dir: Path) -> None:
    made = home.make_home(empty_dir)
    made.cluster.mkdir()
    (made.cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(home.EmbeddedDatabaseError, match="is of PostgreSQL 17; this one is 18"):
        ensure_server(made, print)


@needs_root
def test_a_full_disk_is_told_in_one_sentence(empty_dir: Path) -> None:
    empty_dir.mkdir()
    mount = f"mount -t tmpfs -o size=60m tmpfs {empty_dir} && chmod 755 {empty_dir}"
    namespace = ["unshare", "--mount", "sh", "-c"]
    if subprocess.run([*namespace, mount], check=False).returncode:
        pytest.skip("this machine does not let root mount a small disk")
    command = f"{mount} && exec {sys.executable} -c '{USER}' {empty_dir}"

    result = subprocess.run(
        [*namespace, command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "is full, so the database cannot run." in result.stderr
