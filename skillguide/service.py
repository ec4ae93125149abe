"""Pages for machines and small services: health, robots, assets, theme, content report."""

from __future__ import annotations

from functools import cache

from django.contrib.sitemaps import Sitemap
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from skillguide.content.documents import Document
from skillguide.editions.models import Asset, ContentCheck
from skillguide.editions.shelf import edition_number, library
from skillguide.editions.templatetags.guide import address
from skillguide.learners.doors import LearnerRequest, Request, instructor_required, public
from skillguide.site import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@public
@require_safe
def livez(_request: Request) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(_request: Request) -> HttpResponse:
    """The database answers, has this code's tables, and something is published."""
    try:
        connection.ensure_connection()
        _require_tables()
        edition = edition_number()
    except NotMigrated:
        return JsonResponse({"ready": False, "reason": "Migrations are missing."}, status=503)
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "The database does not answer."}, status=503)
    if not edition:
        return JsonResponse({"ready": False, "reason": "Nothing is published yet."}, status=503)
    return JsonResponse({"ready": True, "edition": edition})


class NotMigrated(Exception):
    """This code has migrations that the database has not."""


@cache
def _require_tables() -> None:
    """Looked up until it is so; a success is remembered, an exception is not."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated


@public
@require_safe
def robots(request: Request) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /admin/",
        "Disallow: /search/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=YEAR, immutable=True)
def asset(_request: Request, digest: str, name: str) -> HttpResponse:  # noqa: ARG001
    """A picture of some edition, by its digest; one picture may have several names."""
    found = get_object_or_404(Asset, digest=digest)
    response = HttpResponse(bytes(found.body), content_type=found.media_type)
    if not found.media_type.startswith("image/"):
        response.headers["Content-Disposition"] = "attachment"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return response


@public
@require_POST
def set_theme(request: Request) -> HttpResponse:
    """Keep the theme in a cookie; anything but a known one means: follow the system."""
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    response = HttpResponseRedirect(back if safe else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, secure=request.is_secure(), samesite="Lax"
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_safe
@instructor_required
def content_problems(request: LearnerRequest) -> HttpResponse:
    """What keeps the latest state of the files from being published."""
    check = ContentCheck.objects.first()
    context = {
        "problems_text": check.report if check else "",
        "when": check.checked_at if check else None,
        "errors": check.errors if check else 0,
    }
    return render(request, "content_problems.html", context)


class Pages(Sitemap[Document]):
    """Every page that visitors read."""

    LISTS = ("projects:projects", "interviews:questions", "curriculum:tools",
             "curriculum:careers", "curriculum:glossary", "curriculum:sources")  # fmt: skip

    def items(self) -> list[str]:  # type: ignore[override]
        published = library()
        lists = [reverse(name, args=[guide]) for guide in published.guides for name in self.LISTS]
        pages = [
            address(it)
            for it in published.documents.values()
            if it.kind in ("guide", "lesson", "project", "question")
        ]
        return [reverse("front"), reverse("curriculum:guides"), *pages, *lists]

    def location(self, item: str) -> str:  # type: ignore[override]
        return item
