from django.contrib import admin
from django.http import HttpRequest

from skillguide.editions.models import Edition


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    """To look at. Editions are made and activated by `manage.py content`."""

    ordering = ("-number",)
    list_display = (
        "number",
        "is_active",
        "published_at",
        "published_by",
        "source_revision",
        "note",
    )
    exclude = ("digests", "assets")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False
