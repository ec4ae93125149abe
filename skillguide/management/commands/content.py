"""`manage.py content …`: check, publish and look after editions."""

from __future__ import annotations

import getpass
import json
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from skillguide.content.compiler import compile_folder
from skillguide.content.problems import Problem, as_github, as_json, as_text

FORMATS = {"text": as_text, "json": as_json, "github": as_github}


class Command(BaseCommand):
    help = "Check content files, publish them, and list or activate editions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="Report every problem of every file.")
        check.add_argument("--format", choices=FORMATS, default="text")
        check.add_argument("--fail-on", choices=["error", "warning"], default="error")
        publish = commands.add_parser("publish", help="Publish the files: whole, or not at all.")
        publish.add_argument("--note", default="", help="A line for the list of editions.")
        for command in (check, publish):
            command.add_argument("folder", nargs="?", type=Path, default=settings.CONTENT_DIR)
        schema = commands.add_parser("schema", help="Write JSON Schemas for editors.")
        schema.add_argument("--out", type=Path, help="A folder; left out, they are printed.")
        commands.add_parser("editions", help="List what was published, newest first.")
        activate = commands.add_parser("activate", help="Serve an edition published before.")
        activate.add_argument("number", type=int)
        activate.add_argument(
            "--hide-progress",
            action="store_true",
            help="Also if learners' rows are about pages which it lacks. The rows are kept.",
        )

    def handle(self, *, command: str, **options: Any) -> None:
        getattr(self, f"_{command}")(**options)

    def _check(self, *, folder: Path, format: str, fail_on: str, **_: Any) -> None:
        compilation = compile_folder(_existing(folder))
        problems = compilation.problems
        failing = [it for it in problems if fail_on == "warning" or it.severity == "error"]
        if problems or format == "json":
            self.stdout.write(FORMATS[format](problems))
        if failing:
            raise CommandError(_count(failing))
        if format == "text":
            self.stdout.write(f"{len(compilation.documents)} documents are fit to be published.")

    def _publish(self, *, folder: Path, note: str, **_: Any) -> None:
        from skillguide.editions.publishing import NotPublished, Orphans, publish_folder

        try:
            published = publish_folder(
                _existing(folder), note=note, by=_user(), revision=_revision(folder)
            )
        except (NotPublished, Orphans) as error:
            self.stderr.write(str(error))
            raise CommandError("Nothing was published.") from None
        if published.warnings:
            self.stdout.write(as_text(published.warnings))
        number = published.edition.number
        if not published.changed:
            self.stdout.write(f"Edition {number} is this very content already.")
            return
        self.stdout.write(
            f"Edition {number} is published: {published.new} new or changed, "
            f"{published.unchanged} unchanged, {published.removed} gone."
        )

    def _schema(self, *, out: Path | None, **_: Any) -> None:
        from skillguide.content.schema import schema_json

        schemas = schema_json()
        if out is None:
            self.stdout.write(json.dumps(schemas, indent=2, ensure_ascii=False))
            return
        out.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas.items():
            (out / f"{name}.json").write_text(
                json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
            )
        self.stdout.write(f"{len(schemas)} schemas are in {out}.")

    def _editions(self, **_: Any) -> None:
        from skillguide.editions.models import Edition

        editions = Edition.objects.order_by("-number").defer("digests", "assets")
        for edition in editions:
            mark = "*" if edition.is_active else " "
            when = f"{edition.published_at:%Y-%m-%d %H:%M} UTC"
            revision = edition.source_revision[:12]
            self.stdout.write(
                f"{mark} {edition.number:>5}  {when}  {revision:12}  "
                f"{edition.published_by}  {edition.note}".rstrip()
            )
        if not editions:
            self.stdout.write("Nothing is published yet: `manage.py content publish`.")

    def _activate(self, *, number: int, hide_progress: bool, **_: Any) -> None:
        from skillguide.editions.publishing import NoSuchEdition, Orphans, activate

        try:
            edition = activate(number, although_orphans=hide_progress)
        except NoSuchEdition:
            raise CommandError(
                f"There is no edition {number}; `manage.py content editions` lists them."
            ) from None
        except Orphans as error:
            self.stderr.write("\n".join(f"{it}: {n}" for it, n in error.rows.items()))
            raise CommandError(
                f"Edition {number} lacks these pages, which learners have rows about. "
                "Add --hide-progress to serve it all the same; the rows are kept."
            ) from None
        self.stdout.write(f"{edition} is served now.")


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder. Set CONTENT_DIR, or name the folder.")
    return folder


def _count(problems: list[Problem]) -> str:
    return "1 problem." if len(problems) == 1 else f"{len(problems)} problems."


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _revision(folder: Path) -> str:
    """The commit that the folder is at, if it is in git."""
    try:
        found = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True, text=True, check=True, timeout=5,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
