"""“This was not us”."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_text
from signatories.forms.fields import MailField
from signatories.states import DisputeOutcome


class DisputeForm(forms.Form):
    """Which signature is meant, and the address that is to speak for the organization."""

    signature = forms.ChoiceField(label=_("Which signature is not yours?"), widget=forms.RadioSelect)
    email = MailField(
        label=_("Your e-mail address at the organization"),
        help_text=_(
            "An address at the organization’s own domain, its contact address, or that of an owner. A code goes there; nobody else sees it."
        ),
    )
    statement = forms.CharField(
        label=_("What do you want to say?"),
        max_length=1000,
        required=False,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=_("The coordinator, the owners of the organization and the person who signed read it."),
    )

    def __init__(self, *args: Any, signatures: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["signature"]
        choices.choices = signatures
        if len(signatures) == 1:
            choices.initial = signatures[0][0]


class ResolveForm(forms.Form):
    """How a dispute ends, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            (DisputeOutcome.UPHELD, _("The organization did not sign: strike the signature")),
            (DisputeOutcome.DISMISSED, _("The organization did sign: the signature stands again")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=_("It is mailed to everybody whom the dispute concerns."),
        error_messages={"required": _("Write the reason. It is mailed to everybody whom the dispute concerns.")},
    )
