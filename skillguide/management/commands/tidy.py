"""`manage.py tidy`: throw away what has done its work."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from projects.orphans import remove_orphans

SENT_MAIL_DAYS = 1
FAILED_MAIL_DAYS = 14


class Command(BaseCommand):
    help = (
        "Remove sessions that have ended, mails that were sent (they hold addresses and one-time "
        "links), and files of uploads that broke off. Run it once a day; `manage.py run` does "
        "when it starts."
    )

    def handle(self, **_: Any) -> None:
        call_command("clearsessions")
        remove_orphans(timezone.now())
        call_command(
            "prune_db_task_results",
            min_age_days=SENT_MAIL_DAYS,
            failed_min_age_days=FAILED_MAIL_DAYS,
            verbosity=0,
        )
