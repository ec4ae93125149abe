"""`manage.py bench …`: figures of this machine, for comparing before and after a change."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Measure publishing on a synthetic guide, in a database of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        content = commands.add_parser("content", help="Check and publish many lessons of 8 kB.")
        content.add_argument("--lessons", type=int, default=1_000)
        content.add_argument("--json", action="store_true")

    def handle(self, *, lessons: int, **options: Any) -> None:
        from skillguide.bench.content import measure

        figures = measure(lessons)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(figures)))
            return
        for line in figures.lines():
            self.stdout.write(line)
