"""Asking for a confidential list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatories.forms.fields import LineField
from signatories.states import TakeOutKind


class TakeOutForm(forms.Form):
    """Which list, and what for."""

    kind = forms.ChoiceField(label=_("List"), choices=TakeOutKind.choices)
    reason = LineField(
        label=_("What for"), limit=300, help_text=_("Your colleague reads it before agreeing; it stays in the history.")
    )
    filters = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
