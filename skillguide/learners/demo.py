"""Four accounts to look around with. They exist only on the embedded database."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from skillguide.learners.models import Learner


@dataclass(frozen=True)
class DemoAccount:
    role: str
    email: str
    name: str
    rights: dict[str, bool]


ACCOUNTS = (
    DemoAccount("learner", "learner@example.org", "Lena Learner", {}),
    DemoAccount("instructor", "instructor@example.org", "Ines Instructor", {"is_instructor": True}),
    DemoAccount("reviewer", "reviewer@example.org", "Ravi Reviewer", {"is_reviewer": True}),
    DemoAccount(
        "admin", "admin@example.org", "Ada Admin", {"is_staff": True, "is_superuser": True}
    ),
)


@transaction.atomic
def ensure_demo_accounts(password: str) -> list[DemoAccount]:
    """Make those that are missing, and give all of them this password."""
    if not settings.EMBEDDED:
        raise ImproperlyConfigured("Demo accounts are made on the embedded database only.")
    for account in ACCOUNTS:
        learner = Learner.objects.filter(email=account.email).first()
        if learner is None:
            learner = Learner(email=account.email, name=account.name, **account.rights)
        if not learner.check_password(password):
            learner.set_password(password)
            learner.save()
        EmailAddress.objects.get_or_create(
            user=learner, email=account.email, defaults={"verified": True, "primary": True}
        )
    return list(ACCOUNTS)
