"""The form by which a representative signs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_CHOICES, LANGUAGES
from letters.errors import LogoNotKept
from letters.forms.logo import clean_logo
from letters.states import RegistrationScheme
from signatories.consent import CONSENT
from signatories.countries import country_choices
from signatories.errors.code import TooManyCodes
from signatories.errors.organization import IsKnown, LooksKnown
from signatories.errors.signature import TextChanged, TooManyForms
from signatories.forms.fields import LineField, MailField, WebsiteField, digits_of
from signatories.forms.long_select import LongSelect
from signatories.models import Organization
from signatories.numbers import bin_is_valid, plain_number
from signatories.search import alike, is_same
from signatories.services.organization import Claim
from signatories.states import MandateBasis, OrganizationKind, Visibility

CODE_LENGTH = 8
VISIBILITY_IN_PLAIN_WORDS = (
    (
        Visibility.PUBLIC,
        _("Everybody: the name stands under the letter on this site, in the public PDF and in every delivered copy."),
    ),
    (
        Visibility.ADDRESSEE,
        _(
            "The addressee only: the name stands in the copy that is delivered to the addressee, and nowhere else. "
            "Everybody sees only that one organization more has signed."
        ),
    ),
    (
        Visibility.COUNTED,
        _(
            "Nobody: the organization is counted without its name. "
            "Only the coordinators and those who verify the signature know it."
        ),
    ),
)


class SignatureForm(forms.Form):
    """Who signs for an organization that was chosen from the list.

    `nothing` is a field that people do not see and programs fill in.
    """

    BROUGHT_ALONG = ("person_name", "position", "basis", "basis_note", "email", "visibility")

    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)
    nothing = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    person_name = LineField(
        label=_("Your full name"), limit=200, is_name=True, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    position = LineField(
        label=_("Your position in the organization"),
        limit=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    basis = forms.ChoiceField(
        label=_("On what basis do you act for the organization?"),
        choices=MandateBasis.choices,
        widget=forms.RadioSelect,
    )
    basis_note = LineField(
        label=_("Details of the basis"),
        limit=300,
        required=False,
        help_text=_("For example the date and number of the decision or the power of attorney."),
    )
    email = MailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "We send a code there. An address at the organization’s own domain is best; with one of a free provider (Gmail, "
            "Mail.ru, Yandex and so on) the coordinator will also call the organization back."
        ),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see that your organization signed?"),
        choices=VISIBILITY_IN_PLAIN_WORDS,
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(
        label=_("I agree to this"),
        error_messages={"required": _("Without this consent nothing can be signed. Read it and mark it.")},
        widget=forms.CheckboxInput(attrs={"aria-describedby": "consent-text"}),
    )
    consent_text = CONSENT

    def __init__(self, *args: Any, fingerprint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_fingerprint = fingerprint

    def clean_fingerprint(self) -> str:
        """Refuse a form that was made for another text; it comes back with the present one."""
        if self.cleaned_data["fingerprint"] != self.shown_fingerprint:
            raise ValidationError(str(TextChanged()), code="text_changed")
        return self.shown_fingerprint

    def clean_nothing(self) -> str:
        """Refuse what a program filled in; a person whose browser did so loses nothing."""
        if self.cleaned_data["nothing"]:
            raise ValidationError(_("Empty the field “Leave this field empty” and send the form again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Ask for details where the basis needs them."""
        cleaned = self.cleaned_data
        if cleaned.get("basis") == MandateBasis.OTHER and not cleaned.get("basis_note") and "basis_note" in cleaned:
            self.add_error("basis_note", _("Say in a few words on what basis you act."))
        return cleaned

    def refuse(self, refusal: Refusal) -> None:
        """Show why nothing was sent, beside the field that can mend it."""
        self.add_error(_FIELD_THAT_MENDS.get(type(refusal)), str(refusal))

    def answers(self) -> dict[str, Any]:
        """What the person said of herself, as arguments of `services.signature.start`."""
        return {name: self.cleaned_data[name] for name in (*self.BROUGHT_ALONG, "fingerprint")}

    def of_organization(self) -> dict[str, Any]:
        """What the person said of the organization, as arguments of `services.signature.start`."""
        return {"claim": None}


