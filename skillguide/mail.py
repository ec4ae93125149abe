"""Mail is written to a queue and sent by a worker: no page waits for a mail server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks import task

logger = logging.getLogger(__name__)

# Minutes to wait after each failed attempt; then it is logged and given up.
RETRIES = (1, 5, 30, 180, 720)


class QueueBackend(BaseEmailBackend):
    """Puts messages into the queue, in the transaction that the sender is in."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.cc or message.bcc or message.attachments:
                raise ValueError("The mail queue knows no copies and no attachments.")
            deliver.enqueue(
                subject=str(message.subject),
                text=str(message.body),
                html=_html_part(message),
                sender=message.from_email,
                to=list(message.to),
                headers=dict(message.extra_headers),
            )
        return len(email_messages)


def _html_part(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", None) or ()
    return next((str(body) for body, kind in alternatives if kind == "text/html"), "")


@task()
def deliver(
    *,
    subject: str,
    text: str,
    html: str,
    sender: str,
    to: list[str],
    headers: dict[str, str] | None = None,
    attempt: int = 0,
) -> None:
    """Send one message; on failure, try again later."""
    connection = get_connection(settings.MAIL_DELIVERY)
    message = EmailMultiAlternatives(
        subject, text, sender, to, connection=connection, headers=headers
    )
    if html:
        message.attach_alternative(html, "text/html")
    try:
        message.send()
    except (OSError, SMTPException) as error:
        if attempt >= len(RETRIES):
            logger.exception("A mail could not be sent, and is given up.")
            raise
        logger.warning("A mail was not sent (%s); it is tried again.", type(error).__name__)
        later = timezone.now() + timedelta(minutes=RETRIES[attempt])
        deliver.using(run_after=later).enqueue(
            subject=subject,
            text=text,
            html=html,
            sender=sender,
            to=to,
            headers=headers,
            attempt=attempt + 1,
        )
