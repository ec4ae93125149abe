"""`manage.py bench …`: figures of this machine, for comparing before and after a change."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Measure publishing, or the review desk, in a database of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        content = commands.add_parser("content", help="Check and publish many lessons of 8 kB.")
        content.add_argument("--lessons", type=int, default=1_000)
        desk = commands.add_parser("desk", help="Claim from a long queue, and open the desk.")
        desk.add_argument("--submissions", type=int, default=20_000)
        for each in (content, desk):
            each.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        from skillguide.bench import content, desk

        figures = (
            desk.measure(options["submissions"])
            if options["command"] == "desk"
            else content.measure(options["lessons"])
        )
        if options["json"]:
            self.stdout.write(json.dumps(asdict(figures)))
            return
        for line in figures.lines():
            self.stdout.write(line)
