"""Settings read from the environment: safe by default, nonsense refused in words."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Collection
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable, or the contents of the file that `NAME_FILE` points to."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error
    return os.environ.get(name, default)


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} is “{value}”; write True or False.")
    return value == "True"


def integer(name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name} is “{value}”; write a whole number from {least} to {most}."
        )
    return int(value)


def choice(name: str, *, default: str, among: Collection[str]) -> str:
    value = text(name, default)
    if value not in among:
        few = f"write one of {', '.join(sorted(among))}" if len(among) < 20 else "it is not known"
        raise ImproperlyConfigured(f"{name} is “{value}”; {few}.")
    return value


def names(name: str, *, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def required(name: str, why: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def kept_secret(path: Path, *, size: int = 50) -> str:
    """A random secret that is made once and kept in a file that only its owner reads.

    It appears under its name when it is whole: two processes that start at once agree on it.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(size))
            with contextlib.suppress(FileExistsError):
                Path(path).hardlink_to(draft)
            Path(draft).unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be used: {error.strerror}. Set DATA_DIR to a folder of yours."
        ) from error
