"""Files that were written when a request died before it said that they are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from projects.models import Upload
from projects.models.uploads import private_storage

AGE = timedelta(days=1)
"""No request takes that long: whatever is older will get no row any more."""


def remove_orphans(now: datetime) -> int:
    """Delete old files that no upload names; how many there were."""
    storage = private_storage()
    removed = 0
    for folder, names in _folders():
        ids = [id for name in names if (id := _id(name))]
        known = set(Upload.objects.filter(pk__in=ids).values_list("pk", flat=True))
        for id in ids:
            path = f"{folder}/{id.hex}"
            if id not in known and storage.get_modified_time(path) < now - AGE:
                storage.delete(path)
                removed += 1
    return removed


def _folders() -> Iterator[tuple[str, list[str]]]:
    storage = private_storage()
    if not storage.exists(""):
        return  # nothing was ever handed in
    for folder in storage.listdir("")[0]:
        yield folder, storage.listdir(folder)[1]


def _id(name: str) -> UUID | None:
    try:
        return UUID(hex=name)
    except ValueError:
        return None
