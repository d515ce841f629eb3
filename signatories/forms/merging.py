"""The form by which two organizations become one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MergeForm(forms.Form):
    """Which of the two stays."""

    stays = forms.ChoiceField(
        label=_("Which of the two stays?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Nothing was merged: choose which of the two stays.")},
    )

    def __init__(self, *args: Any, pair: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stays"]
        field.choices = [(str(key), name) for key, name in pair]
