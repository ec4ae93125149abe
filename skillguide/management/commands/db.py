"""`manage.py db …`: the embedded database by itself, without the web site."""

import signal
from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from skillguide import postgres


class Command(BaseCommand):
    help = (
        "Look after the embedded database. Commands that need it start it by themselves and stop "
        "it afterwards; this is for other programs, and for a server that was left behind."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("start", help="Run it until Ctrl-C, for psql, pg_dump or an editor.")
        actions.add_parser("status", help="Say whether it runs, and its address.")
        actions.add_parser("stop", help="Stop one that a killed process left behind.")

    def handle(self, *, action: str, **_: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("DATABASE_URL is set, so there is no embedded database.")
        getattr(self, f"_{action}")()

    def _start(self) -> None:
        server = postgres.ensure_running(settings.DATA_DIR)
        self._describe(server)
        self.stdout.write("It runs until you press Ctrl-C.")
        self.stdout.flush()
        numbers = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        signal.sigwait(numbers)

    def _status(self) -> None:
        server = postgres.find_running(settings.DATA_DIR)
        if server is None:
            self.stdout.write("The database does not run. A command that needs it starts it.")
        else:
            self._describe(server)

    def _stop(self) -> None:
        try:
            stopped = postgres.stop_unused(settings.DATA_DIR)
        except postgres.BusyError:
            raise CommandError(
                "The database is in use by another process, such as “make run”. Stop that instead."
            ) from None
        self.stdout.write("The database is stopped." if stopped else "The database did not run.")

    def _describe(self, server: postgres.Server) -> None:
        address = f"postgresql://{postgres.ROLE}@/{postgres.DATABASE}?host={quote(server.socket)}"
        self.stdout.write(f"The database runs as process {server.pid}. Its address is\n  {address}")
        self.stdout.write(f"and its programs are in\n  {server.home.binaries}")
