from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("guides/<slug:guide>/projects/", views.projects, name="projects"),
    path("guides/<slug:guide>/projects/<slug:slug>/", views.project, name="project"),
]
