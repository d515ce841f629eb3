"""The form by which an organization answers a correction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LEAVE = "leave"
IN_PLAIN_WORDS = (
    (
        "renew",
        _("Sign the corrected text as well. The organization then stands under it like everybody who signs it now."),
    ),
    ("keep", _("Leave the signature under the text that was signed. The list says that it stands for that text only.")),
    (LEAVE, _("Leave: withdraw the signature.")),
)


class ErratumForm(forms.Form):
    """One of the answers that are open; nothing is chosen beforehand."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    choice = forms.ChoiceField(
        label=_("What shall become of the signature?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what shall become of the signature.")},
    )

    def __init__(self, *args: Any, choices: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["choice"]
        field.choices = [(value, words) for value, words in IN_PLAIN_WORDS if value in choices]
