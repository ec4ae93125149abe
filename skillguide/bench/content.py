"""How long it takes to publish, on a database and a folder of its own."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from django.db import connection

from skillguide.bench.synthetic import write_guide
from skillguide.content.compiler import compile_folder
from skillguide.editions import shelf
from skillguide.editions.publishing import publish_folder

T = TypeVar("T")


@dataclass(frozen=True)
class ContentFigures:
    """Seconds of wall time on this machine; peak memory of one process in MB."""

    lessons: int
    check: float
    publish_cold: float
    publish_unchanged: float
    publish_one_change: float
    load: float
    peak_memory: float
    peak_memory_of_a_worker: float

    def lines(self) -> Iterator[str]:
        for name, value in asdict(self).items():
            unit = "" if name == "lessons" else " MB" if "memory" in name else " s"
            yield (
                f"{name.replace('_', ' '):<26}{value:>10,.2f}{unit}"
                if unit
                else (f"{name:<26}{value:>10,}")
            )


def measure(lessons: int) -> ContentFigures:
    """Compile and publish a synthetic guide of so many lessons of 8 kB."""
    with tempfile.TemporaryDirectory() as folder, own_database():
        root = Path(folder) / "content"
        write_guide(root, lessons)
        check, _ = _timed(lambda: compile_folder(root))
        cold, _ = _timed(lambda: publish_folder(root))
        unchanged, _ = _timed(lambda: publish_folder(root))
        first = min((root / "synthetic" / "lessons").iterdir())
        first.write_text(first.read_text() + "\nOne more paragraph.\n")
        change, published = _timed(lambda: publish_folder(root))
        load, _ = _timed(lambda: shelf.load(published.edition.number))
        return ContentFigures(
            lessons, check, cold, unchanged, change, load,
            _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN),
        )  # fmt: skip


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


@contextmanager
def own_database() -> Iterator[None]:
    """A database beside the real one, gone afterwards."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
