"""Cleans what a coordinator types about a recipient."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.forms.columns import LanguageColumn, clean_lines, columns_of, in_languages, name_languages
from letters.models import Letter, Office, Recipient
from letters.states import OfficeKind

TRANSLATED = ("group", "holder_name", "holder_addressee", "holder_salutation")


def office_choices(letter: Letter, *, on: date) -> list[Any]:
    """Offices that exist on that day and are not recipients of the letter yet, grouped by kind, for a select."""
    taken = letter.recipients.values("office")
    offices = Office.objects.valid_on(on).exclude(pk__in=taken).order_by("kind", "order", "pk")
    return [("", "---------"), *_by_kind(offices)]


def _by_kind(offices: Iterable[Office]) -> list[tuple[str, list[tuple[int, str]]]]:
    return [
        (str(OfficeKind(kind).label), [(office.pk, office.name) for office in some])
        for kind, some in groupby(offices, key=lambda office: office.kind)
    ]


class RecipientForm(forms.ModelForm[Recipient]):
    """Rank, group and holder of a recipient."""

    class Meta:
        model = Recipient
        fields = ["role", *in_languages(TRANSLATED)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_languages(self, TRANSLATED)

    def clean(self) -> dict[str, Any]:
        """Clean the lines of each language."""
        super().clean()
        clean_lines(self, TRANSLATED)
        return self.cleaned_data

    def facts(self) -> list[forms.BoundField]:
        """The fields that stand once."""
        return [self[name] for name in ("office", "role") if name in self.fields]

    def columns(self) -> list[LanguageColumn]:
        """The fields of each language."""
        return columns_of(self, TRANSLATED)

    def columns_to_save(self) -> dict[str, Any]:
        """What the recipient takes over."""
        return {name: self.cleaned_data[name] for name in ("role", *in_languages(TRANSLATED))}


class NewRecipientForm(RecipientForm):
    """A recipient that is not in the letter yet."""

    def __init__(self, *args: Any, letter: Letter, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"] = forms.TypedChoiceField(
            label=_("Office"),
            choices=office_choices(letter, on=on),
            coerce=int,
            help_text=_("Offices that exist on the day of the letter. Begin to type a name to get to it in the list."),
        )

    def office(self) -> Office:
        """The chosen office."""
        return Office.objects.get(pk=self.cleaned_data["office"])
