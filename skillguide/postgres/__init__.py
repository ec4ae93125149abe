"""The embedded PostgreSQL: for a machine that has none, or for trying the site out.

It listens on a Unix socket in a private folder and nowhere else. The first process that
needs it starts it, the last one stops it. With `DATABASE_URL` set it is not used at all.
"""

from skillguide.postgres.home import EmbeddedDatabaseError
from skillguide.postgres.server import DATABASE, ROLE, Server, read_server, trim_log
from skillguide.postgres.sharing import (
    BusyError,
    ensure_running,
    find_running,
    release,
    stop_unused,
)

__all__ = [
    "DATABASE",
    "ROLE",
    "BusyError",
    "EmbeddedDatabaseError",
    "Server",
    "ensure_running",
    "find_running",
    "read_server",
    "release",
    "stop_unused",
    "trim_log",
]
