"""What is asked when signing up, beyond the e-mail address and the password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from skillguide.learners.models import Learner


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        required=False,
        label="Your name",
        help_text="Shown to the people who review your work. It may be left out.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, _request: HttpRequest, learner: Learner) -> None:
        learner.name = self.cleaned_data["name"]
        learner.save(update_fields=["name"])
