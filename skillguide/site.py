"""What every page shows, whatever it is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from skillguide.editions import shelf
from skillguide.learners.models import Learner

THEMES = ("light", "dark", "contrast")
THEME_COOKIE = "theme"


def on_every_page(request: HttpRequest) -> dict[str, Any]:
    """The theme chosen, and for instructors how many errors keep the content from the site."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else ""}
    user = getattr(request, "user", None)
    if isinstance(user, Learner) and (user.is_instructor or user.is_staff):
        context["content_problems"] = shelf.content_errors()
    return context
