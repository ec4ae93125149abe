from django.urls import path

from curriculum import views

app_name = "curriculum"
urlpatterns = [
    path("guides/", views.guides, name="guides"),
    path("guides/<slug:guide>/", views.path, name="path"),
    path("guides/<slug:guide>/lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("guides/<slug:guide>/lessons/<slug:slug>/done/", views.lesson_done, name="lesson_done"),
    path("guides/<slug:guide>/lessons/<slug:slug>/place/", views.lesson_place, name="lesson_place"),
    path(
        "guides/<slug:guide>/lessons/<slug:slug>/checks/<slug:check_id>/", views.check, name="check"
    ),
    path("guides/<slug:guide>/tools/", views.tools, name="tools"),
    path("guides/<slug:guide>/careers/", views.careers, name="careers"),
    path("guides/<slug:guide>/glossary/", views.glossary, name="glossary"),
    path("guides/<slug:guide>/sources/", views.sources, name="sources"),
]
