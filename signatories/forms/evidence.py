"""What a coordinator writes down before and with a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_text
from signatories.forms.fields import LineField
from signatories.policy import HUMAN_KINDS


class EvidenceForm(forms.Form):
    """One thing that was checked by hand."""

    kind = forms.ChoiceField(
        label=_("What did you check?"),
        choices=[(kind, kind.label) for kind in HUMAN_KINDS],
    )
    detail = LineField(
        label=_("Where and how?"),
        limit=300,
        help_text=_("For example the address of the page, or the source of the phone number that you called."),
    )


class RefusalForm(forms.Form):
    """Why a signature is not admitted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=_("It is mailed to the representative as you write it; write in the language of the representative."),
        error_messages={"required": _("Write the reason. It is mailed to the representative.")},
    )