class NewOrganizationForm(SignatureForm):
    """The same with an organization that is not in the list.

    `alike` are those in the list that the typed one resembles, `known` says that number or website settle it.
    """

    original_language = forms.ChoiceField(
        label=_("Language of the original name"), choices=LANGUAGE_CHOICES, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=OrganizationKind.choices, initial=OrganizationKind.ORGANIZATION
    )
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    website = WebsiteField(
        label=_("Website"),
        required=False,
        help_text=_("The organization’s own one, if it has any: https://example.org"),
    )
    number_scheme = forms.ChoiceField(
        label=_("Register"),
        required=False,
        choices=[("", _("not registered or not named")), *RegistrationScheme.choices],
    )
    number = LineField(
        label=_("Registration number"),
        limit=40,
        required=False,
        help_text=_("Spaces and hyphens do not matter. A BIN has twelve digits, for example 221140000111."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 2 MB and 4 megapixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    insist = forms.BooleanField(label=_("None of these is my organization"), required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.alike: list[Organization] = []
        self.known = False
        language = (get_language() or "kk")[:2]
        country: Any = self.fields["country"]
        country.choices = [("", _("none: coalition, network or in exile")), *country_choices(language)]
        for name, label, limit, help_text in _TRANSLATED:
            for code, language_name in LANGUAGE_CHOICES:
                self.fields[f"{name}_{code}"] = LineField(
                    label=_("%(field)s (%(language)s)") % {"field": label, "language": language_name},
                    limit=limit,
                    is_name=name == "name",
                    required=False,
                    help_text=help_text,
                    widget=forms.TextInput(attrs={"lang": code}),
                )

    def translated(self, name: str) -> Iterator[BoundField]:
        """The field in each language."""
        return (self[f"{name}_{language}"] for language in LANGUAGES)

    def names(self) -> Iterator[BoundField]:
        """The three names."""
        return self.translated("name")

    def abbreviations(self) -> Iterator[BoundField]:
        """The three abbreviations."""
        return self.translated("abbreviation")

    def notes(self) -> Iterator[BoundField]:
        """The three location notes."""
        return self.translated("note")

    def short_has_errors(self) -> bool:
        """Whether an abbreviation is wrong, so that its part of the form must stand open."""
        return any(field.errors for field in self.abbreviations())

    def notes_have_errors(self) -> bool:
        """Whether a location note is wrong."""
        return any(field.errors for field in self.notes())

    def chose_logo(self) -> bool:
        """Whether a file came with this form; a browser does not send it a second time by itself."""
        return bool(self.files.get("logo"))

    def clean_logo(self) -> "ContentFile[bytes] | None":
        """The logo drawn anew.

        :raises ValidationError: it is no picture, or too large.
        """
        upload = self.cleaned_data["logo"]
        if not upload:
            return None
        try:
            return clean_logo(upload)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code="logo") from refusal

    def clean(self) -> dict[str, Any]:
        """What one field alone cannot know: the original name, the number in its register, the twin in the list."""
        super().clean()
        self._check_names()
        self._check_number()
        if not self.errors:
            self._look_for_twins()
        return self.cleaned_data

    def _check_names(self) -> None:
        original = self.cleaned_data.get("original_language")
        if original and not self.cleaned_data.get(f"name_{original}", "missing"):
            self.add_error(
                f"name_{original}",
                _("Give the name in the language that you marked as the original, or mark another language."),
            )
        if not self.cleaned_data.get("country") and not any(self.cleaned_data.get(f"note_{one}") for one in LANGUAGES):
            self.add_error("country", _("Choose a country, or say in the location note where the organization works."))

    def _check_number(self) -> None:
        scheme, number = self.cleaned_data.get("number_scheme"), self.cleaned_data.get("number", "")
        if scheme and "number" in self.cleaned_data and not number:
            self.add_error("number", _("Give the number in the register that you chose, or choose no register."))
        elif number and scheme == "":
            self.add_error("number_scheme", _("Choose the register in which the organization has this number."))
        elif scheme == RegistrationScheme.KZ_BIN and number and not bin_is_valid(plain_number(digits_of(number))):
            self.add_error(
                "number",
                _(
                    "This is not a BIN: it has twelve digits, and the last one checks the others. Compare it with the certificate; a "
                    "right one looks like this: 221140000111."
                ),
            )

    def _look_for_twins(self) -> None:
        columns = self.claim().columns()
        self.alike = alike(columns, at=self.at)
        self.known = any(is_same(one, columns) for one in self.alike)
        if self.known:
            self.add_error(None, str(IsKnown()))
        elif self.alike and not self.cleaned_data["insist"]:
            self.add_error(None, str(LooksKnown()))

    def of_organization(self) -> dict[str, Any]:
        """The claim and the logo."""
        return {"claim": self.claim(), "logo": self.cleaned_data["logo"]}

    def claim(self) -> Claim:
        """What was said of the organization."""
        cleaned = self.cleaned_data
        texts = {
            name: {language: cleaned[f"{name}_{language}"] for language in LANGUAGES} for name, *_rest in _TRANSLATED
        }
        return Claim(
            original_language=cleaned["original_language"],
            names=texts["name"],
            abbreviations=texts["abbreviation"],
            notes=texts["note"],
            kind=cleaned["kind"],
            country=cleaned["country"],
            website=cleaned["website"],
            number_scheme=cleaned["number_scheme"],
            number=plain_number(digits_of(cleaned["number"])) if cleaned["number"] else "",
        )


_FIELD_THAT_MENDS: dict[type[Refusal], str] = {TooManyCodes: "email", TooManyForms: "email", LogoNotKept: "logo"}
_TRANSLATED = (
    ("name", _("Name"), 300, ""),
    ("abbreviation", _("Abbreviation"), 40, ""),
    ("note", _("Location note"), 120, ""),
)


class CodeForm(forms.Form):
    """The code from the mail, with or without its hyphen."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "one-time-code", "inputmode": "numeric", "placeholder": "0000-0000"}
        ),
    )

    def clean_code(self) -> str:
        """The eight digits.

        :raises ValidationError: there are more, fewer or others; such a slip costs no attempt.
        """
        code = digits_of(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH or not code.isascii() or not code.isdigit():
            raise ValidationError(_("The code has eight digits. Type them as they stand in our message."))
        return code
