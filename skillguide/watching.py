"""Noticing that files changed, were added or went away, on any machine: by looking."""

import os
from dataclasses import dataclass, field
from pathlib import Path

Look = dict[str, tuple[int, int]]


def look_at(folder: Path) -> Look:
    """When each file was written, and its size. Editors' hidden and backup files do not count."""
    found: Look = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.startswith(".") or name.endswith("~"):
                continue
            path = os.path.join(parent, name)  # noqa: PTH118 - thousands of times a second
            try:
                status = os.stat(path)  # noqa: PTH116
            except OSError:
                continue
            found[path] = status.st_mtime_ns, status.st_size
    return found


@dataclass
class Watch:
    """Says once for each change, when nothing has moved since the look before.

    A file that is being written is not read half-way.
    """

    folder: Path
    before: Look = field(init=False)
    handled: Look = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.handled = look_at(self.folder)

    def changed(self) -> bool:
        now = look_at(self.folder)
        settled, self.before = now == self.before, now
        if not settled or now == self.handled:
            return False
        self.handled = now
        return True

    def forget(self) -> None:
        """Report what is there now once more."""
        self.handled = {}
