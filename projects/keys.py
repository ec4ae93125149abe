"""The key that every form carries, so that sending it twice does it once."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import BadRequest

from skillguide.learners.doors import Request


def key_or_400(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise BadRequest("The form came without its key.") from None
