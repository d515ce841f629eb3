"""What a second person answers, and to whom a question is passed on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from campaign.base.plain import validate_plain_text
from signatories.forms.fields import MailField
from signatories.models import Representative


class DeclineForm(forms.Form):
    """A no, with or without a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": None}),
        help_text=_("It is mailed to the colleague who proposed, and to nobody else."),
    )


class PassOnForm(forms.Form):
    """The colleague who is to answer instead."""

    colleague = forms.TypedChoiceField(label=_("Colleague"), coerce=int)

    def __init__(self, *args: Any, colleagues: list[Representative], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["colleague"]
        choices.choices = [(one.pk, f"{one.user.email} ({one.get_role_display()})") for one in colleagues]


class ForwardForm(forms.Form):
    """The colleague to whom the letter is sent, by somebody who is not the right person."""

    nothing = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    email = MailField(label=_("E-mail address of your colleague"))
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGE_CHOICES)
