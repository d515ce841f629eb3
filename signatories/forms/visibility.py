"""The form by which a signature is shown to fewer people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signatories.forms.signature import VISIBILITY_IN_PLAIN_WORDS
from signatories.states import Visibility


class VisibilityForm(forms.Form):
    """The stricter choices that are left."""

    visibility = forms.ChoiceField(
        label=_("Who may still see that the organization signed?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may still see it.")},
    )

    def __init__(self, *args: Any, now: Visibility, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stricter = now.stricter()
        field: Any = self.fields["visibility"]
        field.choices = [(value, words) for value, words in VISIBILITY_IN_PLAIN_WORDS if value in stricter]
