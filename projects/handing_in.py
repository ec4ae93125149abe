"""Handing in: what is missing, how the learner scores it, and a last look for personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from projects.actions import HandedIn
from projects.actions import hand_in as hand_in_round
from projects.keys import key_or_400
from projects.models import Round
from projects.news import page_of
from projects.saving import keep, round_or_404
from projects.secrets import Finding, findings_in
from projects.signed_out import words_came, words_wait
from projects.states import State
from projects.steps import Refused
from projects.workbench import Bench, items, parts, scores
from projects.writing import bench_context, not_saved, welcome_back
from skillguide.content.schema import Deliverable
from skillguide.learners.doors import LearnerRequest, learner_required

SHOWN_FINDINGS = 30
TAKEN_BACK = "It had been taken back meanwhile. Look at it, and hand it in once more."


@dataclass(frozen=True)
class Problem:
    """Something that has to be mended before the work can go."""

    field: str
    sentence: str
    anchor: str
    """Where it is mended; on the workbench for the work itself."""


@dataclass(frozen=True)
class Found:
    """What looks like personal data or a key."""

    title: str
    place: str
    finding: Finding


@require_http_methods(["GET", "HEAD", "POST"])
@words_wait
@learner_required
def hand_in(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    round = round_or_404(request, submission, number)
    if request.method == "POST":
        return _posted(request, round)
    if words_came(request, submission, number):
        return not_saved(request, keep(request, round)) or welcome_back(request)
    if round.state != State.DRAFT:
        return redirect(page_of(round))
    return _page(request, Bench.of(round), [])


def _posted(request: LearnerRequest, round: Round) -> HttpResponse:
    key = key_or_400(request)
    kept = keep(request, round)
    bench = kept.bench
    if kept.given.wrong:
        problems = [Problem(it, text, f"#{it}") for it, text in kept.given.wrong.items()]
        return _page(request, kept.as_typed(request.POST), problems)
    if answer := not_saved(request, kept):
        return answer
    if problems := [*_missing(request, bench), *_unscored(bench), *_unanswered(request, bench)]:
        return _page(request, bench, problems)
    return _handed_in(request, bench, key)


def _page(request: LearnerRequest, bench: Bench, problems: list[Problem]) -> HttpResponse:
    wrong = {it.field: it.sentence for it in reversed(problems)}
    found = _found(bench)
    context = bench_context(bench) | {
        "problems": problems,
        "missing": _lacking(bench),
        "warnings": _warnings(bench),
        "scores": scores(bench, wrong),
        "wish": _plain_field(bench, "wish", wrong),
        "hours": _plain_field(bench, "hours", wrong),
        "found": found[:SHOWN_FINDINGS],
        "more_found": max(len(found) - SHOWN_FINDINGS, 0),
        "anyway_wrong": wrong.get("anyway", ""),
        "seen": _fingerprint(bench),
    }
    return render(request, "projects/hand_in.html", context, status=422 if problems else 200)


def _warnings(bench: Bench) -> dict[str, Any]:
    """What does not seem ready; nothing when all is."""
    all_items = items(bench, bench.outcomes)
    found = {
        "faulty": [it for it in parts(bench, {}) if it.faults],
        "not_ready": [it for it in all_items if it.outcome and it.outcome.ok is not True],
        "unticked": [it for it in all_items if not it.outcome and not it.value["ticked"]],
    }
    return found if any(found.values()) else {}


def _plain_field(bench: Bench, name: str, wrong: Mapping[str, str]) -> dict[str, Any]:
    value = bench.value(name) or {"text": ""}
    return {"base": bench.base(name), "text": value["text"], "error": wrong.get(name, "")}


def _fingerprint(bench: Bench) -> str:
    """Of the work as it is shown: what is handed in must be what was looked at."""
    return sha256(dumps(bench.work, sort_keys=True).encode()).hexdigest()


# ── What stands in the way ───────────────────────────────────────────────────────────────


def _lacking(bench: Bench) -> list[Problem]:
    """Deliverables without which the work cannot go."""
    found = []
    for deliverable in bench.project.deliverables:
        if sentence := _lack(bench, deliverable):
            name = f"work.{deliverable.id}"
            found.append(Problem(name, sentence, f"{page_of(bench.round)}#{name}"))
    return found


def _lack(bench: Bench, deliverable: Deliverable) -> str:
    value = bench.work[deliverable.id]
    if bench.is_untouched(deliverable):
        return f"{deliverable.title}: nothing is here yet." if deliverable.required else ""
    if deliverable.format == "link":
        if not value["url"].startswith(("https://", "http://")):
            return f"{deliverable.title}: the link begins with https:// or http://."
        if deliverable.pinned and not value["revision"].strip():
            return f"{deliverable.title}: give the commit, tag or version with the link."
    return ""


def _missing(request: LearnerRequest, bench: Bench) -> list[Problem]:
    found = _lacking(bench)
    if not found and request.POST.get("seen") != _fingerprint(bench):
        sentence = (
            "Your work was changed in another tab after this page was opened. This is how it "
            "stands now: look at it, and hand it in again."
        )
        found.append(Problem("seen", sentence, page_of(bench.round)))
    return found


def _unscored(bench: Bench) -> list[Problem]:
    found = []
    for score in scores(bench, {}):
        if score.value["score"] is None:
            sentence = f"{score.criterion.title}: choose a score."
        elif not score.value["reason"].strip():
            sentence = f"{score.criterion.title}: give one sentence for your score."
        else:
            continue
        found.append(Problem(score.name, sentence, f"#{score.name}"))
    return found


def _unanswered(request: LearnerRequest, bench: Bench) -> list[Problem]:
    found = []
    if not _text(bench, "wish"):
        sentence = "Say what you want feedback on; your reviewer begins there."
        found.append(Problem("wish", sentence, "#wish"))
    if _text(bench, "hours") and _hours(bench) is None:
        sentence = "Write the hours as a number, such as 6 or 6.5, or leave it empty."
        found.append(Problem("hours", sentence, "#hours"))
    if _found(bench) and "anyway" not in request.POST:
        sentence = "Look at what was found below; take it out, or say that it may be handed in."
        found.append(Problem("anyway", sentence, "#anyway"))
    return found


def _found(bench: Bench) -> list[Found]:
    titles = {it.id: it.title for it in bench.project.deliverables}
    return [
        Found(titles[id], place, finding)
        for id, place, finding in findings_in(bench.project, bench.work)
    ]


def _text(bench: Bench, name: str) -> str:
    return str((bench.value(name) or {"text": ""})["text"]).strip()


def _hours(bench: Bench) -> Decimal | None:
    """To one decimal place; None for what is no such number."""
    text = _text(bench, "hours").replace(",", ".")
    whole, _, rest = text.partition(".")
    if not f"{whole}{rest}".isascii() or not f"{whole}{rest}".isdecimal() or len(whole) > 3:
        return None
    return round(Decimal(text), 1) or None


# ── Off it goes ──────────────────────────────────────────────────────────────────────────


def _handed_in(request: LearnerRequest, bench: Bench, key: UUID) -> HttpResponse:
    round = bench.round
    given = HandedIn(
        checklist=_checklist(bench),
        self_scores={it.criterion.id: it.value for it in scores(bench, {})},
        wish=_text(bench, "wish"),
        hours=_hours(bench),
        work=bench.drafted_work,
    )
    try:
        now = hand_in_round(round.pk, given, bench.project, by=request.user, key=key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page_of(round))
    if now.state == State.DRAFT:  # a page that was kept open sent its key again
        messages.warning(request, TAKEN_BACK)
        return redirect("projects:hand_in", round.submission_id, round.number)
    messages.success(request, "Your work is handed in.")
    return redirect(page_of(round))


def _checklist(bench: Bench) -> dict[str, Any]:
    return {
        it.item.id: {"ok": it.outcome.ok, "words": it.outcome.words} if it.outcome else it.value
        for it in items(bench, bench.outcomes)
    }
