"""Telling people that something happened: on the site, and by mail if they want that."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from skillguide.content.problems import shorten
from skillguide.learners.models import Learner, Notice
from skillguide.learners.unsubscribing import token_of

LONGEST = 300


def tell(learner: Learner, text: str, url: str) -> None:
    """Within the caller's transaction, so that nothing is told that did not happen.

    `text` never holds what somebody wrote: it goes into mails.
    """
    text = shorten(" ".join(text.split()), LONGEST)  # of titles: they may be long, or two lines
    Notice.objects.create(learner=learner, text=text, url=url)
    if learner.wants_mail and learner.is_active:
        _mail(learner, text, url)


def _mail(learner: Learner, text: str, url: str) -> None:
    no_mail = settings.SITE_URL + reverse("learners:no_mail", args=[token_of(learner)])
    context = {"learner": learner, "text": text, "url": settings.SITE_URL + url, "no_mail": no_mail}
    headers = {
        "List-Unsubscribe": f"<{no_mail}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    body = render_to_string("learners/notice_mail.txt", context)
    EmailMessage(text, body, to=[learner.email], headers=headers).send()
