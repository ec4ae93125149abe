from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from skillguide.learners.models import Learner


@admin.register(Learner)
class LearnerAdmin(UserAdmin[Learner]):
    ordering = ("email",)
    list_display = ("email", "name", "is_instructor", "is_reviewer", "is_staff", "last_login")
    list_filter = ("is_instructor", "is_reviewer", "is_staff", "is_active")
    search_fields = ("email", "name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Roles", {"fields": ("is_instructor", "is_reviewer", "is_staff", "is_superuser")}),
        ("Account", {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Learner | None = None
    ) -> list[str] | tuple[str, ...]:
        """An address is changed by its owner, who confirms it: the old one would still sign in."""
        return ("email", *self.readonly_fields) if obj else self.readonly_fields
