"""Starter kits: what the learners of a project begin with, as one zip."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.models import Asset
from skillguide.learners.doors import Request, public


@public
@require_safe
def starter(_request: Request, guide: str, slug: str) -> HttpResponse:
    project = found_or_404(guide_or_404(guide).projects, slug)
    kit = get_object_or_404(Asset, digest=project.kit)
    response = HttpResponse(bytes(kit.body), content_type=kit.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-starter.zip"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
