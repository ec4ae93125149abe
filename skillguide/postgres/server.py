"""Starting and stopping one PostgreSQL server, whatever state the last stop left behind."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from skillguide.postgres.home import EmbeddedDatabaseError, Home
from skillguide.processes import command_line

DATABASE = "skillguide"
ROLE = "skillguide"
SUPERUSER = "postgres"
MAJOR = "18"

MEGABYTE = 1_000_000
ROOM_FOR_A_NEW_CLUSTER = 150 * MEGABYTE
LOG_LIMIT = 5 * MEGABYTE
PATIENCE = 20.0  # seconds for the remains of a killed server to go away

Tell = Callable[[str], None]


def tell_on_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Server:
    """A server that runs, as its own `postmaster.pid` describes it."""

    home: Home
    pid: int
    socket: str
    ready: bool

    @property
    def alive(self) -> bool:
        """Tell our server from a zombie, and from a stranger that got its number later."""
        return f"-D {self.home.cluster} " in command_line(self.pid)


def read_server(home: Home) -> Server | None:
    """The server that runs on this home, if one does. A stale or torn file is none."""
    try:
        lines = (home.cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        lines += [""] * 8  # a server that starts has not written all of them yet
        server = Server(home, int(lines[0]), lines[4], ready=lines[7].strip() == "ready")
    except (OSError, ValueError):
        return None
    return server if server.alive else None


def ensure_server(home: Home, tell: Tell) -> Server:
    """The running server, started if need be. Only one process at a time may do this."""
    server = _wait(home, lambda: read_server(home) is None, tell)
    if server and not Path(server.socket, ".s.PGSQL.5432").exists():
        stop(server)  # nobody can reach it any more
        server = None
    server = server or _start(home, tell)
    _make_database(server)
    return server


def stop(server: Server) -> None:
    """Stop as `pg_ctl stop -m fast` does: roll back what is open, lose nothing."""
    for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, number)
        end = time.monotonic() + seconds
        while server.alive and time.monotonic() < end:
            time.sleep(0.02)
    for process in _launched:
        process.poll()  # take leave of our own children, or they stay as zombies
    if server.socket != str(server.home.folder / "socket"):
        with contextlib.suppress(OSError):
            Path(server.socket).rmdir()


def trim_log(home: Home) -> None:
    """Keep at most two files of bounded size. The server goes on writing to the first."""
    with os.fdopen(home.open("server.log"), "r+b") as log:
        if os.fstat(log.fileno()).st_size <= LOG_LIMIT:
            return
        log.seek(-LOG_LIMIT, os.SEEK_END)
        with os.fdopen(home.open("server.log.1", os.O_TRUNC), "wb") as old:
            shutil.copyfileobj(log, old)
        log.truncate(0)


# Our own children among the servers: kept, so that the one that ended can be waited for.
_launched: list[subprocess.Popen[Any]] = []


def _start(home: Home, tell: Tell) -> Server:
    if not home.cluster.exists():
        _make_cluster(home)
    _check_version(home)
    end = time.monotonic() + PATIENCE
    while True:
        _clear_remains(home)
        trim_log(home)
        before = home.log.stat().st_size
        if server := _launch(home, tell):
            return server
        said = home.log.read_text(errors="replace")[before:]
        # A killed server's processes take a moment to leave; no other failure passes by itself.
        if "still in use" not in said or time.monotonic() > end:
            raise EmbeddedDatabaseError(_explain(home, said))
        time.sleep(0.3)


def _launch(home: Home, tell: Tell) -> Server | None:
    command = [str(home.binaries / "postgres"), "-D", str(home.cluster), *_flags(home)]
    log = home.open("server.log", os.O_APPEND)
    try:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, **home.account.popen_options
        )
    except OSError as error:
        raise EmbeddedDatabaseError(_explain(home, str(error))) from error
    finally:
        os.close(log)
    _launched.append(process)
    try:
        return _wait(home, lambda: process.poll() is not None, tell)
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _wait(home: Home, ended: Callable[[], bool], tell: Tell) -> Server | None:
    """Wait until the server is ready, however long it recovers; None if it ends instead."""
    worried = time.monotonic() + 2
    while not ended():
        if (server := read_server(home)) and server.ready:
            return server
        if time.monotonic() > worried:
            tell("The database is still starting; after a sudden stop it is recovering first.")
            worried = float("inf")
        time.sleep(0.02)
    return None


def _flags(home: Home) -> list[str]:
    """Settings that hold whatever postgresql.conf says: a socket for the owner, nothing else."""
    users = dict.fromkeys([home.account.name, "root"])
    roles = (SUPERUSER, ROLE)
    ident = "".join(f'owner "{user}" "{role}"\n' for user in users for role in roles)
    socket = str(home.make_socket_folder()).replace('"', '""')
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',
        "unix_socket_permissions": "0700",
        "hba_file": home.write("hba.conf", "local all all peer map=owner\n"),
        "ident_file": home.write("ident.conf", ident),
        # What learners typed stands in statements and details: it does not belong in a log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _make_cluster(home: Home) -> None:
    """Run initdb beside the final place, so that one that was cut short is never used.

    Its process may still be writing there: each try has a folder of its own.
    """
    if shutil.disk_usage(home.folder).free < ROOM_FOR_A_NEW_CLUSTER:
        raise EmbeddedDatabaseError(_disk_full(home))
    partial = home.folder / f"partial-{secrets.token_hex(4)}"
    options = ["--username", SUPERUSER, "--data-checksums", "--encoding=UTF8", "--locale=C"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    options += ["--auth-local=peer", "--auth-host=reject"]
    result = home.account.run(home.binaries / "initdb", "-D", partial, *options)
    if result.returncode:
        raise EmbeddedDatabaseError(_explain(home, result.stderr))
    partial.rename(home.cluster)
    for other in home.folder.glob("partial-*"):
        shutil.rmtree(other, ignore_errors=True)


def _check_version(home: Home) -> None:
    version = (home.cluster / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise EmbeddedDatabaseError(
            f"The database in “{home.cluster}” is of PostgreSQL {version}; this one is {MAJOR}. "
            "Dump it with the old version and load it with this one, or set DATA_DIR."
        )


def _clear_remains(home: Home) -> None:
    """Remove what says that a server runs, now that none does.

    PostgreSQL itself trusts any living process of that number. It still refuses to start
    while processes of a killed server use its shared memory.
    """
    socket = home.make_socket_folder()
    for path in (home.cluster / "postmaster.pid", *socket.glob(".s.PGSQL.*")):
        path.unlink(missing_ok=True)


def _make_database(server: Server) -> None:
    """Make the application's role and database; both may be there, or only one of them."""
    with _connect(server) as connection:
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if role is None:
            create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE")
            connection.execute(create.format(sql.Identifier(ROLE)))
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(found, [DATABASE]).fetchone() is None:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))


def _connect(server: Server) -> psycopg.Connection:
    while True:
        try:
            return psycopg.connect(
                host=server.socket, user=SUPERUSER, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError as error:
            passing = "in recovery mode" in str(error) or "starting up" in str(error)
            if not (passing and server.alive):
                raise EmbeddedDatabaseError(_explain(server.home, str(error))) from error
        time.sleep(0.1)


def _explain(home: Home, said: str) -> str:
    if "No space left on device" in said or shutil.disk_usage(home.folder).free < MEGABYTE:
        return _disk_full(home)
    lines = [line for line in said.strip().splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    reason = (grave or lines or ["it ended without a word"])[-1].strip()
    return f"The database could not be started: {reason} (its log is “{home.log}”)"


def _disk_full(home: Home) -> str:
    return (
        f"The disk that holds “{home.folder}” is full, so the database cannot run. "
        "Free some space and start again; nothing that was saved is lost."
    )
