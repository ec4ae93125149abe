"""Rendering many documents: on all processors, and each within a time."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from types import FrameType
from typing import NamedTuple

from skillguide.content.elements import Fault, Links
from skillguide.content.markdown import render, start_afresh
from skillguide.content.scan import scan

SECONDS = 5
"""Of processor time, for one document. An ordinary one takes a hundredth of a second."""

WORTH_A_POOL = 40
"""Below so many documents, starting processes takes longer than rendering."""


class Text(NamedTuple):
    text: str
    block: bool
    headings: bool


class Job(NamedTuple):
    """One document's texts, and what their references lead to."""

    texts: list[Text]
    links: Links


class Outcome(NamedTuple):
    html: list[str]
    faults: list[tuple[int, Fault]]
    """With the number of the text."""


def render_all(jobs: Sequence[Job], workers: int | None = None) -> list[Outcome]:
    workers = _processors() if workers is None else workers
    if workers > 1 and len(jobs) > WORTH_A_POOL:
        try:
            return _render_in_pool(jobs, workers)
        except (OSError, BrokenProcessPool, ImportError):
            pass  # Some machines allow no pools; it only takes longer.
    return [render_job(job) for job in jobs]


def _render_in_pool(jobs: Sequence[Job], workers: int) -> list[Outcome]:
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return list(pool.map(render_job, jobs, chunksize=8))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def render_job(job: Job) -> Outcome:
    """Render a document. Whatever happens to the renderer is a fault of the text."""
    outcome = Outcome([], [])
    try:
        with _time_limit(SECONDS):
            for number, text in enumerate(job.texts):
                found = scan(text.text, block=text.block, headings=text.headings)
                html, faults = render(found, job.links, block=text.block)
                outcome.html.append(html)
                outcome.faults.extend((number, fault) for fault in faults)
    except _TimeUpError:
        start_afresh()
        message = f"this takes more than {SECONDS} seconds to render; make it shorter and simpler"
        outcome.faults.append((len(outcome.html), Fault(0, message)))
    except Exception as error:  # noqa: BLE001  The text may be hostile, the libraries are many.
        start_afresh()
        message = f"this cannot be rendered ({type(error).__name__}); make it simpler"
        outcome.faults.append((len(outcome.html), Fault(0, message)))
    return outcome


class _TimeUpError(Exception):
    pass


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Signals reach the main thread alone; elsewhere the bounds on the text must do."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "SIGPROF"):
        yield
        return
    before = signal.signal(signal.SIGPROF, _time_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _time_up(_number: int, _frame: FrameType | None) -> None:
    raise _TimeUpError
