"""The form by which a coordinator enters a signature that came on paper or by e-mail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from letters.models import Revision
from signatories.forms.document import DocumentField
from signatories.forms.fields import LineField
from signatories.forms.signature import NewOrganizationForm, SignatureForm
from signatories.states import SignatureSource


class PaperForm(SignatureForm):
    """What stands on the paper, for an organization that was chosen. Nobody agrees to anything here, so no consent and no code."""

    ENTERED = (
        "source",
        "person_name",
        "position",
        "basis",
        "basis_note",
        "visibility",
        "signed_on",
        "scan",
        "language",
    )

    fingerprint = None  # type: ignore[assignment]  # Django takes a field away so
    nothing = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    consent = None  # type: ignore[assignment]
    source = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[(source, source.label) for source in (SignatureSource.PAPER, SignatureSource.MAIL)],
        widget=forms.RadioSelect,
    )
    person_name = LineField(label=_("Full name of the person who signed"), limit=200, is_name=True)
    position = LineField(label=_("Position in the organization"), limit=200)
    signed_on = forms.DateField(
        label=_("Day of the signature"),
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
        help_text=_("As it stands on the paper. Day, month, year."),
    )
    language = forms.ChoiceField(label=_("Language of the paper"), choices=LANGUAGE_CHOICES, widget=forms.RadioSelect)
    scan = DocumentField(label=_("Scan of the signed paper, or the e-mail as a PDF"))

    def __init__(self, *args: Any, revisions: Sequence[Revision], **kwargs: Any) -> None:
        super().__init__(*args, fingerprint="", **kwargs)
        self.revisions = {str(one.pk): one for one in revisions}
        if len(revisions) > 1:
            days = {key: date_format(localdate(one.frozen_at), "DATE_FORMAT") for key, one in self.revisions.items()}
            self.fields["revision"] = forms.ChoiceField(
                label=_("Which text was signed?"),
                choices=[
                    (key, _now("Text %(number)s, %(day)s") % {"number": one.number, "day": days[key]})
                    for key, one in self.revisions.items()
                ],
                widget=forms.RadioSelect,
                help_text=_("The letter was corrected. Compare the check code at the foot of the paper, or its words."),
            )
        self.fields["basis"].label = _("On what basis does this person act for the organization?")
        self.fields["visibility"].label = _("Who may see that the organization signed, according to the paper?")

    def revision(self) -> Revision:
        """The text that stands on the paper."""
        return self.revisions[self.cleaned_data.get("revision") or next(iter(self.revisions))]

    def entered(self) -> dict[str, Any]:
        """What was typed from the paper, as arguments of `services.paper.enter`."""
        return {name: self.cleaned_data[name] for name in self.ENTERED}

    def facts(self) -> list[Any]:
        """The fields in the order in which they are asked for."""
        asked = ["revision"] if "revision" in self.fields else []
        return [self[name] for name in (*asked, *self.ENTERED)]


class PaperWithNewOrganizationForm(PaperForm, NewOrganizationForm):
    """The same with an organization that is not among those that the coordinator sees."""
