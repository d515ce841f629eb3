"""Cleans what a coordinator types about an issuer."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal
from letters.forms.columns import LanguageColumn, clean_lines, columns_of, in_languages, name_languages
from letters.forms.logo import clean_logo
from letters.models import Issuer

TRANSLATED = ("name", "address", "signer", "post", "executor")
FACTS = ("number_scheme", "number", "phone", "email")


class IssuerForm(forms.ModelForm[Issuer]):
    """What a registry asks of a legal entity, in three languages."""

    new_logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WEBP, at most 2 MB and 4 million points.")
    )
    remove_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)

    class Meta:
        model = Issuer
        fields = [*FACTS, *in_languages(TRANSLATED)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_languages(self, TRANSLATED)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean(self) -> dict[str, Any]:
        """Clean the lines of each language."""
        super().clean()
        clean_lines(self, TRANSLATED)
        return self.cleaned_data

    def facts(self) -> list[forms.BoundField]:
        """The fields that stand once."""
        return [self[name] for name in (*FACTS, "new_logo", "remove_logo") if name in self.fields]

    def columns(self) -> list[LanguageColumn]:
        """The fields of each language."""
        return columns_of(self, TRANSLATED)

    def clean_new_logo(self) -> "ContentFile[bytes] | None":
        """A picture of our own making."""
        upload = self.cleaned_data["new_logo"]
        if not upload:
            return None
        try:
            return clean_logo(upload)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def columns_to_save(self) -> dict[str, Any]:
        """What the issuer takes over."""
        return {name: self.cleaned_data[name] for name in (*FACTS, *in_languages(TRANSLATED))}
