"""Files that learners hand in: taken, listed, given back; never unpacked, run or shown."""

from __future__ import annotations

import errno
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, Any, cast
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from projects.actions import save_fields
from projects.keys import key_or_400
from projects.models import Round, Upload
from projects.models.uploads import private_storage, stored_name
from projects.news import page_of
from projects.saving import round_or_404, wants_json
from projects.sniffing import accepts, sniff
from projects.states import DECIDED, IN_REVIEW, State
from projects.workbench import Bench, limits
from skillguide.content.schema import Deliverable
from skillguide.learners.doors import LearnerRequest, learner_required
from skillguide.learners.models import Learner

MEGABYTE = 1_048_576
MOST_BYTES = 200 * MEGABYTE
"""All files of one learner together."""
LONGEST_NAME = 120
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Refusal(Exception):
    """A file that is not taken; the sentence is for whoever sent it."""

    def __init__(self, field: str, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.wrong = {field: sentence}
        self.status = status


def change_files(request: LearnerRequest, bench: Bench) -> None:
    """Take the files that came with the form; take out the one whose button was pressed."""
    deed, _, target = request.POST.get("do", "").partition(":")
    for deliverable in bench.project.deliverables:
        if deliverable.format != "file":
            continue
        if files := request.FILES.getlist(f"work.{deliverable.id}.files"):
            add_files(bench.round, deliverable, files, key_or_400(request))
        if deed == "drop" and target.startswith(f"{deliverable.id}:"):
            drop_file(bench.round, deliverable, target.partition(":")[2])


@require_POST
@learner_required
def upload(
    request: LearnerRequest, submission: UUID, number: int, deliverable: str
) -> HttpResponse:
    """Take files that a script sends while the page stays."""
    round = round_or_404(request, submission, number)
    bench = Bench.of(round)
    found = bench.project.deliverable(deliverable)
    if found is None or found.format != "file":
        raise Http404(deliverable)
    files = request.FILES.getlist(f"work.{deliverable}.files")
    try:
        add_files(round, found, files, key_or_400(request))
    except Refusal as refusal:
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    if not wants_json(request):
        return redirect(f"{page_of(round)}#work.{deliverable}")
    value = Bench.of(round).work_value(found)
    context = {"value": value, "deliverable": found}
    return JsonResponse({"html": render_to_string("projects/_files.html", context)})


@require_safe
@learner_required
def file(request: LearnerRequest, upload: UUID) -> FileResponse:
    """Give a file back as it came, for saving and not for showing."""
    found = get_object_or_404(_open_to(request.user), pk=upload)
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404(found.name) from None
    response = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _open_to(person: Learner) -> Any:
    """One's own; for reviewers, also those of work that somebody has handed in."""
    own = Q(learner=person)
    if not (person.is_reviewer or person.is_staff):
        return Upload.objects.filter(own)
    handed_in = Round.objects.filter(
        submission=OuterRef("submission"), state__in=IN_REVIEW | DECIDED
    )
    return Upload.objects.filter(own | Exists(handed_in))


def add_files(
    round: Round, deliverable: Deliverable, files: Sequence[UploadedFile[Any]], key: UUID
) -> None:
    """All of them, or none. They are on the disk before anything says that they are there."""
    field = f"work.{deliverable.id}"
    made: list[Upload] = []
    with _tidied(field, made), transaction.atomic():
        value, base = _locked(round, deliverable)
        new = [_checked(round, deliverable, file, key) for file in files]
        there = {file["id"] for file in value["files"]}
        new = [(it, file) for it, file in new if str(it.id) not in there]
        known = Upload.objects.in_bulk([it.id for it, _ in new])  # taken, and removed since
        _room(round, deliverable, len(value["files"]), [it for it, _ in new])
        for it, file in new:
            if it.id not in known:
                made.append(it)
                it.file.save(it.name, file, save=False)
                it.save(force_insert=True)
        after = {"files": [*value["files"], *(it.value for it, _ in new)]}
        save_fields(round.pk, round.learner, {field: (after, base)})


def drop_file(round: Round, deliverable: Deliverable, id: str) -> None:
    """Out of what is handed in; earlier drafts and rounds may name it, so it is kept."""
    with transaction.atomic():
        value, base = _locked(round, deliverable)
        left = [file for file in value["files"] if file["id"] != id]
        if len(left) < len(value["files"]):
            field = f"work.{deliverable.id}"
            save_fields(round.pk, round.learner, {field: ({"files": left}, base)})


def _locked(round: Round, deliverable: Deliverable) -> tuple[dict[str, Any], int]:
    """What is there now, nobody else's until the transaction ends."""
    now = Round.objects.select_for_update().get(pk=round.pk)
    if now.state != State.DRAFT:
        raise Refusal(
            f"work.{deliverable.id}", "This round is handed in; its files stay as they are."
        )
    bench = Bench.of(round)
    return bench.work_value(deliverable), bench.base(f"work.{deliverable.id}")


@contextmanager
def _tidied(field: str, made: list[Upload]) -> Iterator[None]:
    """Nothing half written stays on the disk."""
    try:
        yield
    except BaseException as error:
        for it in made:
            private_storage().delete(it.file.name or stored_name(it, ""))
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            sentence = (
                "The site has no room for files at the moment, so nothing was taken. Your other "
                "work is safe. Tell an admin, and try again later."
            )
            raise Refusal(field, sentence, status=507) from error
        raise


def _checked(
    round: Round, deliverable: Deliverable, file: UploadedFile[Any], key: UUID
) -> tuple[Upload, UploadedFile[Any]]:
    name, size = clean_name(file.name or ""), file.size or 0
    field = f"work.{deliverable.id}"
    if size > deliverable.most_megabytes * MEGABYTE:
        raise Refusal(field, f"“{name}” is too large. {limits(deliverable)}")
    sniffed = sniff(cast("IO[bytes]", file.file), size, deliverable.accept)
    if sniffed.type is None:
        raise Refusal(field, f"“{name}” was not taken. {sniffed.reason}")
    if not accepts(deliverable, sniffed.type):
        raise Refusal(
            field,
            f"“{name}” was not taken: by its content it is {sniffed.type}. {limits(deliverable)}",
        )
    digest = _digest(file)
    upload = Upload(
        id=uuid5(key, f"{round.pk}/{deliverable.id}/{digest}"),
        learner=round.learner,
        submission_id=round.submission_id,
        deliverable=deliverable.id,
        name=name,
        type=sniffed.type,
        size=size,
        sha256=digest,
    )
    return upload, file


def _digest(file: UploadedFile[Any]) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _room(round: Round, deliverable: Deliverable, there: int, new: list[Upload]) -> None:
    field = f"work.{deliverable.id}"
    if there + len(new) > deliverable.most_files:
        raise Refusal(field, f"{limits(deliverable)} Remove one first, or choose fewer.")
    taken = Upload.objects.of(round.learner).total_bytes()
    if taken + sum(it.size for it in new) > MOST_BYTES:
        raise Refusal(
            field,
            f"All your files together may have {MOST_BYTES // MEGABYTE} MB, and these would be "
            "more. Put large files somewhere else, and hand in a link.",
        )


def clean_name(name: str) -> str:
    """
    The name to show for a file, without folders and without signs that nobody sees.

    >>> clean_name("C:\\\\tmp\\\\a\\u202egnp.exe"), clean_name("../.."), clean_name("")
    ('agnp.exe', 'file', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(it for it in last if unicodedata.category(it)[0] != "C")
    seen = " ".join(seen.split()).strip(". ")
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > LONGEST_NAME and dot and len(ending) < 10:
        seen = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return seen[:LONGEST_NAME] or "file"
