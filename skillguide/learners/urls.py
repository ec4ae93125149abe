from django.urls import path

from skillguide.learners import views

app_name = "learners"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/<uuid:id>/", views.notice, name="notice"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/mail/", views.mail, name="mail"),
    path("accounts/no-mail/<str:token>/", views.no_mail, name="no_mail"),
]
