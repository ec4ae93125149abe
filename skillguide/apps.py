from django.apps import AppConfig


class SkillGuideConfig(AppConfig):
    name = "skillguide"
