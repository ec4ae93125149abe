"""Words that came without script when the session had ended: signing in must not lose them.

With script they stay in the page, and in the browser, until they can be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponseBase, QueryDict

from skillguide.learners.doors import Request

P = ParamSpec("P")

WORDS = "words"
LARGEST = 500_000
"""Characters of one form; of several the last one is kept."""


def words_wait(
    view: Callable[Concatenate[Request, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """Keep a visitor's form in the session before the door asks for a sign-in."""

    @wraps(view)
    def wrapper(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated and request.POST:
            form = request.POST.urlencode()
            if request.accepts("text/html") and len(form) <= LARGEST:
                request.session[WORDS] = {"of": _name(*kwargs.values()), "form": form}
        return view(request, *args, **kwargs)

    return wrapper


def words_came(request: Request, *names: object) -> bool:
    """Whether a form waited for this page; then it is in `request.POST` as if it came now."""
    waiting = request.session.get(WORDS)
    if not waiting or waiting["of"] != _name(*names):
        return False
    del request.session[WORDS]
    request.POST = QueryDict(waiting["form"])
    return True


def _name(*names: object) -> str:
    return "/".join(str(name) for name in names)
