"""Old addresses of renamed and replaced documents lead to where they are now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from skillguide.content.links import address
from skillguide.editions.models import Address
from skillguide.editions.shelf import library

KINDS = {"lessons": "lesson", "projects": "project", "questions": "question"}

Handler = Callable[[HttpRequest], HttpResponseBase]


def redirect_moved_pages(get_response: Handler) -> Handler:
    """Before answering “not found”, see whether something was ever published there."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == 404 and (now := _now_at(request.path_info)):
            # What was typed into a page that was renamed meanwhile is sent on with it.
            return HttpResponsePermanentRedirect(now, preserve_request=request.method == "POST")
        return response

    return middleware


def _now_at(path: str) -> str | None:
    match path.replace("\0", "").strip("/").split("/"):
        case ["guides", guide, folder, slug, *button] if folder in KINDS:
            old = Address.objects.filter(guide=guide, kind=KINDS[folder], slug=slug).first()
        case _:
            return None
    published = library()
    now = old and published.successors.get(old.content_id, old.content_id)
    document = published.documents.get(now or "")
    if document is None or document.slug == slug:
        return None
    page = address(document.guide, document.kind, document.slug)
    return page + "".join(f"{word}/" for word in button)
