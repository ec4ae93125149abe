"""Tables that come and go as files: CSV, JSONL and JSON in, CSV out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from projects.brief import asked_columns
from projects.columns import Fault
from projects.news import page_of
from projects.saving import keep, round_or_404
from projects.states import State
from projects.tables import LONGEST_IMPORT, Import, as_csv, read_table
from projects.workbench import Bench
from projects.writing import bench_context, not_saved
from skillguide.content.schema import Deliverable
from skillguide.learners.doors import LearnerRequest, learner_required

SHOWN_FAULTS = 50


def _table_or_404(bench: Bench, id: str) -> Deliverable:
    deliverable = bench.project.deliverable(id)
    if deliverable is None or deliverable.format != "table":
        raise Http404(id)
    return deliverable


@require_safe
@learner_required
def table(request: LearnerRequest, submission: UUID, number: int, deliverable: str) -> HttpResponse:
    """The rows as they are saved, as CSV."""
    bench = Bench.of(round_or_404(request, submission, number))
    found = _table_or_404(bench, deliverable)
    rows = bench.work_value(found)["rows"]
    response = HttpResponse("\ufeff" + as_csv(found, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required
def import_table(
    request: LearnerRequest, submission: UUID, number: int, deliverable: str
) -> HttpResponse:
    """Paste or send a table; each fault is told with its line and column."""
    bench = Bench.of(round_or_404(request, submission, number))
    found = _table_or_404(bench, deliverable)
    if request.method != "POST":
        if bench.round.state != State.DRAFT:
            return redirect(page_of(bench.round))
        return _page(request, bench, found, _Pasted())
    pasted = _pasted(request)
    read = Import([], [], pasted.error) if pasted.error else read_table(found, pasted.text)
    if not read.rows:
        return _page(request, bench, found, pasted, read)
    return _imported(request, bench, found, pasted, read)


@dataclass(frozen=True)
class _Pasted:
    text: str = ""
    append: bool = False
    error: str = ""


def _pasted(request: LearnerRequest) -> _Pasted:
    """A file goes before what was pasted."""
    append, text = request.POST.get("how") == "append", request.POST.get("text", "")
    file = request.FILES.get("file")
    if file is None:
        return _Pasted(text, append)
    if (file.size or 0) > LONGEST_IMPORT:
        return _Pasted(text, append, f"The file has more than {LONGEST_IMPORT // 1_000_000} MB.")
    try:
        return _Pasted(file.read().decode("utf-8-sig"), append)
    except UnicodeDecodeError:
        sentence = "The file is not text in UTF-8. Save it as “CSV UTF-8”, and choose it again."
        return _Pasted(text, append, sentence)


def _page(
    request: LearnerRequest,
    bench: Bench,
    deliverable: Deliverable,
    pasted: _Pasted,
    read: Import | None = None,
) -> HttpResponse:
    faults: list[Fault] = read.faults if read else []
    context = bench_context(bench) | {
        "deliverable": deliverable,
        "columns": asked_columns(deliverable),
        "rows": len(bench.work_value(deliverable)["rows"]),
        "pasted": pasted,
        "error": read.message if read else "",
        "faults": faults[:SHOWN_FAULTS],
        "base": bench.base(f"work.{deliverable.id}"),
    }
    return render(request, "projects/import_table.html", context, status=422 if read else 200)


def _imported(
    request: LearnerRequest, bench: Bench, deliverable: Deliverable, pasted: _Pasted, read: Import
) -> HttpResponse:
    """Through the same gate as a form that was typed."""
    name = f"work.{deliverable.id}"
    before = bench.work_value(deliverable)["rows"] if pasted.append else []
    base = str(bench.base(name)) if pasted.append else request.POST.get("base", "")
    kept = keep(request, bench.round, _as_form(name, [*before, *read.rows], base))
    if kept.given.wrong:
        problem = Import([], [], f"Nothing was read. {kept.given.wrong[name]}")
        return _page(request, bench, deliverable, pasted, problem)
    if answer := not_saved(request, kept):
        return answer
    messages.success(request, read.message)
    return redirect(f"{page_of(bench.round)}#{name}")


def _as_form(name: str, rows: list[dict[str, Any]], base: str) -> QueryDict:
    form = QueryDict(mutable=True)
    form[f"base.{name}"] = base
    for number, row in enumerate(rows, start=1):
        for column, cell in row.items():
            form[f"{name}.{number}.{column}"] = cell
    return form
