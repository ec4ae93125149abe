"""Who may come in. Every page is for people who are signed in, unless it is `public`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from skillguide.learners.models import Learner

P = ParamSpec("P")


class Request(HttpRequest):
    htmx: HtmxDetails
    user: Learner | AnonymousUser


class LearnerRequest(Request):
    user: Learner


public = login_not_required


def learner_required(
    view: Callable[Concatenate[LearnerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """Ask a visitor to sign in, and come back to the page that was on the screen.

    Django's own way would come back to the address of a button, which is no page, and would
    put the sign-in page inside whatever htmx was asked to replace.
    """

    @wraps(view)
    def wrapper(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        response = redirect_to_login(_page_on_screen(request))
        return HttpResponseClientRedirect(response.url) if request.htmx else response

    return login_not_required(wrapper)


def _only(
    may: Callable[[Learner], bool],
    view: Callable[Concatenate[LearnerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """For some who are signed in; for anybody else there is no such page."""

    @learner_required
    @wraps(view)
    def wrapper(request: LearnerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def instructor_required(
    view: Callable[Concatenate[LearnerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """For instructors and admins."""
    return _only(lambda person: person.is_instructor or person.is_staff, view)


def reviewer_required(
    view: Callable[Concatenate[LearnerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """For reviewers and admins."""
    return _only(lambda person: person.is_reviewer or person.is_staff, view)


def admin_required(
    view: Callable[Concatenate[LearnerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """For admins."""
    return _only(lambda person: person.is_staff, view)


def _page_on_screen(request: Request) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        address = urlsplit(request.htmx.current_url or request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    return address.path if address.netloc == request.get_host() and address.path else "/"
