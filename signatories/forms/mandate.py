"""What a representative states of the authority to act, and documents that the organization hands in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signatories.forms.document import DocumentField
from signatories.forms.fields import LineField
from signatories.states import MandateBasis


class MandateForm(forms.Form):
    """A mandate with its basis and, if there is one, the document."""

    name = LineField(label=_("Your full name"), limit=200, is_name=True)
    position = LineField(label=_("Your position in the organization"), limit=200)
    basis = forms.ChoiceField(
        label=_("On what basis do you act for the organization?"),
        choices=MandateBasis.choices,
        widget=forms.RadioSelect,
    )
    basis_note = LineField(label=_("Details of the basis"), limit=300, required=False)
    document = DocumentField(label=_("Decision, power of attorney or appointment"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for details where the basis needs them."""
        cleaned = self.cleaned_data
        if cleaned.get("basis") == MandateBasis.OTHER and not cleaned.get("basis_note") and "basis_note" in cleaned:
            self.add_error("basis_note", _("Say in a few words on what basis you act."))
        return cleaned


class RegistrationForm(forms.Form):
    """The registration document of the organization."""

    registration = DocumentField(
        label=_("Registration document"), error_messages={"required": _("Choose the file of the document.")}
    )
