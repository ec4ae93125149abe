"""Files that people hand in: outside everything that is served, and whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class PrivateStorage(FileSystemStorage):
    """Files for the site's own account only, on the disk before their row is in the database."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=location,
            base_url=None,
            file_permissions_mode=0o600,
            directory_permissions_mode=0o700,
        )

    def _save(self, name: str, content: File[bytes]) -> str:
        saved = str(super()._save(name, content))  # type: ignore[misc]  # the stubs lack it
        path = Path(self.path(saved))
        for place in (path, path.parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved


class NotTooLarge(FileUploadHandler):
    """Refuses what is too large before any of it is read, and leaves the rest to the others."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.LARGEST_REQUEST:
            raise RequestDataTooBig("More was sent at once than settings.LARGEST_REQUEST.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        return None
