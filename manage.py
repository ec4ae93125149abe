#!/usr/bin/env python
"""Django's commands, with failures that a person can act on told in one sentence."""

import errno
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillguide.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError:
        sys.exit("Django is missing in this Python. Use “make run” once, then .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ImproperlyConfigured, OperationalError, OSError) as error:
        sentence = _sentence(error)
        if sentence is None or "--traceback" in sys.argv:
            raise
        sys.exit(sentence)


def _sentence(error: Exception) -> str | None:
    """What to tell a person about it; None if it is a fault of ours, whose place we need."""
    import psycopg
    from django.core.exceptions import ImproperlyConfigured

    from skillguide.postgres import EmbeddedDatabaseError

    cause = error.__cause__
    if isinstance(error, ImproperlyConfigured | EmbeddedDatabaseError):
        return str(error)
    if isinstance(cause, EmbeddedDatabaseError):
        return str(cause)
    full = isinstance(cause, psycopg.errors.DiskFull)
    if full or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return "The disk is full. Free some space and start again; what was saved is kept."
    if isinstance(cause, psycopg.OperationalError) and _is_about_the_connection(cause.sqlstate):
        reason = str(error).strip().partition("\n")[0]
        advice = "Check DATABASE_URL, and that it runs." if os.environ.get("DATABASE_URL") else ""
        return f"The database does not answer: {reason}. {advice}"
    return None


def _is_about_the_connection(sqlstate: str | None) -> bool:
    """Never came about, was lost, or the server goes down or has no place left."""
    return sqlstate is None or sqlstate.startswith(("08", "57P", "53300"))


if __name__ == "__main__":
    main()
