"""The review queue: what waits, what was claimed and checked, the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.models import User
from campaign.base.spreadsheet import csv_file
from letters.access import (
    DeskRequest,
    coordinator_required,
    desk_letter,
    is_coordinator,
    review_required,
    reviewed_letter,
)
from letters.models import Letter
from signatories.desk_selectors import (
    entered_on_paper,
    letters_to_review,
    next_waiting,
    signatory_rows,
    signature_groups,
    undecided,
)
from signatories.errors.decision import LookalikeUnexplained, SameNetworkUnexplained
from signatories.errors.document import DocumentNotKept
from signatories.forms.evidence import AdmissionForm, EvidenceForm, RefusalForm
from signatories.models import Signature
from signatories.review_selectors import review_of
from signatories.services import check as checks
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import NOT_GIVEN, EvidenceKind
from signatories.views.private import private_page
from signatories.views.sign import language_of_page

ADMISSION_ID = "id_admission_%s"  # the refusal on the same page has a reason, too


@require_safe
@review_required
@private_page
def review_list(request: DeskRequest) -> HttpResponse:
    """Every letter whose signatures this person checks, with how many wait."""
    letters = letters_to_review(request.user, language_of_page())
    context = {"letters": letters, "runs_letters": is_coordinator(request.user)}
    return render(request, "signatories/desk_reviews.html", context)


@require_safe
@review_required
@private_page
def signature_list(request: DeskRequest, slug: str) -> HttpResponse:
    """Signatures of one letter, those that wait first."""
    letter = reviewed_letter(request, slug)
    language = language_of_page()
    proposed, declined = undecided(letter)
    context = {
        "letter": letter,
        "proposed": proposed,
        "declined": declined,
        "title": letter.text("title", language) or letter.slug,
        "groups": signature_groups(letter, language),
        "entered": entered_on_paper(letter, language),
        "takes_signatures": letter.accepts_signatures(timezone.now()),
        "runs_letter": _runs(request.user, letter),
    }
    return render(request, "signatories/desk_signatures.html", context)


@require_safe
@review_required
@private_page
def signature_page(request: DeskRequest, signature_id: int) -> HttpResponse:
    """One signature: claimed, checked, evidence, decision."""
    return _review_page(request, _signature(request, signature_id))


@require_POST
@review_required
@private_page
def signature_evidence(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Record what was checked by hand."""
    signature = _signature(request, signature_id)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _review_page(request, signature, evidence_form=form)
    kind, facts = EvidenceKind(form.cleaned_data["kind"]), form.cleaned_data
    try:
        evidences.record_by_hand(
            signature,
            kind,
            detail=facts["detail"],
            document=facts["document"],
            by=request.user,
            at=timezone.now(),
        )
    except DocumentNotKept as refusal:
        form.add_error("document", str(refusal))
        return _review_page(request, signature, evidence_form=form)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-signature", signature_id=signature.pk)
    messages.success(request, _("The evidence was recorded."))
    return redirect(f"{reverse('desk-signature', args=[signature.pk])}?recorded=yes")


@require_POST
@review_required
@private_page
def signature_lookup(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Ask the open data of the register about the organization's number."""
    signature = _signature(request, signature_id)
    try:
        checks.request_lookup(signature.organization, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The register is asked. Look at this page again in a minute."))
    return redirect("desk-signature", signature_id=signature.pk)


@require_safe
@review_required
@private_page
def signature_next(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Lead to the one that waits behind this one; nothing is decided."""
    signature = _signature(request, signature_id)
    return _next(request, signature.revision.letter, after=signature)


@require_POST
@review_required
@private_page
def signature_admit(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Admit; then the next one that waits."""
    signature = _signature(request, signature_id)
    form = AdmissionForm(request.POST, auto_id=ADMISSION_ID)
    if not form.is_valid():
        return _review_page(request, signature, admission_form=form)
    try:
        reason = form.cleaned_data["reason"]
        admitted = signatures.admit(signature, by=request.user, at=timezone.now(), reason=reason)
    except (LookalikeUnexplained, SameNetworkUnexplained) as refusal:
        form.add_error("reason", str(refusal))
        return _review_page(request, signature, admission_form=form)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-signature", signature_id=signature.pk)
    facts = {"organization": signature.organization.name_in(language_of_page())}
    if admitted:
        messages.success(request, _("Admitted: %(organization)s. The representative is told.") % facts)
    else:
        messages.success(request, _("%(organization)s: your yes is recorded; a second reviewer decides next.") % facts)
    return _next(request, signature.revision.letter)


@require_POST
@review_required
@private_page
def signature_refuse(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Refuse with a reason; then the next one that waits."""
    signature = _signature(request, signature_id)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _review_page(request, signature, refusal_form=form)
    try:
        signatures.refuse(signature, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-signature", signature_id=signature.pk)
    name = signature.organization.name_in(language_of_page())
    messages.success(request, _("Refused: %(organization)s. The reason is mailed.") % {"organization": name})
    return _next(request, signature.revision.letter)


@require_safe
@coordinator_required
@private_page
def signatories_csv(request: DeskRequest, slug: str) -> HttpResponse:
    """The admitted signatories as a table."""
    letter = desk_letter(request, slug)
    content = csv_file(signatory_rows(letter, language_of_page()))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{letter.slug}-signatories.csv"'
    return response


def _signature(request: DeskRequest, signature_id: int) -> Signature:
    """A confirmed signature that this person may check; 404 for every other."""
    letters = Letter.objects.reviewed_by(request.user)
    found = Signature.objects.filter(revision__letter__in=letters).exclude(state__in=NOT_GIVEN)
    signature: Signature = get_object_or_404(
        found.select_related("revision__letter__issuer", "organization", "decided_by"), pk=signature_id
    )
    return signature


def _runs(person: User, letter: Letter) -> bool:
    """Whether the person may do more with the letter than check its signatures."""
    runs: bool = Letter.objects.of(person).filter(pk=letter.pk).exists()
    return runs


def _next(request: DeskRequest, letter: Letter, *, after: Signature | None = None) -> HttpResponse:
    waiting = next_waiting(letter, by=request.user, after=after)
    if waiting is None:
        return redirect("desk-signatures", slug=letter.slug)
    return redirect("desk-signature", signature_id=waiting.pk)


def _review_page(
    request: DeskRequest,
    signature: Signature,
    *,
    evidence_form: EvidenceForm | None = None,
    admission_form: AdmissionForm | None = None,
    refusal_form: RefusalForm | None = None,
) -> HttpResponse:
    review = review_of(signature, language_of_page(), by=request.user, at=timezone.now())
    goes_on = "recorded" in request.GET
    context: dict[str, Any] = {
        "review": review,
        "goes_on": goes_on,
        "evidence_form": evidence_form or EvidenceForm(next_kind=review.next_kind, goes_on=goes_on),
        "admission_form": admission_form or AdmissionForm(auto_id=ADMISSION_ID),
        "refusal_form": refusal_form or RefusalForm(),
        "runs_letter": _runs(request.user, signature.revision.letter),
    }
    return render(request, "signatories/desk_signature.html", context)
