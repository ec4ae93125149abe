"""Starter kits: the files that a project's learners begin with, packed into one zip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from skillguide.content.images import Asset

MAX_FILES = 200
MAX_BYTES = 2_000_000
MAX_DEPTH = 8
MEDIA_TYPE = "application/zip"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day a zip can tell: when a file was saved must not make another kit of it."""


def pack(guide: str, slug: str, files: Mapping[str, bytes]) -> Asset:
    """The same files make the same asset, on every machine.

    It is named by what is in it: two versions of zlib may pack the same files differently.
    """
    digest = sha256()
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as kit:
        for path in sorted(files):
            name = f"{slug}/{path}"
            info = ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o644 << 16
            kit.writestr(info, files[path], ZIP_DEFLATED, 9)
            digest.update(f"{name}\0{len(files[path])}\0".encode() + files[path])
    inside = f"{guide}/projects/{slug}/starter"
    name = f"{guide}/{slug}-starter.zip"
    return Asset(digest.hexdigest(), inside, name, MEDIA_TYPE, packed.getvalue(), 0, 0)
