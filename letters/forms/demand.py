"""To whom the demands of a draft are addressed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from letters.models import Demand, Recipient


class DemandsForm(forms.Form):
    """For each demand the recipients to choose from; none chosen: it is addressed to all."""

    def __init__(self, *args: Any, demands: list[Demand], recipients: list[Recipient], language: str) -> None:
        super().__init__(*args)
        self.numbers = [demand.number for demand in demands]
        choices = [(recipient.pk, recipient.named_in(language)) for recipient in recipients]
        for demand in demands:
            words = getattr(demand, f"text_{language}") or _("(no text in this language yet)")
            self.fields[f"demand_{demand.number}"] = forms.TypedMultipleChoiceField(
                label=f"{demand.number}. {words}",
                choices=choices,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[recipient.pk for recipient in demand.recipients.all()],
            )

    def addressed(self) -> dict[int, list[int]]:
        """Keys of the chosen recipients by the number of the demand."""
        return {number: self.cleaned_data[f"demand_{number}"] for number in self.numbers}
