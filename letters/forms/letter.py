"""Cleans what a coordinator types into a draft."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import canonical_json, clean_text
from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import User
from campaign.base.plain import clean_line
from letters import markdown
from letters.forms.columns import LanguageColumn, columns_of, in_languages, name_languages
from letters.models import Campaign, Issuer, Letter
from letters.services.letter import RESERVED_SLUGS

TEXTS = ("title", "summary", "body")
FACTS = (
    "slug",
    "kind",
    "campaign",
    "issuer",
    "original_language",
    "reference",
    "takes_vouched",
    "consent_annex",
    "bound_editions",
)
DATES = ("opens_at", "closes_at", "published_at")


class MomentField(forms.DateTimeField):
    """A date and a time in one line, as the site writes them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateTimeInput(attrs={"autocomplete": "off"}), **options)


class TextsForm(forms.ModelForm[Letter]):
    """The three texts of a letter, side by side."""

    class Meta:
        model = Letter
        fields: tuple[str, ...] = tuple(in_languages(TEXTS))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_languages(self, TEXTS)
        for language in LANGUAGES:
            self.fields[f"summary_{language}"].widget.attrs["rows"] = 3
            self.fields[f"body_{language}"].widget.attrs.update({"class": "text", "spellcheck": "true"})
            self.fields[f"body_{language}"].strip = False  # type: ignore[attr-defined]

    def columns(self) -> list[LanguageColumn]:
        """The texts, by language."""
        return columns_of(self, TEXTS)

    def clean(self) -> dict[str, Any]:
        """Clean the texts of each language."""
        cleaned = super().clean() or {}
        for language in LANGUAGES:
            self._clean_line(f"title_{language}", 250)
            self._clean_summary(f"summary_{language}")
            self._clean_body(language)
        return cleaned

    def _clean_line(self, name: str, limit: int) -> None:
        try:
            self.cleaned_data[name] = clean_line(self.cleaned_data.get(name) or "", limit)
        except Refusal as refusal:
            self.add_error(name, str(refusal))

    def _clean_summary(self, name: str) -> None:
        try:
            self.cleaned_data[name] = clean_text(self.cleaned_data.get(name) or "")
        except Refusal as refusal:
            self.add_error(name, str(refusal))

    def _clean_body(self, language: str) -> None:
        """Refuse what a letter cannot hold, on the field of this language; a first line `# Title` becomes the title."""
        name, title = f"body_{language}", f"title_{language}"
        try:
            text = clean_text(self.cleaned_data.get(name) or "")
            structure = markdown.structure(text)
        except Refusal as refusal:
            self.add_error(name, str(refusal))
            return
        self.cleaned_data[name] = structure.body
        if structure.title and not self.cleaned_data.get(title):
            self.cleaned_data[title] = structure.title
            self._clean_line(title, 250)
        elif structure.title and structure.title != self.cleaned_data.get(title):
            self.add_error(name, _("The text begins with a title of its own. Keep the one or the other."))


class LetterForm(TextsForm):
    """A draft: its facts, its dates, and its three texts."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000_000)
    opens_at = MomentField(
        label=_("Opens (planned)"),
        required=False,
        help_text=_("A letter never opens by itself. Day, month, year and time, in the time of Almaty."),
    )
    closes_at = MomentField(
        label=_("Closes"),
        required=False,
        help_text=_("After this moment no signature is accepted, even if nobody presses anything."),
    )
    published_at = MomentField(
        label=_("Published (planned)"),
        required=False,
        help_text=_("Before this moment only invited organizations can read the letter."),
    )

    class Meta(TextsForm.Meta):
        fields = (*FACTS, *DATES, *TextsForm.Meta.fields)
        error_messages = {"slug": {"unique": _("There is already a letter with this address. Choose another one.")}}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"] = forms.ModelChoiceField(
            Issuer.objects.filter(coordinators__user=user).order_by("key"), label=_("Issuer")
        )
        self.fields["campaign"] = forms.ModelChoiceField(
            Campaign.objects.order_by("slug"), label=_("Campaign"), required=False
        )

    def facts(self) -> list[forms.BoundField]:
        """The fields that stand once."""
        return [self[name] for name in FACTS]

    def dates(self) -> list[forms.BoundField]:
        """The moments."""
        return [self[name] for name in DATES]

    def clean_slug(self) -> str:
        """An address that no page of the desk has."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(_("This address is taken by the site itself. Choose another one."))
        return slug

    def columns_to_save(self) -> dict[str, Any]:
        """What a draft takes over."""
        return {name: self.cleaned_data[name] for name in (*FACTS, *DATES, *in_languages(TEXTS))}


class CorrectionForm(TextsForm):
    """The three texts of an open letter, corrected, and why. `seen` says for which words the changes were shown already."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"title_{language}"].required = self.fields[f"body_{language}"].required = True
            self.fields[f"reason_{language}"] = forms.CharField(
                label=format_lazy("{name} ({language})", name=_("Reason"), language=LANGUAGE_NAMES[language]),
                max_length=500,
                widget=forms.TextInput(attrs={"lang": language}),
                help_text=_("Everybody reads it: in the mail, on the page and in the printed letter."),
            )

    def columns(self) -> list[LanguageColumn]:
        """The texts and the reasons, by language."""
        return columns_of(self, (*TEXTS, "reason"))

    def clean(self) -> dict[str, Any]:
        """Clean texts and reasons of each language."""
        super().clean()
        for language in LANGUAGES:
            if self.cleaned_data.get(f"reason_{language}"):
                self._clean_line(f"reason_{language}", 500)
        return self.cleaned_data

    def reason(self) -> dict[str, str]:
        """Why, in each language."""
        return {language: self.cleaned_data[f"reason_{language}"] for language in LANGUAGES}

    def texts(self) -> dict[str, str]:
        """The columns of the three texts."""
        return {name: self.cleaned_data[name] for name in in_languages(TEXTS)}

    def words(self) -> str:
        """The SHA-256 of everything that was typed."""
        return sha256(canonical_json([self.texts(), self.reason()])).hexdigest()


class LateForm(forms.Form):
    """Until when organizations may still sign a closed letter."""

    late_until = MomentField(
        label=_("Take late signatures until"), help_text=_("Day, month, year and time, in the time of Almaty.")
    )


class PublicationForm(forms.Form):
    """When the public may read the letter; an empty field means at once."""

    publish_at = MomentField(
        label=_("Publish at"),
        required=False,
        help_text=_("Leave it empty to publish at once. Day, month, year and time, in the time of Almaty."),
    )

    def moment(self) -> datetime | None:
        """The chosen moment."""
        chosen: datetime | None = self.cleaned_data["publish_at"]
        return chosen
