"""The profile of an organization, by its owners."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from signatories.forms.fields import MailField
from signatories.forms.signature import NewOrganizationForm
from signatories.models import Organization


class ProfileForm(NewOrganizationForm):
    """What is said of an organization, without anything about a person."""

    fingerprint = None  # type: ignore[assignment]  # Django takes a field away so
    nothing = None  # type: ignore[assignment]
    person_name = None  # type: ignore[assignment]
    position = None  # type: ignore[assignment]
    basis = None  # type: ignore[assignment]
    basis_note = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    visibility = None  # type: ignore[assignment]
    consent = None  # type: ignore[assignment]
    insist = None  # type: ignore[assignment]
    contact_email = MailField(
        label=_("Contact address of the organization"),
        required=False,
        help_text=_("Not published. It is told of every signature given in the organization’s name."),
    )

    def clean(self) -> dict[str, Any]:
        """What one field alone cannot know: the original name, the number in its register."""
        self._check_names()
        self._check_number()
        return self.cleaned_data

    def columns(self) -> dict[str, Any]:
        """All columns of the profile."""
        return self.claim().columns() | {"contact_email": self.cleaned_data["contact_email"]}


def initial_of(organization: Organization) -> dict[str, Any]:
    """The profile as it stands."""
    names = [name for name in ProfileForm.declared_fields if name != "logo"]
    translated = [f"{field}_{code}" for field in ("name", "abbreviation", "note") for code in ("kk", "ru", "en")]
    return {name: getattr(organization, name) or "" for name in (*names, *translated)}
