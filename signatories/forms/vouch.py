"""For whom an organization vouches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatories.forms.fields import LineField


class VouchForm(forms.Form):
    """The code that the other organization's people gave."""

    code = LineField(
        label=_("Code of the organization"),
        limit=40,
        help_text=_("Its people find it on this page of theirs and give it to you personally."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """The code without spaces, in small letters."""
        return "".join(str(self.cleaned_data["code"]).split()).lower()
