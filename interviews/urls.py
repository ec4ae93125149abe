from django.urls import path

from interviews import views

app_name = "interviews"
urlpatterns = [
    path("guides/<slug:guide>/questions/", views.questions, name="questions"),
    path("guides/<slug:guide>/questions/<slug:slug>/", views.question, name="question"),
]
