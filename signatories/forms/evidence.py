"""What a coordinator writes down before and with a decision."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_text
from signatories.forms.document import DocumentField
from signatories.forms.fields import LineField
from signatories.models import Mandate
from signatories.policy import DOCUMENT_KINDS, HUMAN_KINDS, PERSONAL_KINDS
from signatories.states import Level


class EvidenceForm(forms.Form):
    """One thing that was checked by hand. `next_kind` is best looked at next; its place gets the focus when the work goes on."""

    kind = forms.ChoiceField(
        label=_("What did you check?"),
        choices=[(kind, kind.label) for kind in HUMAN_KINDS],
    )
    detail = LineField(
        label=_("Where and how?"),
        limit=300,
        help_text=_("For example the address of the page, or the source of the phone number that you called."),
    )
    document = DocumentField(label=_("Document"), required=False)

    def __init__(self, *args: Any, next_kind: str = "", goes_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = next_kind
        if next_kind and goes_on:
            self.fields["detail"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Keep papers only where a paper was seen."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("document") and cleaned.get("kind") and cleaned["kind"] not in DOCUMENT_KINDS:
            self.add_error("document", _("A document is kept only with a document that was seen. Choose that above."))
        return cleaned


class ExplanationField(LineField):
    """Why an organization is not the one for which it can be taken, or why two reviewers sit in one network."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Explanation"),
            limit=300,
            required=False,
            help_text=_(
                "Where this organization can be taken for another one: why it is not the same. Where you and the first reviewer work in "
                "one network: who sat where. Colleagues read it."
            ),
        )


class AdmissionForm(forms.Form):
    """What a reviewer explains with a yes."""

    reason = ExplanationField()


class RevocationForm(forms.Form):
    """Why a verification is taken back."""

    reason = LineField(
        label=_("Reason"),
        limit=300,
        help_text=_("Colleagues read it in the history of the organization; it is not published."),
    )


class RefusalForm(forms.Form):
    """Why a signature is not admitted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=_("It is mailed to the representative as you write it; write in the language of the representative."),
        error_messages={"required": _("Write the reason. It is mailed to the representative.")},
    )


class OrganizationEvidenceForm(EvidenceForm):
    """One thing that was checked apart from any signature; about a person's authority it names whose."""

    mandate = forms.ModelChoiceField(
        label=_("About whom?"),
        queryset=Mandate.objects.none(),
        required=False,
        empty_label=_("the organization itself"),
        help_text=_("Needed for a contact, a call-back and everything about the authority to sign."),
    )
    field_order = ("kind", "mandate", "detail", "document")

    def __init__(self, *args: Any, mandates: "QuerySet[Mandate]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["mandate"]
        field.queryset = mandates
        field.label_from_instance = lambda one: f"{one.name}, {one.position}"

    def clean(self) -> dict[str, Any]:
        """Ask whose authority was looked at, where the kind needs it."""
        cleaned = super().clean()
        if cleaned.get("kind") in PERSONAL_KINDS and "mandate" in cleaned and cleaned["mandate"] is None:
            self.add_error("mandate", _("Choose the person about whom you found this out."))
        return cleaned


class LevelForm(forms.Form):
    """A yes to a higher level."""

    level = forms.ChoiceField(choices=[(str(number), label) for number, label in Level.choices if number])
    reason = ExplanationField()
