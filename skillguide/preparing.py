"""What has to be true before the site can be served, done or refused in words."""

import contextlib
import errno
import fcntl
import hashlib
import http.client
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

HOST = "127.0.0.1"


@contextlib.contextmanager
def only_one_at_a_time(lock: Path, port: int) -> Iterator[None]:
    """Refuse a second site on the same data folder, and say who has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(
                f"Skill Guide already runs on this data folder: {file.read().strip()}. "
                "Stop it first, or set DATA_DIR and PORT for a second one."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, http://{HOST}:{port}/")
        file.flush()
        yield


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is already in use" if taken else f"cannot be used ({error.strerror})"
            raise CommandError(
                f"Port {port} {why}. Choose another one, for example: PORT=8001 make run"
            ) from None


def refuse_unreadable(folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        raise CommandError(
            f"CONTENT_DIR is “{folder}”, which is not a folder that can be read. "
            "Set it to the folder that holds your guides."
        )


def migrate() -> int:
    """Bring the tables up to date. Returns how many migrations that took."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    return len(plan)


def collect_static_files() -> bool:
    """Copy, compress and number the static files, unless they are those of the last time."""
    stamp = settings.DATA_DIR / "static.stamp"
    fingerprint = _fingerprint_of_static_files()
    with contextlib.suppress(OSError):
        if stamp.read_text() == fingerprint and Path(settings.STATIC_ROOT).is_dir():
            return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(fingerprint)
    return True


def answers(port: int) -> bool:
    """Whether a web server answers, be it with a refusal."""
    visit = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        visit.request("GET", "/livez", headers={"Host": _allowed_host()})
        visit.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        visit.close()
    return True


def _allowed_host() -> str:
    """A host that the site answers to, so that our own question is not logged as an attack."""
    host = str(settings.ALLOWED_HOSTS[0]).removeprefix(".")
    return HOST if host == "*" else host


def _fingerprint_of_static_files() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
