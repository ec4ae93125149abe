from django.apps import AppConfig


class LearnersConfig(AppConfig):
    name = "skillguide.learners"
    label = "learners"
    verbose_name = "Learners"
