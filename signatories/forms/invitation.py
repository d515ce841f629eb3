"""Forms around invitations."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from campaign.base.models import User
from campaign.base.plain import validate_plain_text
from letters.models import Letter
from signatories.countries import country_choices
from signatories.forms.fields import LineField, MailField
from signatories.forms.long_select import LongSelect
from signatories.models import Invitation, InvitationPlan
from signatories.states import InvitationState, OrganizationKind
from signatories.time_zones import zone_choices

ANSWERS = (InvitationState.CONSIDERING, InvitationState.NEEDS_BOARD, InvitationState.DECLINED)
MOST_DAYS, MOST_REMINDERS = 60, 5


class AnswerForm(forms.Form):
    """Which button of the personal page was pressed."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("read", "read"), ("sign", "sign"), *((one.value, one.label) for one in ANSWERS)]
    )
    reason = forms.CharField(
        label=_("Why not?"),
        required=False,
        max_length=1000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordinators of the letter read it."),
    )


class HandForm(AnswerForm):
    """What the invited told a coordinator."""

    answer = forms.ChoiceField(label=_("They say"), choices=[(one.value, one.label) for one in ANSWERS])
    reason = forms.CharField(
        label=_("Their reason"),
        required=False,
        max_length=1000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(forms.Form):
    """What a coordinator learned."""

    text = forms.CharField(
        label=_("Note"), max_length=1000, validators=[validate_plain_text], widget=forms.Textarea(attrs={"rows": 3})
    )


def _language() -> str:
    return (get_language() or "kk")[:2]


class OwnerField(forms.ModelChoiceField[User]):
    """One of the coordinators of the letter, or nobody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=User.objects.none(),
            required=False,
            label=_("Who talks to them"),
            empty_label=_("nobody yet"),
            **options,
        )

    def label_from_instance(self, obj: Any) -> str:
        """People are known to colleagues by their addresses."""
        return str(obj.email)


def team_of(letter: Letter) -> Any:
    """The coordinators of the issuer."""
    return User.objects.filter(coordinates__issuer=letter.issuer_id, is_active=True).distinct().order_by("email")


class ListForm(forms.Form):
    """A list of organizations, pasted or uploaded, and what holds where a cell is empty."""

    table = forms.CharField(
        label=_("The list"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "Copy the rows with their headings from a spreadsheet. Headings: Organization, E-mail, Contact, Language, Country, Kind, Note, "
            "Time zone; in any of the three languages and in any order. The first two are needed."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("CSV or XLSX, up to 1 MB and 1,000 organizations.")
    )
    language = forms.ChoiceField(label=_("Language, where none is given"), choices=LANGUAGE_CHOICES)
    country = forms.ChoiceField(label=_("Country, where none is given"), required=False, widget=LongSelect)
    owner = OwnerField()

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("not known")), *country_choices(_language())]
        owner: Any = self.fields["owner"]
        owner.queryset = team_of(letter)

    def clean(self) -> dict[str, Any]:
        """One of the two ways is needed."""
        if not self.cleaned_data.get("file") and not self.cleaned_data.get("table", "").strip() and not self.errors:
            self.add_error("table", _("Paste the list here, or choose a file."))
        return self.cleaned_data


class InvitationForm(forms.Form):
    """Who is invited, and where."""

    name = LineField(label=_("Organization"), limit=300, is_name=True)
    email = MailField(label=_("E-mail"))
    contact_name = LineField(label=_("Contact"), limit=200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("not known")), *OrganizationKind.choices])
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("In its time they read the deadlines, and by day there they are reminded."),
        widget=LongSelect,
    )
    note = LineField(label=_("Note from the list"), limit=300, required=False)
    owner = OwnerField()

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        names = ("name", "email", "contact_name", "language", "country", "kind", "time_zone", "note", "owner")
        kwargs["initial"] = {name: getattr(invitation, name) for name in names}
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("not known")), *country_choices(_language())]
        zone: Any = self.fields["time_zone"]
        zone.choices = zone_choices(_language())
        owner: Any = self.fields["owner"]
        owner.queryset = team_of(invitation.letter)


class DaysField(forms.CharField):
    """Numbers of days, separated by commas or spaces."""

    def to_python(self, value: Any) -> Any:
        """The numbers, the greatest first.

        :raises ValidationError: it holds something else, or too many.
        """
        parts = (super().to_python(value) or "").replace(",", " ").replace(";", " ").split()
        if not all(
            part.isascii() and part.isdigit() and int(part[:4]) <= MOST_DAYS and len(part) < 4 for part in parts
        ):
            raise ValidationError(
                _("Write numbers of days from 0 to %(most)d, separated by commas, for example: 7, 1")
                % {"most": MOST_DAYS}
            )
        if len(set(parts)) > MOST_REMINDERS:
            raise ValidationError(_("More than %(most)d reminders are too many.") % {"most": MOST_REMINDERS})
        return sorted({int(part) for part in parts}, reverse=True)

    def prepare_value(self, value: Any) -> Any:
        """The numbers as they are typed."""
        return ", ".join(str(number) for number in value) if isinstance(value, list) else value


class PlanForm(forms.Form):
    """Until when an answer is wanted, and when the invited are reminded."""

    soft_deadline_at = forms.DateTimeField(
        label=_("Please answer by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Time of Almaty; the invited read it in their own. Best some days before the closing."),
    )
    days_before = DaysField(
        label=_("Reminders: days before that"), required=False, help_text=_("For example: 7, 1. Empty for none.")
    )
    days_before_closing = DaysField(
        label=_("Reminders: days before the closing"), required=False, help_text=_("For example: 1. Empty for none.")
    )
    active = forms.BooleanField(label=_("Send reminders"), required=False)

    def __init__(self, *args: Any, letter: Letter, plan: InvitationPlan, at: datetime, **kwargs: Any) -> None:
        names = ("soft_deadline_at", "days_before", "days_before_closing", "active")
        kwargs["initial"] = {name: getattr(plan, name) for name in names}
        super().__init__(*args, **kwargs)
        self.letter, self.at = letter, at

    def clean_soft_deadline_at(self) -> datetime | None:
        """A moment within the next two years, before the closing.

        :raises ValidationError: it is another one.
        """
        moment: datetime | None = self.cleaned_data["soft_deadline_at"]
        if moment is None:
            return None
        if self.letter.closes_at is not None and moment >= self.letter.closes_at:
            raise ValidationError(_("This is not before the closing of the letter. Choose an earlier moment."))
        if moment > self.at + timedelta(days=731):
            raise ValidationError(_("This is more than two years ahead. Choose an earlier moment."))
        return moment
