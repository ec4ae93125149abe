"""`manage.py tend`: what is due on the review desk because time has passed."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connections

from projects.clock import tend


class Command(BaseCommand):
    help = (
        "Return claims that ran out, send decisions that can no longer be undone, remind people "
        "and park what is forgotten. Run one beside the web server with --every 15, or each minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on for ever, with this pause"
        )

    def handle(self, *, every: int | None, **_: Any) -> None:
        self._tend()
        while every:
            time.sleep(every)
            try:
                self._tend()
            except OperationalError as error:
                self.stderr.write(f"The database does not answer: {str(error).strip()}")
            finally:
                connections.close_all()

    def _tend(self) -> None:
        done = {what: count for what, count in tend().items() if count}
        if done:
            self.stdout.write(", ".join(f"{count} {what}" for what, count in done.items()))
