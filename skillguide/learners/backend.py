"""Who is signed in, with what every page says about them, in one query."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from skillguide.learners.models import Learner, Notice


class LearnerBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """As allauth has it; `unread` counts the notices that have not been opened."""

    def get_user(self, user_id: int) -> Learner | None:
        unread = (
            Notice.objects.filter(learner=OuterRef("pk"))
            .unread()
            .order_by()
            .values("learner")
            .annotate(number=Count("*"))
            .values("number")
        )
        number = Coalesce(Subquery(unread), 0, output_field=IntegerField())
        learner = Learner.objects.annotate(unread=number).filter(pk=user_id).first()
        return learner if learner and self.user_can_authenticate(learner) else None
