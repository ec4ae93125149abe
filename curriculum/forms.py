"""Answers to checks: strings in, our types out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from skillguide.content.schema import Check, ChoiceCheck

LONGEST_ANSWER = 20_000


class ChoiceForm(forms.Form):
    """Options chosen; radio buttons when one is correct, else check boxes."""

    option = forms.MultipleChoiceField(
        error_messages={"required": "Choose an answer first; then it is explained."}
    )

    def __init__(self, check: ChoiceCheck, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [(option.id, option.id) for option in check.options]
        self.fields["option"].choices = ids  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        return {"options": self.cleaned_data["option"]}


class OpenForm(forms.Form):
    answer = forms.CharField(
        max_length=LONGEST_ANSWER,
        error_messages={"required": "Write an answer first; then a model answer is shown."},
    )

    @property
    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["answer"]}


def answer_form(check: Check, data: QueryDict) -> ChoiceForm | OpenForm:
    return ChoiceForm(check, data) if isinstance(check, ChoiceCheck) else OpenForm(data)
