"""Who uses the embedded database: the first process starts it, the last one stops it.

Every process that uses the server holds a shared lock on one file. The kernel drops the
lock when the process ends, however it ends, so nothing has to be counted or cleaned up.
"""

import atexit
import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skillguide.postgres.home import EmbeddedDatabaseError, Home, existing_home, make_home
from skillguide.postgres.server import (
    Server,
    Tell,
    ensure_server,
    read_server,
    stop,
    tell_on_stderr,
    trim_log,
)


class BusyError(Exception):
    """Another process uses the database."""


@dataclass
class Share:
    """This process's share of a server."""

    server: Server
    lock: int


_shares: dict[Path, Share] = {}
_locks: set[int] = set()
_guard = threading.RLock()


def ensure_running(data_dir: Path, tell: Tell = tell_on_stderr) -> Server:
    """Start the server unless it runs, and keep it running as long as this process lives."""
    with _guard:
        share = _shares.get(data_dir)
        if share and share.server.alive:
            return share.server
        home = make_home(data_dir)
        with _turn(home):
            server = ensure_server(home, tell)
            if share:
                share.server = server
            else:
                lock = _open_lock(home, "users.lock")
                fcntl.flock(lock, fcntl.LOCK_SH)
                _shares[data_dir] = Share(server, lock)
        return server


def release(data_dir: Path | None = None) -> None:
    """Give up this process's share, or all of them; stop what nobody else uses."""
    with _guard:
        for folder in [data_dir] if data_dir else list(_shares):
            share = _shares.pop(folder)
            if not share.server.home.folder.exists():
                stop(share.server)  # its data was deleted under it
                continue
            with _turn(share.server.home):
                _close(share.lock)
                _stop_unless_used(share.server)


def find_running(data_dir: Path) -> Server | None:
    """The server if it runs. Starts and makes nothing."""
    home = existing_home(data_dir)
    return read_server(home) if home else None


def stop_unused(data_dir: Path) -> bool:
    """Stop a server that was left behind. Says whether there was one."""
    server = find_running(data_dir)
    if server is None:
        return False
    with _turn(server.home):
        if not _stop_unless_used(server):
            raise BusyError
    return True


def _stop_unless_used(server: Server) -> bool:
    lock = _open_lock(server.home, "users.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop(server)
        trim_log(server.home)
    except BlockingIOError:
        return False
    finally:
        _close(lock)
    return True


@contextlib.contextmanager
def _turn(home: Home) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    lock = _open_lock(home, "turn.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        _close(lock)


def _open_lock(home: Home, name: str) -> int:
    try:
        lock = home.open(name)
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"“{home.folder / name}” cannot be opened: {error.strerror}."
        ) from error
    _locks.add(lock)
    return lock


def _close(lock: int) -> None:
    _locks.discard(lock)
    os.close(lock)


def _forget_in_child() -> None:
    """A forked child shares the parent's locks: let go of them, and of the right to stop."""
    global _guard  # noqa: PLW0603
    _guard = threading.RLock()  # another thread of the parent may have held it
    _shares.clear()
    while _locks:
        os.close(_locks.pop())


os.register_at_fork(after_in_child=_forget_in_child)
atexit.register(release)
