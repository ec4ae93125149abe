from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "skillguide.editions"
    label = "editions"
    verbose_name = "Editions of the content"
