from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe

from skillguide import home, service

# Signing in has one door, with its limits on tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home.front, name="front"),
    path("search/", home.search, name="search"),
    path("", include("curriculum.urls")),
    path("", include("projects.urls")),
    path("", include("interviews.urls")),
    path("", include("skillguide.learners.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("theme/", service.set_theme, name="set_theme"),
    path("content/problems/", service.content_problems, name="content_problems"),
    path("assets/<slug:digest>/<str:name>", service.asset, name="asset"),
    path("livez", service.livez, name="livez"),
    path("readyz", service.readyz, name="readyz"),
    path("robots.txt", service.robots, name="robots"),
    path(
        "sitemap.xml",
        login_not_required(require_safe(sitemap)),
        {"sitemaps": {"pages": service.Pages}},
        name="sitemap",
    ),
]
